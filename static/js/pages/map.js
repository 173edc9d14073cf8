/** The map page: one view of the registry, drawn on the map and listed beside it. */

import { isNarrow, prefersReducedMotion, readJson, required } from "../lib/dom.js";
import { translator } from "../lib/messages.js";
import { Card } from "../map/card.js";
import { categoryStyles, loadIcons } from "../map/category_icons.js";
import { createMap, showStart } from "../map/create_map.js";
import { FacilityLayer } from "../map/facility_layer.js";
import { Filters } from "../map/filters.js";
import { Notice } from "../map/notice.js";
import { readPalette } from "../map/palette.js";
import { keepInAddressBar, permalink } from "../map/permalink.js";
import { pinIcon, stillPin } from "../map/pin.js";
import { ResultList } from "../map/result_list.js";
import { readSettings, urlFor } from "../map/settings.js";
import { Sheet } from "../map/sheet.js";
import { boxAround, contains, covers, toLatLngBounds, viewBox } from "../map/view_box.js";
import { fetchJson, RequestError, ViewRequest } from "../map/view_request.js";

const MOVE_PAUSE_MS = 150;
const LISTED_FROM_CLUSTERS = 30;
const CLOSE_ZOOM = 14;

/**
 * @typedef {import("../map/place_marker.js").PlaceFeature} PlaceFeature
 * @typedef {{bbox: import("../map/view_box.js").Box, kind: "facilities" | "clusters", total: number, zoom: number,
 *   categories: Record<string, number>, features: PlaceFeature[]}} View
 */

class MapPage {
  constructor() {
    this.words = translator("map-messages");
    this.settings = readSettings();
    this.page = required("[data-map-page]");
    this.holder = required("[data-map]");
    this.panel = required("[data-panel]");
    this.summary = required("[data-result-summary]");
    this.hint = required("[data-result-hint]");
    this.statuses = new Map(this.settings.statuses.map(({ value, label }) => [value, label]));
    this.styles = categoryStyles(this.settings.categories);
    this.notice = new Notice(required("[data-notice]"), this.words);
    this.viewRequest = new ViewRequest();
    this.cardRequest = new ViewRequest();
    /** @type {View | null} */
    this.view = null;
    /** @type {string | null} */
    this.selected = null;
    /** @type {import("leaflet").Marker | null} */
    this.pin = null;
    /** @type {HTMLElement | null} */
    this.returnFocus = null;
    this.build();
  }

  build() {
    this.map = createMap(this.holder, this.settings, this.words, {
      fullscreen: this.page,
      tell: (text) => this.notice.show(text),
    });
    this.sheet = new Sheet(this.panel, required("[data-sheet-handle]"), this.words);
    this.filters = new Filters(required("[data-filters]"), {
      changed: () => this.refresh(),
      submitted: () => this.search(),
    });
    this.card = new Card(required("[data-card]"), {
      settings: this.settings,
      words: this.words,
      styles: this.styles,
      statuses: this.statuses,
      closed: () => this.deselect(),
    });
    this.list = new ResultList(required("[data-results]"), {
      styles: this.styles,
      statuses: this.statuses,
      urlOf: (code) => urlFor(this.settings.facility_url_template, code),
      chosen: (code, link) => this.select(code, { from: link }),
      pointed: (code) => this.layer?.highlight(code),
    });
    this.addPanelToggle();
  }

  async start() {
    const { map } = this;
    if (!map) return;
    showStart(map, this.settings.initial);
    this.layer = new FacilityLayer(map, this.styles, {
      pressed: (feature, offset) => this.press(feature, offset),
      pointed: (feature) => this.point(feature),
    });
    let pause = 0;
    map.on("moveend", () => {
      this.layer?.place();
      window.clearTimeout(pause);
      pause = window.setTimeout(() => this.refresh(), MOVE_PAUSE_MS);
    });
    map.on("click", () => {
      if (isNarrow()) this.sheet?.set("peek");
    });
    const { selected } = this.settings.initial;
    await loadIcons(this.styles);
    this.layer.forgetSprites();
    this.showFirst(readJson("map-view"));
    if (selected) this.select(selected, { quietly: true });
  }

