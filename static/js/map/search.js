/** The search box: suggestions come with its first use, and what was misspelt is said below it. */

import { isNarrow, prefersReducedMotion, required } from "../lib/dom.js";
import { wrapLongitude } from "../lib/longitude.js";
import { readPalette } from "./palette.js";
import { pinIcon, stillPin } from "./pin.js";
import { fetchJson } from "./view_request.js";

const PLACE_ZOOM = 12;
/** Every way to write a position down has some. */
const DIGITS = /\d.*\d/u;

/**
 * @typedef {import("./search_box.js").Found} Found
 * @typedef {{settings: import("./settings.js").MapSettings, words: import("./create_map.js").Words,
 *   styles: Map<string, import("./category_icons.js").CategoryStyle>, statuses: Map<string, string>,
 *   filters: import("./filters.js").Filters, shown: () => void, went: () => void,
 *   chosen: (feature: import("./place_marker.js").PlaceFeature) => void}} SearchOptions
 */

export class Search {
  /**
   * @param {import("leaflet").Map} map
   * @param {SearchOptions} options
   */
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.field = options.filters.text;
    this.note = required("[data-search-note]");
    this.holder = required("[data-suggestions]");
    this.status = required("[data-suggestions-status]");
    /** @type {import("leaflet").Marker | null} */
    this.pin = null;
    const list = required("[role=listbox]", this.holder);
    this.field.setAttribute("role", "combobox");
    this.field.setAttribute("aria-autocomplete", "list");
    this.field.setAttribute("aria-controls", list.id);
    this.field.setAttribute("aria-expanded", "false");
    this.field.addEventListener("input", () => this.clearPin());
    // Without suggestions the field still searches: a failed load is tried again with the next focus.
    const begin = () => {
      this.load().catch(() => this.field.addEventListener("focus", begin, { once: true }));
    };
    if (document.activeElement === this.field) begin();
    else this.field.addEventListener("focus", begin, { once: true });
  }

  async load() {
    const { SearchBox } = await import("./search_box.js");
    const { settings, words, styles, statuses, shown } = this.options;
    new SearchBox(this.field, this.holder, this.status, {
      words,
      styles,
      statuses,
      addressOf: (text) => searchUrl(settings, this.map, text, SUGGESTED),
      shown,
      chosen: (found) => this.go(found),
    });
  }

  /** @param {string | null | undefined} corrected what a view was searched for instead of what was typed */
  showCorrection(corrected) {
    this.note.textContent = corrected ? this.options.words("showing_results_for", { text: corrected }) : "";
  }

  /** @param {Found} found */
  go(found) {
    this.clearPin();
    this.options.filters.clearText();
    this.showCorrection(null);
    if (found.kind === "facility") this.options.chosen(featureOf(found));
    else this.goToPlace(found.coordinates);
  }

  /**
   * Where no facility has what was typed, it may be a position, in whatever notation the server reads.
   * @returns {Promise<boolean>} whether the map goes there
   */
  async goToTypedPlace() {
    const text = this.field.value.trim();
    if (!DIGITS.test(text)) return false;
    try {
      const { results } = await fetchJson(searchUrl(this.options.settings, this.map, text, 1));
      const isPlace = results[0]?.kind === "place" && this.field.value.trim() === text;
      if (isPlace) this.go(results[0]);
      return isPlace;
    } catch {
      return false;
    }
  }

  /** @param {[number, number]} coordinates lon, lat */
  goToPlace([lon, lat]) {
    const { map } = this;
    this.pin = stillPin({ lon, lat }, pinIcon(undefined, readPalette().accentSolid)).addTo(map);
    // On a phone the keyboard leaves with the focus.
    if (isNarrow()) this.field.blur();
    this.options.went();
    map.setView([lat, lon], Math.max(map.getZoom(), PLACE_ZOOM), { animate: !prefersReducedMotion() });
  }

  clearPin() {
    this.pin?.remove();
    this.pin = null;
  }
}

/** What fits below the field without scrolling. */
const SUGGESTED = 8;

/**
 * @param {import("./settings.js").MapSettings} settings
 * @param {import("leaflet").Map} map
 * @param {string} text
 * @param {number} limit
 */
function searchUrl({ search_url }, map, text, limit) {
  const { lng, lat } = map.getCenter();
  const parameters = new URLSearchParams({
    q: text,
    lon: wrapLongitude(lng).toFixed(4),
    lat: lat.toFixed(4),
    limit: String(limit),
  });
  return `${search_url}?${parameters}`;
}

/**
 * @param {import("./search_box.js").FoundFacility} found
 * @returns {import("./place_marker.js").PlaceFeature}
 */
function featureOf({ coordinates, kind: _kind, ...properties }) {
  const geometry = { type: /** @type {const} */ ("Point"), coordinates };
  return { type: "Feature", id: properties.code, geometry, properties };
}
