/** Leaving a form with unsaved changes asks first. */

import { valuesOf } from "./draft.js";

/** @param {HTMLFormElement} form */
export function guardChanges(form) {
  const before = JSON.stringify(valuesOf(form));
  let sending = false;
  form.addEventListener("submit", () => {
    sending = true;
  });
  window.addEventListener("pageshow", () => {
    sending = false;
  });
  window.addEventListener("beforeunload", (event) => {
    if (!sending && JSON.stringify(valuesOf(form)) !== before) event.preventDefault();
  });
}
