/** A page with a form and no map. */

import { enhanceForm, focusErrors } from "../forms/enhance.js";

for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
  document.querySelectorAll("form[data-draft]")
)) {
  enhanceForm(form);
}
focusErrors();
