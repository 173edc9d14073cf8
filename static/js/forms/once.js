/** A double click or an impatient second press sends a form once. */

/** @param {HTMLFormElement} form */
export function submitOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sending !== undefined) {
      event.preventDefault();
      return;
    }
    form.dataset.sending = "";
    for (const button of buttonsOf(form)) button.setAttribute("aria-disabled", "true");
  });
  // Coming back to the page by the browser's history, the form must work again.
  window.addEventListener("pageshow", () => {
    delete form.dataset.sending;
    for (const button of buttonsOf(form)) button.removeAttribute("aria-disabled");
  });
}

/** @param {HTMLFormElement} form */
function buttonsOf(form) {
  return form.querySelectorAll('button[type="submit"]');
}
