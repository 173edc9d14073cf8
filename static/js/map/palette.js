/**
 * The colours that the canvas needs, from the style sheet: canvas cannot read custom properties itself.
 * @typedef {{sea: string, land: string, border: string, coast: string, label: string, halo: string,
 *   surface: string, text: string, accent: string, accentSolid: string, unknown: string, font: string}} Palette
 */

/** @returns {Palette} */
export function readPalette() {
  const style = getComputedStyle(document.documentElement);
  const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
  return {
    sea: token("--map-sea"),
    land: token("--map-land"),
    border: token("--map-border"),
    coast: token("--map-coast"),
    label: token("--map-label"),
    halo: token("--map-halo"),
    surface: token("--map-surface"),
    text: token("--map-text"),
    accent: token("--accent"),
    accentSolid: token("--accent-solid"),
    unknown: token("--map-unknown"),
    font: getComputedStyle(document.body).fontFamily,
  };
}

/**
 * Call back whenever the colour scheme changes.
 * @param {() => void} changed
 */
export function watchPalette(changed) {
  new MutationObserver(changed).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
