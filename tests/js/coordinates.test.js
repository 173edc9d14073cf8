import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDecimal, formatSexagesimal, parsePosition } from "../../static/js/lib/coordinates.js";
import { wrapLongitude } from "../../static/js/lib/longitude.js";

/** @type {[string, number, number][]} text, latitude, longitude */
const READ = [
  ["-1.2921, 36.8219", -1.2921, 36.8219],
  ["-1.2921 36.8219", -1.2921, 36.8219],
  ["−1.2921; 36.8219", -1.2921, 36.8219],
  ["(1.2921 S, 36.8219 E)", -1.2921, 36.8219],
  ["36.8219E 1.2921S", -1.2921, 36.8219],
  ["-1,2921 36,8219", -1.2921, 36.8219],
  ["-1,2921; 36,8219", -1.2921, 36.8219],
  ["1°17′31.6″S 36°49′18.8″E", -(1 + 17 / 60 + 31.6 / 3600), 36 + 49 / 60 + 18.8 / 3600],
  ["1 17 31.6 S 36 49 18.8 E", -(1 + 17 / 60 + 31.6 / 3600), 36 + 49 / 60 + 18.8 / 3600],
  ["48°51.5' Nord, 2°21' Est", 48 + 51.5 / 60, 2 + 21 / 60],
  ["12 N 3 O", 12, -3],
  ["0, 0", 0, 0],
];

for (const [text, lat, lon] of READ) {
  test(`reads ${text}`, () => {
    const position = parsePosition(text);
    assert.ok(position);
    assert.ok(Math.abs(position.lat - lat) < 1e-9, `latitude ${position.lat}`);
    assert.ok(Math.abs(position.lon - lon) < 1e-9, `longitude ${position.lon}`);
  });
}

const REFUSED = [
  "",
  "Nairobi",
  "36.8219",
  "95, 10",
  "10, 181",
  "1 N 2 N",
  "-1 S 36 E",
  "1°60′S 36°E",
  "1.5°30′S 36°E",
  "1, 2, 3",
  "NaN, 1",
  "9".repeat(200),
];

for (const text of REFUSED) {
  test(`does not read "${text.slice(0, 20)}"`, () => assert.equal(parsePosition(text), null));
}

test("writes latitude first", () => {
  assert.equal(formatDecimal({ lon: 36.8219, lat: -1.2921 }, 4), "-1.2921, 36.8219");
});

test("carries rounded seconds into the degree", () => {
  assert.equal(formatSexagesimal({ lon: 36.99999999, lat: -1.29211 }), "1°17′31.6″S 37°0′0.0″E");
});

test("brings a longitude back from any turn of the world", () => {
  assert.equal(wrapLongitude(190), -170);
  assert.equal(wrapLongitude(-190), 170);
  assert.equal(wrapLongitude(180), 180);
  assert.equal(wrapLongitude(730), 10);
});