  /**
   * The page brought its first view along; ask again only where this window sees more than the server assumed.
   * @param {View | null} view
   */
  showFirst(view) {
    const { map } = this;
    if (!map || !view) {
      this.refresh();
      return;
    }
    const enough = covers(view.bbox, viewBox(map));
    if (!enough || (view.kind === "clusters" && view.zoom !== map.getZoom())) {
      this.refresh();
      return;
    }
    this.draw(view);
    this.setState("ready");
  }

  /** Ask for what the map shows now; the old view stays until the answer is there. */
  async refresh() {
    const { map, filters } = this;
    if (!map || !filters) return;
    const parameters = filters.parameters();
    keepInAddressBar(permalink(map, parameters, this.selected));
    this.setState("loading");
    const ask = (/** @type {AbortSignal} */ signal) => this.askView(viewBox(map), map.getZoom(), signal);
    try {
      const view = await this.viewRequest.latest(ask);
      if (!view) return;
      this.notice.hide("view");
      this.draw(view);
      this.setState("ready");
    } catch (error) {
      this.tellFailure(error);
    }
  }

  /**
   * @param {import("../map/view_box.js").Box} box
   * @param {number} zoom
   * @param {AbortSignal} signal
   * @returns {Promise<View & {listed?: PlaceFeature[]}>}
   */
  async askView(box, zoom, signal) {
    const parameters = this.filters?.parameters() ?? new URLSearchParams();
    parameters.set("bbox", box.join(","));
    const listing = new URLSearchParams(parameters);
    parameters.set("zoom", String(zoom));
    const view = await fetchJson(`${this.settings.features_url}?${parameters}`, signal);
    if (view.kind !== "clusters") return view;
    listing.set("limit", String(LISTED_FROM_CLUSTERS));
    const listed = await fetchJson(`${this.settings.collection_url}?${listing}`, signal);
    return { ...view, listed: listed.features };
  }

  /** @param {unknown} error */
  tellFailure(error) {
    this.setState("error");
    const refused = error instanceof RequestError && !error.temporary;
    const text = refused ? this.words("view_refused") : this.words("view_failed");
    const action = { label: this.words("retry"), run: () => void this.refresh() };
    this.notice.show(text, { kind: "view", action });
    this.hint.replaceChildren(text);
    this.hint.hidden = false;
  }

  /** @param {View & {listed?: PlaceFeature[]}} view */
  draw(view) {
    const first = this.view === null;
    this.view = view;
    this.layer?.show(view.features);
    this.filters?.showCounts(view.categories);
    this.updateTableLink();
    const inView = this.countInView(view);
    this.summary.textContent = this.words(this.filters?.isSet() ? "matching_count" : "view_count", {
      count: inView,
    });
    this.holder.dataset.mapKind = view.kind;
    this.holder.dataset.mapTotal = String(inView);
    if (view.kind === "facilities") this.showList(this.visible(view.features), inView);
    else if (view.listed) this.showList(view.listed, inView);
    else if (first) this.showHint(inView, this.list?.list.children.length ?? 0);
    this.list?.mark(this.selected);
  }

  /** @param {View} view */
  countInView(view) {
    return view.kind === "facilities" ? this.visible(view.features).length : view.total;
  }

  /** @param {PlaceFeature[]} features */
  visible(features) {
    const { map } = this;
    if (!map) return features;
    const box = viewBox(map);
    return features.filter(({ geometry }) => contains(box, geometry.coordinates));
  }

  /**
   * @param {PlaceFeature[]} features
   * @param {number} total
   */
  showList(features, total) {
    const byName = new Intl.Collator(document.documentElement.lang, { numeric: true });
    const sorted = [...features].sort((a, b) => byName.compare(a.properties.name, b.properties.name));
    const shown = this.list?.show(sorted) ?? 0;
    this.showHint(total, shown);
  }

