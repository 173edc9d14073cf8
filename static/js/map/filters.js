/** The filter form: a plain GET form without this module; with it, every change asks for a new view at once. */

import { formatCount } from "../lib/messages.js";

const TYPING_PAUSE_MS = 300;

export class Filters {
  /**
   * @param {HTMLFormElement} form
   * @param {{changed: () => void, submitted: () => void}} handlers
   */
  constructor(form, { changed, submitted }) {
    this.form = form;
    this.clearButton = /** @type {HTMLElement | null} */ (form.querySelector("[data-clear-filters]"));
    let pause = 0;
    const later = (/** @type {number} */ delay_ms) => {
      window.clearTimeout(pause);
      this.showState();
      pause = window.setTimeout(changed, delay_ms);
    };
    form.addEventListener("input", ({ target }) => {
      later(target instanceof HTMLInputElement && target.type === "search" ? TYPING_PAUSE_MS : 0);
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      window.clearTimeout(pause);
      submitted();
    });
    this.clearButton?.addEventListener("click", (event) => {
      event.preventDefault();
      this.clear();
      later(0);
    });
    this.showState();
  }

  /** @returns {URLSearchParams} only the filters that are set */
  parameters() {
    const set = [...new FormData(this.form)].filter(([, value]) => typeof value === "string" && value.trim());
    return new URLSearchParams(set.map(([name, value]) => [name, String(value).trim()]));
  }

  isSet() {
    return this.parameters().size > 0;
  }

  clear() {
    for (const input of this.form.querySelectorAll("input")) {
      if (input.type === "checkbox") input.checked = false;
      else input.value = "";
    }
  }

  showState() {
    if (this.clearButton) this.clearButton.hidden = !this.isSet();
    const chosen = this.form.querySelector('[name="category"]:checked') !== null;
    this.form.dataset.categoriesChosen = String(chosen);
  }

  /** @param {Record<string, number>} counts of the current view, by category */
  showCounts(counts) {
    for (const place of /** @type {NodeListOf<HTMLElement>} */ (this.form.querySelectorAll("[data-count]"))) {
      const count = counts[place.dataset.count ?? ""] ?? 0;
      place.textContent = formatCount(count);
      place.closest(".legend__item")?.classList.toggle("legend__item--none", count === 0);
    }
  }
}
