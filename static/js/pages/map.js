/** The map page: one view of the registry, drawn on the map and listed beside it. */

import { isNarrow, prefersReducedMotion, readJson, required } from "../lib/dom.js";
import { translator } from "../lib/messages.js";
import { AreaFilter } from "../map/area_filter.js";
import { categoryStyles, loadIcons } from "../map/category_icons.js";
import { ClusterOpener } from "../map/cluster_opener.js";
import { createMap, showStart } from "../map/create_map.js";
import { FacilityLayer } from "../map/facility_layer.js";
import { FilterChips } from "../map/filter_chips.js";
import { Filters } from "../map/filters.js";
import { Notice } from "../map/notice.js";
import { keepInAddressBar, permalink } from "../map/permalink.js";
import { byName, Results } from "../map/results.js";
import { Search } from "../map/search.js";
import { Selection } from "../map/selection.js";
import { readSettings, urlFor } from "../map/settings.js";
import { Sheet } from "../map/sheet.js";
import { boxAround, partInView, toLatLngBounds } from "../map/view_box.js";
import { ViewKeeper } from "../map/view_keeper.js";
import { RequestError } from "../map/view_request.js";
import { cornersOf, countOf, inSight } from "../map/views.js";

const MOVE_PAUSE_MS = 120;
const CLOSE_ZOOM = 14;

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
      stateShown: () => this.showFilters(),
    });
    this.keeper = new ViewKeeper(this.map, settings, this.filters);
    /** @type {import("../map/result_list.js").ListOptions} */
    this.listOptions = {
      styles,
      statuses,
      urlOf: (code) => urlFor(settings.facility_url_template, code),
      chosen: (code, link) => this.choose(code, { from: link }),
      pointed: (code) => this.layer.highlight(code),
    };
    this.results = new Results({
      ...this.listOptions,
      settings,
      words,
      filters: this.filters,
      lookEverywhere: () => this.lookEverywhere(),
      listMore: (listed) => this.ask(listed),
    });
    this.selection = new Selection(this.map, required("[data-card]"), {
      settings,
      words,
      styles,
      statuses,
      failed: () => this.notice.show(words("card_failed")),
      changed: (code) => this.chosen(code),
      linkOf: (code) => this.results.list.linkOf(code),
      showsClusters: () => this.keeper.view?.kind === "clusters",
    });
    this.chips = new FilterChips(required("[data-chips]"), this.filters, words);
    this.opener = new ClusterOpener(this.map, this.layer, {
      ...this.listOptions,
      settings,
      words,
      filters: this.filters,
      opened: (place) => isNarrow() && this.showBesideSheet(place),
      closed: () => this.keepPermalink(),
      waiting: (waits) => this.page.toggleAttribute("data-waiting", waits),
      failed: () => this.notice.show(words("cluster_failed")),
    });
    this.areas = new AreaFilter(this.map, {
      words,
      filters: this.filters,
      started: () => isNarrow() && this.sheet.set("peek"),
      chosen: ({ kind }, bounds) => {
        if (kind === "nearest") this.lookEverywhere();
        else if (bounds) this.fit(bounds);
        else this.refresh();
      },
      failed: () => this.notice.show(words("tools_failed")),
    });
    /** @type {import("../map/aim.js").Aim | null} loaded when the map first has the focus */
    this.aim = null;
    this.finder = new Search(this.map, {
      settings,
      words,
      styles,
      statuses,
      filters: this.filters,
      shown: () => isNarrow() && this.sheet.set("full"),
      went: () => {
        if (this.selection.code) this.selection.clear();
        if (isNarrow()) this.sheet.set("peek");
      },
      chosen: (feature) => this.goTo([feature]),
    });
    this.filters.showState();
  }

  async start() {
    this.connectMap();
    this.connectPanel();
    this.connectReturn();
    this.connectKeys();
    await loadIcons(this.styles);
    this.layer.forgetSprites();
    const first = readJson("map-view");
    if (first) this.keeper.adopt(first);
    this.settle();
    const { selected } = this.settings.initial;
    if (selected) this.choose(selected, { quietly: true });
  }

  connectMap() {
    let pause = 0;
    this.map.on("moveend", () => {
      this.layer.place();
      window.clearTimeout(pause);
      pause = window.setTimeout(() => this.settle(), MOVE_PAUSE_MS);
    });
    this.map.on("click", () => {
      if (isNarrow()) this.sheet.set("peek");
    });
    new ResizeObserver(() => {
      if (this.holder.offsetHeight > 0) this.map.invalidateSize({ pan: false });
    }).observe(this.holder);
  }

  connectPanel() {
    const toggle = required("[data-panel-toggle]");
    toggle.addEventListener("click", () => {
      const open = this.page.dataset.panelOpen === "false";
      this.page.dataset.panelOpen = String(open);
      toggle.setAttribute("aria-expanded", String(open));
      toggle.setAttribute("aria-label", this.words(open ? "hide_panel" : "show_panel"));
    });
    // On a phone the filters stand below the list.
    required("[data-filter-jump]").addEventListener("click", () => {
      this.sheet.set("full");
      const summary = required("[data-filter-group] summary");
      summary.scrollIntoView();
      summary.focus({ preventScroll: true });
    });
    const select = /** @type {HTMLSelectElement} */ (required("[data-countries]"));
    const holder = required("[data-country-picker]");
    required("[data-more-filters]").addEventListener(
      "toggle",
      async () => {
        const { showCountryPicker } = await import("../map/country_picker.js");
        this.syncCountries = showCountryPicker(select, holder, this.words);
      },
      { once: true },
    );
  }

  connectKeys() {
    const begin = async () => {
      const { Aim } = await import("../map/aim.js");
      this.aim ??= new Aim(this.map, this.layer, required("[data-aim]"), {
        words: this.words,
        started: () => isNarrow() && this.sheet.set("peek"),
        pressed: (feature, offset) => this.press(feature, offset, this.holder),
      });
    };
    // A failed load is tried again with the next focus.
    this.holder.addEventListener("focus", () => this.aim ?? begin().catch(() => {}));
  }

  /** The browser has kept the page as it was left: what was saved meanwhile is not on it. */
  connectReturn() {
    window.addEventListener("pageshow", ({ persisted }) => {
      if (!persisted) return;
      const { code } = this.selection;
      this.refresh();
      if (code) this.choose(code, { quietly: true });
    });
  }

  /** The form holds other filters than before: show them wherever else they are shown. */
  showFilters() {
    this.opener?.cancel();
    this.chips?.show();
    this.areas?.show().catch(() => this.notice.show(this.words("tools_failed")));
    this.syncCountries?.();
  }

  /** The map has come to rest: what is at hand may do, and costs no request. */
  settle() {
    if (!this.keeper.isEnough()) {
      this.refresh();
      return;
    }
    this.keeper.cancel();
    this.keepPermalink();
    this.draw();
    this.setState("ready");
  }

  /**
   * Ask for what the map shows now; the old view stays until the answer is there.
   * @returns {Promise<View | null>} null where the answer failed, or a newer question has taken over
   */
  refresh() {
    this.results.restart();
    this.keepPermalink();
    return this.ask();
  }

  /**
   * @param {number} [listed] how many to list beside clusters
   * @returns {Promise<View | null>}
   */
  async ask(listed) {
    this.setState("loading");
    try {
      const view = await this.keeper.ask(listed);
      if (!view) return null;
      this.notice.hide("view");
      this.finder.showCorrection(view.corrected);
      this.draw();
      this.setState("ready");
      return view;
    } catch (error) {
      this.tellFailure(error);
      return null;
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

  /** Draw the view at hand: all of it on the map, what is in sight in the list and the counts. */
  draw() {
    const { view } = this.keeper;
    if (!view) return;
    const box = this.keeper.window;
    const seen = inSight(view, box);
    const clusters = view.kind === "clusters";
    this.layer.show(view);
    // The legend still counts what could be chosen besides.
    const chosen = this.filters.parameters().has("category");
    const counts = chosen ? { ...view.categories, ...seen.categories } : seen.categories;
    this.filters.showCounts(counts, view.exact === false);
    this.results.show({
      features: clusters
        ? inSight({ ...view, features: view.listed ?? [] }, box).features
        : byName(seen.features),
      nearest: clusters,
      part: partInView(this.map),
      ...countOf(view, seen.total),
    });
    this.results.list.mark(this.selection.code);
    this.holder.dataset.mapKind = view.kind;
    this.holder.dataset.mapTotal = String(seen.total);
    this.aim?.update();
  }

  /** Enter in the search box goes to what was found, wherever it is. */
  async search() {
    if (isNarrow()) {
      this.filters.text.blur(); // The keyboard leaves with the focus.
      this.sheet.set("half");
    }
    const view = await this.refresh();
    if (!view || !this.filters.isSet()) return;
    const { total, features } = inSight(view, this.keeper.window);
    if (total > 0) {
      if (view.kind === "facilities") this.goTo(features);
    } else if (!(await this.finder.goToTypedPlace())) await this.lookEverywhere();
  }

  async lookEverywhere() {
    this.setState("loading");
    try {
      const view = await this.keeper.askEverywhere();
      if (!view) return;
      this.setState("ready");
      if (view.features.length > 0) this.goTo(view.features);
      else this.notice.show(this.words("nothing_anywhere"));
    } catch (error) {
      this.tellFailure(error);
    }
  }

  /**
   * A list comes up from below: what it is about stays in sight above it.
   * @param {[number, number]} place lon, lat
   */
  showBesideSheet([lon, lat]) {
    this.sheet.set("half");
    const { y: height } = this.map.getSize();
    this.map.panInside([lat, lon], {
      animate: !prefersReducedMotion(),
      paddingTopLeft: [48, 72],
      paddingBottomRight: [72, height * 0.58],
    });
  }

  /** @param {import("leaflet").LatLngBoundsExpression} bounds */
  fit(bounds) {
    let moves = false;
    this.map.once("movestart", () => {
      moves = true;
    });
    this.map.fitBounds(bounds, { padding: [48, 48], maxZoom: CLOSE_ZOOM, animate: !prefersReducedMotion() });
    if (!moves) this.settle();
  }

  /** @param {PlaceFeature[]} found facilities and clusters */
  goTo(found) {
    const [only, ...others] = found;
    if (others.length === 0 && !only.properties.cluster)
      this.choose(only.properties.code, { known: only, closeUp: CLOSE_ZOOM });
    else this.fit(toLatLngBounds(boxAround(found.flatMap(cornersOf))));
  }

  /**
   * @param {PlaceFeature} feature
   * @param {number} offset which turn of the world was pressed
   * @param {HTMLElement} [from] takes the focus back, where it was pressed by a key
   */
  press(feature, offset, from) {
    if (this.areas.isDrawing) return;
    if (feature.properties.count) this.opener.open(feature, offset);
    else this.choose(feature.properties.code, { known: feature, from });
  }

  /** @param {PlaceFeature | null} feature */
  point(feature) {
    const { members, name, count, code } = feature?.properties ?? {};
    this.layer.highlight(feature ? String(feature.id) : null);
    this.results.list.point(
      members ? members.map((/** @type {PlaceFeature} */ { id }) => id) : code ? [code] : [],
    );
    this.holder.title = name ?? (count ? this.words("place_count", { count }) : "");
  }

  /**
   * @param {string} code
   * @param {{known?: PlaceFeature, from?: HTMLElement, quietly?: boolean, closeUp?: number}} options
   */
  choose(code, options) {
    this.opener.cancel();
    const known = options.known ?? this.keeper.view?.features.find(({ id }) => id === code);
    this.selection.choose(code, { ...options, known });
  }

  /** @param {string | null} code */
  chosen(code) {
    this.results.list.mark(code);
    if (code) {
      this.finder?.clearPin();
      if (isNarrow()) this.sheet.set("peek");
    }
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

new MapPage().start();
