/** What narrows the view, each with a button that takes it back. The text stands in the search box already. */

import { element, interfaceIcon } from "../lib/dom.js";
import { formatDate, formatDistance, formatMoment } from "../lib/messages.js";
import { parseArea } from "./areas.js";

export class FilterChips {
  /**
   * @param {HTMLElement} list
   * @param {import("./filters.js").Filters} filters
   * @param {import("./create_map.js").Words} words
   */
  constructor(list, filters, words) {
    this.list = list;
    this.filters = filters;
    this.words = words;
    this.shown = "";
    list.addEventListener("click", ({ target }) => this.pressed(target));
  }

  /** @param {EventTarget | null} target */
  pressed(target) {
    const chip = target instanceof Element ? target.closest("button") : null;
    if (!chip) return;
    const position = [...this.list.children].indexOf(/** @type {Element} */ (chip.parentElement));
    this.filters.remove(chip.dataset.name ?? "", chip.dataset.value ?? "");
    const next = this.list.children[Math.min(position, this.list.children.length - 1)];
    (next?.querySelector("button") ?? this.filters.text).focus();
  }

  show() {
    const parameters = [...this.filters.parameters()].filter(([name]) => name !== "q");
    const state = JSON.stringify(parameters);
    if (state === this.shown) return;
    this.shown = state;
    this.list.replaceChildren(...parameters.map(([name, value]) => this.chip(name, value)));
    this.list.hidden = parameters.length === 0;
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  chip(name, value) {
    const label = this.label(name, value);
    const button = element(
      "button",
      { type: "button", class: "chip", "data-name": name, "data-value": value },
      element("span", { class: "chip__label", dir: "auto" }, label),
      interfaceIcon("close"),
    );
    button.setAttribute("aria-label", this.words("remove_filter", { filter: label }));
    return element("li", {}, button);
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  label(name, value) {
    if (name === "updated_since") {
      const date = value.includes("T") ? formatMoment(value) : formatDate(value);
      return this.words("chip_updated_since", { date });
    }
    const area = parseArea(name, value);
    if (area) return areaLabel(area, this.words);
    const { form } = this.filters;
    const choice = form.querySelector(`[name="${name}"][value="${CSS.escape(value)}"]`);
    const option = form.querySelector(`[name="${name}"] > option[value="${CSS.escape(value)}"]`);
    const label = choice?.closest("label")?.querySelector(".legend__label") ?? option;
    const text = label?.textContent?.trim() || value;
    return name === "precision" ? this.words("chip_precision", { precision: text }) : text;
  }
}

/**
 * @param {import("./areas.js").Area} area
 * @param {import("./create_map.js").Words} words
 */
function areaLabel(area, words) {
  if (area.kind === "within") return words("chip_within", { count: area.corners.length });
  const place = area.centre.map((degrees) => Number(degrees.toFixed(3)));
  const at = { place: `${place[1]}, ${place[0]}` };
  return area.kind === "near"
    ? words("chip_near", { ...at, distance: formatDistance(area.radius_m) })
    : words("chip_nearest", { ...at, count: area.count });
}
