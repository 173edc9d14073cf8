/** The map page: one view of the registry, drawn on the map and listed beside it. */

import { isNarrow, prefersReducedMotion, readJson, required } from "../lib/dom.js";
import { translator } from "../lib/messages.js";
import { categoryStyles, loadIcons } from "../map/category_icons.js";
import { createMap, showStart } from "../map/create_map.js";
import { FacilityLayer } from "../map/facility_layer.js";
import { Filters } from "../map/filters.js";
import { Notice } from "../map/notice.js";
import { keepInAddressBar, permalink } from "../map/permalink.js";
import { Results } from "../map/results.js";
import { Selection } from "../map/selection.js";
import { readSettings } from "../map/settings.js";
import { Sheet } from "../map/sheet.js";
import { boxAround, contains, covers, toLatLngBounds, viewBox } from "../map/view_box.js";
import { RequestError, ViewRequest } from "../map/view_request.js";
import { askView, cornersOf, WORLD } from "../map/views.js";

const MOVE_PAUSE_MS = 150;
const CLOSE_ZOOM = 14;
const WORLD_ZOOM = 2;

/**
 * @typedef {import("../map/views.js").PlaceFeature} PlaceFeature
 * @typedef {import("../map/views.js").View} View
 */

class MapPage {
  constructor() {
    const words = translator("map-messages");
    const settings = readSettings();
    const styles = categoryStyles(settings.categories);
    const statuses = new Map(settings.statuses.map(({ value, label }) => [value, label]));
    this.words = words;
    this.settings = settings;
    this.styles = styles;
    /** @type {View | null} */
    this.view = null;
    this.viewRequest = new ViewRequest();
    this.page = required("[data-map-page]");
    this.holder = required("[data-map]");
    this.notice = new Notice(required("[data-notice]"), words);
    this.map = createMap(this.holder, settings, words, {
      fullscreen: this.page,
      tell: (text) => this.notice.show(text),
    });
    showStart(this.map, settings.initial);
    this.layer = new FacilityLayer(this.map, styles, {
      pressed: (feature, offset) => this.press(feature, offset),
      pointed: (feature) => this.point(feature),
    });
    this.sheet = new Sheet(required("[data-panel]"), required("[data-sheet-handle]"), words);
    this.filters = new Filters(required("[data-filters]"), {
      changed: () => this.refresh(),
      submitted: () => this.search(),
    });
    this.results = new Results({
      settings,
      words,
      styles,
      statuses,
      filters: this.filters,
      lookEverywhere: () => this.lookEverywhere(),
      chosen: (code, link) => this.choose(code, { from: link }),
      pointed: (code) => this.layer.highlight(code),
    });
    this.selection = new Selection(this.map, required("[data-card]"), {
      settings,
      words,
      styles,
      statuses,
      changed: (code) => this.chosen(code),
      linkOf: (code) => this.results.list.linkOf(code),
      showsClusters: () => this.view?.kind === "clusters",
    });
  }

  async start() {
    this.connectMap();
    this.connectPanelToggle();
    await loadIcons(this.styles);
    this.layer.forgetSprites();
    this.showFirst(readJson("map-view"));
    const { selected } = this.settings.initial;
    if (selected) this.choose(selected, { quietly: true });
  }

  connectMap() {
    let pause = 0;
    this.map.on("moveend", () => {
      this.layer.place();
      window.clearTimeout(pause);
      pause = window.setTimeout(() => this.refresh(), MOVE_PAUSE_MS);
    });
    this.map.on("click", () => {
      if (isNarrow()) this.sheet.set("peek");
    });
    new ResizeObserver(() => {
      if (this.holder.offsetHeight > 0) this.map.invalidateSize({ pan: false });
    }).observe(this.holder);
  }

  connectPanelToggle() {
    const toggle = required("[data-panel-toggle]");
    toggle.addEventListener("click", () => {
      const open = this.page.dataset.panelOpen === "false";
      this.page.dataset.panelOpen = String(open);
      toggle.setAttribute("aria-expanded", String(open));
      toggle.setAttribute("aria-label", this.words(open ? "hide_panel" : "show_panel"));
    });
  }

  /**
   * The page brought its first view along; ask again only where this window sees more than the server assumed.
   * @param {View | null} view
   */
  showFirst(view) {
    const enough = view && covers(view.bbox, viewBox(this.map));
    if (enough && (view.kind === "facilities" || view.zoom === this.map.getZoom())) {
      this.keepPermalink();
      this.draw(view);
      this.setState("ready");
    } else {
      this.refresh();
    }
  }

  /** Ask for what the map shows now; the old view stays until the answer is there. */
  async refresh() {
    const filters = this.filters.parameters();
    this.keepPermalink();
    this.setState("loading");
    const question = { filters, box: viewBox(this.map), zoom: this.map.getZoom() };
    try {
      const view = await this.viewRequest.latest((signal) => askView(this.settings, question, signal));
      if (!view) return;
      this.notice.hide("view");
      this.draw(view);
      this.setState("ready");
    } catch (error) {
      this.tellFailure(error);
    }
  }

