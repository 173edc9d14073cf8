/**
 * What was typed survives a crash, a closed tab and a restarted server: it is kept in this browser until the record
 * page says that it was saved. Passwords and hidden fields (tokens, versions) are never kept.
 * @typedef {{values: [string, string][], version: string, savedAt: string, sent: boolean}} Draft
 */

import { element } from "../lib/dom.js";

const PREFIX = "draft:";
const TYPING_PAUSE_MS = 400;
const KEPT_DAYS = 30;

export class Drafts {
  /**
   * @param {HTMLFormElement} form
   * @param {(key: string, values?: Record<string, string | number>) => string} words
   */
  constructor(form, words) {
    this.form = form;
    this.words = words;
    this.key = PREFIX + new URL(form.action, window.location.href).pathname;
    let pause = 0;
    form.addEventListener("input", () => {
      window.clearTimeout(pause);
      pause = window.setTimeout(() => this.save(false), TYPING_PAUSE_MS);
    });
    form.addEventListener("submit", () => {
      window.clearTimeout(pause);
      this.save(true);
    });
    this.offer();
  }

  /** @param {boolean} sent */
  save(sent) {
    const draft = {
      values: valuesOf(this.form),
      version: this.version(),
      savedAt: new Date().toISOString(),
      sent,
    };
    store(this.key, draft);
  }

  version() {
    return /** @type {HTMLInputElement | null} */ (this.form.querySelector('[name="version"]'))?.value ?? "";
  }

  /** Offer an older draft, unless the form already shows it. */
  offer() {
    const draft = read(this.key);
    if (!draft || JSON.stringify(draft.values) === JSON.stringify(valuesOf(this.form))) return;
    const date = new Date(draft.savedAt);
    const when = date.toLocaleString(document.documentElement.lang, {
      dateStyle: "medium",
      timeStyle: "short",
    });
    const key = draft.version === this.version() ? "draft_found" : "draft_older";
    const text = element("p", {}, this.words(key, { date: when }));
    const restore = element(
      "button",
      { type: "button", class: "btn btn-primary btn-sm" },
      this.words("draft_restore"),
    );
    const discard = element(
      "button",
      { type: "button", class: "btn btn-outline-secondary btn-sm" },
      this.words("draft_discard"),
    );
    const actions = element("div", { class: "button-row" }, restore, discard);
    const bar = element("div", { class: "draft-bar", role: "region", "aria-live": "polite" }, text, actions);
    restore.addEventListener("click", () => {
      fill(this.form, draft.values);
      bar.replaceChildren(element("p", {}, this.words("draft_restored")));
    });
    discard.addEventListener("click", () => {
      window.localStorage.removeItem(this.key);
      bar.remove();
    });
    this.form.prepend(bar);
  }
}

/** The record page says that a form was saved: what was sent is kept no longer. */
export function forgetSentDrafts() {
  for (const key of draftKeys()) {
    const draft = read(key);
    if (!draft || draft.sent) window.localStorage.removeItem(key);
  }
}

/** Old drafts help nobody, and a shared computer should not keep them for ever. */
export function forgetOldDrafts() {
  const oldest = Date.now() - KEPT_DAYS * 24 * 3600 * 1000;
  for (const key of draftKeys()) {
    const draft = read(key);
    if (!draft || Date.parse(draft.savedAt) < oldest) window.localStorage.removeItem(key);
  }
}

/** @returns {string[]} */
function draftKeys() {
  try {
    return Object.keys(window.localStorage).filter((key) => key.startsWith(PREFIX));
  } catch {
    return []; // Storage is switched off: there are no drafts.
  }
}

/**
 * @param {string} key
 * @param {Draft} draft
 */
function store(key, draft) {
  try {
    window.localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Full or switched off: the form works without drafts.
  }
}

/**
 * @param {string} key
 * @returns {Draft | null}
 */
function read(key) {
  try {
    return JSON.parse(window.localStorage.getItem(key) ?? "null");
  } catch {
    return null;
  }
}

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} FormControl */

/**
 * @param {HTMLFormElement} form
 * @returns {FormControl[]} what a person fills in
 */
function controlsOf(form) {
  const controls = [...form.elements].filter(
    (control) =>
      control instanceof HTMLInputElement ||
      control instanceof HTMLSelectElement ||
      control instanceof HTMLTextAreaElement,
  );
  return controls.filter(
    ({ name, type }) => name && !["hidden", "password", "file", "submit"].includes(type),
  );
}

/**
 * @param {HTMLFormElement} form
 * @returns {[string, string][]}
 */
export function valuesOf(form) {
  return controlsOf(form).map((control) => [control.name, stateOf(control)]);
}

/** @param {FormControl} control */
function stateOf(control) {
  const toggle = control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type);
  return toggle ? String(control.checked) : control.value;
}

/**
 * @param {HTMLFormElement} form
 * @param {[string, string][]} values in the order of the form's controls
 */
function fill(form, values) {
  const left = [...values];
  for (const control of controlsOf(form)) {
    const index = left.findIndex(([name]) => name === control.name);
    if (index < 0) continue;
    const [[, value]] = left.splice(index, 1);
    if (control instanceof HTMLInputElement && ["checkbox", "radio"].includes(control.type)) {
      control.checked = value === "true";
    } else {
      control.value = value;
    }
    control.dispatchEvent(new Event("input", { bubbles: true }));
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
