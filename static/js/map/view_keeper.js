/** Which view is at hand, whether it still does for what the map shows, and the asking for a new one. */

import { viewBox } from "./view_box.js";
import { ViewRequest } from "./view_request.js";
import { answers, askView, marginFor, WORLD } from "./views.js";

/** Others may have changed the registry meanwhile: a view that is older than this is asked for again. */
const FRESH_MS = 5 * 60_000;
const WORLD_ZOOM = 2;

/**
 * @typedef {import("./views.js").View} View
 */

export class ViewKeeper {
  /**
   * @param {import("leaflet").Map} map
   * @param {import("./settings.js").MapSettings} settings
   * @param {import("./filters.js").Filters} filters
   */
  constructor(map, settings, filters) {
    this.map = map;
    this.settings = settings;
    this.filters = filters;
    /** @type {View | null} */
    this.view = null;
    this.viewFilters = "";
    this.askedAt = 0;
    this.request = new ViewRequest();
  }

  /** @returns {import("./view_box.js").Box} */
  get window() {
    return viewBox(this.map);
  }

  /** Whether a view is at hand that shows what the map shows now. */
  isEnough() {
    const { view } = this;
    if (!view || this.viewFilters !== this.filters.parameters().toString()) return false;
    if (performance.now() - this.askedAt > FRESH_MS) return false;
    return answers(view, { box: this.window, zoom: this.map.getZoom() });
  }

  /** @param {View} view that came with the page */
  adopt(view) {
    this.keep(view, this.filters.parameters().toString());
  }

  /**
   * Ask for the window and somewhat more; older questions are given up.
   * @param {number} [listed] how many to list beside clusters
   * @returns {Promise<View | null>} null where a newer question has taken over
   */
  async ask(listed) {
    const filters = this.filters.parameters().toString();
    const question = { filters, box: this.widened(), zoom: this.map.getZoom() };
    const view = await this.request.latest((signal) => askView(this.settings, question, signal, listed));
    if (view) this.keep(view, filters);
    return view;
  }

  /** @returns {Promise<View | null>} what there is anywhere; null where a newer question has taken over */
  askEverywhere() {
    const question = { filters: this.filters.parameters().toString(), box: WORLD, zoom: WORLD_ZOOM };
    return this.request.latest((signal) => askView(this.settings, question, signal));
  }

  /** The view at hand does: what was asked meanwhile is no longer wanted. */
  cancel() {
    this.request.cancel();
  }

  /**
   * @param {View} view
   * @param {string} filters
   */
  keep(view, filters) {
    this.view = view;
    this.viewFilters = filters;
    this.askedAt = performance.now();
  }

  widened() {
    const { x: width, y: height } = this.map.getSize();
    return viewBox(this.map, marginFor(width, height));
  }
}
