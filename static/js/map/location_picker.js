/** The editor's map: a press places the pin, dragging or arrow keys move it. */

import { categoryStyles, loadIcons } from "./category_icons.js";
import { createMap, showStart } from "./create_map.js";
import { DomEvent, Marker } from "./leaflet.js";
import { readPalette } from "./palette.js";
import { pinIcon } from "./pin.js";
import { readSettings } from "./settings.js";

const CLOSE_ZOOM = 16;
const FIRST_ZOOM = 12;
const STEP_PX = 4;
const LARGE_STEP_PX = 40;

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

/** @typedef {import("../lib/coordinates.js").Position} Position */

export class LocationPicker {
  /**
   * @param {HTMLElement} holder
   * @param {import("./create_map.js").Words} words
   * @param {{picked: (position: Position, pixel_m: number) => void, tell: (text: string) => void}} handlers
   */
  constructor(holder, words, { picked, tell }) {
    const settings = readSettings();
    this.words = words;
    this.picked = picked;
    this.styles = categoryStyles(settings.categories ?? []);
    this.map = createMap(holder, settings, words, { tell, fullscreen: holder });
    showStart(this.map, settings.initial ?? {});
    /** @type {import("leaflet").Marker | null} */
    this.marker = null;
    this.category = "";
    this.map.on("click", ({ latlng }) => {
      const position = { lon: latlng.lng, lat: latlng.lat };
      this.place(position, { move: false });
      picked(position, this.pixelSize(position.lat));
    });
    loadIcons(this.styles).then(() => {
      this.showCategory(this.category);
      holder.dataset.mapState = "ready";
    });
    new ResizeObserver(() => this.map.invalidateSize({ pan: false })).observe(holder);
  }

  /**
   * @param {Position} position
   * @param {{move: boolean, close?: boolean}} options
   */
  place({ lon, lat }, { move, close = false }) {
    if (!this.marker) this.addMarker([lat, lon]);
    this.marker?.setLatLng([lat, lon]);
    if (!move) return;
    const zoom = close ? Math.max(this.map.getZoom(), CLOSE_ZOOM) : Math.max(this.map.getZoom(), FIRST_ZOOM);
    this.map.setView([lat, lon], zoom, { animate: false });
  }

  clear() {
    this.marker?.remove();
    this.marker = null;
  }

  /** @param {[number, number]} latLng */
  addMarker(latLng) {
    const marker = new Marker(latLng, {
      draggable: true,
      autoPan: true,
      icon: this.icon(),
      zIndexOffset: 1000,
    });
    marker.addTo(this.map);
    marker.on("dragend", () => this.moved(marker));
    const pin = marker.getElement();
    pin?.setAttribute("aria-label", this.words("marker_label"));
    pin?.addEventListener("keydown", (event) => this.step(marker, event));
    this.marker = marker;
  }

  /**
   * @param {import("leaflet").Marker} marker
   * @param {KeyboardEvent} event
   */
  step(marker, event) {
    const direction = ARROWS[event.key];
    if (!direction) return;
    DomEvent.stop(event);
    const size = event.shiftKey ? LARGE_STEP_PX : STEP_PX;
    const here = this.map.latLngToContainerPoint(marker.getLatLng());
    const there = here.add([direction[0] * size, direction[1] * size]);
    marker.setLatLng(this.map.containerPointToLatLng(there));
    this.map.panInside(marker.getLatLng(), { padding: [48, 48] });
    this.moved(marker);
  }

  /** @param {import("leaflet").Marker} marker */
  moved(marker) {
    const { lat, lng } = marker.getLatLng();
    this.picked({ lon: lng, lat }, this.pixelSize(lat));
  }

  /**
   * @param {number} lat
   * @returns {number} metres on the ground that one pixel shows here
   */
  pixelSize(lat) {
    return (40_075_017 * Math.cos((lat * Math.PI) / 180)) / (256 * 2 ** this.map.getZoom());
  }

  /** @param {string} slug the pin wears the chosen category's colour and icon */
  showCategory(slug) {
    this.category = slug;
    this.marker?.setIcon(this.icon());
  }

  icon() {
    return pinIcon(this.styles.get(this.category), readPalette().accentSolid);
  }
}
