/** The filter form: a plain GET form without this module; with it, every change asks for a new view at once. */

import { formatCount } from "../lib/messages.js";

const TYPING_PAUSE_MS = 300;
/** A date comes part by part, and is a date all the while. */
const DATE_PAUSE_MS = 700;

export class Filters {
  /**
   * @param {HTMLFormElement} form
   * @param {{changed: () => void, submitted: () => void, stateShown: () => void}} handlers
   */
  constructor(form, handlers) {
    this.form = form;
    this.handlers = handlers;
    this.clearButton = /** @type {HTMLElement | null} */ (form.querySelector("[data-clear-filters]"));
    this.text = /** @type {HTMLInputElement} */ (form.querySelector('[name="q"]'));
    this.pause = 0;
    form.addEventListener("input", ({ target }) => this.entered(target));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      window.clearTimeout(this.pause);
      handlers.submitted();
    });
    this.clearButton?.addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
      this.later(0);
      this.text.focus(); // The button has gone with the filters.
    });
  }

  /** @param {EventTarget | null} target */
  entered(target) {
    if (target instanceof HTMLInputElement) {
      if (!target.name) return; // A field that only helps to fill in others.
      if (target.type === "search") return this.later(TYPING_PAUSE_MS);
      if (target.type === "date" || target.type === "text") return this.later(DATE_PAUSE_MS);
    }
    this.later(0);
  }

  /** @param {number} delay_ms */
  later(delay_ms) {
    window.clearTimeout(this.pause);
    this.showState();
    this.pause = window.setTimeout(this.handlers.changed, delay_ms);
  }

  /** @returns {URLSearchParams} only the filters that are set */
  parameters() {
    const set = [...new FormData(this.form)]
      .map(([name, value]) => [name, String(value).trim()])
      .filter(([name, value]) => value && this.isValid(name));
    return new URLSearchParams(set);
  }

  /** @param {string} name */
  isValid(name) {
    const control = this.form.elements.namedItem(name);
    return !(control instanceof HTMLInputElement) || control.validity.valid;
  }

  isSet() {
    return this.parameters().size > 0;
  }

  /**
   * Set a filter that is no checkbox. The caller asks for the new view, since it may lie elsewhere.
   * @param {string} name
   * @param {string} value
   */
  set(name, value) {
    const control = this.form.elements.namedItem(name);
    if (control instanceof HTMLInputElement) control.value = value;
    window.clearTimeout(this.pause);
    this.showState();
  }

  /** Take the text back without asking for a new view. */
  clearText() {
    window.clearTimeout(this.pause);
    this.text.value = "";
    this.showState();
  }

  /**
   * Take one filter back.
   * @param {string} name
   * @param {string} value
   */
  remove(name, value) {
    for (const control of this.form.querySelectorAll(`[name="${name}"]`)) {
      if (control instanceof HTMLSelectElement) {
        for (const option of control.options) if (option.value === value) option.selected = false;
      } else if (control instanceof HTMLInputElement && control.value === value) clearInput(control);
    }
    this.later(0);
  }

  clear() {
    for (const input of this.form.querySelectorAll("input")) clearInput(input);
    for (const select of this.form.querySelectorAll("select"))
      for (const option of select.options) option.selected = false;
  }

  showState() {
    if (this.clearButton) this.clearButton.hidden = !this.isSet();
    const chosen = this.form.querySelector('[name="category"]:checked') !== null;
    this.form.dataset.categoriesChosen = String(chosen);
    this.handlers.stateShown();
  }

  /**
   * @param {Record<string, number>} counts of the current view, by category
   * @param {boolean} estimated
   */
  showCounts(counts, estimated) {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-count]"))) {
      const count = counts[place.dataset.count ?? ""] ?? 0;
      place.textContent =
        estimated && count > 0 ? `~${formatCount(Number(count.toPrecision(2)))}` : formatCount(count);
      place.closest(".legend__item")?.classList.toggle("legend__item--none", count === 0);
    }
  }
}

/** @param {HTMLInputElement} input */
function clearInput(input) {
  if (input.type === "checkbox") input.checked = false;
  else if (input.name) input.value = "";
}
