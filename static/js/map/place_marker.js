/** One facility, or one cluster of them, on the map's canvas. */

import { formatShortCount } from "../lib/messages.js";
import { ICON_UNITS } from "./category_icons.js";
import { CircleMarker } from "./leaflet.js";

const CLUSTER_RING_PX = 4.5;
const TURN = 2 * Math.PI;
/** Less than half a pixel of the ring: nobody would see it. */
const THINNEST_SHARE = 0.02;

/**
 * @typedef {import("geojson").Feature<import("geojson").Point, any>} PlaceFeature
 * @typedef {{styles: Map<string, import("./category_icons.js").CategoryStyle>,
 *   palette: import("./palette.js").Palette, sprites: Map<string, HTMLCanvasElement>,
 *   estimated: boolean}} Drawing estimated where the counts are
 */

/** Paints itself in place of the plain circle; Leaflet's canvas still does the hit testing and redrawing. */
export class PaintedMarker extends CircleMarker {
  /**
   * @param {import("./facility_layer.js").Placed} placed
   * @param {number} offset degrees to add to the longitude
   * @param {Drawing} drawing
   */
  constructor({ feature, lon, lat, radius }, offset, drawing) {
    super([lat, lon + offset], { radius, stroke: true, weight: 2 });
    this.place = feature;
    this.offset = offset;
    this.drawing = drawing;
    this.highlighted = false;
    this.prepare();
  }

  /**
   * Show a newer answer about the same thing; where nothing differs, nothing is drawn.
   * @param {import("./facility_layer.js").Placed} placed
   * @param {number} offset
   */
  update({ feature, lon, lat, radius }, offset) {
    const before = this.place;
    const { lat: oldLat, lng: oldLon } = this.getLatLng();
    this.place = feature;
    if (lookOf(before) !== lookOf(feature)) {
      this.prepare();
      this.redraw();
    }
    if (radius !== this.getRadius()) this.setRadius(radius);
    if (lat !== oldLat || lon + offset !== oldLon) this.setLatLng([lat, lon + offset]);
  }

  /** Work out once what every painting needs. */
  prepare() {}

  /** Leaflet calls this for every path that lies in the area to redraw. */
  _updatePath() {
    const { _renderer: renderer, _point: point } = /** @type {any} */ (this);
    if (renderer._drawing && !(/** @type {any} */ (this)._empty())) this.paint(renderer._ctx, point);
  }

  /**
   * @param {CanvasRenderingContext2D} _context
   * @param {{x: number, y: number}} _point
   */
  paint(_context, _point) {
    throw new Error("Each kind of marker paints itself");
  }

  /** @param {boolean} on */
  highlight(on) {
    if (this.highlighted === on) return;
    this.highlighted = on;
    if (on) this.bringToFront();
    this.redraw();
  }
}

/** @param {PlaceFeature} feature */
function lookOf({ properties }) {
  const { category, status, count, categories } = properties;
  return count ? `${count} ${JSON.stringify(categories)}` : `${category} ${status}`;
}

export class FacilityMarker extends PaintedMarker {
  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{x: number, y: number}} point
   */
  paint(context, { x, y }) {
    const radius = this.getRadius() - 1;
    if (this.highlighted) fillDisc(context, x, y, radius + 4, this.drawing.palette.accent);
    const sprite = facilitySprite(this.place.properties, radius, this.drawing);
    const size = sprite.width / pixelRatio();
    context.drawImage(sprite, x - size / 2, y - size / 2, size, size);
  }
}

/** A cluster, or a stack of facilities at one place: their number in a ring of their categories. */
export class ClusterMarker extends PaintedMarker {
  prepare() {
    const { count, stack } = this.place.properties;
    this.text = `${this.drawing.estimated ? "~" : ""}${formatShortCount(count)}`;
    this.shares = sharesOf(this.place.properties, this.drawing);
    this.isStack = Boolean(stack);
  }

