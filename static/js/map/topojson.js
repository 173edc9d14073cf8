// The one place that names topojson-client's version; topojson.d.ts beside it gives the checker its types.
export { default as feature } from "../../vendor/topojson-client-3.1.0/src/feature.js";
export { default as mesh } from "../../vendor/topojson-client-3.1.0/src/mesh.js";
