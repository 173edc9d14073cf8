import assert from "node:assert/strict";
import { test } from "node:test";
import { boxAround, contains, covers, toLatLngBounds } from "../../static/js/map/view_box.js";

const FIJI = /** @type {const} */ ([177, -20, -178, -16]);

test("a box across the antimeridian contains what lies on either side of it", () => {
  assert.ok(contains([...FIJI], [179, -18]));
  assert.ok(contains([...FIJI], [-179, -18]));
  assert.ok(!contains([...FIJI], [0, -18]));
  assert.ok(!contains([...FIJI], [179, -10]));
});

test("covering works across the antimeridian and for the whole world", () => {
  assert.ok(covers([170, -30, -170, 0], [...FIJI]));
  assert.ok(!covers([178, -30, -170, 0], [...FIJI]));
  assert.ok(covers([-180, -90, 180, 90], [...FIJI]));
  assert.ok(!covers([0, 0, 10, 10], [-5, 2, 5, 8]));
  assert.ok(!covers([...FIJI], [-180, -20, 180, -16]));
});

test("the box around positions takes the shorter way round", () => {
  const box = boxAround([
    [179, -18],
    [-179, -17],
  ]);
  assert.deepEqual(box, [179, -18, -179, -17]);
  const kenya = boxAround([
    [36.8, -1.3],
    [39.7, -4],
  ]);
  assert.ok(Math.abs(kenya[2] - 39.7) < 1e-9);
});

test("the box round one place is that place, to the last digit", () => {
  assert.deepEqual(boxAround([[36.8123, -61.3456]]), [36.8123, -61.3456, 36.8123, -61.3456]);
});

test("bounds for the map run on past 180 degrees", () => {
  assert.deepEqual(toLatLngBounds([...FIJI]), [
    [-20, 177],
    [-16, 182],
  ]);
});
