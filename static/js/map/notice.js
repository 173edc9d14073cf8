/** One line over the map: what went wrong or changed, and at most one thing to do about it. */

import { element, interfaceIcon } from "../lib/dom.js";

export class Notice {
  /**
   * @param {HTMLElement} holder a live region
   * @param {import("./create_map.js").Words} words
   */
  constructor(holder, words) {
    this.holder = holder;
    this.words = words;
    /** @type {string | null} */
    this.kind = null;
  }

  /**
   * @param {string} text
   * @param {{kind?: string, action?: {label: string, run: () => void}}} [options]
   */
  show(text, { kind = "info", action } = {}) {
    this.kind = kind;
    const close = element("button", {
      type: "button",
      class: "notice__close",
      "aria-label": this.words("dismiss"),
    });
    close.append(interfaceIcon("close"));
    close.addEventListener("click", () => this.hide());
    const message = element("p", { class: "notice__text" }, text);
    this.holder.replaceChildren(message, ...(action ? [this.button(action)] : []), close);
    this.holder.hidden = false;
  }

  /** @param {{label: string, run: () => void}} action */
  button({ label, run }) {
    const button = element("button", { type: "button", class: "notice__action" }, label);
    button.addEventListener("click", () => {
      this.hide();
      run();
    });
    return button;
  }

  /** @param {string} [kind] hide only a notice of this kind */
  hide(kind) {
    if (kind && kind !== this.kind) return;
    this.kind = null;
    this.holder.hidden = true;
    this.holder.replaceChildren();
  }
}
