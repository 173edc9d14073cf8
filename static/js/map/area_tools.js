/**
 * Draw an area on the map: a distance round a place, the nearest to a place, or a shape of corners. A bar over the
 * map says what to do next; Escape cancels. Loaded when a tool is first pressed.
 */

import { element } from "../lib/dom.js";
import { formatDistance } from "../lib/messages.js";
import { distance_m, MOST_CORNERS, MOST_NEAREST } from "./areas.js";

const STILL_PX = 6;
const USUAL_NEAREST = 10;

/**
 * @typedef {import("./areas.js").Area} Area
 * @typedef {import("./areas.js").LonLat} LonLat
 * @typedef {Area["kind"]} Tool
 */

export class AreaTools {
  /**
   * @param {import("leaflet").Map} map
   * @param {HTMLElement} bar
   * @param {{words: import("./create_map.js").Words, outlines: import("./area_outlines.js").AreaOutlines,
   *   done: (area: Area) => void, ended: () => void}} options
   */
  constructor(map, bar, options) {
    this.map = map;
    this.bar = bar;
    this.options = options;
    this.words = options.words;
    /** @type {Tool | null} */
    this.tool = null;
    /** @type {LonLat[]} */
    this.points = [];
    /** Whether a click has set the circle's centre, so that the next one sets its edge. */
    this.centreStands = false;
    /** @type {{x: number, y: number} | null} where the pointer went down */
    this.down = null;
    /** @type {AbortController | null} ends every listener of the tool in use */
    this.listeners = null;
  }

  /** @param {Tool} tool */
  start(tool) {
    this.stop();
    this.tool = tool;
    this.points = [];
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    const holder = this.map.getContainer();
    holder.dataset.drawing = tool;
    this.map.doubleClickZoom.disable();
    if (tool === "near") this.map.dragging.disable();
    holder.addEventListener("pointerdown", (event) => this.pressed(event), { signal });
    holder.addEventListener("pointermove", (event) => this.moved(event), { signal });
    holder.addEventListener("pointerup", (event) => this.released(event), { signal });
    holder.addEventListener("pointercancel", () => this.letGo(), { signal });
    holder.addEventListener("dblclick", () => this.finish(), { signal });
    document.addEventListener("keydown", (event) => this.keyed(event), { signal });
    this.showBar();
    holder.focus({ preventScroll: true });
  }

