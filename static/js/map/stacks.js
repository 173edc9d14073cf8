/** Facilities at the very same place: one marker stands for them, and opens as a list. */

/** @typedef {import("./place_marker.js").PlaceFeature} PlaceFeature */

/**
 * @param {PlaceFeature[]} features facilities and clusters
 * @returns {PlaceFeature[]} the same, with a stack in place of facilities that share their coordinates
 */
export function stacked(features) {
  /** @type {Map<string, PlaceFeature[]>} */
  const places = new Map();
  for (const feature of features) {
    const key = feature.properties.cluster ? String(feature.id) : feature.geometry.coordinates.join(",");
    const others = places.get(key);
    if (others) others.push(feature);
    else places.set(key, [feature]);
  }
  return [...places].map(([key, members]) => (members.length === 1 ? members[0] : stackOf(key, members)));
}

/**
 * @param {string} key
 * @param {PlaceFeature[]} members
 * @returns {PlaceFeature}
 */
function stackOf(key, members) {
  /** @type {Record<string, number>} */
  const categories = {};
  for (const { properties } of members)
    categories[properties.category] = (categories[properties.category] ?? 0) + 1;
  return {
    type: "Feature",
    id: `s/${key}`,
    geometry: members[0].geometry,
    properties: { stack: true, count: members.length, categories, members },
  };
}
