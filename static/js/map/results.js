/** The panel's lower half: how many there are, some of them as a list, and what to do when there are none. */

import { element, required } from "../lib/dom.js";
import { queryOf } from "../lib/query.js";
import { ResultList } from "./result_list.js";

/**
 * @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {object} Listing
 * @property {PlaceFeature[]} features
 * @property {number} total
 * @property {"exact" | "more" | "about"} sure
 * @property {boolean} nearest whether the features are those nearest to the middle, not all
 * @property {import("./view_box.js").Box | null} part what the map shows of the world, null for all of it
 */

const PAGE = 100;
/** The server lists no more beside clusters; the table has them all. */
const LISTED_AT_MOST = 500;

export class Results {
  /**
   * @param {import("./result_list.js").ListOptions & {settings: import("./settings.js").MapSettings,
   *   words: import("./create_map.js").Words, filters: import("./filters.js").Filters,
   *   lookEverywhere: () => void, listMore: (listed: number) => void}} options
   */
  constructor(options) {
    this.options = options;
    this.words = options.words;
    this.summary = required("[data-result-summary]");
    this.hint = required("[data-result-hint]");
    this.more = /** @type {HTMLButtonElement} */ (required("[data-result-more]"));
    this.tableLink = /** @type {HTMLAnchorElement} */ (required("[data-table-link]"));
    this.list = new ResultList(required("[data-results]"), options);
    /** @type {Listing} */
    this.listing = { features: [], total: 0, sure: "exact", nearest: false, part: null };
    this.pageLength = PAGE;
    this.more.addEventListener("click", () => this.showMore());
  }

  /** @param {Listing} listing */
  show(listing) {
    this.listing = listing;
    const { filters, settings } = this.options;
    const narrowed = filters.isSet();
    const { total, sure } = listing;
    const key = narrowed ? "matching_count" : "view_count";
    this.summary.textContent = this.words(sure === "exact" ? key : `${key}_${sure}`, { count: total });
    const wanted = filters.parameters();
    if (listing.part) wanted.set("bbox", listing.part.join(","));
    this.tableLink.href = wanted.size > 0 ? `${settings.index_url}?${queryOf(wanted)}` : settings.index_url;
    this.showPages();
  }

  /** A new view begins with one page again. */
  restart() {
    this.pageLength = PAGE;
  }

  showPages() {
    const { features } = this.listing;
    this.list.show(features.slice(0, this.pageLength));
    this.showHint(Math.min(features.length, this.pageLength));
  }

  showMore() {
    const { features, nearest } = this.listing;
    const first = this.list.list.children.length;
    this.pageLength += PAGE;
    if (nearest && this.pageLength > features.length && features.length < LISTED_AT_MOST)
      this.options.listMore(Math.min(LISTED_AT_MOST, Math.ceil(this.pageLength / PAGE) * PAGE));
    else this.showPages();
    // A button that leaves takes the focus along: hand it to the first of the new ones.
    const next = this.list.list.children[first]?.querySelector("a");
    if (this.more.hidden) next?.focus();
  }

  /** @param {number} shown */
  showHint(shown) {
    const { total, sure, nearest, features } = this.listing;
    const rest = total - shown;
    this.hint.replaceChildren();
    this.hint.hidden = total > 0 && rest <= 0 && sure === "exact";
    this.more.hidden = shown >= features.length && !(nearest && rest > 0 && shown < LISTED_AT_MOST);
    if (total === 0) this.hint.append(...this.emptyState());
    else if (nearest) {
      const key = sure === "exact" ? "nearest_shown" : `nearest_shown_${sure}`;
      this.hint.append(this.words(key, { shown, count: total }));
    } else this.hint.append(this.words("first_shown", { shown, count: total }));
  }

  /** @returns {Node[]} */
  emptyState() {
    const text = element("p", {}, this.words(this.options.filters.isSet() ? "empty_filtered" : "empty_view"));
    const button = element(
      "button",
      { type: "button", class: "btn btn-outline-secondary btn-sm" },
      this.words("look_everywhere"),
    );
    button.addEventListener("click", () => this.options.lookEverywhere());
    return [text, button];
  }

  /** @param {string} text */
  showProblem(text) {
    this.hint.replaceChildren(text);
    this.hint.hidden = false;
  }
}

/**
 * @param {PlaceFeature[]} features
 * @returns {PlaceFeature[]}
 */
export function byName(features) {
  const names = new Intl.Collator(document.documentElement.lang, { numeric: true });
  return [...features].sort((a, b) => names.compare(a.properties.name, b.properties.name));
}
