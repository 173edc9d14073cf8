/** The facility's form: its fields, and the map that places it. */

import { enhanceForm, focusErrors } from "../forms/enhance.js";
import { LocationField } from "../forms/location.js";
import { translator } from "../lib/messages.js";

const words = translator("map-messages", "form-messages");
const input = /** @type {HTMLInputElement | null} */ (document.querySelector("[data-location-field]"));
const holder = /** @type {HTMLElement | null} */ (document.querySelector("[data-location-map]"));

if (input && holder) {
  const field = new LocationField(input, holder, words);
  const category = /** @type {HTMLSelectElement | null} */ (
    document.querySelector('select[name="category"]')
  );
  category?.addEventListener("change", () => field.picker.showCategory(category.value));
  field.picker.showCategory(category?.value ?? "");
}
for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
  document.querySelectorAll("form[data-draft]")
)) {
  enhanceForm(form);
}
focusErrors();
