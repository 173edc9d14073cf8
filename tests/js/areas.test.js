import assert from "node:assert/strict";
import { test } from "node:test";
import {
  circleOutline,
  distance_m,
  formatArea,
  MOST_CORNERS,
  outlineOf,
  parseArea,
  turnsInto,
  unwrapped,
} from "../../static/js/map/areas.js";
import { queryOf } from "../../static/js/lib/query.js";

test("areas are written as they are read", () => {
  for (const [kind, text] of [
    ["near", "36.8,-1.3,5000"],
    ["nearest", "-179.5,12.25,10"],
    ["within", "36.7,-1.2;36.9,-1.2;36.8,-1.4"],
  ]) {
    const area = parseArea(kind, text);
    assert.ok(area, text);
    assert.equal(formatArea(area), text);
  }
});

test("what is no area is refused", () => {
  for (const [kind, text] of [
    ["near", ""],
    ["near", "36.8,-1.3"],
    ["near", "36.8,-1.3,0"],
    ["near", "36.8,-91,5"],
    ["near", "181,0,5"],
    ["near", "1,2,3,4"],
    ["within", "1,2;3,4"],
    ["within", "1,2;3,4;?"],
    ["within", "1,2;3,4;5,"],
    ["within", "1,2;3,4;36001,5"],
    ["within", "1,2;3,4;5,91"],
    ["within", "1,2;3,4;1,2"],
    ["category", "1,2,3"],
  ]) {
    assert.equal(parseArea(kind, text), null, `${kind}=${text}`);
  }
});

test("longitudes drawn on another turn of the world are written as their own", () => {
  assert.equal(formatArea({ kind: "near", centre: [-190.5, 10], radius_m: 1500.4 }), "169.5,10,1500");
});

test("distances are those of the great circle", () => {
  assert.ok(Math.abs(distance_m([0, 0], [1, 0]) - 111_195) < 1);
  assert.ok(Math.abs(distance_m([179.5, 0], [-179.5, 0]) - 111_195) < 1);
});

test("every point of a circle is as far from its centre as was asked", () => {
  for (const [lon, lat, radius_m] of [
    [36.8, -1.3, 5000],
    [179.9, 60, 800_000],
    [10, 88, 100_000],
  ]) {
    for (const point of circleOutline([lon, lat], radius_m).filter(([, y]) => Math.abs(y) < 90)) {
      assert.ok(Math.abs(distance_m([lon, lat], point) / radius_m - 1) < 1e-6, `${point}`);
    }
  }
});

test("a circle across the antimeridian runs on past 180 degrees", () => {
  const lons = circleOutline([179.9, 0], 100_000).map(([lon]) => lon);
  assert.ok(Math.max(...lons) > 180 && Math.min(...lons) < 180);
  assert.ok(Math.max(...lons) - Math.min(...lons) < 2);
});

test("a circle round a pole runs along the edge of the map", () => {
  const outline = circleOutline([0, 85], 1_500_000);
  const lons = outline.map(([lon]) => lon);
  assert.equal(Math.round(Math.max(...lons) - Math.min(...lons)), 360);
  assert.ok(outline.at(-1)[1] > 85 && outline.at(-2)[1] > 85);
  assert.ok(circleOutline([0, -85], 1_500_000).at(-1)[1] < -85);
});

test("lines over the antimeridian are followed", () => {
  assert.deepEqual(
    unwrapped([
      [179, 0],
      [-179, 1],
      [178, 2],
    ]),
    [
      [179, 0],
      [181, 1],
      [178, 2],
    ],
  );
});

test("long edges of a drawn area keep to straight lines of longitude and latitude", () => {
  const outline = outlineOf({
    kind: "within",
    corners: [
      [0, 0],
      [40, 60],
      [40, 0],
    ],
  });
  assert.ok(outline.length > 60);
  for (const [lon, lat] of outline.slice(0, 30)) assert.ok(Math.abs(lat - lon * 1.5) < 1e-9);
});

const ACROSS = "170,-20;190,-20;190,0;170,0";

test("corners beyond 180 degrees are kept as they are, and drawn from their own meridian on", () => {
  for (const text of [ACROSS, "-190,-20;-170,-20;-170,0;-190,0", "530,-20;550,-20;550,0;530,0"]) {
    const area = parseArea("within", text);
    assert.equal(area?.corners.length, 4, text);
    const lons = outlineOf(area).map(([lon]) => lon);
    assert.deepEqual([Math.min(...lons), Math.max(...lons)], [170, 190], text);
  }
});

test("an outline is drawn on every turn of the world that shows it, and on no other", () => {
  const outline = outlineOf(parseArea("within", ACROSS));
  for (const [west, east, turns] of [
    [160, 175, [0]],
    [-179, -175, [-360]],
    [181, 185, [0]],
    [-20, 20, []],
    [-200, 200, [-360, 0]],
    [535, 545, [360]],
  ]) {
    assert.deepEqual(turnsInto(outline, { west, east }), turns, `${west} to ${east}`);
  }
});

test("a ring may come closed, and has as many corners as the server takes", () => {
  assert.equal(parseArea("within", "1,2;3,4;5,2;1,2").corners.length, 3);
  const corner = (_, index) => `${-index / 7},${-Math.sin(index) * 80}`;
  const most = Array.from({ length: MOST_CORNERS }, corner);
  assert.equal(parseArea("within", most.join(";")).corners.length, MOST_CORNERS);
  assert.equal(parseArea("within", [...most, "9,9"].join(";")), null);
});

test("the largest area fits into the line that a web server reads", () => {
  const corners = Array.from({ length: MOST_CORNERS }, (_, index) => [-179.123456789, -(80 + index / 777)]);
  const text = formatArea({ kind: "within", corners });
  const others = { bbox: "-179.123456,-85.123456,-178.123456,-84.123456", zoom: "14", listed: "500" };
  const query = queryOf(new URLSearchParams({ ...others, within: text, q: "ü".repeat(150) }));
  assert.ok(query.length < 8190 - 200, String(query.length));
  assert.equal(new URLSearchParams(query).get("within"), text);
});
