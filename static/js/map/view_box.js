/**
 * The map's view as the server knows it.
 * @typedef {[number, number, number, number]} Box west, south, east, north; west > east crosses the antimeridian
 */

import { wrapLongitude } from "../lib/longitude.js";

/**
 * @param {import("leaflet").Map} map
 * @param {number} [margin] beyond each edge, as a share of the window
 * @returns {Box}
 */
export function viewBox(map, margin = 0) {
  const bounds = map.getBounds().pad(margin);
  const south = Math.max(bounds.getSouth(), -90);
  const north = Math.min(bounds.getNorth(), 90);
  const wholeWorld = bounds.getEast() - bounds.getWest() >= 360;
  const west = wholeWorld ? -180 : wrapLongitude(bounds.getWest());
  const east = wholeWorld ? 180 : wrapLongitude(bounds.getEast());
  return [round(west), round(south), round(east), round(north)];
}

/** At the smallest zoom, a screen that shows so much of the world's width is meant to show all. */
const MOST_OF_THE_WORLD = 0.75;

/**
 * @param {import("leaflet").Map} map
 * @returns {Box | null} the part of the world that the map shows, null where it cannot well show more
 */
export function partInView(map) {
  const box = viewBox(map);
  const isWide = width(box[0], box[2]) / 360 >= MOST_OF_THE_WORLD;
  return isWide && map.getZoom() <= map.getMinZoom() ? null : box;
}

/** @param {number} degrees */
function round(degrees) {
  return Math.round(degrees * 1e6) / 1e6;
}

/**
 * @param {Box} outer
 * @param {Box} inner
 */
export function covers(outer, inner) {
  const [west, south, east, north] = outer;
  const slack = 1e-6;
  if (inner[1] < Math.max(south, -90) - slack || inner[3] > Math.min(north, 90) + slack) return false;
  const span = width(west, east);
  if (span >= 360 - slack) return true;
  const start = (((inner[0] - west) % 360) + 360) % 360;
  return start + width(inner[0], inner[2]) <= span + slack;
}

/**
 * @param {number} west
 * @param {number} east
 */
function width(west, east) {
  return east >= west ? east - west : east - west + 360;
}

/**
 * @param {Box} box
 * @param {import("geojson").Position} position lon, lat
 */
export function contains(box, [lon, lat]) {
  return covers(box, [lon, lat, lon, lat]);
}

/**
 * @param {Box} box
 * @param {number} offset degrees to add to the longitudes
 * @returns {import("leaflet").LatLngBoundsLiteral}
 */
export function toLatLngBounds([west, south, east, north], offset = 0) {
  return [
    [south, west + offset],
    [north, (east < west ? east + 360 : east) + offset],
  ];
}

/**
 * The smallest box round some positions, across the antimeridian where that is shorter.
 * @param {import("geojson").Position[]} positions lon, lat
 * @returns {Box}
 */
export function boxAround(positions) {
  const lats = positions.map(([, lat]) => lat);
  const lons = positions.map(([lon]) => lon).sort((a, b) => a - b);
  // Both edges stay as they came: off by its last digit, one place would turn into the whole world.
  let west = lons[0];
  let east = lons[lons.length - 1];
  let gap = 360 - (east - west);
  for (let i = 1; i < lons.length; i += 1) {
    if (lons[i] - lons[i - 1] > gap) {
      gap = lons[i] - lons[i - 1];
      west = lons[i];
      east = lons[i - 1];
    }
  }
  return [west, Math.min(...lats), east, Math.max(...lats)];
}
