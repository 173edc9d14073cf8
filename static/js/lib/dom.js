/** Build elements from plain data: text always goes in as text nodes, never as markup. */

const INTERFACE_ICONS = new URL("../../icons/interface.svg", import.meta.url).href;
const SVG = "http://www.w3.org/2000/svg";

/**
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string | boolean | null | undefined>} [attributes] null, undefined and false leave out
 * @param {...(Node | string | null | undefined)} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  setAttributes(node, attributes);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/**
 * @param {string} tag
 * @param {Record<string, string | boolean | null | undefined>} [attributes]
 * @param {...Node} children
 * @returns {SVGElement}
 */
export function svgElement(tag, attributes = {}, ...children) {
  const node = /** @type {SVGElement} */ (document.createElementNS(SVG, tag));
  setAttributes(node, attributes);
  node.append(...children);
  return node;
}

/**
 * @param {Element} node
 * @param {Record<string, string | boolean | null | undefined>} attributes
 */
function setAttributes(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
}

/**
 * @param {string} name a symbol of static/icons/interface.svg
 * @returns {SVGElement}
 */
export function interfaceIcon(name) {
  return svgElement(
    "svg",
    { class: "icon", "aria-hidden": "true", focusable: "false" },
    svgElement("use", { href: `${INTERFACE_ICONS}#${name}` }),
  );
}

/**
 * @param {string} id of a script element of type application/json
 * @returns {any} null where the page has none
 */
export function readJson(id) {
  const script = document.getElementById(id);
  return script?.textContent ? JSON.parse(script.textContent) : null;
}

/**
 * @template {HTMLElement} [Found=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {Found}
 */
export function required(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(`This page has no ${selector}`);
  return /** @type {Found} */ (found);
}

/** @returns {boolean} */
export function prefersReducedMotion() {
  return window.matchMedia("(prefers-reduced-motion: reduce)").matches;
}

/** @returns {boolean} whether the layout is the phone's, with the panel as a bottom sheet */
export function isNarrow() {
  return window.matchMedia("(max-width: 767.98px)").matches;
}
