/** A basemap that needs no other host: Natural Earth drawn on canvas tiles, round and round the world. */

import { drawGraticule } from "./graticule.js";
import { GridLayer } from "./leaflet.js";
import { readPalette, watchPalette } from "./palette.js";
import { loadWorld } from "./world.js";

const DETAILED_FROM_ZOOM = 4;
const MARGIN_PX = 4;
const LABEL_PX = 12;
/** Beyond this zoom a country fills the screen: its name would only stand in the way. */
const LAST_LABEL_ZOOM = 8;
/** Closer in there is little left to draw: lines of latitude and longitude keep the sense of place and scale. */
const GRATICULE_FROM_ZOOM = 7;

/**
 * The tile's window on the world, in pixels of its zoom.
 * @typedef {{left: number, top: number, size: number, scale: number}} Window
 * @typedef {{text: string, x: number, y: number, width: number}} Label
 */

export class OfflineBasemap extends GridLayer {
  constructor() {
    super({ pane: "tilePane", className: "offline-basemap", updateWhenZooming: false, keepBuffer: 3 });
    this.palette = readPalette();
    /** @type {Map<number, Label[]>} */
    this.labels = new Map();
    watchPalette(() => {
      this.palette = readPalette();
      this.redraw();
    });
  }

  /**
   * @param {import("leaflet").Coords} coords
   * @param {import("leaflet").DoneCallback} done
   * @returns {HTMLElement}
   */
  createTile(coords, done) {
    const size = this.getTileSize().x;
    const ratio = window.devicePixelRatio || 1;
    const tile = document.createElement("canvas");
    tile.width = size * ratio;
    tile.height = size * ratio;
    const scale = size * 2 ** coords.z;
    const view = { left: coords.x * size, top: coords.y * size, size, scale };
    loadWorld(coords.z < DETAILED_FROM_ZOOM ? "110m" : "50m").then(
      (world) => {
        const context = tile.getContext("2d");
        if (context) {
          context.scale(ratio, ratio);
          this.drawTile(context, world, view, coords.z);
        }
        done(undefined, tile);
      },
      (error) => done(error, tile),
    );
    return tile;
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./world.js").World} world
   * @param {Window} view
   * @param {number} zoom
   */
  drawTile(context, world, view, zoom) {
    const { sea, land, border, coast } = this.palette;
    context.fillStyle = sea;
    context.fillRect(0, 0, view.size, view.size);
    context.fillStyle = land;
    fillPolygons(context, world.land, view);
    context.lineJoin = "round";
    context.strokeStyle = coast;
    context.lineWidth = 1;
    strokeLines(context, world.coasts, view);
    context.strokeStyle = border;
    context.lineWidth = zoom < DETAILED_FROM_ZOOM ? 0.75 : 1;
    strokeLines(context, world.borders, view);
    if (zoom <= LAST_LABEL_ZOOM) this.drawLabels(context, world, view, zoom);
    if (zoom >= GRATICULE_FROM_ZOOM) drawGraticule(context, view, this.palette);
  }

  /**
   * Each tile draws its part of every label that touches it, so a label may cross tiles.
   * @param {CanvasRenderingContext2D} context
   * @param {import("./world.js").World} world
   * @param {Window} view
   * @param {number} zoom
   */
  drawLabels(context, world, view, zoom) {
    context.font = `500 ${LABEL_PX}px ${this.palette.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineWidth = 3;
    context.strokeStyle = this.palette.halo;
    context.fillStyle = this.palette.label;
    for (const label of this.labelsAt(context, world, view.scale, zoom)) {
      const x = label.x - view.left;
      const y = label.y - view.top;
      if (Math.abs(x - view.size / 2) > (view.size + label.width) / 2 + MARGIN_PX) continue;
      if (Math.abs(y - view.size / 2) > view.size / 2 + LABEL_PX) continue;
      context.strokeText(label.text, x, y);
      context.fillText(label.text, x, y);
    }
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {import("./world.js").World} world
   * @param {number} scale
   * @param {number} zoom
   * @returns {Label[]} the labels of a zoom, chosen once for the whole world so that tiles agree
   */
  labelsAt(context, world, scale, zoom) {
    const known = this.labels.get(zoom);
    if (known) return known;
    /** @type {Label[]} */
    const chosen = [];
    for (const place of world.places) {
      const width = context.measureText(place.text).width;
      const label = { text: place.text, x: place.x * scale, y: place.y * scale, width };
      if (place.width * scale > width * 0.9 && !chosen.some((other) => overlap(label, other)))
        chosen.push(label);
    }
    this.labels.set(zoom, chosen);
    return chosen;
  }
}

/**
 * @param {Label} one
 * @param {Label} other
 */
function overlap(one, other) {
  const apart = (one.width + other.width) / 2 + 8;
  return Math.abs(one.x - other.x) < apart && Math.abs(one.y - other.y) < LABEL_PX + 6;
}

/**
 * @param {import("./world.js").Line} line
 * @param {Window} view
 */
function touches(line, view) {
  const margin = MARGIN_PX / view.scale;
  const left = view.left / view.scale - margin;
  const top = view.top / view.scale - margin;
  const size = view.size / view.scale + 2 * margin;
  return line.east >= left && line.west <= left + size && line.south >= top && line.north <= top + size;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./world.js").Line[][]} polygons
 * @param {Window} view
 */
function fillPolygons(context, polygons, view) {
  context.beginPath();
  for (const rings of polygons) {
    for (const ring of rings) {
      if (touches(ring, view)) tracePolygon(context, clipRing(toTile(ring.points, view), view.size));
    }
  }
  context.fill("evenodd");
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {import("./world.js").Line[]} lines
 * @param {Window} view
 */
function strokeLines(context, lines, view) {
  context.beginPath();
  for (const line of lines) {
    if (touches(line, view)) traceLine(context, toTile(line.points, view), view.size);
  }
  context.stroke();
}

/**
 * @param {Float64Array} points
 * @param {Window} view
 * @returns {number[]} pixels from the tile's corner
 */
function toTile(points, view) {
  const pixels = new Array(points.length);
  for (let i = 0; i < points.length; i += 2) {
    pixels[i] = points[i] * view.scale - view.left;
    pixels[i + 1] = points[i + 1] * view.scale - view.top;
  }
  return pixels;
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} points
 */
function tracePolygon(context, points) {
  for (let i = 0; i < points.length; i += 2) {
    if (i === 0) context.moveTo(points[0], points[1]);
    else context.lineTo(points[i], points[i + 1]);
  }
  context.closePath();
}

/**
 * Leave out the segments that are wholly to one side of the tile.
 * @param {CanvasRenderingContext2D} context
 * @param {number[]} points
 * @param {number} size
 */
function traceLine(context, points, size) {
  let drawn = false;
  for (let i = 2; i < points.length; i += 2) {
    const outside = beyond(points[i - 2], points[i], size) || beyond(points[i - 1], points[i + 1], size);
    if (!outside) {
      if (!drawn) context.moveTo(points[i - 2], points[i - 1]);
      context.lineTo(points[i], points[i + 1]);
    }
    drawn = !outside;
  }
}

/**
 * @param {number} from
 * @param {number} to
 * @param {number} size
 */
function beyond(from, to, size) {
  return (from < -MARGIN_PX && to < -MARGIN_PX) || (from > size + MARGIN_PX && to > size + MARGIN_PX);
}

/**
 * Sutherland and Hodgman's clipping of a ring to the tile: canvas loses precision far outside its own area.
 * @param {number[]} points
 * @param {number} size
 * @returns {number[]}
 */
function clipRing(points, size) {
  let clipped = points;
  for (const axis of [0, 1]) {
    clipped = clipSide(clipped, axis, -MARGIN_PX, 1);
    clipped = clipSide(clipped, axis, size + MARGIN_PX, -1);
  }
  return clipped;
}

/**
 * @param {number[]} points
 * @param {number} axis 0 for x, 1 for y
 * @param {number} limit
 * @param {1 | -1} sign 1 keeps what is above the limit, -1 what is below
 * @returns {number[]}
 */
function clipSide(points, axis, limit, sign) {
  /** @type {number[]} */
  const kept = [];
  for (let i = 0; i < points.length; i += 2) {
    const j = (i + points.length - 2) % points.length;
    const here = (points[i + axis] - limit) * sign;
    const before = (points[j + axis] - limit) * sign;
    if (here >= 0 !== before >= 0) {
      const share = before / (before - here);
      kept.push(points[j] + (points[i] - points[j]) * share);
      kept.push(points[j + 1] + (points[i + 1] - points[j + 1]) * share);
    }
    if (here >= 0) kept.push(points[i], points[i + 1]);
  }
  return kept;
}
