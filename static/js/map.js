// From places to a map of the town: Leaflet (global L) with keyboard, classes instead of styles, groups.
const POLAND = [[49, 14.1], [54.9, 24.2]];
const GROUP_PIXELS = 44;
const CLOSEST = 19;
const TOGETHER_METRES = 12; // the closest zoom parts what is farther away
export const WORDS = {
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  group: "{n} places together. Zoom in",
  pin: "The marked place: {lat}, {lon}",
  middle: "Mark the middle of the map",
  failed: "The map could not be loaded. The places are on the list.",
};

const L = () => globalThis.L;

function drawOutline(map, data) {
  const streets = data.features.filter((one) => one.properties.kind === "street");
  const districts = data.features.filter((one) => one.properties.kind === "district");
  const layer = L().geoJSON(districts, {
    style: { className: "map-district" },
    interactive: false,
    onEachFeature: (feature, shape) => {
      shape.bindTooltip(feature.properties.name, {
        permanent: true,
        direction: "center",
        className: "map-name",
        interactive: false,
      });
    },
  });
  layer.addTo(map);
  L().geoJSON(streets, { style: { className: "map-way" }, interactive: false }).addTo(map);
  return layer.getLayers().length ? layer.getBounds() : null;
}

function dot(place, words, act) {
  const tone = place.tone ? ` map-dot-${place.tone}` : "";
  const many = place.places && place.places.length > 1;
  const size = many ? 40 : 30;
  const icon = L().divIcon({
    className: many ? "map-dot map-dot-many" : `map-dot${tone}`,
    iconSize: [size, size],
    html: "",
  });
  const label = many ? words.group.replace("{n}", place.places.length) : place.label;
  const marker = L().marker([place.lat, place.lon], { icon, keyboard: true, title: label });
  marker.on("add", () => {
    const element = marker.getElement();
    element.setAttribute("aria-label", label);
    element.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      // The key must not press what gets the focus next.
      event.preventDefault();
      event.stopPropagation();
      act();
    });
    // Text, never markup: a label may hold what a resident wrote. The mark is drawn, not read.
    if (many) element.textContent = String(place.places.length);
    else if (place.mark) element.dataset.mark = place.mark;
  });
  return marker;
}

// What would lie on one another at this zoom becomes one dot with a number.
function grouped(map, places) {
  const groups = [];
  for (const place of places) {
    const at = map.project([place.lat, place.lon]);
    const near = groups.find((group) => group.at.distanceTo(at) < GROUP_PIXELS);
    if (near) near.together.push(place);
    else groups.push({ at, together: [place] });
  }
  return groups.map(({ together }) => {
    if (together.length === 1) return together[0];
    // Where its first place is, so that dots never come nearer to one another than that.
    return { lat: together[0].lat, lon: together[0].lon, places: together };
  });
}

/**
 * Show a map in `element`.
 *
 * points: [{id, lat, lon, label, tone?, mark?, url?}] · tone: "", ok, warn, danger, quiet · onOpen(point)
 * instead of following `url` · onPick({lat, lon}): the user may set one pin · pin: {lat, lon} or null.
 * Returns {map, setPoints, setPin, focus(id), fit(), hold(), destroy()}; null where Leaflet did not load.
 */
