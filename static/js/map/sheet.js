/** The panel as a bottom sheet with three heights: dragged by its handle, or stepped by pressing it. */

import { isNarrow } from "../lib/dom.js";

/** @typedef {"peek" | "half" | "full"} SheetHeight */

const HEIGHTS = /** @type {const} */ (["peek", "half", "full"]);
const DRAG_STARTS_PX = 6;

export class Sheet {
  /**
   * @param {HTMLElement} panel
   * @param {HTMLButtonElement} handle
   * @param {import("./create_map.js").Words} words
   */
  constructor(panel, handle, words) {
    this.panel = panel;
    this.handle = handle;
    this.words = words;
    this.dragged = false;
    this.set("peek");
    handle.addEventListener("click", () => this.step());
    handle.addEventListener("pointerdown", (event) => this.drag(event));
    panel.addEventListener("focusin", ({ target }) => {
      // What a finger presses must stay below it, or the press is lost; keys and typing need to see more.
      const seen = target instanceof Element && target !== handle && target.matches(":focus-visible");
      if (seen && this.height === "peek" && isNarrow()) this.set("half");
    });
  }

  /** @param {SheetHeight} height */
  set(height) {
    this.height = height;
    this.panel.dataset.sheet = height;
    this.panel.style.removeProperty("--sheet-height");
    if (height === "peek") this.panel.querySelector("#panel-body")?.scrollTo(0, 0);
    this.handle.setAttribute("aria-expanded", String(height !== "peek"));
    this.handle.setAttribute("aria-label", this.words(`sheet_${height}`));
  }

  /** Pressing the handle goes up one height, and from the top down to the lowest. */
  step() {
    if (this.dragged) {
      this.dragged = false;
      return;
    }
    const next = (HEIGHTS.indexOf(this.height ?? "peek") + 1) % HEIGHTS.length;
    this.set(HEIGHTS[next]);
  }

  /** @param {PointerEvent} start */
  drag(start) {
    const heightBefore = this.panel.offsetHeight;
    this.dragged = false;
    this.handle.setPointerCapture(start.pointerId);
    const move = (/** @type {PointerEvent} */ event) => {
      const moved = start.clientY - event.clientY;
      if (!this.dragged && Math.abs(moved) < DRAG_STARTS_PX) return;
      this.dragged = true;
      this.panel.dataset.dragging = "";
      this.panel.style.setProperty("--sheet-height", `${heightBefore + moved}px`);
    };
    const end = () => {
      this.handle.removeEventListener("pointermove", move);
      delete this.panel.dataset.dragging;
      if (this.dragged) this.set(this.nearest(this.panel.offsetHeight));
    };
    this.handle.addEventListener("pointermove", move);
    this.handle.addEventListener("pointerup", end, { once: true });
    this.handle.addEventListener("pointercancel", end, { once: true });
  }

  /**
   * @param {number} height_px
   * @returns {SheetHeight}
   */
  nearest(height_px) {
    const share = height_px / window.innerHeight;
    if (share < 0.3) return "peek";
    return share < 0.7 ? "half" : "full";
  }
}
