/**
 * Everything the current view holds, drawn on canvas, with copies wherever the world repeats. Markers are kept by
 * the id of what they show: a new view adds and removes only what differs.
 */

import { canvas, featureGroup, latLngBounds, point } from "./leaflet.js";
import { readPalette, watchPalette } from "./palette.js";
import { ClusterMarker, clusterRadius, FacilityMarker } from "./place_marker.js";
import { spread } from "./spread.js";
import { stacked } from "./stacks.js";
import { toLatLngBounds } from "./view_box.js";

/** Above this number the discs shrink, so that a full view stays readable. */
const MANY = 400;
const MARGIN_PX = 96;
const RADIUS_PX = 12;
const SMALL_RADIUS_PX = 9.5;

/**
 * @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {{feature: PlaceFeature, lon: number, lat: number, radius: number}} Placed
 */

export class FacilityLayer {
  /**
   * @param {import("leaflet").Map} map
   * @param {Map<string, import("./category_icons.js").CategoryStyle>} styles
   * @param {{pressed: (feature: PlaceFeature, offset: number) => void,
   *   pointed: (feature: PlaceFeature | null) => void}} handlers
   */
  constructor(map, styles, { pressed, pointed }) {
    this.map = map;
    /** @type {import("./place_marker.js").Drawing} */
    this.drawing = { styles, palette: readPalette(), sprites: new Map(), estimated: false };
    this.renderer = canvas({ padding: 0.2, tolerance: 3 });
    // One listener for all markers, however many come and go.
    this.group = featureGroup()
      .on("click", ({ propagatedFrom: marker }) => pressed(marker.place, marker.offset))
      .on("mouseover", ({ propagatedFrom: marker }) => pointed(marker.place))
      .on("mouseout", () => pointed(null))
      .addTo(map);
    /** @type {Placed[]} */
    this.placed = [];
    /** @type {number[]} */
    this.offsets = [];
    /** @type {Map<string, import("./place_marker.js").PaintedMarker>} */
    this.markers = new Map();
    /** @type {Map<string, string>} the marker of each facility, by code */
    this.holders = new Map();
    /** @type {string | null} */
    this.highlighted = null;
    watchPalette(() => {
      this.drawing.palette = readPalette();
      this.forgetSprites();
    });
  }

  /** The icons have arrived, or the colours changed: draw anew. */
  forgetSprites() {
    this.drawing.sprites.clear();
    for (const marker of this.markers.values()) {
      marker.prepare();
      marker.redraw();
    }
  }

  /** @param {import("./views.js").View} view */
  show({ features, zoom, exact }) {
    this.drawing.estimated = exact === false;
    this.placed = this.arrange(stacked(features), zoom);
    this.holders.clear();
    for (const { feature } of this.placed) {
      for (const { id } of feature.properties.members ?? [feature])
        this.holders.set(String(id), String(feature.id));
    }
    this.update(worldOffsets(this.map));
  }

  /** After a move: the world may show another of its turns. */
  place() {
    const offsets = worldOffsets(this.map);
    if (offsets.join() !== this.offsets.join()) this.update(offsets);
  }

  /**
   * Put facilities where they are, and clusters so that their rings leave each other free.
   * @param {PlaceFeature[]} features
   * @param {number} zoom that the clusters were made for
   * @returns {Placed[]} largest first: a small one must not vanish below a large one
   */
  arrange(features, zoom) {
    const single = features.length > MANY ? SMALL_RADIUS_PX : RADIUS_PX;
    const crowded = features.some(({ properties }) => properties.cluster);
    const discs = features.map((feature) => {
      const [lon, lat] = feature.geometry.coordinates;
      const { cluster, count } = feature.properties;
      const { x, y } = crowded ? this.map.project([lat, lon], zoom) : { x: 0, y: 0 };
      return { x, y, radius: count ? clusterRadius(count) : single, fixed: !cluster };
    });
    const apart = crowded ? spread(discs) : discs;
    return features
      .map((feature, index) => {
        const [lon, lat] = feature.geometry.coordinates;
        const { x, y, radius } = apart[index];
        if (x === discs[index].x && y === discs[index].y) return { feature, lon, lat, radius };
        const place = this.map.unproject([x, y], zoom);
        return { feature, lon: place.lng, lat: place.lat, radius };
      })
      .sort((a, b) => (b.feature.properties.count ?? 1) - (a.feature.properties.count ?? 1));
  }

  /** @param {number[]} offsets the turns of the world to show */
  update(offsets) {
    this.offsets = offsets;
    const unwanted = new Map(this.markers);
    let stackAdded = false;
    for (const placed of this.placed) {
      for (const offset of offsets) {
        const key = `${placed.feature.id}@${offset}`;
        const known = this.markers.get(key);
        if (known) known.update(placed, offset);
        else this.add(key, placed, offset);
        stackAdded ||= !known && Boolean(placed.feature.properties.stack);
        unwanted.delete(key);
      }
    }
    for (const [key, marker] of unwanted) {
      this.group.removeLayer(marker);
      this.markers.delete(key);
    }
    if (stackAdded) this.order();
    this.highlight(this.highlighted);
  }

  /**
   * @param {string} key
   * @param {Placed} placed
   * @param {number} offset degrees to add to the longitude
   */
  add(key, placed, offset) {
    const marker = new (placed.feature.properties.count ? ClusterMarker : FacilityMarker)(
      placed,
      offset,
      this.drawing,
    );
    marker.options.renderer = this.renderer;
    this.markers.set(key, marker);
    marker.addTo(this.group);
  }

  /**
   * Those that came last lie on top: a stack must not hide the facilities beside it. Clusters leave each other free,
   * and moving them would only draw everything once more.
   */
  order() {
    for (const { feature } of this.placed) {
      for (const offset of this.offsets) this.markers.get(`${feature.id}@${offset}`)?.bringToFront();
    }
  }

  /**
   * @param {import("./view_box.js").Box} bbox
   * @param {number} offset degrees to add to the longitudes
   */
  boundsOf(bbox, offset) {
    return latLngBounds(toLatLngBounds(bbox, offset));
  }

  /** @param {import("leaflet").LatLngBounds} bounds */
  fittingZoom(bounds) {
    return this.map.getBoundsZoom(bounds, false, point(MARGIN_PX, MARGIN_PX));
  }

  /**
   * @param {import("leaflet").Point} spot pixels from the map's upper left corner
   * @returns {{feature: PlaceFeature, offset: number} | null} what is drawn nearest to it, of all that is in sight
   */
  nearestTo(spot) {
    const size = this.map.getSize();
    let nearest = null;
    let least = Number.POSITIVE_INFINITY;
    for (const marker of this.markers.values()) {
      const at = this.map.latLngToContainerPoint(marker.getLatLng());
      const distance = at.distanceTo(spot);
      if (distance >= least || at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
      least = distance;
      nearest = { feature: marker.place, offset: marker.offset };
    }
    return nearest;
  }

  /** @param {string | null} id of a facility, a stack or a cluster; null for none */
  highlight(id) {
    const before = this.highlighted;
    this.highlighted = id;
    if (before !== id) this.paintHighlight(before, false);
    this.paintHighlight(id, true);
  }

  /**
   * @param {string | null} id
   * @param {boolean} on
   */
  paintHighlight(id, on) {
    if (id === null) return;
    const holder = this.holders.get(id) ?? id;
    for (const offset of this.offsets) this.markers.get(`${holder}@${offset}`)?.highlight(on);
  }
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
