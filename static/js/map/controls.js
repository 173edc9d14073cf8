/** The map's own controls: full screen, locate me, credits. Leaflet brings zoom, scale and layers. */

import { element, interfaceIcon } from "../lib/dom.js";
import { Control, circle, DomEvent } from "./leaflet.js";

/**
 * Leaflet's corners are left and right; ours follow the reading direction, and the panel stands at its start.
 * @param {"top" | "bottom"} edge
 * @param {"start" | "end"} side
 * @returns {import("leaflet").ControlPosition}
 */
export function corner(edge, side) {
  const rightToLeft = document.documentElement.dir === "rtl";
  return `${edge}${(side === "end") !== rightToLeft ? "right" : "left"}`;
}

/**
 * Put any element where Leaflet puts its controls.
 * @param {import("leaflet").Map} map
 * @param {import("leaflet").ControlPosition} position
 * @param {HTMLElement} content
 */
export function addControl(map, position, content) {
  class Holder extends Control {
    onAdd() {
      DomEvent.disableClickPropagation(content);
      return content;
    }
  }
  new Holder({ position }).addTo(map);
}

/**
 * @param {string} icon
 * @param {string} label
 * @param {() => void} pressed
 */
function controlButton(icon, label, pressed) {
  const button = element("button", {
    type: "button",
    class: "map-button",
    "aria-label": label,
    title: label,
  });
  button.append(interfaceIcon(icon));
  button.addEventListener("click", pressed);
  return button;
}

/**
 * @param {import("leaflet").Map} map
 * @param {HTMLElement} target what fills the screen
 * @param {import("./create_map.js").Words} words
 */
export function addFullscreen(map, target, words) {
  if (!document.fullscreenEnabled) return;
  const button = controlButton("fullscreen", words("fullscreen"), () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else target.requestFullscreen().catch(() => {}); // Refused by the browser: the page stays as it is.
  });
  document.addEventListener("fullscreenchange", () => {
    const active = document.fullscreenElement === target;
    button.replaceChildren(interfaceIcon(active ? "fullscreen-exit" : "fullscreen"));
    button.title = words(active ? "fullscreen_exit" : "fullscreen");
    button.setAttribute("aria-label", button.title);
  });
  addControl(map, corner("top", "end"), element("div", { class: "leaflet-bar" }, button));
}

/**
 * @param {import("leaflet").Map} map
 * @param {import("./create_map.js").Words} words
 * @param {(text: string) => void} tell
 */
export function addLocate(map, words, tell) {
  /** @type {import("leaflet").Circle | null} */
  let here = null;
  const button = controlButton("locate", words("locate"), () => {
    button.setAttribute("aria-busy", "true");
    askPosition().then(
      ({ lon, lat, accuracy_m }) => {
        button.removeAttribute("aria-busy");
        here?.remove();
        here = circle([lat, lon], {
          radius: accuracy_m,
          className: "locate-circle",
          interactive: false,
        }).addTo(map);
        map.fitBounds(here.getBounds(), { maxZoom: 15 });
      },
      (problem) => {
        button.removeAttribute("aria-busy");
        tell(words(problem.message));
      },
    );
  });
  addControl(map, corner("bottom", "end"), element("div", { class: "leaflet-bar" }, button));
}

/**
 * Ask the device where it is; an error's message is the key of the words that tell it.
 * @returns {Promise<{lon: number, lat: number, accuracy_m: number}>}
 */
export function askPosition() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(new Error("locate_unsupported"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ lon: coords.longitude, lat: coords.latitude, accuracy_m: coords.accuracy }),
      ({ code }) => reject(new Error(locateProblem(code))),
      { enableHighAccuracy: true, timeout: 20_000, maximumAge: 30_000 },
    );
  });
}

/** @param {number} code of a GeolocationPositionError */
function locateProblem(code) {
  if (!window.isSecureContext) return "locate_insecure";
  if (code === 1) return "locate_denied";
  return code === 3 ? "locate_timeout" : "locate_unavailable";
}

/**
 * @param {import("leaflet").Map} map
 * @param {{text: string, href: string}[]} credits
 */
export function addCredits(map, credits) {
  const parts = credits.flatMap(({ text, href }, index) => [
    index > 0 ? " · " : "",
    href ? element("a", { href, rel: "noopener", target: "_blank" }, text) : text,
  ]);
  addControl(map, corner("bottom", "end"), element("div", { class: "map-credits" }, ...parts));
}
