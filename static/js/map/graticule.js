/** Lines of latitude and longitude with their degrees, for zoom levels where the offline basemap is bare. */

const APART_PX = 160;
const FONT_PX = 11;

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./offline_basemap.js").Window} view
 * @param {import("./palette.js").Palette} palette
 */
export function drawGraticule(context, view, palette) {
  const step = stepFor((APART_PX * 360) / view.scale);
  const columns = linesBetween(toLon(view.left - APART_PX, view), toLon(view.left + view.size, view), step);
  const rows = linesBetween(
    toLat(view.top + view.size + FONT_PX * 2, view),
    toLat(view.top - FONT_PX, view),
    step,
  );
  context.strokeStyle = palette.border;
  context.lineWidth = 0.5;
  context.beginPath();
  for (const lon of columns) {
    const x = (lon / 360 + 0.5) * view.scale - view.left;
    context.moveTo(x, 0);
    context.lineTo(x, view.size);
  }
  for (const lat of rows) {
    const y = toY(lat) * view.scale - view.top;
    context.moveTo(0, y);
    context.lineTo(view.size, y);
  }
  context.stroke();
  writeDegrees(context, view, palette, { columns, rows, step });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./offline_basemap.js").Window} view
 * @param {import("./palette.js").Palette} palette
 * @param {{columns: number[], rows: number[], step: number}} lines
 */
function writeDegrees(context, view, palette, { columns, rows, step }) {
  const decimals = Math.max(0, -Math.floor(Math.log10(step)));
  context.font = `${FONT_PX}px ${palette.font}`;
  context.direction = "ltr";
  context.textAlign = "left";
  context.textBaseline = "bottom";
  context.fillStyle = palette.label;
  for (const lon of columns) {
    for (const lat of rows) {
      const x = (lon / 360 + 0.5) * view.scale - view.left;
      const y = toY(lat) * view.scale - view.top;
      const shown = ((((lon + 180) % 360) + 360) % 360) - 180;
      context.fillText(`${lat.toFixed(decimals)}, ${shown.toFixed(decimals)}`, x + 4, y - 2);
    }
  }
}

/**
 * @param {number} smallest degrees
 * @returns {number} the next larger of 1, 2, 5, 10 ... times a power of ten
 */
function stepFor(smallest) {
  const power = 10 ** Math.floor(Math.log10(smallest));
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= smallest) ?? 10 * power;
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} step
 * @returns {number[]}
 */
function linesBetween(from, to, step) {
  const first = Math.ceil(from / step);
  const count = Math.max(0, Math.floor(to / step) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * step);
}

/**
 * @param {number} x pixels of the zoom
 * @param {{scale: number}} view
 */
function toLon(x, { scale }) {
  return (x / scale - 0.5) * 360;
}

/**
 * @param {number} y pixels of the zoom
 * @param {{scale: number}} view
 */
function toLat(y, { scale }) {
  return (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / scale))) * 180) / Math.PI;
}

/** @param {number} lat */
function toY(lat) {
  const radians = (lat * Math.PI) / 180;
  return 0.5 - Math.log(Math.tan(Math.PI / 4 + radians / 2)) / (2 * Math.PI);
}
