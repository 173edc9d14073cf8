/** The one facility that is chosen: its pin, its card, and where the focus returns when the card closes. */

import { isNarrow, prefersReducedMotion } from "../lib/dom.js";
import { readPalette } from "./palette.js";
import { pinIcon, stillPin } from "./pin.js";
import { urlFor } from "./settings.js";
import { fetchJson, RequestError, ViewRequest } from "./view_request.js";

/** From a view of clusters, a facility out of sight is shown this close. */
const ZOOM_FROM_CLUSTERS = 9;
const CARD_WIDTH_PX = 432;
/** How far below the top of a phone's map a place is shown that the map goes to: the card takes the rest. */
const HEIGHT_ABOVE_CARD = 0.26;

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class Selection {
  /**
   * @param {import("leaflet").Map} map
   * @param {HTMLElement} holder of the card
   * @param {{settings: import("./settings.js").MapSettings, words: import("./create_map.js").Words,
   *   styles: Map<string, import("./category_icons.js").CategoryStyle>, statuses: Map<string, string>,
   *   failed: () => void, changed: (code: string | null) => void, showsClusters: () => boolean, linkOf: (code: string) => HTMLElement | null}} options
   */
  constructor(map, holder, options) {
    this.map = map;
    this.options = options;
    this.holder = holder;
    /** @type {import("./card.js").Card | null} loaded with the first choice */
    this.card = null;
    this.request = new ViewRequest();
    /** @type {string | null} */
    this.code = null;
    /** @type {import("leaflet").Marker | null} */
    this.pin = null;
    /** @type {HTMLElement | null} */
    this.returnFocus = null;
  }

  /**
   * @param {string} code
   * @param {{known?: PlaceFeature, from?: HTMLElement, quietly?: boolean, closeUp?: number}} [options] known saves
   *   the pin a wait; from takes the focus back when the card closes; quietly leaves the map where it is; closeUp
   *   goes there, to at least this zoom
   */
  async choose(code, { known, from, quietly = false, closeUp } = {}) {
    this.code = code;
    this.returnFocus = from ?? null;
    this.pin?.remove();
    this.options.changed(code);
    if (known) this.placePin(known, quietly || closeUp !== undefined);
    if (known && closeUp !== undefined) this.goTo(this.nearCentre(known.geometry.coordinates), closeUp);
    const card = await this.loadCard().catch(() => this.options.failed());
    if (!card || this.code !== code) return;
    card.showLoading(known?.properties.name);
    if (from) card.focus();
    await this.showFacts(card, code, { known, quietly });
    if (from && this.code === code) card.focus();
  }

  async loadCard() {
    const { Card } = await import("./card.js");
    this.card ??= new Card(this.holder, { ...this.options, closed: () => this.clear() });
    return this.card;
  }

  /**
   * @param {import("./card.js").Card} card
   * @param {string} code
   * @param {{known?: PlaceFeature, quietly: boolean}} options
   */
  async showFacts(card, code, { known, quietly }) {
    const { settings, words } = this.options;
    const url = urlFor(settings.feature_url_template, code);
    try {
      const feature = await this.request.latest((signal) => fetchJson(url, signal));
      if (!feature || this.code !== code) return;
      if (!known) this.placePin(feature, quietly);
      card.show(feature);
    } catch (error) {
      const gone = error instanceof RequestError && (error.status === 404 || error.status === 410);
      card.showProblem(words(gone ? "card_gone" : "card_failed"));
    }
  }

  clear() {
    // Moving the map may have drawn the list anew since the facility was chosen from it.
    const gone = this.returnFocus && !this.returnFocus.isConnected;
    const back = gone ? this.options.linkOf(this.code ?? "") : this.returnFocus;
    this.code = null;
    this.pin?.remove();
    this.pin = null;
    this.card?.hide();
    this.options.changed(null);
    back?.focus();
  }

  /**
   * @param {PlaceFeature} feature
   * @param {boolean} quietly
   */
  placePin({ geometry, properties }, quietly) {
    const position = this.nearCentre(geometry.coordinates);
    this.pin?.remove();
    this.pin = stillPin(
      position,
      pinIcon(this.options.styles.get(properties.category), readPalette().unknown),
    );
    this.pin.addTo(this.map);
    if (!quietly) this.reveal(position);
  }

  /**
   * @param {import("geojson").Position} coordinates lon, lat
   * @returns {{lon: number, lat: number}} on the turn of the world that the map shows
   */
  nearCentre([lon, lat]) {
    const turns = Math.round((this.map.getCenter().lng - lon) / 360);
    return { lon: lon + turns * 360, lat };
  }

  /**
   * One move, to where the card leaves the place free: a second one would be lost while the first still goes on.
   * @param {{lon: number, lat: number}} position
   * @param {number} closeUp
   */
  goTo({ lon, lat }, closeUp) {
    const { map } = this;
    const zoom = Math.max(map.getZoom(), closeUp);
    const below = isNarrow() ? map.getSize().y * (0.5 - HEIGHT_ABOVE_CARD) : 0;
    const centre = map.unproject(map.project([lat, lon], zoom).add([0, below]), zoom);
    map.setView(centre, zoom, { animate: !prefersReducedMotion() });
  }

  /**
   * Bring a place into the part of the map that the card leaves free.
   * @param {{lon: number, lat: number}} position
   */
  reveal({ lon, lat }) {
    const { map } = this;
    if (this.options.showsClusters() && !map.getBounds().contains([lat, lon]))
      return this.goTo({ lon, lat }, ZOOM_FROM_CLUSTERS);
    const { x: width, y: height } = map.getSize();
    const beside = !isNarrow() && width > 2 * CARD_WIDTH_PX - 56;
    map.panInside([lat, lon], {
      animate: !prefersReducedMotion(),
      paddingTopLeft: [beside ? CARD_WIDTH_PX : 32, 72],
      paddingBottomRight: [64, isNarrow() ? height * 0.62 : 48],
    });
  }
}