  /**
   * @param {CanvasRenderingContext2D} context
   * @param {{x: number, y: number}} point
   */
  paint(context, { x, y }) {
    const { palette } = this.drawing;
    const radius = this.getRadius();
    if (this.isStack) {
      fillDisc(context, x + 3, y + 3, radius + 1.5, palette.halo);
      fillDisc(context, x + 3, y + 3, radius, palette.unknown);
    }
    const rim = this.highlighted ? 4 : 1.5;
    fillDisc(context, x, y, radius + rim, this.highlighted ? palette.accent : palette.halo);
    fillShares(context, { x, y, radius }, this.shares ?? []);
    fillDisc(context, x, y, radius - Math.min(CLUSTER_RING_PX, radius / 4), palette.surface);
    context.fillStyle = palette.text;
    const size = radius > 20 ? 12.5 : radius > 13 ? 11.5 : 10;
    context.font = `600 ${size}px ${palette.font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(this.text ?? "", x, y + 0.5);
  }
}

/** @param {number} count */
export function clusterRadius(count) {
  return Math.min(27, 11 + 3.5 * Math.log10(Math.max(count, 2)));
}

function pixelRatio() {
  return Math.max(window.devicePixelRatio || 1, 1);
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} x
 * @param {number} y
 * @param {number} radius
 * @param {string} colour
 */
function fillDisc(context, x, y, radius, colour) {
  context.beginPath();
  context.arc(x, y, radius, 0, TURN);
  context.fillStyle = colour;
  context.fill();
}

/**
 * The ring tells which categories the cluster holds, largest first from the top.
 * @param {{count: number, categories: Record<string, number>}} cluster
 * @param {Drawing} drawing
 * @returns {{colour: string, until: number}[]} colours, each up to an angle
 */
function sharesOf({ count, categories }, { styles, palette }) {
  let angle = -TURN / 4;
  return Object.entries(categories)
    .sort((a, b) => b[1] - a[1])
    .map(([slug, share]) => {
      angle += (share / count) * TURN;
      return { colour: styles.get(slug)?.colour ?? palette.unknown, until: angle };
    });
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {{x: number, y: number, radius: number}} disc
 * @param {{colour: string, until: number}[]} shares
 */
function fillShares(context, { x, y, radius }, shares) {
  let angle = -TURN / 4;
  for (const { colour, until } of shares) {
    if (until - angle < THINNEST_SHARE) continue;
    context.beginPath();
    context.moveTo(x, y);
    context.arc(x, y, radius, angle, until);
    context.fillStyle = colour;
    context.fill();
    angle = until;
  }
}

/**
 * @param {{category: string, status: string}} facility
 * @param {number} radius
 * @param {Drawing} drawing
 * @returns {HTMLCanvasElement} drawn once for each look
 */
function facilitySprite({ category, status }, radius, { styles, palette, sprites }) {
  const hollow = status !== "operational";
  const key = `${category}/${hollow}/${radius}/${pixelRatio()}`;
  const known = sprites.get(key);
  if (known) return known;
  const sprite = drawSprite(styles.get(category), hollow, radius, palette);
  sprites.set(key, sprite);
  return sprite;
}

/**
 * A filled disc for a place in use, a hollow one for a place that is planned or closed.
 * @param {import("./category_icons.js").CategoryStyle | undefined} style
 * @param {boolean} hollow
 * @param {number} radius
 * @param {import("./palette.js").Palette} palette
 */
function drawSprite(style, hollow, radius, palette) {
  const ratio = pixelRatio();
  const half = radius + 2;
  const canvas = document.createElement("canvas");
  canvas.width = Math.ceil(half * 2 * ratio);
  canvas.height = canvas.width;
  const context = canvas.getContext("2d");
  if (!context) return canvas;
  context.scale(ratio, ratio);
  const colour = style?.colour ?? palette.unknown;
  fillDisc(context, half, half, radius + 1.5, hollow ? colour : "#ffffff");
  fillDisc(context, half, half, hollow ? radius - 0.5 : radius, hollow ? palette.surface : colour);
  const iconSize = radius * 1.25;
  context.translate(half - iconSize / 2, half - iconSize / 2);
  context.scale(iconSize / ICON_UNITS, iconSize / ICON_UNITS);
  context.fillStyle = hollow ? palette.text : "#ffffff";
  if (style?.path) context.fill(style.path);
  return canvas;
}
