/** The search box: suggestions come with its first use, and what was misspelt is said below it. */

import { prefersReducedMotion, required } from "../lib/dom.js";
import { readPalette } from "./palette.js";
import { pinIcon, stillPin } from "./pin.js";

const PLACE_ZOOM = 12;

/**
 * @param {import("leaflet").Map} map
 * @param {{settings: import("./settings.js").MapSettings, words: import("./create_map.js").Words,
 *   styles: Map<string, import("./category_icons.js").CategoryStyle>, filters: import("./filters.js").Filters,
 *   chosen: (feature: import("./place_marker.js").PlaceFeature) => void}} options
 * @returns {(corrected: string | null | undefined) => void} call it with what a view was searched for instead
 */
export function connectSearch(map, { settings, words, styles, filters, chosen }) {
  const field = filters.text;
  const note = required("[data-search-note]");
  const list = required("[data-suggestions]");
  /** @type {import("leaflet").Marker | null} */
  let pin = null;
  const showCorrection = (/** @type {string | null | undefined} */ corrected) => {
    note.textContent = corrected ? words("showing_results_for", { text: corrected }) : "";
  };
  /** @param {import("./search_box.js").Found} found */
  const go = (found) => {
    pin?.remove();
    filters.clearText();
    showCorrection(null);
    if (found.kind === "place") pin = goToPlace(map, found.coordinates);
    else chosen(featureOf(found));
  };
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-expanded", "false");
  const load = async () => {
    const { SearchBox } = await import("./search_box.js");
    new SearchBox(field, list, required("[data-suggestions-status]"), {
      url: settings.search_url,
      words,
      styles,
      centre: () => [map.getCenter().wrap().lng, map.getCenter().lat],
      chosen: go,
      answered: ({ corrected }) => showCorrection(corrected),
    });
  };
  // Without suggestions the field still searches: a failed load is tried again with the next focus.
  const begin = () => load().catch(() => field.addEventListener("focus", begin, { once: true }));
  if (!settings.search_url) return showCorrection;
  if (document.activeElement === field) begin();
  else field.addEventListener("focus", begin, { once: true });
  return showCorrection;
}

/**
 * @param {import("leaflet").Map} map
 * @param {[number, number]} coordinates lon, lat
 */
function goToPlace(map, [lon, lat]) {
  const pin = stillPin({ lon, lat }, pinIcon(undefined, readPalette().accentSolid)).addTo(map);
  map.setView([lat, lon], Math.max(map.getZoom(), PLACE_ZOOM), { animate: !prefersReducedMotion() });
  return pin;
}

/**
 * @param {import("./search_box.js").FoundFacility} found
 * @returns {import("./place_marker.js").PlaceFeature}
 */
function featureOf({ coordinates, kind: _kind, ...properties }) {
  const geometry = { type: /** @type {const} */ ("Point"), coordinates };
  return { type: "Feature", id: properties.code, geometry, properties };
}
