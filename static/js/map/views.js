/**
 * The views that the server answers: the facilities of a box, or clusters of them with the first ones to list.
 * @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {import("./view_box.js").Box} Box
 * @typedef {object} View
 * @property {Box} bbox the asked box, widened to whole cells: what the counts are about
 * @property {"facilities" | "clusters"} kind
 * @property {number} zoom
 * @property {number} total
 * @property {boolean} [exact] false where there are more than the total, and all other counts are estimates
 * @property {Record<string, number>} categories
 * @property {PlaceFeature[]} features
 * @property {PlaceFeature[] | null} [listed] those nearest to the middle, where the features are clusters
 * @property {string | null} [corrected] the text that was searched for, where the typed one was misspelt
 *
 * @typedef {{filters: string, box: Box, zoom: number}} Question filters as a query string
 */

import { queryOf } from "../lib/query.js";
import { contains, covers } from "./view_box.js";
import { fetchJson } from "./view_request.js";

/** @type {Box} */
export const WORLD = [-180, -90, 180, 90];
/** Asked for beyond each edge of the window, as a share of it: what a small pan brings in is there already. */
const MARGIN = 0.15;
/** The server draws cells of this size, and makes them larger where there would be more than so many. */
const CELL_PX = 64;
const CELLS = 1400;

/**
 * @param {number} width_px of the window
 * @param {number} height_px
 * @returns {number} the margin to ask for, none where it would cost the picture its detail
 */
export function marginFor(width_px, height_px) {
  const cells = (width_px / CELL_PX + 2) * (height_px / CELL_PX + 2);
  return Math.max(0, Math.min(MARGIN, (Math.sqrt(CELLS / cells) - 1) / 2));
}

/**
 * @param {import("./settings.js").MapSettings} settings
 * @param {Question} question
 * @param {AbortSignal} signal
 * @param {number} [listed] how many to list beside clusters
 * @returns {Promise<View>}
 */
export function askView(settings, { filters, box, zoom }, signal, listed) {
  const parameters = new URLSearchParams(filters);
  parameters.set("bbox", box.join(","));
  parameters.set("zoom", String(zoom));
  if (listed) parameters.set("listed", String(listed));
  return fetchJson(`${settings.features_url}?${queryOf(parameters)}`, signal);
}

/**
 * Whether a view that is at hand shows a window as well as a new one would: facilities one by one are complete at
 * any zoom, clusters belong to theirs.
 * @param {View} view
 * @param {{box: Box, zoom: number}} window
 */
export function answers(view, { box, zoom }) {
  return covers(view.bbox, box) && (view.kind === "facilities" || view.zoom === zoom);
}

/**
 * What of a view is inside the window. A cluster counts where it is drawn, so that the markers in sight add up.
 * @param {View} view
 * @param {Box} box the window
 * @returns {{features: PlaceFeature[], total: number, categories: Record<string, number>}}
 */
export function inSight({ features }, box) {
  /** @type {Record<string, number>} */
  const categories = {};
  let total = 0;
  const seen = features.filter(({ geometry }) => contains(box, geometry.coordinates));
  for (const { properties } of seen) {
    total += properties.count ?? 1;
    const parts = properties.categories ?? { [properties.category]: 1 };
    for (const slug of Object.keys(parts)) categories[slug] = (categories[slug] ?? 0) + parts[slug];
  }
  return { features: seen, total, categories };
}

/**
 * How many there are in sight, and how sure that is: a count that the server broke off says how many there are more
 * than; of a smaller window only the estimate is known, which is told in two digits.
 * @param {View} view
 * @param {number} seen the sum of what is in sight
 * @returns {{total: number, sure: "exact" | "more" | "about"}}
 */
export function countOf({ exact = true, total }, seen) {
  if (exact) return { total: seen, sure: "exact" };
  return seen >= total ? { total, sure: "more" } : { total: Number(seen.toPrecision(2)), sure: "about" };
}

/**
 * @param {PlaceFeature} feature
 * @returns {import("geojson").Position[]} lon, lat of what it covers
 */
export function cornersOf({ geometry, properties }) {
  if (!properties.cluster) return [geometry.coordinates];
  const [west, south, east, north] = properties.bbox;
  return [
    [west, south],
    [east, north],
  ];
}
