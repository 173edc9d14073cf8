/**
 * The facilities of one place as a paged list, over the panel: what a stack, or a cluster that no zoom can part,
 * opens. Escape, the button and the browser's own way back close it, and the focus returns.
 */

import { element, interfaceIcon } from "../lib/dom.js";
import { ResultList } from "./result_list.js";
import { fetchJson } from "./view_request.js";

const PAGE = 50;

/**
 * @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {{title: string, known: PlaceFeature[], address: string | null}} Pages what is at hand already, and where
 *   the next page is
 */

export class StackList {
  /**
   * @param {HTMLElement} panel
   * @param {import("./result_list.js").ListOptions & {words: import("./create_map.js").Words, closed: () => void}}
   *   options
   */
  constructor(panel, options) {
    this.panel = panel;
    this.options = options;
    this.words = options.words;
    this.body = /** @type {HTMLElement} */ (panel.querySelector("#panel-body"));
    this.title = element("h2", { class: "stack__title", id: "stack-title", tabindex: "-1" });
    this.back = element("button", { type: "button", class: "icon-button", "aria-label": this.words("back") });
    this.back.append(interfaceIcon("chevron-start"));
    const list = element("ol", { class: "result-list", "aria-labelledby": "stack-title" });
    this.list = new ResultList(list, { ...options, showsCodes: true });
    this.status = element("p", { class: "results__hint", role: "status" });
    this.more = element("button", { type: "button", class: "btn btn-outline-secondary btn-sm" });
    this.more.textContent = this.words("show_more");
    this.end = element("div", { class: "stack__end" }, this.status, this.more);
    this.holder = element("section", {
      class: "stack",
      "aria-labelledby": "stack-title",
      "data-stack": true,
    });
    this.holder.append(element("div", { class: "stack__header" }, this.back, this.title), list, this.end);
    this.holder.hidden = true;
    panel.append(this.holder);
    /** @type {Pages | null} */
    this.pages = null;
    this.loading = false;
    this.scrolled = 0;
    /** @type {AbortController | null} */
    this.request = null;
    /** @type {HTMLElement | null} */
    this.returnFocus = null;
    this.listen();
  }

  listen() {
    this.back.addEventListener("click", () => this.close());
    this.holder.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    this.more.addEventListener("click", () => this.showMore({ focus: true }));
    window.addEventListener("popstate", () => this.leave());
    new IntersectionObserver(
      ([entry]) => {
        if (entry.isIntersecting && !this.holder.hidden && !this.more.hidden) this.showMore();
      },
      { root: this.holder, rootMargin: "200px" },
    ).observe(this.end);
  }

  get isOpen() {
    return !this.holder.hidden;
  }

  /**
   * @param {Pages} pages
   * @param {HTMLElement | null} returnFocus
   */
  async open(pages, returnFocus) {
    if (!this.isOpen) {
      this.returnFocus = returnFocus;
      window.history.pushState({ stack: true }, "", window.location.href);
    }
    this.request?.abort();
    this.loading = false;
    this.pages = pages;
    this.list.show([]);
    this.title.textContent = pages.title;
    if (!this.body.hidden) this.scrolled = this.body.scrollTop;
    this.holder.hidden = false;
    this.body.hidden = true;
    this.holder.scrollTo(0, 0);
    this.title.focus({ preventScroll: true });
    await this.showMore();
  }

  /** @param {{focus?: boolean}} [options] whether the first of the new ones takes the focus */
  async showMore({ focus = false } = {}) {
    const { pages } = this;
    if (!pages || this.loading) return;
    const first = this.list.list.children.length;
    if (pages.known.length > 0) this.list.add(pages.known.splice(0, PAGE));
    else if (pages.address) await this.load(pages);
    if (this.pages !== pages) return;
    this.more.hidden = pages.known.length === 0 && !pages.address;
    if (focus) this.list.list.children[first]?.querySelector("a")?.focus();
  }

  /** @param {Pages} pages */
  async load(pages) {
    this.loading = true;
    this.status.textContent = this.words("loading");
    const request = new AbortController();
    this.request = request;
    try {
      const answer = await fetchJson(pages.address ?? "", request.signal);
      if (this.pages !== pages) return;
      this.list.add(answer.features);
      pages.address = nextPage(answer);
      this.status.textContent = "";
      this.more.textContent = this.words("show_more");
    } catch {
      if (request.signal.aborted) return;
      this.status.textContent = this.words("list_failed");
      this.more.textContent = this.words("retry");
    } finally {
      if (this.request === request) this.loading = false;
    }
  }

  /** Close it as the reader's own way back would, so that no dead step stays in the browser's history. */
  close() {
    if (!this.isOpen) return;
    if (window.history.state?.stack) window.history.back();
    else this.leave();
  }

  leave() {
    if (!this.isOpen) return;
    this.request?.abort();
    this.pages = null;
    this.holder.hidden = true;
    this.body.hidden = false;
    this.body.scrollTop = this.scrolled;
    this.list.show([]);
    this.options.pointed(null);
    this.returnFocus?.focus({ preventScroll: true });
    this.options.closed();
  }
}

/**
 * @param {{links?: {rel: string, href: string}[]}} answer
 * @returns {string | null}
 */
function nextPage({ links = [] }) {
  const next = links.find(({ rel }) => rel === "next");
  if (!next) return null;
  const { pathname, search } = new URL(next.href, window.location.href);
  return pathname + search; // Whatever name the server believes to have.
}