export function mountMap(element, options = {}) {
  if (!L()) {
    element.hidden = true;
    return null;
  }
  const given = Object.entries(options.words ?? {}).filter(([, text]) => text);
  const words = { ...WORDS, ...Object.fromEntries(given) };
  const map = L().map(element, {
    zoomControl: false,
    attributionControl: false,
    maxZoom: CLOSEST,
    zoomSnap: 0.5,
    fadeAnimation: false,
    markerZoomAnimation: false,
    zoomAnimation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
  L().control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut }).addTo(map);
  const credits = L().control.attribution({ prefix: false }).addTo(map);
  if (options.tileUrl) {
    L()
      .tileLayer(options.tileUrl, { maxZoom: CLOSEST, referrerPolicy: "origin", alt: "" })
      .addTo(map);
    const plain = document.createElement("span");
    plain.textContent = options.attribution ?? "";
    if (options.attribution) credits.addAttribution(plain.innerHTML);
  }

  let points = options.points ?? [];
  let town = null;
  let pin = null;
  let held = false; // the view is where somebody put it
  const dots = L().layerGroup().addTo(map);

  function open(place) {
    if (!place.places) return follow(place);
    const bounds = L().latLngBounds(place.places.map((one) => [one.lat, one.lon]));
    const across = map.distance(bounds.getNorthEast(), bounds.getSouthWest());
    if (across < TOGETHER_METRES || map.getZoom() >= CLOSEST) list(place);
    else map.fitBounds(bounds, { padding: [40, 40], maxZoom: CLOSEST });
  }

  function follow(place) {
    if (options.onOpen) options.onOpen(place);
    else if (place.url) location.assign(place.url);
  }

  // So near to one another that no zoom parts them.
  function list(place) {
    const rows = document.createElement("ul");
    rows.className = "map-list";
    for (const one of place.places) {
      const choice = document.createElement("button");
      choice.type = "button";
      choice.className = "link";
      choice.textContent = one.label;
      choice.addEventListener("click", () => follow(one));
      const row = document.createElement("li");
      row.append(choice);
      rows.append(row);
    }
    // Leaflet closes it by Escape only while the map itself has the focus.
    rows.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      map.closePopup();
      element.focus();
    });
    L().popup({ closeButton: false }).setLatLng([place.lat, place.lon]).setContent(rows).openOn(map);
    // Leaflet may lay the popup out once more after it is open, which takes the focus away.
    for (const wait of [0, 100, 300]) {
      setTimeout(() => {
        if (!rows.contains(document.activeElement)) rows.querySelector("button").focus();
      }, wait);
    }
  }

  function redraw() {
    dots.clearLayers();
    for (const place of grouped(map, points)) {
      const act = () => open(place);
      dot(place, words, act).on("click", act).addTo(dots);
    }
  }

  function fit() {
    const marked = points.map((one) => [one.lat, one.lon]);
    if (pin) map.setView(pin.getLatLng(), 16);
    else if (marked.length) map.fitBounds(marked, { padding: [48, 48], maxZoom: 16 });
    else map.fitBounds(town ?? POLAND, { padding: [16, 16] });
  }

  function setPin(place, { tell = false, move = true } = {}) {
    pin?.remove();
    pin = null;
    if (!place) return;
    const icon = L().divIcon({ className: "map-pin", iconSize: [36, 44], iconAnchor: [18, 42] });
    pin = L().marker([place.lat, place.lon], { icon, draggable: Boolean(options.onPick) });
    pin.on("dragend", () => {
      held = true;
      picked(pin.getLatLng());
    });
    pin.addTo(map);
    named(pin);
    if (move) map.setView(pin.getLatLng(), Math.max(map.getZoom(), 16));
    if (tell) options.onPick?.({ lat: place.lat, lon: place.lon });
  }

  function named(marker) {
    const { lat, lng } = marker.getLatLng();
    const label = words.pin.replace("{lat}", lat.toFixed(5)).replace("{lon}", lng.toFixed(5));
    marker.getElement().setAttribute("aria-label", label);
  }

  function picked(at) {
    setPin({ lat: at.lat, lon: at.lng }, { tell: true, move: false });
  }

  if (options.onPick) {
    map.on("click", (event) => picked(event.latlng));
    let moving = false;
    map.on("movestart", () => (moving = true)).on("moveend", () => (moving = false));
    const pickMiddle = () => picked(map.getCenter());
    addMiddleButton(map, words, () => (moving ? map.once("moveend", pickMiddle) : pickMiddle()));
  }
  map.on("zoomend", redraw);
  map.on("dragstart", () => (held = true));

  map.fitBounds(POLAND);
  if (options.pin) setPin(options.pin);
  fit();
  redraw();
  if (options.outlineUrl) {
    fetch(options.outlineUrl)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((data) => {
        town = drawOutline(map, data);
        if (!held) fit();
      })
      .catch(() => note(element, words.failed));
  }
  const watch = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  watch.observe(element);

  return {
    map,
    fit,
    hold: () => (held = true), // the view stays where the caller puts it
    setPin: (place) => setPin(place),
    setPoints(places, { keepView = false } = {}) {
      points = places;
      if (!keepView) fit();
      redraw();
    },
    focus(id) {
      const place = points.find((one) => one.id === id);
      if (place) map.setView([place.lat, place.lon], Math.max(map.getZoom(), 17));
    },
    destroy() {
      watch.disconnect();
      map.remove();
    },
  };
}

// For who uses keys: the arrows move the map, this button puts the pin in its middle.
function addMiddleButton(map, words, act) {
  map.getContainer().classList.add("map-picks");
  const Control = L().Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      const button = L().DomUtil.create("button", "button button-small map-middle");
      button.type = "button";
      button.textContent = words.middle;
      L().DomEvent.disableClickPropagation(button);
      button.addEventListener("click", act);
      return button;
    },
  });
  map.addControl(new Control());
}

function note(element, text) {
  const line = document.createElement("p");
  line.className = "hint map-note";
  line.setAttribute("role", "status");
  line.textContent = text;
  element.after(line);
}
