/** Category icons as vector paths: the same shape is drawn on canvas and set into pins, sharp at any size. */

import { svgElement } from "../lib/dom.js";

/** Both icon collections draw on a square of this size. */
export const ICON_UNITS = 15;

/**
 * @typedef {{slug: string, label: string, colour: string, iconUrl: string, data: string[], path: Path2D | null}}
 *   CategoryStyle
 */

/**
 * @param {import("./settings.js").CategorySetting[]} categories
 * @returns {Map<string, CategoryStyle>} by slug; the shapes come with loadIcons
 */
export function categoryStyles(categories) {
  return new Map(
    categories.map(({ slug, label, colour, icon_url }) => [
      slug,
      { slug, label, colour, iconUrl: icon_url, data: [], path: null },
    ]),
  );
}

/**
 * Fetch every icon's shape; one that cannot be had leaves its disc plain.
 * @param {Map<string, CategoryStyle>} styles
 */
export async function loadIcons(styles) {
  await Promise.allSettled([...styles.values()].map(loadIcon));
}

/** @param {CategoryStyle} style */
async function loadIcon(style) {
  const response = await fetch(style.iconUrl);
  if (!response.ok) throw new Error(`${style.iconUrl} answered ${response.status}`);
  const drawing = new DOMParser().parseFromString(await response.text(), "image/svg+xml");
  style.data = [...drawing.querySelectorAll("path")].map((path) => path.getAttribute("d") ?? "");
  style.path = new Path2D(style.data.join(" "));
}

/**
 * A disc with the category's icon, for lists and cards.
 * @param {CategoryStyle | undefined} style
 * @returns {Element}
 */
export function categoryDisc(style) {
  const disc = document.createElement("span");
  disc.className = "category-disc";
  const circle = svgElement("circle", { cx: "12", cy: "12", r: "12", fill: style?.colour ?? "currentColor" });
  disc.append(svgElement("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, circle));
  if (style) {
    const icon = document.createElement("img");
    icon.src = style.iconUrl;
    icon.alt = "";
    disc.append(icon);
  }
  return disc;
}
