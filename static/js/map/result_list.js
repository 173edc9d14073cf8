/** A list of facilities as links, pointing at their markers and pointed at by them. */

import { element } from "../lib/dom.js";
import { countryName } from "../lib/messages.js";
import { categoryDisc } from "./category_icons.js";

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

/**
 * @typedef {object} ListOptions
 * @property {Map<string, import("./category_icons.js").CategoryStyle>} styles
 * @property {Map<string, string>} statuses
 * @property {(code: string) => string} urlOf
 * @property {(code: string, link: HTMLElement) => void} chosen
 * @property {(code: string | null) => void} pointed
 * @property {boolean} [showsCodes] where names alone may not tell facilities apart
 */

export class ResultList {
  /**
   * @param {HTMLElement} list
   * @param {ListOptions} options
   */
  constructor(list, options) {
    this.list = list;
    this.options = options;
    /** @type {Map<string, {item: HTMLElement, facts: string}>} items that are kept while they are listed, by code */
    this.items = new Map();
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

  /**
   * Items of facilities that were listed before are kept as they are, and moved only where the order differs.
   * @param {PlaceFeature[]} features
   */
  show(features) {
    const before = this.items;
    const items = features.map((feature) => this.itemOf(feature, before));
    this.items = new Map(items.map(({ code, item, facts }) => [code, { item, facts }]));
    const wanted = new Set(items.map(({ item }) => item));
    for (const child of [...this.list.children])
      if (!wanted.has(/** @type {HTMLElement} */ (child))) child.remove();
    items.forEach(({ item }, index) => {
      const there = this.list.children[index];
      if (there !== item) this.list.insertBefore(item, there ?? null);
    });
  }

  /** @param {PlaceFeature[]} features */
  add(features) {
    for (const feature of features) {
      const { code, item, facts } = this.itemOf(feature, this.items);
      this.items.set(code, { item, facts });
      this.list.append(item);
    }
  }

  /**
   * @param {PlaceFeature} feature
   * @param {Map<string, {item: HTMLElement, facts: string}>} known
   */
  itemOf(feature, known) {
    const { code, name, category, status, locality, country } = feature.properties;
    const facts = [name, category, status, locality, country].join("\n");
    const old = known.get(code);
    return old?.facts === facts ? { code, ...old } : { code, item: this.item(feature), facts };
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
    const facts = [style?.label, place, this.options.showsCodes && code].filter(Boolean);
    const link = element(
      "a",
      { class: "result", href: this.options.urlOf(code), "data-code": code },
      categoryDisc(style),
      element(
        "span",
        { class: "result__text" },
        element("span", { class: "result__name", dir: "auto" }, name),
        element("span", { class: "result__place" }, facts.join(" · ")),
      ),
      status === "operational" ? null : statusBadge(status, this.options.statuses),
    );
    return element("li", {}, link);
  }

  /** @param {string | null} code */
  mark(code) {
    for (const link of this.list.querySelectorAll("[data-code][aria-current]"))
      link.removeAttribute("aria-current");
    if (code) this.linkOf(code)?.setAttribute("aria-current", "true");
  }

  /** @param {Iterable<string>} codes of the facilities whose marker is pointed at */
  point(codes) {
    for (const link of this.list.querySelectorAll(".result--pointed"))
      link.classList.remove("result--pointed");
    for (const code of codes) this.linkOf(code)?.classList.add("result--pointed");
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
