/** What every form that people fill in gets: drafts, the guard against leaving, the way to its errors. */

import { translator } from "../lib/messages.js";
import { Drafts } from "./draft.js";
import { guardChanges } from "./guard.js";

/** @param {HTMLFormElement} form */
export function enhanceForm(form) {
  guardChanges(form);
  new Drafts(form, translator("form-messages"));
}

/** A form that came back with errors says so first. */
export function focusErrors() {
  const summary = /** @type {HTMLElement | null} */ (document.querySelector("[data-error-summary]"));
  summary?.focus();
}
