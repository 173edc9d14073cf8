/**
 * Areas that narrow the map, as the address writes them: near=lon,lat,metres, nearest=lon,lat,count and
 * within=lon,lat;lon,lat;... Positions are [lon, lat]; outlines may run beyond 180 degrees.
 * @typedef {[number, number]} LonLat
 * @typedef {{kind: "near", centre: LonLat, radius_m: number} | {kind: "nearest", centre: LonLat, count: number} |
 *   {kind: "within", corners: LonLat[]}} Area
 */

import { wrapLongitude } from "../lib/longitude.js";

/** The mean radius of the Earth: within 0.3 % of what the server measures on the ellipsoid. */
const EARTH_M = 6_371_008.8;
const EDGE_LATITUDE = 85.06;
const CIRCLE_POINTS = 120;
const EDGE_STEP_DEG = 2;
const FEWEST_CORNERS = 3;
/** The server takes no more: an address has an end. */
export const MOST_CORNERS = 300;
/** Corners lie anywhere on a map that runs on round the world; the server reads so many degrees. */
const FARTHEST_CORNER_DEG = 36_000;
/** A metre for corners, which may be many, and a tenth of one for a single place. */
const CORNER_DECIMALS = 5;
const PLACE_DECIMALS = 6;
export const MOST_NEAREST = 1000;

/**
 * @param {string} kind
 * @param {string} text
 * @returns {Area | null} null where the text is not such an area
 */
export function parseArea(kind, text) {
  if (kind === "within") return parseCorners(text);
  const [lon, lat, number, ...rest] = numbersOf(text);
  if (rest.length > 0 || !isPosition([lon, lat], 180) || !(number > 0)) return null;
  if (kind === "near") return { kind, centre: [lon, lat], radius_m: number };
  return kind === "nearest" ? { kind, centre: [lon, lat], count: number } : null;
}

/**
 * @param {string} text
 * @returns {Area | null}
 */
function parseCorners(text) {
  const written = text.split(";");
  if (written.length > 1 && written[0] === written.at(-1)) written.pop(); // Closed, as GeoJSON closes its rings.
  const corners = written.map(numbersOf);
  const enough = corners.length >= FEWEST_CORNERS && corners.length <= MOST_CORNERS;
  if (!enough || !corners.every((corner) => isPosition(corner, FARTHEST_CORNER_DEG))) return null;
  return { kind: "within", corners: corners.map(([lon, lat]) => [lon, lat]) };
}

/** @param {string} text */
function numbersOf(text) {
  return text.split(",").map((number) => (number.trim() ? Number(number) : Number.NaN));
}

/**
 * @param {number[]} position
 * @param {number} farthest_deg
 */
function isPosition([lon, lat, ...rest], farthest_deg) {
  return rest.length === 0 && Math.abs(lon) <= farthest_deg && Math.abs(lat) <= 90;
}

/**
 * @param {Area} area
 * @returns {string}
 */
export function formatArea(area) {
  if (area.kind === "within") {
    return area.corners.map((corner) => formatPosition(corner, CORNER_DECIMALS)).join(";");
  }
  const number = area.kind === "near" ? Math.max(1, Math.round(area.radius_m)) : area.count;
  return `${formatPosition(area.centre, PLACE_DECIMALS)},${number}`;
}

/**
 * @param {LonLat} position
 * @param {number} decimals
 */
function formatPosition([lon, lat], decimals) {
  return [wrapLongitude(lon), lat].map((degrees) => Number(degrees.toFixed(decimals))).join(",");
}

/**
 * @param {LonLat} from
 * @param {LonLat} to
 * @returns {number} metres along the great circle
 */
export function distance_m([lon1, lat1], [lon2, lat2]) {
  const [a, b] = [radians(lat1), radians(lat2)];
  const half = (/** @type {number} */ angle) => Math.sin(radians(angle) / 2) ** 2;
  const chord = half(lat2 - lat1) + Math.cos(a) * Math.cos(b) * half(lon2 - lon1);
  return 2 * EARTH_M * Math.asin(Math.min(1, Math.sqrt(chord)));
}

