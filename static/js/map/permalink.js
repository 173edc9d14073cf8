/** The address bar always holds the current view, so that it can be shared or opened again. */

import { wrapLongitude } from "../lib/longitude.js";
import { queryOf } from "../lib/query.js";

/**
 * @param {import("leaflet").Map} map
 * @param {URLSearchParams} filters
 * @param {string | null} selected
 * @returns {string} a relative address that the server understands
 */
export function permalink(map, filters, selected) {
  const { lat, lng } = map.getCenter();
  const zoom = map.getZoom();
  const decimals = Math.max(2, Math.ceil(zoom / 3));
  const parameters = new URLSearchParams({
    zoom: String(zoom),
    lat: lat.toFixed(decimals),
    lon: wrapLongitude(lng).toFixed(decimals),
  });
  for (const [name, value] of filters) parameters.append(name, value);
  if (selected) parameters.set("selected", selected);
  return `?${queryOf(parameters)}`;
}

/** @param {string} address */
export function keepInAddressBar(address) {
  try {
    window.history.replaceState(window.history.state, "", address);
  } catch {
    // Browsers limit how often this may be called; the next move brings the address up to date.
  }
}
