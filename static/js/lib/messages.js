/**
 * Words for the reader. The page carries them translated; a plural is an object keyed by Intl.PluralRules.
 * @typedef {string | {one: string, other: string}} Message
 * @typedef {Record<string, Message>} Messages
 */

import { readJson } from "./dom.js";

const language = document.documentElement.lang || "en";
const plurals = new Intl.PluralRules(language);
const wholeNumbers = new Intl.NumberFormat(language);
const shortNumbers = new Intl.NumberFormat(language, { notation: "compact", maximumFractionDigits: 1 });
const regions = new Intl.DisplayNames([language], { type: "region", fallback: "code" });

/**
 * @param {...string} ids of script elements that hold messages
 * @returns {(key: string, values?: Record<string, string | number>) => string}
 */
export function translator(...ids) {
  /** @type {Messages} */
  const messages = Object.assign({}, ...ids.map((id) => readJson(id) ?? {}));
  return (key, values = {}) => fill(choose(messages[key] ?? key, values.count), values);
}

/**
 * @param {Message} message
 * @param {string | number | undefined} count
 * @returns {string}
 */
function choose(message, count) {
  if (typeof message === "string") return message;
  return plurals.select(Number(count)) === "one" ? message.one : message.other;
}

/**
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
function fill(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? formatCount(value) : value;
  });
}

/** @param {number} count */
export function formatCount(count) {
  return wholeNumbers.format(count);
}

/** @param {number} count */
export function formatShortCount(count) {
  return shortNumbers.format(count);
}

/** @param {string} moment ISO 8601; a day alone is that day wherever the reader is */
export function formatDate(moment) {
  const date = new Date(moment);
  if (Number.isNaN(date.valueOf())) return moment;
  const timeZone = moment.includes("T") ? undefined : "UTC";
  return date.toLocaleDateString(language, { dateStyle: "medium", timeZone });
}

/** @param {string} moment ISO 8601 with a time of day */
export function formatMoment(moment) {
  const date = new Date(moment);
  if (Number.isNaN(date.valueOf())) return moment;
  return date.toLocaleString(language, {
    ...{ year: "numeric", month: "short", day: "numeric", hour: "numeric", minute: "2-digit" },
    ...{ timeZone: "UTC", timeZoneName: "short" },
  });
}

/**
 * @param {string} code ISO 3166 alpha-2
 * @returns {string} the country's name in the reader's language
 */
export function countryName(code) {
  try {
    return regions.of(code) ?? code;
  } catch {
    return code; // Not a region code: show what is stored.
  }
}

/**
 * @param {number} distance_m
 * @returns {string}
 */
export function formatDistance(distance_m) {
  const kilometres = distance_m >= 1000;
  return new Intl.NumberFormat(language, {
    style: "unit",
    unit: kilometres ? "kilometer" : "meter",
    maximumSignificantDigits: 2,
  }).format(kilometres ? distance_m / 1000 : distance_m);
}