/**
 * The outline of all places within a distance, as it lies on a Web Mercator map: one that holds a pole runs along
 * the map's edge.
 * @param {LonLat} centre
 * @param {number} radius_m
 * @returns {LonLat[]}
 */
export function circleOutline([lon, lat], radius_m) {
  const angle = Math.min(radius_m / EARTH_M, Math.PI - 1e-6);
  const [sinLat, cosLat] = [Math.sin(radians(lat)), Math.cos(radians(lat))];
  /** @type {LonLat[]} */
  const outline = [];
  for (let step = 0; step <= CIRCLE_POINTS; step += 1) {
    const bearing = (step / CIRCLE_POINTS) * 2 * Math.PI;
    const sinOther = sinLat * Math.cos(angle) + cosLat * Math.sin(angle) * Math.cos(bearing);
    const across = Math.atan2(
      Math.sin(bearing) * Math.sin(angle) * cosLat,
      Math.cos(angle) - sinLat * sinOther,
    );
    outline.push([lon + degrees(across), degrees(Math.asin(Math.max(-1, Math.min(1, sinOther))))]);
  }
  const followed = unwrapped(outline);
  const turn = followed[CIRCLE_POINTS][0] - followed[0][0];
  if (Math.abs(turn) < 180) return followed.slice(0, -1);
  const pole = degrees(angle) + lat > 90 ? EDGE_LATITUDE : -EDGE_LATITUDE;
  return [...followed, [followed[CIRCLE_POINTS][0], pole], [followed[0][0], pole]];
}

/**
 * Follow a line over the antimeridian instead of jumping across the whole map, as the server does.
 * @param {LonLat[]} positions
 * @returns {LonLat[]}
 */
export function unwrapped(positions) {
  let turn = 0;
  return positions.map(([lon, lat], index) => {
    const step = lon - positions[Math.max(index - 1, 0)][0];
    if (Math.abs(step) > 180) turn -= 360 * Math.round(step / 360);
    return [lon + turn, lat];
  });
}

/**
 * A line without jumps on the turn of the world that has its west end within -180 to 180 degrees.
 * @param {LonLat[]} positions
 * @returns {LonLat[]}
 */
export function atHome(positions) {
  const followed = unwrapped(positions);
  const turned = 360 * Math.floor((Math.min(...followed.map(([lon]) => lon)) + 180) / 360);
  return followed.map(([lon, lat]) => [lon - turned, lat]);
}

/**
 * @param {LonLat[]} outline that may run on beyond 180 degrees
 * @param {{west: number, east: number}} window of a map that runs on round the world
 * @returns {number[]} the multiples of 360 degrees that bring the outline into the window
 */
export function turnsInto(outline, { west, east }) {
  const lons = outline.map(([lon]) => lon);
  const first = Math.ceil((west - Math.max(...lons)) / 360);
  const last = Math.floor((east - Math.min(...lons)) / 360);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * 360);
}

/**
 * @param {Area} area
 * @returns {LonLat[]} the corners of its outline; one position where it has none
 */
export function outlineOf(area) {
  if (area.kind === "near") return circleOutline(area.centre, area.radius_m);
  return area.kind === "within" ? straightEdges(atHome(area.corners)) : [area.centre];
}

/**
 * Edges are straight in longitude and latitude, as the server takes them; on the map long ones are bent.
 * @param {LonLat[]} corners
 * @returns {LonLat[]}
 */
function straightEdges(corners) {
  return corners.flatMap(([lon, lat], index) => {
    const [nextLon, nextLat] = corners[(index + 1) % corners.length];
    const length = Math.hypot(nextLon - lon, nextLat - lat);
    const steps = Math.max(1, Math.ceil(length / EDGE_STEP_DEG));
    return Array.from({ length: steps }, (_, step) => {
      const share = step / steps;
      return /** @type {LonLat} */ ([lon + (nextLon - lon) * share, lat + (nextLat - lat) * share]);
    });
  });
}

/** @param {number} angle */
function radians(angle) {
  return (angle * Math.PI) / 180;
}

/** @param {number} angle */
function degrees(angle) {
  return (angle * 180) / Math.PI;
}
