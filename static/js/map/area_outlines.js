/** The areas that narrow the view, as outlines below the markers, on every turn of the world that is in view. */

import { outlineOf, unwrapped } from "./areas.js";
import { worldOffsets } from "./facility_layer.js";
import { circleMarker, latLngBounds, layerGroup, polygon, polyline, svg } from "./leaflet.js";

const PANE = "areas";
const BELOW_MARKERS = "390";

/** @typedef {import("./areas.js").Area} Area */

export class AreaOutlines {
  /** @param {import("leaflet").Map} map */
  constructor(map) {
    this.map = map;
    if (!map.getPane(PANE)) map.createPane(PANE).style.zIndex = BELOW_MARKERS;
    this.renderer = svg({ pane: PANE, padding: 0.5 });
    this.group = layerGroup().addTo(map);
    /** @type {Area[]} */
    this.areas = [];
    /** @type {Area | null} the one that is being drawn */
    this.draft = null;
    this.offsets = "";
    map.on("moveend", () => {
      if (worldOffsets(map).join() !== this.offsets) this.draw();
    });
  }

  /** @param {Area[]} areas */
  show(areas) {
    this.areas = areas;
    this.draw();
  }

  /** @param {Area | null} area */
  sketch(area) {
    this.draft = area;
    this.draw();
  }

  draw() {
    this.group.clearLayers();
    const offsets = worldOffsets(this.map);
    this.offsets = offsets.join();
    for (const offset of offsets) {
      for (const area of this.areas) this.add(area, offset, false);
      if (this.draft) this.add(this.draft, offset, true);
    }
  }

  /**
   * @param {Area} area
   * @param {number} offset degrees to add to the longitudes
   * @param {boolean} isDraft
   */
  add(area, offset, isDraft) {
    const { renderer } = this;
    const points = toLatLngs(area, offset);
    const className = isDraft ? "area-outline area-outline--draft" : "area-outline";
    const options = { renderer, className, interactive: false, weight: 2.5 };
    const isLine = area.kind === "within" && area.corners.length === 2;
    if (points.length > 1) this.group.addLayer(isLine ? polyline(points, options) : polygon(points, options));
    const corners = isDraft && area.kind === "within" ? unwrapped(area.corners) : [];
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
  return latLngBounds(toLatLngs(area, 0));
}

/**
 * @param {Area} area
 * @param {number} offset
 */
function toLatLngs(area, offset) {
  return outlineOf(area).map((position) => toLatLng(position, offset));
}

/**
 * @param {import("./areas.js").LonLat} position
 * @param {number} offset
 * @returns {[number, number]}
 */
function toLatLng([lon, lat], offset) {
  return [lat, lon + offset];
}
