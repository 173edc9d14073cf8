import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../../static/js/map/spread.js";

/** How far two discs reach into each other. */
function overlap(one, other) {
  return one.radius + other.radius - Math.hypot(one.x - other.x, one.y - other.y);
}

test("discs that leave each other free stay where they are", () => {
  const discs = [
    { x: 0, y: 0, radius: 12 },
    { x: 60, y: 0, radius: 20 },
  ];
  assert.deepEqual(spread(discs), discs);
});

test("discs that overlap part, and still cover the place they stand for", () => {
  const discs = [
    { x: 100, y: 100, radius: 22 },
    { x: 118, y: 104, radius: 18 },
    { x: 104, y: 121, radius: 14 },
  ];
  const apart = spread(discs);
  for (const [i, j] of [
    [0, 1],
    [0, 2],
    [1, 2],
  ])
    assert.ok(overlap(apart[i], apart[j]) < 1, `${i} and ${j} overlap by ${overlap(apart[i], apart[j])}`);
  apart.forEach((disc, index) => {
    assert.ok(Math.hypot(disc.x - discs[index].x, disc.y - discs[index].y) < discs[index].radius);
    assert.ok(disc.radius >= 10.5);
  });
});

test("facilities keep their place, clusters give way", () => {
  const facility = { x: 10, y: 10, radius: 9.5, fixed: true };
  const [first, cluster] = spread([facility, { x: 22, y: 10, radius: 16 }]);
  assert.deepEqual(first, facility);
  assert.ok(cluster.x > 22);
  assert.ok(overlap(first, cluster) < 1);
});

test("a full screen of clusters overlaps hardly anywhere", () => {
  // A fixed generator: one disc somewhere in each cell of 64 pixels, as the server sends them.
  let seed = 7;
  const random = () => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed / 2147483648;
  };
  const discs = [];
  for (let column = 0; column < 38; column += 1) {
    for (let row = 0; row < 38; row += 1)
      discs.push({ x: (column + random()) * 64, y: (row + random()) * 64, radius: 12 + random() * 12 });
  }
  const worst = (all) => {
    let most = 0;
    all.forEach((one, i) => {
      for (const other of all.slice(i + 1)) most = Math.max(most, overlap(one, other));
    });
    return most;
  };
  assert.ok(worst(discs) > 20);
  assert.ok(worst(spread(discs)) < 6, `${worst(spread(discs))} pixels`);
});

test("the same discs are spread in the same way again", () => {
  const discs = [
    { x: 5, y: 5, radius: 12 },
    { x: 5, y: 5, radius: 12 },
  ];
  assert.deepEqual(spread(discs), spread(discs));
  assert.notDeepEqual(spread(discs)[0], spread(discs)[1]);
});
