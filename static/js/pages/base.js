/** What every page has: the choice of appearance, menus that close, buttons that copy, forms that send once. */

import { submitOnce } from "../forms/once.js";
import { required } from "../lib/dom.js";

function connectThemes() {
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (
    document.querySelectorAll("[data-theme-value]")
  );
  const show = () => {
    const choice = document.documentElement.dataset.themeChoice;
    for (const button of buttons)
      button.setAttribute("aria-pressed", String(button.dataset.themeValue === choice));
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      try {
        window.localStorage.setItem("theme", button.dataset.themeValue ?? "auto");
      } catch {
        return; // Without storage the system's scheme holds.
      }
      document.dispatchEvent(new Event("themechoice"));
      show();
    });
  }
  show();
}

function connectMenus() {
  const menus = /** @type {NodeListOf<HTMLDetailsElement>} */ (
    document.querySelectorAll("details[data-menu]")
  );
  for (const menu of menus) {
    document.addEventListener("pointerdown", ({ target }) => {
      if (!(target instanceof Node && menu.contains(target))) menu.open = false;
    });
    menu.addEventListener("keydown", ({ key }) => {
      if (key !== "Escape" || !menu.open) return;
      menu.open = false;
      required("summary", menu).focus();
    });
  }
}

function connectCopyButtons() {
  const page = document.body.dataset;
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (
    document.querySelectorAll("[data-copy]")
  )) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const { copyFromButton } = await import("../lib/clipboard.js");
      const words = { done: page.copied ?? "✓", failed: page.copyFailed ?? "✗" };
      copyFromButton(button, button.dataset.copy ?? "", words);
    });
  }
}

function connectForms() {
  for (const form of document.forms) {
    if (form.method === "post") submitOnce(form);
  }
}

/** Few readers have drafts: the others need not load what keeps them. */
async function forgetDrafts() {
  try {
    if (!Object.keys(window.localStorage).some((key) => key.startsWith("draft:"))) return;
  } catch {
    return; // Without storage there are none.
  }
  const { forgetOldDrafts, forgetSentDrafts } = await import("../forms/draft.js");
  if (document.querySelector("[data-saved-form]")) forgetSentDrafts();
  forgetOldDrafts();
}

connectThemes();
connectMenus();
connectCopyButtons();
connectForms();
forgetDrafts();
