/** The panel's lower half: how many there are, the first of them as a list, and what to do when there are none. */

import { element, required } from "../lib/dom.js";
import { ResultList } from "./result_list.js";
import { urlFor } from "./settings.js";

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class Results {
  /**
   * @param {{settings: import("./settings.js").MapSettings, words: import("./create_map.js").Words,
   *   styles: Map<string, import("./category_icons.js").CategoryStyle>, statuses: Map<string, string>,
   *   filters: import("./filters.js").Filters, lookEverywhere: () => void,
   *   chosen: (code: string, link: HTMLElement) => void, pointed: (code: string | null) => void}} options
   */
  constructor({ settings, words, styles, statuses, filters, lookEverywhere, chosen, pointed }) {
    this.words = words;
    this.settings = settings;
    this.filters = filters;
    this.lookEverywhere = lookEverywhere;
    this.summary = required("[data-result-summary]");
    this.hint = required("[data-result-hint]");
    this.tableLink = /** @type {HTMLAnchorElement} */ (required("[data-table-link]"));
    const urlOf = (/** @type {string} */ code) => urlFor(settings.facility_url_template, code);
    this.list = new ResultList(required("[data-results]"), { styles, statuses, urlOf, chosen, pointed });
  }

  /**
   * @param {PlaceFeature[] | null} features null keeps the list that came with the page
   * @param {number} total
   */
  show(features, total) {
    const narrowed = this.filters.isSet();
    this.summary.textContent = this.words(narrowed ? "matching_count" : "view_count", { count: total });
    this.tableLink.href = narrowed
      ? `${this.settings.index_url}?${this.filters.parameters()}`
      : this.settings.index_url;
    const shown = features ? this.list.show(byName(features)) : this.list.list.children.length;
    this.showHint(total, shown);
  }

  /**
   * @param {number} total
   * @param {number} shown
   */
  showHint(total, shown) {
    this.hint.replaceChildren();
    this.hint.hidden = total > 0 && shown >= total;
    if (total === 0) this.hint.append(...this.emptyState());
    else this.hint.append(this.words("more_in_view", { count: total - shown }));
  }

  /** @returns {Node[]} */
  emptyState() {
    const text = element("p", {}, this.words(this.filters.isSet() ? "empty_filtered" : "empty_view"));
    const button = element(
      "button",
      { type: "button", class: "btn btn-outline-secondary btn-sm" },
      this.words("look_everywhere"),
    );
    button.addEventListener("click", () => this.lookEverywhere());
    return [text, button];
  }

  /** @param {string} text */
  showProblem(text) {
    this.hint.replaceChildren(text);
    this.hint.hidden = false;
  }
}

/** @param {PlaceFeature[]} features */
function byName(features) {
  const names = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return [...features].sort((a, b) => names.compare(a.properties.name, b.properties.name));
}
