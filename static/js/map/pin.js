/** The pin that marks one chosen place: above all other markers, and movable in the editor. */

import { svgElement } from "../lib/dom.js";
import { divIcon, Marker } from "./leaflet.js";

const PIN = "M18 45S3 29.6 3 17.5a15 15 0 0 1 30 0C33 29.6 18 45 18 45z";
const WIDTH_PX = 36;
const HEIGHT_PX = 46;

/**
 * @param {import("./category_icons.js").CategoryStyle | undefined} style
 * @param {string} fallbackColour
 * @returns {import("leaflet").DivIcon}
 */
export function pinIcon(style, fallbackColour) {
  const colour = style?.colour ?? fallbackColour;
  const shape = svgElement("path", { d: PIN, fill: colour, stroke: "#ffffff", "stroke-width": "2" });
  const icon = style?.data.length
    ? svgElement("path", {
        d: style.data.join(" "),
        fill: "#ffffff",
        transform: "translate(9.75 9.25) scale(1.1)",
      })
    : svgElement("circle", { cx: "18", cy: "17.5", r: "5", fill: "#ffffff" });
  const drawing = svgElement(
    "svg",
    {
      viewBox: `0 0 ${WIDTH_PX} ${HEIGHT_PX}`,
      width: `${WIDTH_PX}`,
      height: `${HEIGHT_PX}`,
      "aria-hidden": "true",
    },
    shape,
    icon,
  );
  // Leaflet puts an element in as it is; only its types speak of HTMLElement alone.
  const html = /** @type {HTMLElement} */ (/** @type {unknown} */ (drawing));
  return divIcon({ className: "map-pin", html, iconSize: [WIDTH_PX, HEIGHT_PX], iconAnchor: [18, 45] });
}

/**
 * A pin that only shows a place.
 * @param {{lon: number, lat: number}} position
 * @param {import("leaflet").DivIcon} icon
 */
export function stillPin({ lon, lat }, icon) {
  return new Marker([lat, lon], { icon, interactive: false, keyboard: false, zIndexOffset: 1000 });
}
