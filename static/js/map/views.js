/**
 * The views that the server answers: the facilities of a box, or clusters of them with the first ones to list.
 * @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {import("./view_box.js").Box} Box
 * @typedef {{bbox: Box, kind: "facilities" | "clusters", total: number, zoom: number,
 *   categories: Record<string, number>, features: PlaceFeature[], listed: PlaceFeature[] | null}} View
 */

import { fetchJson } from "./view_request.js";

/** @type {Box} */
export const WORLD = [-180, -90, 180, 90];

/**
 * @param {import("./settings.js").MapSettings} settings
 * @param {{filters: URLSearchParams, box: Box, zoom: number}} question
 * @param {AbortSignal} signal
 * @returns {Promise<View>}
 */
export function askView(settings, { filters, box, zoom }, signal) {
  const parameters = new URLSearchParams(filters);
  parameters.set("bbox", box.join(","));
  parameters.set("zoom", String(zoom));
  return fetchJson(`${settings.features_url}?${parameters}`, signal);
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
