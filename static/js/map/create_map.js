/** One way to make a map, for the map page, the record and the editor. */

import { prefersReducedMotion } from "../lib/dom.js";
import { addBasemaps, basemapCredits } from "./basemaps.js";
import { addCredits, addFullscreen, addLocate, corner } from "./controls.js";
import { control, Map as LeafletMap } from "./leaflet.js";

/** @typedef {(key: string, values?: Record<string, string | number>) => string} Words */

const LATITUDE_LIMIT = 85.05;
const SMALLEST_ZOOM = 2;
const LARGEST_ZOOM = 19;
/** Longitudes run on round the world; only the poles end it. */
const ENDLESS = 1e6;

/**
 * @param {HTMLElement} holder
 * @param {import("./settings.js").MapSettings} settings
 * @param {Words} words
 * @param {{fullscreen?: HTMLElement, tell: (text: string) => void, scrollWheel?: boolean, locate?: boolean}} options
 * @returns {import("leaflet").Map} not yet placed: call showStart or setView
 */
export function createMap(holder, settings, words, { fullscreen, tell, scrollWheel = true, locate = true }) {
  const still = prefersReducedMotion();
  const map = new LeafletMap(holder, {
    preferCanvas: true,
    zoomControl: false,
    attributionControl: false,
    scrollWheelZoom: scrollWheel,
    minZoom: SMALLEST_ZOOM,
    maxZoom: LARGEST_ZOOM,
    zoomAnimation: !still,
    fadeAnimation: !still,
    markerZoomAnimation: !still,
    inertia: !still,
    maxBounds: [
      [-LATITUDE_LIMIT, -ENDLESS],
      [LATITUDE_LIMIT, ENDLESS],
    ],
    maxBoundsViscosity: 1,
  });
  addCredits(map, basemapCredits(settings));
  control
    .zoom({
      position: corner("bottom", "end"),
      zoomInTitle: words("zoom_in"),
      zoomOutTitle: words("zoom_out"),
    })
    .addTo(map);
  if (fullscreen) addFullscreen(map, fullscreen, words);
  if (locate) addLocate(map, words, tell);
  control.scale({ position: corner("bottom", "start"), imperial: false }).addTo(map);
  addBasemaps(map, settings, words, () => tell(words("tiles_unreachable")));
  return map;
}

/**
 * @param {import("leaflet").Map} map
 * @param {import("./settings.js").StartSetting} start
 */
export function showStart(map, { center, zoom, bbox }) {
  if (center && typeof zoom === "number") {
    map.setView([center[1], center[0]], zoom, { animate: false });
  } else {
    const [west, south, east, north] = bbox ?? [-170, -55, 190, 75];
    const farEast = east < west ? east + 360 : east;
    map.fitBounds(
      [
        [south, west],
        [north, farEast],
      ],
      { animate: false, maxZoom: 16 },
    );
  }
}
