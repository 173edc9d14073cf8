/** Place a facility: by typing, by pressing the map, by moving the pin, or by the device's own position. */

import { formatDecimal, formatSexagesimal, parsePosition } from "../lib/coordinates.js";
import { wrapLongitude } from "../lib/longitude.js";
import { element, required } from "../lib/dom.js";
import { formatDistance } from "../lib/messages.js";
import { askPosition } from "../map/controls.js";
import { LocationPicker } from "../map/location_picker.js";

/** One degree of latitude. */
const METRES_PER_DEGREE = 111_320;
/** A press on the map is no more exact than a few pixels. */
const PRESS_PX = 4;
const COARSE_M = 100;

/** @typedef {import("../lib/coordinates.js").Position} Position */

export class LocationField {
  /**
   * @param {HTMLInputElement} input
   * @param {HTMLElement} block holds the map, the reading and the buttons; hidden where there are no scripts
   * @param {import("../map/create_map.js").Words} words
   */
  constructor(input, block, words) {
    this.input = input;
    this.words = words;
    block.hidden = false;
    this.output = /** @type {HTMLElement | null} */ (block.querySelector("[data-location-output]"));
    this.hint = element("p", { class: "location-hint", role: "status" });
    this.output?.after(this.hint);
    this.picker = new LocationPicker(required("[data-map]", block), words, {
      picked: (position, pixel_m) => this.fromMap(position, pixel_m),
      tell: (text) => this.showHint(text),
    });
    input.addEventListener("input", () => this.fromText());
    this.connect("[data-use-my-location]", (button) => this.fromDevice(button));
    this.connect("[data-zoom-to-location]", () => this.zoomToCurrent());
    this.fromText({ move: true });
  }

  /**
   * @param {string} selector
   * @param {(button: HTMLButtonElement) => void} pressed
   */
  connect(selector, pressed) {
    for (const button of document.querySelectorAll(selector)) {
      if (!(button instanceof HTMLButtonElement)) continue;
      button.hidden = false;
      button.addEventListener("click", () => pressed(button));
    }
  }

  /** @param {{move?: boolean}} [options] */
  fromText({ move = true } = {}) {
    const position = parsePosition(this.input.value);
    this.showReading(position);
    this.showHint("");
    if (position) this.picker.place(position, { move });
    else this.picker.clear();
  }

  /**
   * @param {Position} position
   * @param {number} pixel_m metres on the ground that one pixel shows
   */
  fromMap(position, pixel_m) {
    const precision_m = pixel_m * PRESS_PX;
    this.write(position, decimalsFor(pixel_m));
    this.showHint(
      precision_m > COARSE_M ? this.words("position_coarse", { distance: formatDistance(precision_m) }) : "",
    );
  }

  /** @param {HTMLButtonElement} button */
  async fromDevice(button) {
    button.setAttribute("aria-busy", "true");
    this.showHint(this.words("locating"));
    try {
      const { lon, lat, accuracy_m } = await askPosition();
      this.write({ lon, lat }, 6);
      this.picker.place({ lon, lat }, { move: true, close: true });
      this.showHint(this.words("position_device", { distance: formatDistance(accuracy_m) }));
    } catch (problem) {
      this.showHint(this.words(problem instanceof Error ? problem.message : "locate_unavailable"));
    }
    button.removeAttribute("aria-busy");
  }

  zoomToCurrent() {
    const position = parsePosition(this.input.value);
    if (position) this.picker.place(position, { move: true, close: true });
    else this.input.focus();
  }

  /**
   * @param {Position} position
   * @param {number} decimals
   */
  write({ lon, lat }, decimals) {
    const tidy = { lon: wrapLongitude(lon), lat };
    this.input.value = formatDecimal(tidy, decimals);
    this.input.removeAttribute("aria-invalid");
    this.input.classList.remove("is-invalid");
    this.showReading(parsePosition(this.input.value));
    // Drafts and the guard listen to the form; the field itself has been read already.
    this.input.form?.dispatchEvent(new Event("input"));
  }

  /** @param {Position | null} position */
  showReading(position) {
    if (!this.output) return;
    if (position) {
      const numbers = element(
        "bdi",
        { class: "numbers" },
        `${formatDecimal(position)} · ${formatSexagesimal(position)}`,
      );
      this.output.replaceChildren(`${this.words("position_understood")} `, numbers);
    } else {
      this.output.replaceChildren(this.input.value.trim() ? this.words("position_unclear") : "");
    }
    this.output.dataset.understood = String(position !== null);
  }

  /** @param {string} text */
  showHint(text) {
    this.hint.textContent = text;
  }
}

/**
 * @param {number} precision_m
 * @returns {number} decimals of a degree that say no more than is known
 */
function decimalsFor(precision_m) {
  const decimals = Math.ceil(Math.log10(METRES_PER_DEGREE / precision_m));
  return Math.min(6, Math.max(2, decimals));
}
