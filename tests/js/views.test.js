import assert from "node:assert/strict";
import { test } from "node:test";
import { stacked } from "../../static/js/map/stacks.js";
import { answers, countOf, inSight, marginFor } from "../../static/js/map/views.js";

function facility(id, lon, lat, category = "heliport") {
  return {
    type: "Feature",
    id,
    geometry: { type: "Point", coordinates: [lon, lat] },
    properties: { code: id, category },
  };
}

function cluster(id, lon, lat, categories) {
  const count = Object.values(categories).reduce((sum, number) => sum + number, 0);
  const properties = { cluster: true, count, categories, bbox: [lon, lat, lon, lat] };
  return { type: "Feature", id, geometry: { type: "Point", coordinates: [lon, lat] }, properties };
}

test("clusters do for windows inside their box at their zoom alone", () => {
  const view = { kind: "clusters", zoom: 5, bbox: [0, 0, 40, 40] };
  assert.equal(answers(view, { box: [5, 5, 35, 35], zoom: 5 }), true);
  assert.equal(answers(view, { box: [5, 5, 35, 35], zoom: 6 }), false);
  assert.equal(answers(view, { box: [5, 5, 41, 35], zoom: 5 }), false);
});

test("facilities one by one do for any zoom inside their box", () => {
  const view = { kind: "facilities", zoom: 5, bbox: [170, 0, -170, 40] };
  assert.equal(answers(view, { box: [179, 5, -179, 35], zoom: 9 }), true);
  assert.equal(answers(view, { box: [160, 5, 175, 35], zoom: 9 }), false);
});

test("what is in sight adds up", () => {
  const features = [
    cluster("c/5/1/1", 10, 10, { heliport: 3, closed: 2 }),
    facility("F1", 12, 12),
    cluster("c/5/9/9", 39, 39, { heliport: 7 }),
  ];
  const seen = inSight({ features }, [0, 0, 20, 20]);
  assert.equal(seen.total, 6);
  assert.deepEqual(seen.categories, { heliport: 4, closed: 2 });
  assert.equal(seen.features.length, 2);
});

test("facilities at the very same place become one stack, all others stay", () => {
  const features = [
    facility("F1", 1, 2),
    facility("F2", 3, 4),
    facility("F3", 1, 2, "closed"),
    cluster("c/5/1/1", 1, 2, { heliport: 3 }),
  ];
  const marks = stacked(features);
  assert.deepEqual(
    marks.map(({ id }) => id),
    ["s/1,2", "F2", "c/5/1/1"],
  );
  assert.equal(marks[0].properties.count, 2);
  assert.deepEqual(marks[0].properties.categories, { heliport: 1, closed: 1 });
  assert.deepEqual(marks[0].properties.members, [features[0], features[2]]);
  assert.equal(marks[1], features[1]);
});

test("how many there are is said as surely as it is known", () => {
  assert.deepEqual(countOf({ total: 700, exact: true }, 614), { total: 614, sure: "exact" });
  assert.deepEqual(countOf({ total: 10_000, exact: false }, 412_345), { total: 10_000, sure: "more" });
  assert.deepEqual(countOf({ total: 10_000, exact: false }, 6312), { total: 6300, sure: "about" });
});

test("the margin never makes a large window's clusters coarser", () => {
  assert.equal(marginFor(896, 744), 0.15);
  const cells = (share) => (2560 * (1 + 2 * share) * 1600 * (1 + 2 * share)) / 64 ** 2;
  assert.ok(cells(marginFor(2560, 1600)) <= 1500);
  assert.equal(marginFor(6000, 4000), 0);
});
