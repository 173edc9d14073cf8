/** The card of the selected facility: its facts as text nodes, and what can be done with it. */

import { copyFromButton } from "../lib/clipboard.js";
import { formatDecimal } from "../lib/coordinates.js";
import { element, interfaceIcon } from "../lib/dom.js";
import { countryName, formatDate } from "../lib/messages.js";
import { categoryDisc } from "./category_icons.js";
import { statusBadge } from "./result_list.js";
import { urlFor } from "./settings.js";

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

export class Card {
  /**
   * @param {HTMLElement} holder
   * @param {{settings: import("./settings.js").MapSettings, words: import("./create_map.js").Words,
   *   styles: Map<string, import("./category_icons.js").CategoryStyle>, statuses: Map<string, string>,
   *   closed: () => void}} options
   */
  constructor(holder, options) {
    this.holder = holder;
    this.options = options;
    holder.addEventListener("keydown", (event) => {
      if (event.key === "Escape") options.closed();
    });
  }

  /** @param {PlaceFeature} feature */
  show(feature) {
    const { properties } = feature;
    this.holder.replaceChildren(this.header(properties), this.facts(feature), this.actions(feature));
    this.holder.hidden = false;
  }

  /** @param {string} [name] */
  showLoading(name = "") {
    const bars = [1, 2, 3].map(() => element("div", { class: "skeleton" }));
    this.holder.replaceChildren(this.title(name || this.options.words("loading")), ...bars);
    this.holder.hidden = false;
  }

  /** @param {string} text */
  showProblem(text) {
    this.holder.replaceChildren(this.title(this.options.words("card_problem")), element("p", {}, text));
    this.holder.hidden = false;
  }

  hide() {
    this.holder.hidden = true;
    this.holder.replaceChildren();
  }

  focus() {
    /** @type {HTMLElement | null} */ (this.holder.querySelector(".card-title"))?.focus();
  }

  /** @param {Record<string, any>} properties */
  header({ name, category, status }) {
    const { styles, statuses } = this.options;
    const style = styles.get(category);
    const kind = element("p", { class: "facility-card__kind" }, style?.label ?? category);
    kind.append(" ", statusBadge(status, statuses));
    const header = this.title(name);
    header.prepend(categoryDisc(style));
    return element("div", {}, header, kind);
  }

  /** @param {string} name */
  title(name) {
    const close = element("button", { type: "button", class: "icon-button" }, interfaceIcon("close"));
    close.setAttribute("aria-label", this.options.words("close"));
    close.addEventListener("click", () => this.options.closed());
    const title = element("h2", { class: "card-title", tabindex: "-1", dir: "auto" }, name);
    return element("div", { class: "facility-card__header" }, title, close);
  }

  /** @param {PlaceFeature} feature */
  facts({ properties, geometry }) {
    const { words } = this.options;
    const [lon, lat] = geometry.coordinates;
    const place = [
      properties.address,
      properties.locality,
      properties.country && countryName(properties.country),
    ];
    const { precision } = properties;
    /** @type {[string, Node | string | null | undefined][]} */
    const rows = [
      ["address", place.filter(Boolean).join(", ")],
      ["coordinates", this.coordinates({ lon, lat })],
      ["precision", precision && precision !== "exact" ? words(`precision_${precision}`) : null],
      ["phone", properties.phone && contact("tel:", properties.phone)],
      ["email", properties.email && contact("mailto:", properties.email)],
      ["website", properties.website && website(properties.website)],
      ["description", properties.description],
      ["code", properties.code],
      ["updated", properties.updated && formatDate(properties.updated)],
    ];
    const list = element("dl", { class: "facts" });
    for (const [key, value] of rows) {
      if (value) list.append(element("dt", {}, words(`fact_${key}`)), element("dd", { dir: "auto" }, value));
    }
    return list;
  }

  /** @param {{lon: number, lat: number}} position */
  coordinates(position) {
    const { words } = this.options;
    const text = formatDecimal(position, 5);
    const button = element("button", { type: "button", class: "text-button" }, words("copy"));
    button.setAttribute("aria-label", words("copy_coordinates"));
    button.addEventListener("click", () => {
      copyFromButton(button, text, { done: words("copied"), failed: words("copy_failed") });
    });
    return element("span", { class: "facts__line" }, element("bdi", { class: "numbers" }, text), button);
  }

  /** @param {PlaceFeature} feature */
  actions({ properties, geometry }) {
    const { settings, words } = this.options;
    const [lon, lat] = geometry.coordinates;
    const record = new URL(urlFor(settings.facility_url_template, properties.code), window.location.href)
      .href;
    const copy = element("button", { type: "button", class: "btn btn-outline-secondary" });
    copy.append(interfaceIcon("link"), element("span", { "data-copy-label": true }, words("copy_link")));
    copy.addEventListener("click", () => {
      copyFromButton(copy, record, { done: words("copied"), failed: words("copy_failed") });
    });
    const edit = settings.edit_url_template
      ? linkButton(urlFor(settings.edit_url_template, properties.code), "edit", words("edit"))
      : null;
    const open = element(
      "a",
      { class: "btn btn-primary", href: record },
      interfaceIcon("record"),
      words("open_record"),
    );
    const geo = `geo:${lat},${lon}?q=${lat},${lon}(${encodeURIComponent(properties.name)})`;
    return element(
      "div",
      { class: "facility-card__actions" },
      open,
      edit,
      copy,
      linkButton(geo, "route", words("open_in_app")),
    );
  }
}

/**
 * @param {string} href
 * @param {string} icon
 * @param {string} label
 */
function linkButton(href, icon, label) {
  return element("a", { class: "btn btn-outline-secondary", href }, interfaceIcon(icon), label);
}

/**
 * @param {string} scheme
 * @param {string} value
 */
function contact(scheme, value) {
  const address = scheme === "tel:" ? value.replace(/[^+\d]/g, "") : encodeURI(value);
  return element("a", { href: scheme + address }, value);
}

/** @param {string} address stored text: only http and https become links */
function website(address) {
  if (!/^https?:\/\//i.test(address)) return address;
  return element(
    "a",
    { href: address, rel: "noopener nofollow" },
    address.replace(/^https?:\/\/(www\.)?|\/$/gi, ""),
  );
}