  /**
   * @param {number} total
   * @param {number} shown
   */
  showHint(total, shown) {
    this.hint.replaceChildren();
    this.hint.hidden = total > 0 && shown >= total;
    if (total === 0) this.hint.append(...this.emptyState());
    else this.hint.append(this.words("more_in_view", { count: total - shown }));
  }

  /** @returns {Node[]} */
  emptyState() {
    const text = document.createElement("p");
    text.textContent = this.words(this.filters?.isSet() ? "empty_filtered" : "empty_view");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-outline-secondary btn-sm";
    button.textContent = this.words("look_everywhere");
    button.addEventListener("click", () => this.lookEverywhere());
    return [text, button];
  }

  /** Enter in the search box goes to what was found, wherever it is. */
  async search() {
    await this.refresh();
    if (!this.view) return;
    const found = this.view.kind === "facilities" ? this.visible(this.view.features) : [];
    if (this.view.total === 0) await this.lookEverywhere();
    else if (found.length > 0 && this.filters?.isSet()) this.goTo(found);
  }

  /** @param {PlaceFeature[]} found facilities and clusters */
  goTo(found) {
    const bounds = toLatLngBounds(boxAround(found.flatMap(cornersOf)));
    this.map?.fitBounds(bounds, { padding: [48, 48], maxZoom: CLOSE_ZOOM, animate: !prefersReducedMotion() });
    if (found.length === 1 && !found[0].properties.cluster) this.select(found[0].properties.code, {});
  }

  async lookEverywhere() {
    const { map } = this;
    if (!map) return;
    this.setState("loading");
    try {
      const view = await this.viewRequest.latest((signal) => this.askView([-180, -90, 180, 90], 2, signal));
      if (!view) return;
      this.setState("ready");
      if (view.features.length === 0) {
        this.notice.show(this.words("nothing_anywhere"));
      } else {
        this.goTo(view.features);
      }
    } catch (error) {
      this.tellFailure(error);
    }
  }

  /**
   * @param {PlaceFeature} feature
   * @param {number} offset which turn of the world was pressed
   */
  press(feature, offset) {
    const { map } = this;
    if (!feature.properties.cluster) {
      this.select(feature.properties.code, { feature });
    } else if (map) {
      const before = map.getZoom();
      const bounds = toLatLngBounds(feature.properties.bbox, offset);
      const fitting = map.getBoundsZoom(bounds, false, /** @type {any} */ ([96, 96]));
      const zoom = Math.min(Math.max(fitting, before + 1), map.getMaxZoom());
      const [[south, west], [north, east]] = /** @type {[[number, number], [number, number]]} */ (bounds);
      map.setView([(south + north) / 2, (west + east) / 2], zoom, { animate: !prefersReducedMotion() });
    }
  }

  /** @param {PlaceFeature | null} feature */
  point(feature) {
    this.layer?.highlight(feature ? String(feature.id) : null);
    this.list?.point(feature?.properties.code ?? null);
    this.holder.title = feature && !feature.properties.cluster ? feature.properties.name : "";
  }

  /**
   * @param {string} code
   * @param {{feature?: PlaceFeature, from?: HTMLElement, quietly?: boolean}} options
   */
  async select(code, { feature, from, quietly = false }) {
    const { map, filters, card, list } = this;
    if (!map || !filters || !card || !list) return;
    this.selected = code;
    this.returnFocus = from ?? null;
    list.mark(code);
    if (isNarrow()) this.sheet?.set("peek");
    keepInAddressBar(permalink(map, filters.parameters(), code));
    const known = feature ?? this.view?.features.find(({ id }) => id === code);
    if (known) this.placePin(known, quietly);
    card.showLoading(known?.properties.name);
    if (from) card.focus();
    const url = urlFor(this.settings.feature_url_template, code);
    try {
      const whole = await this.cardRequest.latest((signal) => fetchJson(url, signal));
      if (!whole) return;
      const place = pointOf(whole, known);
      if (!known) this.placePin(place, quietly);
      card.show(place);
      if (from) card.focus();
    } catch (error) {
      const gone = error instanceof RequestError && (error.status === 404 || error.status === 410);
      card.showProblem(this.words(gone ? "card_gone" : "card_failed"));
    }
  }

