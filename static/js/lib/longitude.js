/** Longitudes go round. */

/**
 * @param {number} lon any number of turns round the world
 * @returns {number} the same meridian, -180 to 180
 */
export function wrapLongitude(lon) {
  return lon >= -180 && lon <= 180 ? lon : ((((lon + 180) % 360) + 360) % 360) - 180;
}
