import assert from "node:assert/strict";
import { test } from "node:test";
import {
  circleOutline,
  distance_m,
  formatArea,
  outlineOf,
  parseArea,
  unwrapped,
} from "../../static/js/map/areas.js";

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
