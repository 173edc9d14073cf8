/**
 * Suggestions below the search box, as a combobox of the ARIA authoring practices (version 1.2): the focus stays in
 * the field, the arrow keys walk through the options. Loaded when the field is first used.
 */

import { element, interfaceIcon, required } from "../lib/dom.js";
import { countryName } from "../lib/messages.js";
import { categoryDisc } from "./category_icons.js";
import { statusBadge } from "./result_list.js";
import { fetchJson } from "./view_request.js";

const TYPING_PAUSE_MS = 150;
/** What stays free below the list, and what it takes even where there is no room. */
const GAP_PX = 8;
const LEAST_PX = 120;

/**
 * @typedef {{kind: "facility", code: string, name: string, category: string, status: string,
 *   locality: string | null, country: string | null, precision: string, coordinates: [number, number]}} FoundFacility
 * @typedef {{kind: "place", coordinates: [number, number], label: string}} FoundPlace
 * @typedef {FoundFacility | FoundPlace} Found
 * @typedef {{query: string, corrected: string | null, results: Found[], more: boolean}} Answer
 */

export class SearchBox {
  /**
   * @param {HTMLInputElement} field
   * @param {HTMLElement} holder of the listbox that the field controls
   * @param {HTMLElement} status a live region
   * @param {{words: import("./create_map.js").Words, addressOf: (text: string) => string,
   *   styles: Map<string, import("./category_icons.js").CategoryStyle>, statuses: Map<string, string>,
   *   shown: () => void, chosen: (found: Found) => void}} options
   */
  constructor(field, holder, status, options) {
    this.field = field;
    this.holder = holder;
    this.list = required("[role=listbox]", holder);
    this.note = required("[data-suggestions-note]", holder);
    this.all = required("[data-suggestions-all]", holder);
    this.status = status;
    this.options = options;
    /** @type {Found[]} */
    this.found = [];
    this.active = -1;
    this.pause = 0;
    /** @type {AbortController | null} */
    this.request = null;
    this.listen();
    if (field.value.trim() && document.activeElement === field) this.later();
  }

  listen() {
    const { field, holder } = this;
    field.addEventListener("input", () => this.later());
    field.addEventListener("keydown", (event) => this.keyed(event));
    field.addEventListener("blur", () => this.close());
    field.form?.addEventListener("submit", () => this.close());
    // The field keeps the focus, whatever is pressed here.
    holder.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", ({ target }) => this.pressed(target));
    const fit = () => this.fit();
    window.visualViewport?.addEventListener("resize", fit);
    const panel = holder.closest("#panel-body");
    if (panel) new ResizeObserver(fit).observe(panel);
  }

  get isOpen() {
    return !this.holder.hidden;
  }

  later() {
    window.clearTimeout(this.pause);
    this.request?.abort();
    if (!this.field.value.trim()) return this.close();
    this.pause = window.setTimeout(() => this.ask(), TYPING_PAUSE_MS);
  }

  async ask() {
    const text = this.field.value.trim();
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const answer = await fetchJson(this.options.addressOf(text), request.signal);
      if (!request.signal.aborted && document.activeElement === this.field) this.show(answer);
    } catch {
      // Suggestions only help: without them Enter still searches.
      if (!request.signal.aborted) this.close();
    }
  }

  /** @param {Answer} answer */
  show({ results, corrected, more }) {
    const { words } = this.options;
    const instead = corrected ? words("showing_results_for", { text: corrected }) : "";
    this.found = results;
    this.list.replaceChildren(...results.map((found, index) => this.option(found, index)));
    this.note.textContent = instead;
    this.note.hidden = !instead;
    this.all.hidden = !results.some(({ kind }) => kind === "facility");
    this.holder.hidden = results.length === 0;
    this.field.setAttribute("aria-expanded", String(this.isOpen));
    this.activate(-1);
    const count = words(more ? "suggestions_more" : "suggestions", { count: results.length });
    this.status.textContent = [instead, count].filter(Boolean).join(". ");
    if (!this.isOpen) return;
    this.holder.scrollTo(0, 0);
    this.options.shown();
    this.fit();
  }

  /** The list ends above the edge of the window, or above a keyboard on the screen, and scrolls. */
  fit() {
    if (!this.isOpen) return;
    const { visualViewport: seen, innerHeight } = window;
    const bottom = seen ? seen.offsetTop + seen.height : innerHeight;
    const room_px = bottom - this.holder.getBoundingClientRect().top - GAP_PX;
    this.holder.style.setProperty("--room", `${Math.max(LEAST_PX, room_px)}px`);
  }

  close() {
    window.clearTimeout(this.pause);
    this.request?.abort();
    if (!this.isOpen) return;
    this.holder.hidden = true;
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
    const { styles, statuses, words } = this.options;
    const isPlace = found.kind === "place";
    const style = isPlace ? undefined : styles.get(found.category);
    const mark = isPlace
      ? element("span", { class: "suggestion__pin" }, interfaceIcon("pin"))
      : categoryDisc(style);
    const text = element(
      "span",
      { class: "result__text" },
      element("span", { class: "result__name", dir: "auto" }, isPlace ? found.label : found.name),
      element(
        "span",
        { class: "result__place" },
        isPlace ? words("go_to_place") : whereIs(found, style?.label),
      ),
    );
    const isUsed = isPlace || found.status === "operational";
    return element(
      "li",
      { role: "option", id: `suggestion-${index}`, class: "suggestion", "aria-selected": "false" },
      mark,
      text,
      isUsed ? null : statusBadge(found.status, statuses),
    );
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.isComposing) return;
    const last = this.found.length - 1;
    if (event.key === "Escape" && this.isOpen) this.close();
    else if (event.key === "Enter") {
      const [first] = this.found;
      const found = this.found[this.active] ?? (first?.kind === "place" ? first : null);
      if (!found) return;
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

/**
 * @param {FoundFacility} found
 * @param {string | undefined} kind
 */
function whereIs({ locality, country }, kind) {
  const place = [locality, country && countryName(country)].filter(Boolean).join(", ");
  return [kind, place].filter(Boolean).join(" · ");
}
