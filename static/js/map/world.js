/** Natural Earth's countries, projected once to the unit square of Web Mercator and kept as flat arrays. */

import { countryName } from "../lib/messages.js";
import { COUNTRY_CODES } from "./country_codes.js";
import { feature, mesh } from "./topojson.js";

const ATLAS = new URL("../../vendor/world-atlas-2.0.2/", import.meta.url);
const MERCATOR_LATITUDE = 85.0511287798;
/** South of here a jump across the map is Antarctica reaching both edges, and is meant. */
const ANTARCTIC = -84;
const POLE = -89.9;

/**
 * A line of points x0, y0, x1, y1 ... in the unit square, with its box.
 * @typedef {{points: Float64Array, west: number, north: number, east: number, south: number}} Line
 * @typedef {{text: string, x: number, y: number, width: number, size: number}} Place
 * @typedef {{land: Line[][], borders: Line[], coasts: Line[], places: Place[]}} World
 */

/** @type {Map<string, Promise<World>>} */
const worlds = new Map();

/**
 * @param {"110m" | "50m"} scale
 * @returns {Promise<World>}
 */
export function loadWorld(scale) {
  const known = worlds.get(scale);
  if (known) return known;
  const loading = fetchWorld(scale);
  loading.catch(() => worlds.delete(scale)); // A failed request may be tried again.
  worlds.set(scale, loading);
  return loading;
}

/**
 * @param {string} scale
 * @returns {Promise<World>}
 */
async function fetchWorld(scale) {
  const response = await fetch(new URL(`countries-${scale}.json`, ATLAS));
  if (!response.ok) throw new Error(`The offline basemap answered ${response.status}`);
  const topology = await response.json();
  const countries = topology.objects.countries;
  const collection = /** @type {import("geojson").FeatureCollection} */ (
    /** @type {unknown} */ (feature(topology, countries))
  );
  const shapes = collection.features.map((country) => ({ country, polygons: polygonsOf(country.geometry) }));
  return {
    land: shapes.flatMap(({ polygons }) => polygons.map((rings) => rings.flatMap(unwrapped).map(toLine))),
    borders: mesh(topology, countries, (a, b) => a !== b)
      .coordinates.flatMap(unwrapped)
      .map(toLine),
    coasts: mesh(topology, countries, (a, b) => a === b)
      .coordinates.flatMap(withoutSeam)
      .flatMap(unwrapped)
      .map(toLine),
    places: shapes
      .flatMap(({ country, polygons }) => placeOf(country, polygons))
      .sort((a, b) => b.size - a.size),
  };
}

/**
 * @param {import("geojson").Geometry} geometry
 * @returns {import("geojson").Position[][][]}
 */
function polygonsOf(geometry) {
  if (geometry.type === "Polygon") return [geometry.coordinates];
  return geometry.type === "MultiPolygon" ? geometry.coordinates : [];
}

/**
 * @param {import("geojson").Position[]} positions
 * @returns {Line}
 */
function toLine(positions) {
  const points = new Float64Array(positions.length * 2);
  const line = { points, west: Infinity, north: Infinity, east: -Infinity, south: -Infinity };
  positions.forEach(([lon, lat], index) => {
    const x = lon / 360 + 0.5;
    const y = mercatorY(lat);
    points[index * 2] = x;
    points[index * 2 + 1] = y;
    line.west = Math.min(line.west, x);
    line.east = Math.max(line.east, x);
    line.north = Math.min(line.north, y);
    line.south = Math.max(line.south, y);
  });
  return line;
}

/** @param {number} lat */
function mercatorY(lat) {
  const limited = Math.max(-MERCATOR_LATITUDE, Math.min(MERCATOR_LATITUDE, lat));
  const radians = (limited * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + radians / 2)) / (2 * Math.PI);
}

/**
 * Some lines of the data run over the antimeridian: follow them there instead of jumping across the whole map, and
 * draw them again at the other edge. Along the pole the jump is meant.
 * @param {import("geojson").Position[]} positions
 * @returns {import("geojson").Position[][]}
 */
function unwrapped(positions) {
  let turn = 0;
  const followed = positions.map(([lon, lat], index) => {
    const [before, beforeLat] = positions[Math.max(index - 1, 0)];
    if (Math.abs(lon - before) > 180 && !(lat < ANTARCTIC && beforeLat < ANTARCTIC))
      turn += lon < before ? 360 : -360;
    return [lon + turn, lat];
  });
  const lons = followed.map(([lon]) => lon);
  const turns = [
    ...(Math.max(...lons) > 180.01 ? [-360] : []),
    0,
    ...(Math.min(...lons) < -180.01 ? [360] : []),
  ];
  return turns.map((offset) => followed.map(([lon, lat]) => [lon + offset, lat]));
}

/**
 * The edges that close a piece along the antimeridian or the pole are no coast.
 * @param {import("geojson").Position[]} positions
 * @returns {import("geojson").Position[][]}
 */
function withoutSeam(positions) {
  /** @type {import("geojson").Position[][]} */
  const pieces = [[]];
  positions.forEach((position, index) => {
    const before = positions[index - 1];
    if (before && isSeam(before, position)) pieces.push([]);
    pieces[pieces.length - 1].push(position);
  });
  return pieces.filter((piece) => piece.length > 1);
}

/**
 * @param {import("geojson").Position} from
 * @param {import("geojson").Position} to
 */
function isSeam(from, to) {
  const alongEdge = Math.abs(from[0]) > 179.99 && Math.abs(to[0]) > 179.99;
  return alongEdge || (from[1] < POLE && to[1] < POLE);
}

/**
 * @param {import("geojson").Feature} country
 * @param {import("geojson").Position[][][]} polygons
 * @returns {Place[]} where the name of the country may stand: the middle of its largest piece
 */
function placeOf(country, polygons) {
  const code = COUNTRY_CODES.get(String(country.id));
  const rings = polygons.map((rings) => toLine(unwrapped(rings[0])[0]));
  const largest = rings.sort((a, b) => boxArea(b) - boxArea(a))[0];
  if (!code || !largest) return [];
  const [x, y] = centroid(largest.points);
  return [{ text: countryName(code), x, y, width: largest.east - largest.west, size: boxArea(largest) }];
}

/** @param {Line} line */
function boxArea({ west, east, north, south }) {
  return (east - west) * (south - north);
}

/**
 * @param {Float64Array} points of a closed ring
 * @returns {[number, number]}
 */
function centroid(points) {
  let area = 0;
  let x = 0;
  let y = 0;
  for (let i = 0; i + 3 < points.length; i += 2) {
    const cross = points[i] * points[i + 3] - points[i + 2] * points[i + 1];
    area += cross;
    x += (points[i] + points[i + 2]) * cross;
    y += (points[i + 1] + points[i + 3]) * cross;
  }
  return [x / (3 * area), y / (3 * area)];
}