  /** @param {unknown} error */
  tellFailure(error) {
    const refused = error instanceof RequestError && !error.temporary;
    const text = this.words(refused ? "view_refused" : "view_failed");
    const action = { label: this.words("retry"), run: () => void this.refresh() };
    this.notice.show(text, { kind: "view", action });
    this.results.showProblem(text);
    this.setState("error");
  }

  /** @param {View} view */
  draw(view) {
    this.view = view;
    this.layer.show(view.features);
    const visible = view.kind === "facilities" ? this.visible(view.features) : null;
    const complete = visible && !this.filters.parameters().has("category");
    this.filters.showCounts(complete ? countCategories(visible) : view.categories);
    const total = visible?.length ?? view.total;
    this.results.show(visible ?? view.listed ?? null, total);
    this.results.list.mark(this.selection.code);
    this.holder.dataset.mapKind = view.kind;
    this.holder.dataset.mapTotal = String(total);
  }

  /** @param {PlaceFeature[]} features the first view reaches beyond a small window: count what is in sight */
  visible(features) {
    const box = viewBox(this.map);
    return features.filter(({ geometry }) => contains(box, geometry.coordinates));
  }

  /** Enter in the search box goes to what was found, wherever it is. */
  async search() {
    await this.refresh();
    if (!this.view || !this.filters.isSet()) return;
    const found = this.view.kind === "facilities" ? this.visible(this.view.features) : [];
    if (this.view.total === 0) await this.lookEverywhere();
    else if (found.length > 0) this.goTo(found);
  }

  async lookEverywhere() {
    this.setState("loading");
    const question = { filters: this.filters.parameters(), box: WORLD, zoom: WORLD_ZOOM };
    try {
      const view = await this.viewRequest.latest((signal) => askView(this.settings, question, signal));
      if (!view) return;
      this.setState("ready");
      if (view.features.length > 0) this.goTo(view.features);
      else this.notice.show(this.words("nothing_anywhere"));
    } catch (error) {
      this.tellFailure(error);
    }
  }

  /** @param {PlaceFeature[]} found facilities and clusters */
  goTo(found) {
    const bounds = toLatLngBounds(boxAround(found.flatMap(cornersOf)));
    this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: CLOSE_ZOOM, animate: !prefersReducedMotion() });
    const [only, ...others] = found;
    if (others.length === 0 && !only.properties.cluster) this.choose(only.properties.code, { known: only });
  }

  /**
   * @param {PlaceFeature} feature
   * @param {number} offset which turn of the world was pressed
   */
  press(feature, offset) {
    if (feature.properties.cluster) this.enter(feature, offset);
    else this.choose(feature.properties.code, { known: feature });
  }

  /**
   * Zoom to what a cluster holds, by at least one level.
   * @param {PlaceFeature} cluster
   * @param {number} offset
   */
  enter(cluster, offset) {
    const bounds = this.layer.boundsOf(cluster, offset);
    const fitting = Math.max(this.layer.fittingZoom(bounds), this.map.getZoom() + 1);
    this.map.setView(bounds.getCenter(), Math.min(fitting, this.map.getMaxZoom()), {
      animate: !prefersReducedMotion(),
    });
  }

  /** @param {PlaceFeature | null} feature */
  point(feature) {
    this.layer.highlight(feature ? String(feature.id) : null);
    this.results.list.point(feature?.properties.code ?? null);
    this.holder.title = feature?.properties.name ?? "";
  }

  /**
   * @param {string} code
   * @param {{known?: PlaceFeature, from?: HTMLElement, quietly?: boolean}} options
   */
  choose(code, options) {
    const known = options.known ?? this.view?.features.find(({ id }) => id === code);
    this.selection.choose(code, { ...options, known });
  }

  /** @param {string | null} code */
  chosen(code) {
    this.results.list.mark(code);
    if (code && isNarrow()) this.sheet.set("peek");
    this.keepPermalink();
  }

  keepPermalink() {
    keepInAddressBar(permalink(this.map, this.filters.parameters(), this.selection.code));
  }

  /** @param {"loading" | "ready" | "error"} state */
  setState(state) {
    this.holder.dataset.mapState = state;
    this.page.dataset.mapState = state;
    this.results.list.list.setAttribute("aria-busy", String(state === "loading"));
  }
}

/**
 * @param {PlaceFeature[]} features
 * @returns {Record<string, number>}
 */
function countCategories(features) {
  /** @type {Record<string, number>} */
  const counts = {};
  for (const { properties } of features) counts[properties.category] = (counts[properties.category] ?? 0) + 1;
  return counts;
}

new MapPage().start();