  /** End without a result. */
  stop() {
    if (!this.tool) return;
    this.tool = null;
    this.listeners?.abort();
    delete this.map.getContainer().dataset.drawing;
    this.map.dragging.enable();
    this.map.doubleClickZoom.enable();
    this.options.outlines.sketch(null);
    this.bar.hidden = true;
    this.bar.replaceChildren();
    this.options.ended();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.key === "Escape") this.stop();
    const elsewhere = event.target instanceof HTMLElement && event.target.matches("input, button, a");
    if (elsewhere) return;
    if (event.key === "Enter") this.finish();
    if (event.key === "Backspace") this.undo();
  }

  /** @param {PointerEvent} event */
  pressed(event) {
    if (!this.isOnMap(event)) return;
    this.down = { x: event.clientX, y: event.clientY };
    if (this.tool === "near" && this.points.length === 0) {
      this.points = [this.positionOf(event)];
      this.update();
    }
  }

  /** @param {PointerEvent} event */
  moved(event) {
    if (this.tool === "near" && this.points.length > 0) this.sketchCircle(this.positionOf(event));
    else if (this.tool === "within" && this.points.length > 0 && !this.down)
      this.options.outlines.sketch({ kind: "within", corners: [...this.points, this.positionOf(event)] });
  }

  /** @param {PointerEvent} event */
  released(event) {
    const { down } = this;
    this.down = null;
    if (!down) return;
    const still = Math.hypot(event.clientX - down.x, event.clientY - down.y) < STILL_PX;
    const position = this.positionOf(event);
    if (this.tool === "near") this.circleReleased(position, still);
    else if (still && this.tool === "nearest") {
      this.points = [position];
      this.finish();
    } else if (still && this.tool === "within") this.addCorner(position, event);
  }

  /**
   * A drag gives the radius at once; a click gives the centre, and the next one the radius.
   * @param {LonLat} position
   * @param {boolean} still
   */
  circleReleased(position, still) {
    const isCentre = still && !this.centreStands;
    if (isCentre) this.centreStands = true;
    else {
      this.points[1] = position;
      this.finish();
    }
  }

  /**
   * @param {LonLat} position
   * @param {PointerEvent} event
   */
  addCorner(position, event) {
    const near = (/** @type {LonLat} */ corner) => this.pixelsFrom(corner, event) < STILL_PX * 1.5;
    if (this.points.length > 2 && near(this.points[0])) return this.finish();
    const last = this.points.at(-1);
    if (last && near(last)) return;
    if (this.points.length >= MOST_CORNERS) return this.say(this.words("draw_full", { count: MOST_CORNERS }));
    this.points.push(position);
    this.update();
  }

  /** The browser has taken the pointer away, for a gesture of its own. */
  letGo() {
    this.down = null;
  }

  undo() {
    if (this.tool === "near") this.centreStands = false;
    this.points.pop();
    this.update();
  }

  /** What was drawn is enough: hand it over. */
  finish() {
    const area = this.area();
    if (!area) return;
    this.stop();
    this.options.done(area);
  }

  /** @returns {Area | null} */
  area() {
    const [centre, edge] = this.points;
    if (this.tool === "within" && this.points.length > 2) return { kind: "within", corners: this.points };
    if (this.tool === "nearest" && centre)
      return { kind: "nearest", centre, count: this.number(MOST_NEAREST) };
    if (this.tool !== "near" || !centre) return null;
    const radius_m = edge ? distance_m(centre, edge) : this.number(20_000_000);
    return radius_m >= 1 ? { kind: "near", centre, radius_m } : null;
  }

  /** @param {LonLat} edge */
  sketchCircle(edge) {
    const radius_m = distance_m(this.points[0], edge);
    this.options.outlines.sketch({ kind: "near", centre: this.points[0], radius_m });
    const field = this.field();
    if (field && document.activeElement !== field) field.value = String(Math.round(radius_m));
    this.say(this.words("draw_radius", { distance: formatDistance(radius_m) }));
  }

  /** Draw and say how far the drawing has come. */
  update() {
    const { tool, points } = this;
    const [centre] = points;
    if (tool === "within") {
      this.options.outlines.sketch(points.length > 0 ? { kind: "within", corners: points } : null);
      this.say(this.words(points.length === 0 ? "draw_corner" : "draw_corners", { count: points.length }));
    }
    if (tool === "near") {
      this.options.outlines.sketch(centre ? { kind: "near", centre, radius_m: 1 } : null);
      this.say(this.words(centre ? "draw_edge" : "draw_centre"));
    }
    this.showButtons();
  }

  showBar() {
    this.centreStands = false;
    const status = element("p", { class: "tool-bar__text", role: "status", "data-tool-status": true });
    const buttons = element("div", { class: "tool-bar__buttons" });
    if (this.tool !== "within") buttons.append(this.numberField());
    buttons.append(
      this.button("undo", () => this.undo()),
      this.button("finish", () => this.finish()),
      this.button("cancel", () => this.stop()),
    );
    this.bar.replaceChildren(status, buttons);
    this.bar.hidden = false;
    if (this.tool === "nearest") this.say(this.words("draw_place"));
    this.update();
  }

  /**
   * @param {string} action
   * @param {() => void} run
   */
  button(action, run) {
    const kind = action === "finish" ? "btn-primary" : "btn-outline-secondary";
    const button = element("button", { type: "button", class: `btn btn-sm ${kind}`, "data-draw": action });
    button.textContent = this.words(`draw_${action}`);
    button.addEventListener("click", run);
    return button;
  }

  numberField() {
    const near = this.tool === "near";
    const field = element("input", {
      type: "number",
      class: "form-control tool-bar__number",
      min: "1",
      max: String(near ? 20_000_000 : MOST_NEAREST),
      value: near ? "" : String(USUAL_NEAREST),
      inputmode: "numeric",
      "data-draw-number": true,
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") this.finish();
    });
    if (near) field.addEventListener("input", () => this.typed(Number(field.value)));
    return element("label", { class: "tool-bar__label" }, this.words(near ? "radius_m" : "how_many"), field);
  }

  /** @param {number} radius_m */
  typed(radius_m) {
    const [centre] = this.points;
    if (!centre || !(radius_m >= 1)) return;
    this.points.length = 1;
    this.options.outlines.sketch({ kind: "near", centre, radius_m });
  }

  showButtons() {
    const enough = this.tool === "within" ? this.points.length > 2 : this.points.length > 0;
    for (const [action, shown] of [
      ["undo", this.tool !== "nearest" && this.points.length > 0],
      ["finish", enough],
    ]) {
      const button = /** @type {HTMLElement | null} */ (this.bar.querySelector(`[data-draw="${action}"]`));
      if (button) button.hidden = !shown;
    }
  }

  /** @returns {HTMLInputElement | null} */
  field() {
    return this.bar.querySelector("[data-draw-number]");
  }

  /** @param {number} most */
  number(most) {
    return Math.min(most, Math.max(0, Math.round(Number(this.field()?.value ?? 0))));
  }

  /** @param {string} text */
  say(text) {
    const status = this.bar.querySelector("[data-tool-status]");
    if (status && status.textContent !== text) status.textContent = text;
  }

  /** @param {PointerEvent} event */
  isOnMap({ target, button }) {
    return button === 0 && target instanceof Element && !target.closest(".leaflet-control");
  }

  /**
   * @param {PointerEvent} event
   * @returns {LonLat}
   */
  positionOf(event) {
    const { lng, lat } = this.map.mouseEventToLatLng(event);
    return [lng, Math.max(-85, Math.min(85, lat))];
  }

  /**
   * @param {LonLat} position
   * @param {PointerEvent} event
   */
  pixelsFrom([lon, lat], event) {
    return this.map.latLngToContainerPoint([lat, lon]).distanceTo(this.map.mouseEventToContainerPoint(event));
  }
}
