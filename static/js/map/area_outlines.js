/** The areas that narrow the view, as outlines below the markers, on every turn of the world that is in view. */

import { atHome, outlineOf, turnsInto } from "./areas.js";
import { circleMarker, latLngBounds, layerGroup, polygon, polyline, svg } from "./leaflet.js";

const PANE = "areas";
const BELOW_MARKERS = "390";
/** Drawn beyond the window's edges, as a share of it: what a pan brings in. */
const MARGIN = 0.5;

/**
 * @typedef {import("./areas.js").Area} Area
 * @typedef {{area: Area, isDraft: boolean, outline: import("./areas.js").LonLat[]}} Shape
 */

export class AreaOutlines {
  /** @param {import("leaflet").Map} map */
  constructor(map) {
    this.map = map;
    if (!map.getPane(PANE)) map.createPane(PANE).style.zIndex = BELOW_MARKERS;
    this.renderer = svg({ pane: PANE, padding: MARGIN });
    this.group = layerGroup().addTo(map);
    /** @type {Shape[]} */
    this.shapes = [];
    /** @type {Shape | null} the one that is being drawn */
    this.draft = null;
    this.drawn = "";
    map.on("moveend", () => this.draw());
  }

  /** @param {Area[]} areas */
  show(areas) {
    this.shapes = areas.map((area) => ({ area, isDraft: false, outline: outlineOf(area) }));
    this.drawn = "";
    this.draw();
  }

  /** @param {Area | null} area */
  sketch(area) {
    this.draft = area && { area, isDraft: true, outline: outlineOf(area) };
    this.drawn = "";
    this.draw();
  }

  /** Draw what is in view; a move that brings no other turn of the world changes nothing. */
  draw() {
    const bounds = this.map.getBounds().pad(MARGIN);
    const window = { west: bounds.getWest(), east: bounds.getEast() };
    const shapes = this.draft ? [...this.shapes, this.draft] : this.shapes;
    const turns = shapes.map(({ outline }) => turnsInto(outline, window));
    const state = JSON.stringify(turns);
    if (state === this.drawn) return;
    this.drawn = state;
    this.group.clearLayers();
    shapes.forEach((shape, index) => {
      for (const offset of turns[index]) this.add(shape, offset);
    });
  }

  /**
   * @param {Shape} shape
   * @param {number} offset degrees to add to the longitudes
   */
  add({ area, isDraft, outline }, offset) {
    const { renderer } = this;
    const points = outline.map((position) => toLatLng(position, offset));
    const className = isDraft ? "area-outline area-outline--draft" : "area-outline";
    const options = { renderer, className, interactive: false, weight: 2.5 };
    const isLine = area.kind === "within" && area.corners.length === 2;
    if (points.length > 1) this.group.addLayer(isLine ? polyline(points, options) : polygon(points, options));
    const corners = isDraft && area.kind === "within" ? atHome(area.corners) : [];
    for (const dot of area.kind === "within" ? corners : [area.centre]) {
      const shape = { ...options, className: "area-dot", radius: 5 };
      this.group.addLayer(circleMarker(toLatLng(dot, offset), shape));
    }
  }
}

/**
 * @param {Area} area
 * @returns {import("leaflet").LatLngBounds}
 */
export function areaBounds(area) {
  return latLngBounds(outlineOf(area).map((position) => toLatLng(position, 0)));
}

/**
 * @param {import("./areas.js").LonLat} position
 * @param {number} offset
 * @returns {[number, number]}
 */
function toLatLng([lon, lat], offset) {
  return [lat, lon + offset];
}
