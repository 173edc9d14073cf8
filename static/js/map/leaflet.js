// The one place that names Leaflet's version; leaflet.d.ts beside it gives the checker its types. Of the two builds
// that the release brings, the compact one is a third of the other's size; it leaves its names on the window.
import "../../vendor/leaflet-1.9.4/leaflet.js";

export const {
  CircleMarker,
  Control,
  DomEvent,
  GridLayer,
  Marker,
  canvas,
  circle,
  circleMarker,
  control,
  divIcon,
  featureGroup,
  geoJSON,
  latLngBounds,
  layerGroup,
  point,
  polygon,
  polyline,
  svg,
  tileLayer,
} = window.L;
const { Map: LeafletMap } = window.L;
export { LeafletMap as Map };
