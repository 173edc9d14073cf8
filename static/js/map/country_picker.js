/** Choose countries by typing a part of their name: a list of checkboxes in place of the form's long select. */

import { element } from "../lib/dom.js";

/**
 * @param {HTMLSelectElement} select keeps the choice, and is what the form sends
 * @param {HTMLElement} holder
 * @param {import("./create_map.js").Words} words
 * @returns {() => void} call it when the choice was changed elsewhere
 */
export function showCountryPicker(select, holder, words) {
  const field = element("input", {
    type: "text",
    class: "form-control",
    autocomplete: "off",
    placeholder: words("find_country"),
    "aria-label": words("find_country"),
  });
  const list = element("ul", { class: "legend picker__list" });
  const none = element("p", { class: "picker__none", role: "status" });
  const rows = [...select.options].map((option) => rowOf(option, select));
  const order = () => {
    const wanted = plain(field.value.trim());
    const fitting = rows.filter(({ name }) => name.startsWith(wanted) || name.includes(wanted));
    const rank = (/** @type {Row} */ { name, option }) =>
      option.selected && !wanted ? 0 : name.startsWith(wanted) ? 1 : 2;
    fitting.sort((a, b) => rank(a) - rank(b) || a.place - b.place);
    list.replaceChildren(...fitting.map(({ item }) => item));
    none.textContent = fitting.length > 0 ? "" : words("no_country");
  };
  field.addEventListener("input", order);
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // Not the whole form: choose the first that fits.
    const first = list.querySelector("input");
    if (field.value.trim() && first) first.click();
    field.select();
  });
  holder.replaceChildren(field, none, list);
  order();
  return () => {
    for (const { option, box } of rows) box.checked = option.selected;
    if (!holder.contains(document.activeElement)) order();
  };
}

/** @typedef {{option: HTMLOptionElement, name: string, place: number, item: HTMLElement, box: HTMLInputElement}} Row */

/**
 * @param {HTMLOptionElement} option
 * @param {HTMLSelectElement} select
 * @returns {Row}
 */
function rowOf(option, select) {
  const box = element("input", { type: "checkbox", class: "form-check-input" });
  box.checked = option.selected;
  box.addEventListener("change", () => {
    option.selected = box.checked;
    select.dispatchEvent(new Event("input", { bubbles: true }));
  });
  const name = option.textContent?.trim() ?? option.value;
  const label = element("label", { class: "legend__item" }, box);
  label.append(element("span", { class: "legend__label" }, name));
  return { option, name: plain(name), place: option.index, item: element("li", {}, label), box };
}

/** @param {string} text */
export function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
