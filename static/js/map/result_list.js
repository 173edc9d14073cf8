/** The list beside the map: the same facilities as links, pointing at their markers and pointed at by them. */

import { element } from "../lib/dom.js";
import { countryName } from "../lib/messages.js";
import { categoryDisc } from "./category_icons.js";

/** More links than this help nobody; the table has them all. */
const SHOWN = 100;

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class ResultList {
  /**
   * @param {HTMLElement} list
   * @param {{styles: Map<string, import("./category_icons.js").CategoryStyle>, statuses: Map<string, string>,
   *   urlOf: (code: string) => string, chosen: (code: string, link: HTMLElement) => void,
   *   pointed: (code: string | null) => void}} options
   */
  constructor(list, options) {
    this.list = list;
    this.options = options;
    list.addEventListener("click", (event) => this.pressed(event));
    for (const type of ["mouseover", "focusin"]) {
      list.addEventListener(type, ({ target }) => options.pointed(linkAt(target)?.dataset.code ?? null));
    }
    for (const type of ["mouseleave", "focusout"]) list.addEventListener(type, () => options.pointed(null));
  }

  /** @param {MouseEvent} event */
  pressed(event) {
    const link = linkAt(event.target);
    const elsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0;
    if (!link?.dataset.code || elsewhere) return;
    event.preventDefault();
    this.options.chosen(link.dataset.code, link);
  }

  /** @param {PlaceFeature[]} features */
  show(features) {
    const items = features.slice(0, SHOWN).map((feature) => this.item(feature));
    const focused = linkAt(this.list.contains(document.activeElement) ? document.activeElement : null);
    this.list.replaceChildren(...items);
    if (focused) this.linkOf(focused.dataset.code ?? "")?.focus();
    return items.length;
  }

  /**
   * @param {string} code
   * @returns {HTMLElement | null}
   */
  linkOf(code) {
    return this.list.querySelector(`[data-code="${CSS.escape(code)}"]`);
  }

  /** @param {PlaceFeature} feature */
  item({ properties }) {
    const { code, name, category, status, locality, country } = properties;
    const place = [locality, country && countryName(country)].filter(Boolean).join(", ");
    const style = this.options.styles.get(category);
    const link = element(
      "a",
      { class: "result", href: this.options.urlOf(code), "data-code": code },
      categoryDisc(style),
      element(
        "span",
        { class: "result__text" },
        element("span", { class: "result__name", dir: "auto" }, name),
        element("span", { class: "result__place" }, [style?.label, place].filter(Boolean).join(" · ")),
      ),
      status === "operational" ? null : statusBadge(status, this.options.statuses),
    );
    return element("li", {}, link);
  }

  /** @param {string | null} code */
  mark(code) {
    for (const link of this.list.querySelectorAll("[data-code]")) {
      const on = link.getAttribute("data-code") === code;
      if (on) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }

  /** @param {string | null} code of the facility whose marker is pointed at */
  point(code) {
    for (const link of this.list.querySelectorAll("[data-code]")) {
      link.classList.toggle("result--pointed", link.getAttribute("data-code") === code);
    }
  }
}

/**
 * @param {string} status
 * @param {Map<string, string>} labels
 */
export function statusBadge(status, labels) {
  return element("span", { class: `status-badge status-badge--${status}` }, labels.get(status) ?? status);
}

/**
 * @param {EventTarget | null} target
 * @returns {HTMLElement | null}
 */
function linkAt(target) {
  return target instanceof Element ? target.closest("[data-code]") : null;
}
