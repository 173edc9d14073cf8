/**
 * The map by keys: while it has the focus, what is nearest to its middle is marked and told, and Enter opens it, be
 * it a cluster, a stack or a facility. The markers are drawn on canvas, where nothing could have the focus itself.
 */

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class Aim {
  /**
   * @param {import("leaflet").Map} map
   * @param {import("./facility_layer.js").FacilityLayer} layer
   * @param {HTMLElement} sign a live region over the map
   * @param {{words: import("./create_map.js").Words, started: () => void,
   *   pressed: (feature: PlaceFeature, offset: number) => void}} options
   */
  constructor(map, layer, sign, options) {
    this.map = map;
    this.layer = layer;
    this.sign = sign;
    this.options = options;
    this.holder = map.getContainer();
    this.isOn = false;
    /** @type {{feature: PlaceFeature, offset: number} | null} */
    this.target = null;
    this.holder.addEventListener("focus", () => {
      if (this.holder.matches(":focus-visible")) this.start();
    });
    this.holder.addEventListener("keydown", (event) => this.keyed(event));
    this.holder.addEventListener("blur", () => this.stop());
    this.holder.addEventListener("pointerdown", () => this.stop());
    map.on("moveend", () => this.update());
    if (this.holder.matches(":focus-visible")) this.start();
  }

  /** @param {KeyboardEvent} event */
  keyed(event) {
    if (event.target !== this.holder || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key !== "Tab" && event.key !== "Shift") this.start();
    if (event.key !== "Enter" || !this.isOn || !this.target) return;
    event.preventDefault();
    this.options.pressed(this.target.feature, this.target.offset);
  }

  start() {
    if (this.isOn || this.holder.dataset.drawing) return;
    this.isOn = true;
    this.holder.dataset.aiming = "";
    this.options.started();
    this.update();
  }

  stop() {
    if (!this.isOn) return;
    this.isOn = false;
    delete this.holder.dataset.aiming;
    this.take(null);
    this.sign.textContent = "";
  }

  /** The map has moved, or shows something else. */
  update() {
    if (!this.isOn) return;
    if (this.holder.dataset.drawing) return this.stop();
    this.take(this.layer.nearestTo(this.map.getSize().divideBy(2)));
    const text = this.textOf(this.target?.feature ?? null);
    if (this.sign.textContent !== text) this.sign.textContent = text;
  }

  /** @param {{feature: PlaceFeature, offset: number} | null} target */
  take(target) {
    this.target = target;
    this.layer.highlight(target ? String(target.feature.id) : null);
  }

  /** @param {PlaceFeature | null} feature */
  textOf(feature) {
    const { words } = this.options;
    if (!feature) return words("aim_nothing");
    const { stack, count, name } = feature.properties;
    if (stack) return words("aim_stack", { count });
    if (!count) return words("aim_facility", { name });
    return words(this.layer.drawing.estimated ? "aim_cluster_about" : "aim_cluster", { count });
  }
}
