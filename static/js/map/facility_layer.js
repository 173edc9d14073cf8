/** Everything the current view holds, drawn on canvas, with copies wherever the world repeats. */

import { canvas, latLngBounds, layerGroup, point } from "./leaflet.js";
import { readPalette, watchPalette } from "./palette.js";
import { ClusterMarker, clusterRadius, FacilityMarker } from "./place_marker.js";
import { toLatLngBounds } from "./view_box.js";

/** Above this number the discs shrink, so that a full view stays readable. */
const MANY = 400;
const MARGIN_PX = 96;
const RADIUS_PX = 12;
const SMALL_RADIUS_PX = 9.5;

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class FacilityLayer {
  /**
   * @param {import("leaflet").Map} map
   * @param {Map<string, import("./category_icons.js").CategoryStyle>} styles
   * @param {{pressed: (feature: PlaceFeature, offset: number) => void,
   *   pointed: (feature: PlaceFeature | null) => void}} handlers
   */
  constructor(map, styles, { pressed, pointed }) {
    this.map = map;
    this.pressed = pressed;
    this.pointed = pointed;
    /** @type {import("./place_marker.js").Drawing} */
    this.drawing = { styles, palette: readPalette(), sprites: new Map() };
    this.renderer = canvas({ padding: 0.2, tolerance: 3 });
    this.group = layerGroup().addTo(map);
    /** @type {PlaceFeature[]} */
    this.features = [];
    /** @type {Map<string, (FacilityMarker | ClusterMarker)[]>} */
    this.markers = new Map();
    watchPalette(() => {
      this.drawing.palette = readPalette();
      this.forgetSprites();
    });
  }

  /** The icons have arrived, or the colours changed: draw anew. */
  forgetSprites() {
    this.drawing.sprites.clear();
    this.place();
  }

  /** @param {PlaceFeature[]} features */
  show(features) {
    this.features = features;
    this.place();
  }

  /** Put a marker for each feature, once for each turn of the world that is in view. */
  place() {
    this.group.clearLayers();
    this.markers.clear();
    const offsets = worldOffsets(this.map);
    const radius = this.features.length > MANY ? SMALL_RADIUS_PX : RADIUS_PX;
    for (const feature of smallestLast(this.features)) {
      const copies = offsets.map((offset) => this.addMarker(feature, offset, radius));
      this.markers.set(String(feature.id), copies);
    }
  }

  /**
   * @param {PlaceFeature} feature
   * @param {number} offset degrees to add to the longitude
   * @param {number} radius
   */
  addMarker(feature, offset, radius) {
    const [lon, lat] = feature.geometry.coordinates;
    /** @type {[number, number]} */
    const latLng = [lat, lon + offset];
    const { cluster, count } = feature.properties;
    const marker = cluster
      ? new ClusterMarker(latLng, feature, this.drawing, clusterRadius(count))
      : new FacilityMarker(latLng, feature, this.drawing, radius);
    marker.options.renderer = this.renderer;
    marker.on("click", () => this.pressed(feature, offset));
    marker.on("mouseover", () => this.pointed(feature));
    marker.on("mouseout", () => this.pointed(null));
    marker.addTo(this.group);
    return marker;
  }

  /**
   * @param {PlaceFeature} cluster
   * @param {number} offset degrees to add to the longitudes
   */
  boundsOf(cluster, offset) {
    return latLngBounds(toLatLngBounds(cluster.properties.bbox, offset));
  }

  /** @param {import("leaflet").LatLngBounds} bounds */
  fittingZoom(bounds) {
    return this.map.getBoundsZoom(bounds, false, point(MARGIN_PX, MARGIN_PX));
  }

  /** @param {string | null} id null for none */
  highlight(id) {
    for (const [other, copies] of this.markers) {
      for (const marker of copies) marker.highlight(other === id);
    }
  }
}

/**
 * A small cluster must not vanish below a large one.
 * @param {PlaceFeature[]} features
 */
function smallestLast(features) {
  return [...features].sort((a, b) => (b.properties.count ?? 1) - (a.properties.count ?? 1));
}

/**
 * @param {import("leaflet").Map} map
 * @returns {number[]} the multiples of 360 degrees that put a longitude into the view
 */
export function worldOffsets(map) {
  const bounds = map.getBounds().pad(0.1);
  const first = Math.floor((bounds.getWest() + 180) / 360);
  const last = Math.floor((bounds.getEast() + 180) / 360);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * 360);
}