  deselect() {
    this.selected = null;
    this.pin?.remove();
    this.pin = null;
    this.card?.hide();
    this.list?.mark(null);
    this.returnFocus?.focus();
    if (this.map && this.filters) keepInAddressBar(permalink(this.map, this.filters.parameters(), null));
  }

  /**
   * @param {PlaceFeature} feature
   * @param {boolean} quietly leave the map where it is
   */
  placePin({ geometry, properties }, quietly) {
    const { map } = this;
    if (!map) return;
    const [lon, lat] = geometry.coordinates;
    const turns = Math.round((map.getCenter().lng - lon) / 360);
    const position = { lon: lon + turns * 360, lat };
    this.pin?.remove();
    this.pin = stillPin(position, pinIcon(this.styles.get(properties.category), readPalette().unknown));
    this.pin.addTo(map);
    if (!quietly) this.reveal(position);
  }

  /** @param {{lon: number, lat: number}} position */
  reveal({ lon, lat }) {
    const { map } = this;
    if (!map) return;
    const size = map.getSize();
    const animate = !prefersReducedMotion();
    if (!map.getBounds().contains([lat, lon]) && this.view?.kind === "clusters") {
      map.setView([lat, lon], Math.max(map.getZoom(), 10), { animate });
      return;
    }
    const beside = size.x > 760;
    map.panInside([lat, lon], {
      animate,
      paddingTopLeft: [beside ? 408 : 32, 72],
      paddingBottomRight: [64, beside ? 48 : size.y * 0.62],
    });
  }

  updateTableLink() {
    const link = /** @type {HTMLAnchorElement | null} */ (document.querySelector("[data-table-link]"));
    const parameters = this.filters?.parameters();
    if (link)
      link.href = parameters?.size ? `${this.settings.index_url}?${parameters}` : this.settings.index_url;
  }

  addPanelToggle() {
    const toggle = required("[data-panel-toggle]");
    toggle.addEventListener("click", () => {
      const open = this.page.dataset.panelOpen === "false";
      this.page.dataset.panelOpen = String(open);
      toggle.setAttribute("aria-expanded", String(open));
      toggle.setAttribute("aria-label", this.words(open ? "hide_panel" : "show_panel"));
    });
    new ResizeObserver(() => this.map?.invalidateSize({ pan: false })).observe(this.holder);
  }

  /** @param {"loading" | "ready" | "error"} state */
  setState(state) {
    this.holder.dataset.mapState = state;
    this.page.dataset.mapState = state;
    required("[data-results]").setAttribute("aria-busy", String(state === "loading"));
  }
}

/**
 * @param {PlaceFeature} feature
 * @returns {import("geojson").Position[]} lon, lat
 */
function cornersOf({ geometry, properties }) {
  if (!properties.cluster) return [geometry.coordinates];
  const [west, south, east, north] = properties.bbox;
  return [
    [west, south],
    [east, north],
  ];
}

/**
 * A record may carry its footprint as its geometry; the card and the pin want a point.
 * @param {import("geojson").Feature<any, any>} whole
 * @param {PlaceFeature | undefined} known
 * @returns {PlaceFeature}
 */
function pointOf(whole, known) {
  const geometry = whole.geometry.type === "Point" ? whole.geometry : known?.geometry;
  return {
    ...whole,
    geometry: geometry ?? { type: "Point", coordinates: whole.properties.location ?? [0, 0] },
  };
}

new MapPage().start();
