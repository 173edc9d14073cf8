/**
 * What the page tells its map, in the script element `map-settings`. Addresses may hold the placeholder {code}.
 *
 * @typedef {object} CategorySetting
 * @property {string} slug
 * @property {string} label in the reader's language
 * @property {string} colour "#rrggbb"
 * @property {string} icon_url
 *
 * @typedef {object} StartSetting
 * @property {[number, number, number, number] | null} [bbox] west, south, east, north; west > east crosses +-180
 * @property {[number, number] | null} [center] lon, lat; wins over bbox, together with zoom
 * @property {number | null} [zoom]
 * @property {string | null} [selected] a facility's code
 *
 * @typedef {object} MapSettings
 * @property {string} tiles_url empty where no street map is configured
 * @property {string} tiles_attribution plain text
 * @property {CategorySetting[]} categories
 * @property {{value: string, label: string}[]} statuses
 * @property {string} features_url the map's GeoJSON, asked with bbox, zoom and the filters
 * @property {string} index_url the table
 * @property {string} collection_url the facilities' GeoJSON, page by page
 * @property {string} cluster_url_template a cluster's GeoJSON, with {level}, {x} and {y}
 * @property {string} search_url suggestions for a text
 * @property {string} facility_url_template
 * @property {string} feature_url_template
 * @property {string | null} edit_url_template null for those who may not edit
 * @property {StartSetting} initial
 */

import { readJson } from "../lib/dom.js";

/** @returns {MapSettings} */
export function readSettings() {
  const settings = readJson("map-settings");
  if (!settings) throw new Error("This page has no map-settings");
  return settings;
}

/**
 * @param {string} template
 * @param {string} id of a cluster: c/level/x/y
 * @returns {string}
 */
export function clusterUrl(template, id) {
  const [, level, x, y] = id.split("/");
  /** @type {Record<string, string>} */
  const values = { level, x, y };
  return template.replace(/(?:\{|%7B)(level|x|y)(?:\}|%7D)/gi, (_, name) => values[name]);
}

/**
 * @param {string} template
 * @param {string} code
 * @returns {string}
 */
export function urlFor(template, code) {
  return template.replace(/\{code\}|%7Bcode%7D/i, encodeURIComponent(code));
}
