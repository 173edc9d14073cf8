/**
 * Suggestions below the search box, as a combobox of the ARIA authoring practices (version 1.2): the focus stays in
 * the field, the arrow keys walk through the options. Loaded when the field is first used.
 */

import { element, interfaceIcon } from "../lib/dom.js";
import { countryName } from "../lib/messages.js";
import { categoryDisc } from "./category_icons.js";
import { fetchJson } from "./view_request.js";

const TYPING_PAUSE_MS = 150;

/**
 * @typedef {{kind: "facility", code: string, name: string, category: string, status: string,
 *   locality: string | null, country: string | null, coordinates: [number, number]}} FoundFacility
 * @typedef {{kind: "place", coordinates: [number, number], label: string}} FoundPlace
 * @typedef {FoundFacility | FoundPlace} Found
 * @typedef {{query: string, corrected: string | null, results: Found[], more: boolean}} Answer
 */

export class SearchBox {
  /**
   * @param {HTMLInputElement} field
   * @param {HTMLElement} list the listbox that the field controls
   * @param {HTMLElement} status a live region
   * @param {{url: string, words: import("./create_map.js").Words,
   *   styles: Map<string, import("./category_icons.js").CategoryStyle>, centre: () => [number, number],
   *   chosen: (found: Found) => void, answered: (answer: Answer) => void}} options
   */
  constructor(field, list, status, options) {
    this.field = field;
    this.list = list;
    this.status = status;
    this.options = options;
    /** @type {Found[]} */
    this.found = [];
    this.active = -1;
    this.pause = 0;
    /** @type {AbortController | null} */
    this.request = null;
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.keyed(event));
    field.addEventListener("blur", () => this.close());
    // Before the field loses the focus to what is pressed.
    list.addEventListener("pointerdown", (event) => event.preventDefault());
    list.addEventListener("click", ({ target }) => this.pressed(target));
    if (field.value.trim() && document.activeElement === field) this.later();
  }

  get isOpen() {
    return !this.list.hidden;
  }

  later() {
    window.clearTimeout(this.pause);
    this.request?.abort();
    if (!this.field.value.trim()) return this.close();
    this.pause = window.setTimeout(() => this.ask(), TYPING_PAUSE_MS);
  }

  async ask() {
    const query = this.field.value.trim();
    const [lon, lat] = this.options.centre();
    const parameters = new URLSearchParams({
      q: query,
      lon: lon.toFixed(4),
      lat: lat.toFixed(4),
      lang: document.documentElement.lang,
    });
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const answer = await fetchJson(`${this.options.url}?${parameters}`, request.signal);
      if (request.signal.aborted || this.field.value.trim() !== query) return;
      this.options.answered(answer);
      if (document.activeElement === this.field) this.show(answer);
    } catch {
      // Suggestions only help: without them Enter still searches.
      if (!request.signal.aborted) this.close();
    }
  }

  /** @param {Answer} answer */
  show({ results, corrected, more }) {
    const { words } = this.options;
    this.found = results;
    this.list.replaceChildren(...results.map((found, index) => this.option(found, index)));
    this.list.hidden = results.length === 0;
    this.field.setAttribute("aria-expanded", String(this.isOpen));
    this.activate(-1);
    const count = words(more ? "suggestions_more" : "suggestions", { count: results.length });
    const instead = corrected ? words("showing_results_for", { text: corrected }) : "";
    this.status.textContent = [instead, count].filter(Boolean).join(" ");
  }

  close() {
    window.clearTimeout(this.pause);
    this.request?.abort();
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.list.replaceChildren();
    this.found = [];
    this.field.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
    this.activate(-1);
  }

  /**
   * @param {Found} found
   * @param {number} index
   */
  option(found, index) {
    const isPlace = found.kind === "place";
    const style = isPlace ? undefined : this.options.styles.get(found.category);
    const where = isPlace
      ? this.options.words("go_to_place")
      : [style?.label, found.locality, found.country && countryName(found.country)]
          .filter(Boolean)
          .join(" · ");
    const mark = isPlace
      ? element("span", { class: "suggestion__pin" }, interfaceIcon("pin"))
      : categoryDisc(style);
    return element(
      "li",
      { role: "option", id: `suggestion-${index}`, class: "suggestion", "aria-selected": "false" },
      mark,
      element(
        "span",
        { class: "result__text" },
        element("span", { class: "result__name", dir: "auto" }, isPlace ? found.label : found.name),
        element("span", { class: "result__place" }, where),
      ),
    );
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.isComposing) return;
    const last = this.found.length - 1;
    if (event.key === "Escape" && this.isOpen) this.close();
    else if (event.key === "Enter") {
      const found = this.found[this.active];
      if (!found) return this.close();
      this.choose(found);
    } else if (event.key === "ArrowDown" && this.isOpen)
      this.activate(this.active < last ? this.active + 1 : -1);
    else if (event.key === "ArrowDown") this.later();
    else if (event.key === "ArrowUp" && this.isOpen) this.activate(this.active < 0 ? last : this.active - 1);
    else return;
    event.preventDefault();
  }

  /** @param {number} index -1 for the field itself */
  activate(index) {
    this.active = index;
    [...this.list.children].forEach((option, position) => {
      option.setAttribute("aria-selected", String(position === index));
    });
    if (index < 0) this.field.removeAttribute("aria-activedescendant");
    else {
      this.field.setAttribute("aria-activedescendant", `suggestion-${index}`);
      this.list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  /** @param {EventTarget | null} target */
  pressed(target) {
    const option = target instanceof Element ? target.closest("[role=option]") : null;
    if (option) this.choose(this.found[[...this.list.children].indexOf(option)]);
  }

  /** @param {Found} found */
  choose(found) {
    this.close();
    this.options.chosen(found);
  }
}
