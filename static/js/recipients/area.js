// From clicks, keys and addresses to areas on the map: the hidden field `areas` holds their corners.
import { corners as listCorners, search } from "./area-list.js";

const METRES = 111_320; // a degree of latitude
const LEAST = 3;
const MOST_STEPS = 60;
const ROOM = 80; // pixels
const STEPS = { ArrowUp: [0, 1], ArrowDown: [0, -1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };

const box = document.querySelector("[data-area]");
const part = (name) => box.querySelector(`[data-area-${name}]`);
const field = box.querySelector("[name=areas]");
const words = box.dataset;
const L = () => globalThis.L;

let map = null;
let layer = null;
let areas = read(); // the one that is being drawn is the last one
let drawing = false;
let past = [];

function read() {
  try {
    return JSON.parse(field.value || "[]");
  } catch {
    return [];
  }
}

const copy = (value) => JSON.parse(JSON.stringify(value));
const rounded = (at) => [Number(at.lng.toFixed(6)), Number(at.lat.toFixed(6))];

function say(text) {
  part("status").textContent = text;
}

// Every change goes through here: what was stays to be undone, the page counts again.
function change(step, { focus } = {}) {
  past.push(copy({ areas, drawing }));
  past = past.slice(-MOST_STEPS);
  step();
  keep();
  redraw(focus);
}

function keep() {
  const whole = areas.filter((corners) => corners.length >= LEAST);
  const value = whole.length ? JSON.stringify(whole) : "";
  if (value === field.value) return;
  field.value = value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

function add(corner) {
  change(() => {
    if (!drawing || !areas.length) areas.push([]);
    drawing = true;
    areas.at(-1).push(corner);
  });
}

function begin() {
  change(() => {
    areas.push([]);
    drawing = true;
  });
  say(words.drawing);
}

function finish() {
  const few = areas.at(-1)?.length < LEAST;
  change(() => {
    if (few) areas.pop();
    drawing = false;
  });
  say(few ? words.few : words.done.replace("{n}", areas.length));
}

function undo() {
  const before = past.pop();
  if (!before) return;
  ({ areas, drawing } = before);
  keep();
  redraw();
  say(words.undone);
}

function clear() {
  change(() => {
    areas = [];
    drawing = false;
  });
  say(words.done.replace("{n}", 0));
}

function remove(area, corner) {
  change(
    () => {
      areas[area].splice(corner, 1);
      const open = drawing && area === areas.length - 1;
      if (!open && areas[area].length < LEAST) areas.splice(area, 1);
    },
    { focus: [area, Math.max(corner - 1, 0)] },
  );
}

function insert(area, corner) {
  const ring = areas[area];
  const [one, two] = [ring[corner], ring[(corner + 1) % ring.length]];
  const middle = [(one[0] + two[0]) / 2, (one[1] + two[1]) / 2].map((n) => Number(n.toFixed(6)));
  change(() => ring.splice(corner + 1, 0, middle), { focus: [area, corner + 1] });
}

function move(area, corner, place, options) {
  change(() => (areas[area][corner] = place), options);
}

// Arrow keys on a corner, in the list or on the map.
function keys(event, area, corner) {
  const step = STEPS[event.key];
  if (event.key === "Delete" || event.key === "Backspace") remove(area, corner);
  else if (step) {
    const metres = event.shiftKey ? 100 : 10;
    const [lon, lat] = areas[area][corner];
    const east = METRES * Math.cos((lat * Math.PI) / 180);
    const place = [lon + (step[0] * metres) / east, lat + (step[1] * metres) / METRES];
    move(area, corner, place.map((n) => Number(n.toFixed(6))), {
      focus: [area, corner, event.currentTarget.closest(".leaflet-container") !== null],
    });
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

const named = (corner, number) =>
  words.corner
    .replace("{n}", number + 1)
    .replace("{lat}", corner[1].toFixed(5))
    .replace("{lon}", corner[0].toFixed(5));

function marker(area, number) {
  const [lon, lat] = areas[area][number];
  const icon = L().divIcon({ className: "map-corner", iconSize: [28, 28] });
  const one = L().marker([lat, lon], { icon, draggable: true, keyboard: true });
  one.on("dragend", () => move(area, number, rounded(one.getLatLng())));
  one.on("click", () => {
    if (drawing && area === areas.length - 1 && number === 0) finish();
  });
  one.on("add", () => {
    const element = one.getElement();
    element.dataset.corner = `${area}-${number}`;
    element.setAttribute("aria-label", named(areas[area][number], number));
    element.addEventListener("keydown", (event) => keys(event, area, number));
  });
  return one;
}

// A dot half-way between two corners: pulled, it becomes a corner.
function between(area, number) {
  const ring = areas[area];
  const [one, two] = [ring[number], ring[(number + 1) % ring.length]];
  const [from, to] = [one, two].map(([lon, lat]) => map.latLngToLayerPoint([lat, lon]));
  if (from.distanceTo(to) < ROOM) return null; // it would lie under the corners
  const icon = L().divIcon({ className: "map-between", iconSize: [16, 16] });
  const at = [(one[1] + two[1]) / 2, (one[0] + two[0]) / 2];
  const dot = L().marker(at, { icon, draggable: true, keyboard: false });
  dot.on("dragend", () => {
    const place = rounded(dot.getLatLng());
    change(() => ring.splice(number + 1, 0, place));
  });
  dot.on("add", () => dot.getElement().setAttribute("aria-hidden", "true"));
  return dot;
}

function redraw(focus) {
  if (layer) {
    layer.clearLayers();
    areas.forEach((ring, area) => {
      const open = drawing && area === areas.length - 1;
      const places = ring.map(([lon, lat]) => [lat, lon]);
      const className = open ? "map-drawn map-drawn-open" : "map-drawn";
      L().polygon(places, { className, interactive: false }).addTo(layer);
      ring.forEach((_corner, number) => {
        if (!open && ring.length >= LEAST) between(area, number)?.addTo(layer);
        marker(area, number).addTo(layer);
      });
    });
    map.getContainer().classList.toggle("map-picks", drawing);
  }
  listCorners(part("corners"), areas, { words, named, keys, insert, remove, removeArea, show });
  part("draw").setAttribute("aria-pressed", String(drawing));
  part("draw").querySelector("span").textContent = drawing ? words.finish : words.draw;
  part("undo").disabled = !past.length;
  part("clear").disabled = !areas.length;
  refocus(focus);
}

function removeArea(area) {
  change(() => {
    if (area === areas.length - 1) drawing = false;
    areas.splice(area, 1);
  });
  say(words.done.replace("{n}", areas.length));
}

function refocus(focus) {
  if (!focus) return;
  const [area, corner, onMap] = focus;
  const inside = onMap ? map.getContainer() : part("corners");
  const wanted = inside.querySelector(`[data-corner="${area}-${corner}"]`);
  (wanted ?? part("draw")).focus();
}

function show([lon, lat]) {
  map?.setView([lat, lon], Math.max(map.getZoom(), 16));
}

function middleButton() {
  const Control = L().Control.extend({
    options: { position: "bottomleft" },
    onAdd() {
      const button = L().DomUtil.create("button", "button button-small map-middle");
      button.type = "button";
      button.textContent = words.middleWords;
      L().DomEvent.disableClickPropagation(button);
      button.addEventListener("click", () => add(rounded(map.getCenter())));
      return button;
    },
  });
  map.addControl(new Control());
}

box.addEventListener("map:ready", (event) => {
  if (!event.detail) return;
  map = event.detail.map;
  layer = L().layerGroup().addTo(map);
  map.doubleClickZoom.disable();
  map.on("click", ({ latlng }) => drawing && add(rounded(latlng)));
  map.on("dblclick", () => drawing && finish());
  map.on("zoomend", () => redraw());
  middleButton();
  redraw();
  if (areas.length) {
    event.detail.hold();
    map.fitBounds(areas.flat().map(([lon, lat]) => [lat, lon]), { padding: [32, 32], maxZoom: 17 });
  }
});

part("draw").addEventListener("click", () => (drawing ? finish() : begin()));
part("undo").addEventListener("click", undo);
part("clear").addEventListener("click", clear);
search({ input: part("find"), button: part("search"), list: part("found"), url: words.find, none: words.none, say }, (corner) => {
  add(corner);
  show(corner);
});
redraw();
