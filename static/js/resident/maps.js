// From a place on a screen to the town's map: Leaflet is asked for by the first screen that needs it.
import { mountMap } from "../map.js";
import { h } from "./dom.js";
import { t } from "./i18n.js";

let loading = null;

function leaflet() {
  loading ??= new Promise((resolve) => {
    document.head.append(h("script", { src: document.body.dataset.leaflet, on: { load: resolve, error: resolve } }));
  });
  return loading;
}

const words = () => ({
  zoomIn: t("map.zoom-in"),
  zoomOut: t("map.zoom-out"),
  group: t("map.group"),
  pin: t("map.pin"),
  middle: t("map.middle"),
  failed: t("map.failed"),
});

// Null where the map cannot be shown: every screen has its words beside it.
export async function loadMap(element, options) {
  await leaflet();
  if (!element.isConnected) await new Promise((resolve) => setTimeout(resolve));
  const { outline, tiles, attribution } = document.body.dataset;
  return mountMap(element, { outlineUrl: outline, tileUrl: tiles, attribution, words: words(), ...options });
}
