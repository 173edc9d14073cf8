// The one place that names Leaflet's version; leaflet.d.ts beside it gives the checker its types.
export * from "../../vendor/leaflet-1.9.4/leaflet-src.esm.js";
