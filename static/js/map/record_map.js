/** The record's small map: the facility and, where it is known, its outline. */

import { readJson, required } from "../lib/dom.js";
import { translator } from "../lib/messages.js";
import { categoryStyles, loadIcons } from "./category_icons.js";
import { createMap } from "./create_map.js";
import { geoJSON } from "./leaflet.js";
import { readPalette } from "./palette.js";
import { pinIcon, stillPin } from "./pin.js";
import { readSettings } from "./settings.js";

const STREETS_ZOOM = 14;
/** The built-in map has coasts and borders only: step back until they tell where the place is. */
const BUILT_IN_ZOOM = 6;

export async function showRecordMap() {
  const holder = required("[data-map]");
  const feature = readJson("facility-feature");
  const words = translator("map-messages");
  const settings = readSettings();
  const styles = categoryStyles(settings.categories ?? []);
  const map = createMap(holder, settings, words, { tell: () => {}, scrollWheel: false, locate: false });
  const [lon, lat] = feature.geometry.coordinates;
  map.setView([lat, lon], settings.tiles_url ? STREETS_ZOOM : BUILT_IN_ZOOM, { animate: false });
  const style = styles.get(feature.properties.category);
  if (feature.properties.footprint) {
    const colour = style?.colour ?? readPalette().accentSolid;
    const outline = geoJSON(feature.properties.footprint, {
      interactive: false,
      style: { color: colour, weight: 2, fillOpacity: 0.2 },
      pointToLayer: (_feature, latLng) =>
        stillPin({ lon: latLng.lng, lat: latLng.lat }, pinIcon(style, colour)),
    }).addTo(map);
    map.fitBounds(outline.getBounds().extend([lat, lon]), { animate: false, maxZoom: 17, padding: [24, 24] });
  }
  await loadIcons(styles);
  stillPin({ lon, lat }, pinIcon(style, readPalette().accentSolid)).addTo(map);
  holder.dataset.mapState = "ready";
}
