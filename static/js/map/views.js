/**
 * The views that the server answers: the facilities of a box, or clusters of them.
 * @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {import("./view_box.js").Box} Box
 * @typedef {{bbox: Box, kind: "facilities" | "clusters", total: number, zoom: number,
 *   categories: Record<string, number>, features: PlaceFeature[], listed?: PlaceFeature[]}} View
 */

import { fetchJson } from "./view_request.js";

const LISTED_FROM_CLUSTERS = 30;

/** @type {Box} */
export const WORLD = [-180, -90, 180, 90];

/**
 * @param {import("./settings.js").MapSettings} settings
 * @param {{filters: URLSearchParams, box: Box, zoom: number}} question
 * @param {AbortSignal} signal
 * @returns {Promise<View>} clusters come with the first facilities that they stand for, to list
 */
export async function askView(settings, { filters, box, zoom }, signal) {
  const parameters = new URLSearchParams(filters);
  parameters.set("bbox", box.join(","));
  const listing = new URLSearchParams(parameters);
  parameters.set("zoom", String(zoom));
  const view = await fetchJson(`${settings.features_url}?${parameters}`, signal);
  if (view.kind !== "clusters") return view;
  listing.set("limit", String(LISTED_FROM_CLUSTERS));
  const listed = await fetchJson(`${settings.collection_url}?${listing}`, signal);
  return { ...view, listed: listed.features };
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
