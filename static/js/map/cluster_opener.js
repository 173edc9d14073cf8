/** A pressed cluster: go to where its members are or, where no zoom would part them, list them. */

import { prefersReducedMotion, required } from "../lib/dom.js";
import { queryOf } from "../lib/query.js";
import { clusterUrl } from "./settings.js";
import { fetchJson, RequestError, ViewRequest } from "./view_request.js";

const PAGE = 50;

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class ClusterOpener {
  /**
   * @param {import("leaflet").Map} map
   * @param {import("./facility_layer.js").FacilityLayer} layer
   * @param {import("./result_list.js").ListOptions & {settings: import("./settings.js").MapSettings,
   *   words: import("./create_map.js").Words, filters: import("./filters.js").Filters, opened: (place: [number, number]) => void,
   *   closed: () => void, waiting: (waits: boolean) => void, failed: () => void}} options
   */
  constructor(map, layer, options) {
    this.map = map;
    this.layer = layer;
    this.options = options;
    this.request = new ViewRequest();
    /** @type {import("./stack_list.js").StackList | null} */
    this.list = null;
    // Whoever moves the map meanwhile does not want to be taken elsewhere.
    map.on("movestart", () => this.cancel());
  }

  /** What was pressed is no longer wanted. */
  cancel() {
    this.request.cancel();
  }

  /**
   * @param {PlaceFeature} feature a cluster of the server's, or a stack
   * @param {number} offset which turn of the world was pressed
   */
  async open(feature, offset) {
    try {
      const [lon, lat] = feature.geometry.coordinates;
      if (feature.properties.stack) await this.listMembers(feature.properties.members, [lon + offset, lat]);
      else await this.enter(feature, offset);
    } catch {
      this.options.failed();
    }
  }

  /**
   * @param {PlaceFeature} cluster
   * @param {number} offset
   */
  async enter(cluster, offset) {
    const { settings, filters } = this.options;
    const parameters = filters.parameters();
    const url = `${clusterUrl(settings.cluster_url_template, String(cluster.id))}?${queryOf(parameters)}`;
    const whole = await this.ask(url);
    if (!whole) return;
    const { bbox, count, exact, stacked } = whole.properties ?? cluster.properties;
    if (!stacked) return this.goTo(bbox, offset);
    parameters.set("bbox", bbox.join(","));
    parameters.set("limit", String(PAGE));
    const title = this.options.words(exact === false ? "place_count_about" : "place_count", { count });
    const [lon, lat] = cluster.geometry.coordinates;
    const address = `${settings.collection_url}?${queryOf(parameters)}`;
    await this.show({ title, known: [], address }, [lon + offset, lat]);
  }

  /**
   * @param {string} url
   * @returns {Promise<any>} null where the answer is no longer wanted
   */
  async ask(url) {
    this.options.waiting(true);
    try {
      return await this.request.latest((signal) => fetchJson(url, signal).catch(gone));
    } finally {
      this.options.waiting(this.request.isWaiting);
    }
  }

  /**
   * @param {PlaceFeature[]} members
   * @param {[number, number]} place
   */
  listMembers(members, place) {
    const title = this.options.words("place_count", { count: members.length });
    return this.show({ title, known: [...members], address: null }, place);
  }

  /**
   * @param {import("./stack_list.js").Pages} pages
   * @param {[number, number]} place lon, lat on the turn of the world that was pressed
   */
  async show(pages, place) {
    const { StackList } = await import("./stack_list.js");
    this.list ??= new StackList(required("[data-panel]"), this.options);
    this.options.opened(place);
    await this.list.open(pages, this.map.getContainer());
  }

  /**
   * Zoom to what a cluster holds, by at least one level.
   * @param {import("./view_box.js").Box} bbox
   * @param {number} offset
   */
  goTo(bbox, offset) {
    const bounds = this.layer.boundsOf(bbox, offset);
    const fitting = Math.max(this.layer.fittingZoom(bounds), this.map.getZoom() + 1);
    this.map.setView(bounds.getCenter(), Math.min(fitting, this.map.getMaxZoom()), {
      animate: !prefersReducedMotion(),
    });
  }
}

/**
 * Somebody has taken its last members away meanwhile: going there shows what is left.
 * @param {unknown} error
 */
function gone(error) {
  if (error instanceof RequestError && error.status === 404) return {};
  throw error;
}
