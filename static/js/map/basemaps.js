/** Which basemap lies below: the street map where its tiles arrive, the offline one otherwise. */

import { corner } from "./controls.js";
import { control, tileLayer } from "./leaflet.js";
import { OfflineBasemap } from "./offline_basemap.js";

const OPENSTREETMAP_COPYRIGHT = "https://www.openstreetmap.org/copyright";
const FAILURES_BEFORE_TAKEOVER = 3;

/**
 * @param {import("leaflet").Map} map
 * @param {import("./settings.js").MapSettings} settings
 * @param {import("./create_map.js").Words} words
 * @param {() => void} tookOver called once when the offline basemap replaces a street map that cannot be reached
 */
export function addBasemaps(map, settings, words, tookOver) {
  const offline = new OfflineBasemap();
  if (!settings.tiles_url) {
    offline.addTo(map);
    return;
  }
  const streets = tileLayer(settings.tiles_url, { maxZoom: map.getMaxZoom(), className: "street-tiles" });
  streets.addTo(map);
  const names = { [escapeText(words("streets"))]: streets, [escapeText(words("offline_map"))]: offline };
  control.layers(names, {}, { position: corner("top", "end") }).addTo(map);
  takeOverAfterFailures(map, streets, offline, tookOver);
}

/**
 * @param {import("leaflet").Map} map
 * @param {import("leaflet").TileLayer} streets
 * @param {OfflineBasemap} offline
 * @param {() => void} tookOver
 */
function takeOverAfterFailures(map, streets, offline, tookOver) {
  let failures = 0;
  streets.on("tileload", () => {
    failures = 0;
  });
  streets.on("tileerror", () => {
    failures += 1;
    if (failures === FAILURES_BEFORE_TAKEOVER && map.hasLayer(streets)) {
      map.removeLayer(streets);
      offline.addTo(map);
      tookOver();
    }
  });
}

/**
 * Leaflet's layer control takes markup; the names are plain text.
 * @param {string} text
 */
function escapeText(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML;
}

/**
 * @param {import("./settings.js").MapSettings} settings
 * @returns {{text: string, href: string}[]}
 */
export function basemapCredits({ tiles_url, tiles_attribution }) {
  const credits = [{ text: "Natural Earth", href: "https://www.naturalearthdata.com/" }];
  if (tiles_url && tiles_attribution) {
    const href = /openstreetmap/i.test(tiles_attribution) ? OPENSTREETMAP_COPYRIGHT : "";
    credits.unshift({ text: tiles_attribution, href });
  }
  return credits;
}
