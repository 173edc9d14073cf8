/**
 * Keep the rings of neighbouring clusters apart: move each a little, by less than its own radius, so that the place
 * it stands for stays below it; then shrink what still overlaps.
 * @typedef {{x: number, y: number, radius: number, fixed?: boolean}} Disc pixels; fixed discs stay where they are
 */

const ROUNDS = 8;
const GAP_PX = 3;
const MOVES_AT_MOST = 0.75;
const SMALLEST_PX = 10.5;

/**
 * @param {Disc[]} discs
 * @returns {Disc[]} in the same order
 */
export function spread(discs) {
  const moved = discs.map((disc) => ({ ...disc }));
  const pairs = closePairs(discs);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [i, j] of pairs) push(moved[i], moved[j]);
    moved.forEach((disc, index) => {
      keepNear(disc, discs[index]);
    });
  }
  for (const [i, j] of pairs) shrink(moved[i], moved[j]);
  return moved;
}

/**
 * @param {Disc[]} discs
 * @returns {[number, number][]} pairs that can come to touch each other, found cell by cell
 */
function closePairs(discs) {
  const reach = Math.max(...discs.map(({ radius }) => radius), 1) * 2 * (1 + MOVES_AT_MOST) + GAP_PX;
  /** @type {Map<string, number[]>} */
  const cells = new Map();
  /** @type {[number, number][]} */
  const pairs = [];
  discs.forEach(({ x, y }, index) => {
    const [column, row] = [Math.floor(x / reach), Math.floor(y / reach)];
    for (let dx = -1; dx <= 1; dx += 1) {
      for (let dy = -1; dy <= 1; dy += 1) {
        for (const other of cells.get(`${column + dx},${row + dy}`) ?? []) {
          if (Math.hypot(discs[other].x - x, discs[other].y - y) < reach) pairs.push([other, index]);
        }
      }
    }
    const key = `${column},${row}`;
    const members = cells.get(key);
    if (members) members.push(index);
    else cells.set(key, [index]);
  });
  return pairs;
}

/**
 * @param {Disc} one
 * @param {Disc} other
 */
function push(one, other) {
  if (one.fixed && other.fixed) return;
  const [dx, dy] = [other.x - one.x, other.y - one.y];
  const distance = Math.hypot(dx, dy);
  const overlap = one.radius + other.radius + GAP_PX - distance;
  if (overlap <= 0) return;
  const [ux, uy] = distance > 0 ? [dx / distance, dy / distance] : [1, 0];
  const share = one.fixed ? 0 : other.fixed ? 1 : 0.5;
  one.x -= ux * overlap * share;
  one.y -= uy * overlap * share;
  other.x += ux * overlap * (1 - share);
  other.y += uy * overlap * (1 - share);
}

/**
 * @param {Disc} disc
 * @param {Disc} home where it began
 */
function keepNear(disc, home) {
  const [dx, dy] = [disc.x - home.x, disc.y - home.y];
  const distance = Math.hypot(dx, dy);
  const most = home.radius * MOVES_AT_MOST;
  if (distance <= most) return;
  disc.x = home.x + (dx / distance) * most;
  disc.y = home.y + (dy / distance) * most;
}

/**
 * @param {Disc} one
 * @param {Disc} other
 */
function shrink(one, other) {
  if (one.fixed && other.fixed) return;
  const room = Math.hypot(other.x - one.x, other.y - one.y) - GAP_PX;
  if (one.radius + other.radius <= room) return;
  if (one.fixed) other.radius = smaller(other, room - one.radius);
  else if (other.fixed) one.radius = smaller(one, room - other.radius);
  else {
    const scale = room / (one.radius + other.radius);
    one.radius = smaller(one, one.radius * scale);
    other.radius = smaller(other, other.radius * scale);
  }
}

/**
 * @param {Disc} disc
 * @param {number} wanted
 */
function smaller({ radius }, wanted) {
  return Math.min(radius, Math.max(SMALLEST_PX, wanted));
}
