/**
 * The panel's side of areas: the buttons that start drawing, the fields for those who do not draw, and the hidden
 * inputs that carry the areas in the form. Outlines and tools are loaded when something needs them.
 */

import { required } from "../lib/dom.js";
import { formatArea, parseArea } from "./areas.js";

const KINDS = ["near", "nearest", "within"];

/** @typedef {import("./areas.js").Area} Area */

export class AreaFilter {
  /**
   * @param {import("leaflet").Map} map
   * @param {{words: import("./create_map.js").Words, filters: import("./filters.js").Filters,
   *   started: () => void, failed: () => void,
   *   chosen: (area: Area, bounds: import("leaflet").LatLngBounds | null) => void}} options
   *   chosen is told the bounds of what was typed; what was drawn is in sight
   */
  constructor(map, options) {
    this.map = map;
    this.options = options;
    this.shown = "";
    /** @type {import("./area_outlines.js").AreaOutlines | null} */
    this.outlines = null;
    /** @type {import("./area_tools.js").AreaTools | null} */
    this.tools = null;
    const { form } = options.filters;
    this.buttons = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-area-tool]")]);
    this.problem = required("[data-area-problem]", form);
    for (const button of this.buttons)
      button.addEventListener("click", () => this.draw(button).catch(() => options.failed()));
    for (const button of form.querySelectorAll("[data-area-apply]"))
      button.addEventListener("click", () => this.type(/** @type {HTMLElement} */ (button)));
  }

  get isDrawing() {
    return Boolean(this.tools?.tool);
  }

  /** Draw the outlines of what the form holds now. */
  async show() {
    const { form } = this.options.filters;
    const texts = KINDS.map((kind) => [
      kind,
      /** @type {any} */ (form.elements.namedItem(kind))?.value ?? "",
    ]);
    const state = JSON.stringify(texts);
    if (state === this.shown || (!this.outlines && texts.every(([, text]) => !text))) return;
    this.shown = state;
    const areas = texts.map(([kind, text]) => parseArea(kind, text)).filter((area) => area !== null);
    const outlines = await this.loadOutlines();
    if (this.shown === state) outlines.show(areas);
  }

  async loadOutlines() {
    const { AreaOutlines } = await import("./area_outlines.js");
    this.outlines ??= new AreaOutlines(this.map);
    return this.outlines;
  }

  /** @param {HTMLElement} button */
  async draw(button) {
    const kind = /** @type {Area["kind"]} */ (button.dataset.areaTool);
    if (this.tools?.tool === kind) return this.tools.stop();
    const [outlines, { AreaTools }] = await Promise.all([this.loadOutlines(), import("./area_tools.js")]);
    const { words, started } = this.options;
    this.tools ??= new AreaTools(this.map, required("[data-tool-bar]"), {
      words,
      outlines,
      done: (area) => this.apply(area),
      ended: () => this.mark(null),
    });
    started();
    this.tools.start(kind);
    this.mark(kind);
  }

  /** @param {string | null} kind of the tool in use */
  mark(kind) {
    for (const button of this.buttons)
      button.setAttribute("aria-pressed", String(button.dataset.areaTool === kind));
  }

  /** @param {Area} area that was drawn */
  apply(area) {
    this.options.filters.set(area.kind, formatArea(area));
    this.options.chosen(area, null);
  }

  /** @param {HTMLElement} button of the fields */
  async type(button) {
    const { parsePosition } = await import("../lib/coordinates.js");
    const area = this.fromFields(button.dataset.areaApply ?? "", parsePosition);
    this.problem.textContent = area ? "" : this.options.words("area_unclear");
    if (!area) return;
    const { areaBounds } = await import("./area_outlines.js");
    this.options.filters.set(area.kind, formatArea(area));
    this.options.chosen(area, areaBounds(area));
  }

  /**
   * @param {string} kind
   * @param {typeof import("../lib/coordinates.js").parsePosition} parsePosition
   * @returns {Area | null}
   */
  fromFields(kind, parsePosition) {
    const { form } = this.options.filters;
    const value = (/** @type {string} */ name) =>
      /** @type {HTMLInputElement | HTMLTextAreaElement} */ (required(`[data-area-${name}]`, form)).value;
    if (kind === "within") {
      const corners = value("corners")
        .split("\n")
        .filter((line) => line.trim())
        .map(parsePosition);
      const text = corners.map((corner) => (corner ? `${corner.lon},${corner.lat}` : "?")).join(";");
      return parseArea("within", text);
    }
    const centre = parsePosition(value("place"));
    const number = Math.round(Number(value(kind === "near" ? "radius" : "count")));
    return centre && number >= 1 ? parseArea(kind, `${centre.lon},${centre.lat},${number}`) : null;
  }
}
