/** Copying text, told back to the reader on the button itself. */

/**
 * @param {string} text
 * @returns {Promise<boolean>} whether it worked
 */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text); // Plain http on a local network has no clipboard interface.
  }
}

/** @param {string} text */
function copyBySelection(text) {
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  return copied;
}

/**
 * @param {HTMLButtonElement} button keeps its width while it says that the text was copied
 * @param {string} text
 * @param {{done: string, failed: string}} words
 */
export async function copyFromButton(button, text, words) {
  const label = button.querySelector("[data-copy-label]") ?? button;
  const before = button.dataset.copyBefore ?? label.textContent ?? "";
  button.dataset.copyBefore = before;
  button.style.minWidth = `${button.offsetWidth}px`;
  label.textContent = (await copyText(text)) ? words.done : words.failed;
  window.setTimeout(() => {
    label.textContent = before;
    button.style.minWidth = "";
  }, 2000);
}
