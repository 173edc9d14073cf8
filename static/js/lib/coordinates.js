/**
 * Read and write one position as text, by the server's rules for decimals and degrees, minutes, seconds: latitude
 * first, hemisphere letters in either order, English and French. The server knows more notations and has the last
 * word; this only shows at once what it will understand.
 * @typedef {{lon: number, lat: number}} Position
 * @typedef {{degrees: number, letter: string, parts: number}} Angle
 */

const LONGEST = 100;
const NUMBER = String.raw`[0-9]+(?:\.[0-9]+)?(?![0-9])`;
const ANGLE = new RegExp(
  `^([NSEW])? ?([+-])?(${NUMBER}) ?(?:[°:] ?)?(?:(${NUMBER}) ?(?:[':] ?)?(?:(${NUMBER}) ?"? ?)?)?([NSEW])?$`,
);
const DECIMAL_COMMA = /(?<=[0-9]),(?=[0-9])/g;
const ENCLOSURE = /^[ ,;/|()[\]{}]+|[ ,;/|()[\]{}]+$/g;

/** @type {[RegExp, string][]} */
const SYMBOLS = [
  [/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, ""],
  [/[\u2010-\u2013\u2212]/g, "-"],
  [/[′’‘`´ʹ]/g, "'"],
  [/[″”“ʺ]|''/g, '"'],
  [/[º˚]/g, "°"],
  [/\s+/g, " "],
];

/** @type {Record<string, string>} */
const WORDS = {
  n: "N",
  north: "N",
  nord: "N",
  s: "S",
  south: "S",
  sud: "S",
  e: "E",
  east: "E",
  est: "E",
  w: "W",
  west: "W",
  o: "W",
  ouest: "W",
  d: "°",
  deg: "°",
  min: "'",
  sec: '"',
};

/**
 * @param {string} text
 * @returns {Position | null} null where the text is not read as a position on Earth
 */
export function parsePosition(text) {
  const spelled = spellOut(text);
  if (spelled === null) return null;
  /** @type {Map<string, [Angle, Angle]>} */
  const pairs = new Map();
  for (const reading of readings(spelled)) {
    for (const [left, right] of halves(reading)) {
      const [first, second] = [parseAngle(left.trim()), parseAngle(right.trim())];
      if (first && second && goTogether(first, second))
        pairs.set(`${left.trim()}|${right.trim()}`, [first, second]);
    }
  }
  return pairs.size === 1 ? positionOf(...[...pairs.values()][0]) : null;
}

/**
 * @param {string} text
 * @returns {string | null} plain digits, letters of the hemispheres and unit marks; null for any other word
 */
function spellOut(text) {
  if (text.length > LONGEST) return null;
  const plain = SYMBOLS.reduce((result, [pattern, symbol]) => result.replace(pattern, symbol), text);
  let known = true;
  const spelled = plain.replace(/\p{L}+/gu, (word) => {
    const symbol = WORDS[word.toLowerCase()];
    known &&= symbol !== undefined;
    return symbol ?? "";
  });
  return known ? spelled.replace(ENCLOSURE, "").replace(/((?:^|[,;/|]) ?[+-]) (?=[0-9])/g, "$1") : null;
}

/**
 * A comma between digits separates or, where no decimal point is written, is the decimal sign.
 * @param {string} text
 * @returns {string[]}
 */
function readings(text) {
  const comma = text.replace(DECIMAL_COMMA, ".");
  return comma === text || /[0-9]\.[0-9]/.test(text) ? [text] : [text, comma];
}

/**
 * @param {string} text
 * @returns {[string, string][]} every way to cut it in two
 */
function halves(text) {
  const separators = [...text.matchAll(/[,;/|]/g)];
  if (separators.length > 1) return [];
  if (separators.length === 1)
    return [[text.slice(0, separators[0].index), text.slice(separators[0].index + 1)]];
  /** @type {[string, string][]} */
  const cuts = [];
  for (let i = 1; i < text.length; i += 1) {
    if (!/[0-9.]{2}/.test(text.slice(i - 1, i + 1))) cuts.push([text.slice(0, i), text.slice(i)]);
  }
  return cuts;
}

/**
 * @param {string} text
 * @returns {Angle | null}
 */
function parseAngle(text) {
  const found = text.match(ANGLE);
  if (!found) return null;
  const [, before, sign, ...rest] = found;
  const after = rest.pop();
  const parts = rest.filter((part) => part !== undefined);
  const letter = before ?? after ?? "";
  if ((before && after) || (letter && sign)) return null;
  if (
    parts.slice(0, -1).some((part) => part.includes(".")) ||
    parts.slice(1).some((part) => Number(part) >= 60)
  ) {
    return null;
  }
  const size = parts.reduce((sum, part, index) => sum + Number(part) / 60 ** index, 0);
  const negative = sign === "-" || letter === "S" || letter === "W";
  return { degrees: negative ? -size : size, letter, parts: parts.length };
}

/**
 * Letters on both sides, or on none and the same precision: the only hint where one angle ends.
 * @param {Angle} first
 * @param {Angle} second
 */
function goTogether(first, second) {
  if (first.letter || second.letter) return Boolean(first.letter && second.letter);
  return first.parts === second.parts;
}

/**
 * @param {Angle} first
 * @param {Angle} second
 * @returns {Position | null}
 */
function positionOf(first, second) {
  const firstIsLatitude = !first.letter || "NS".includes(first.letter);
  const secondIsLatitude = second.letter !== "" && "NS".includes(second.letter);
  if (first.letter && firstIsLatitude === secondIsLatitude) return null;
  const [lat, lon] = firstIsLatitude ? [first.degrees, second.degrees] : [second.degrees, first.degrees];
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lon, lat } : null;
}

/**
 * @param {Position} position
 * @param {number} [decimals] six are about a tenth of a metre
 * @returns {string} latitude first, as the location field reads it
 */
export function formatDecimal({ lon, lat }, decimals = 6) {
  return `${lat.toFixed(decimals)}, ${lon.toFixed(decimals)}`;
}

/**
 * @param {Position} position
 * @returns {string} 1°17′31.6″S 36°49′18.8″E
 */
export function formatSexagesimal({ lon, lat }) {
  return `${sexagesimal(lat, "NS")} ${sexagesimal(lon, "EW")}`;
}

/**
 * Rounded once, to whole tenths of a second, so that 59.96 seconds carry into the minute.
 * @param {number} value
 * @param {string} letters
 */
function sexagesimal(value, letters) {
  const tenths = Math.round(Math.abs(value) * 36_000);
  const degrees = Math.floor(tenths / 36_000);
  const minutes = Math.floor((tenths % 36_000) / 600);
  const seconds = (tenths % 600) / 10;
  return `${degrees}°${minutes}′${seconds.toFixed(1)}″${letters[value < 0 && tenths > 0 ? 1 : 0]}`;
}
