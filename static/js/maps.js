// From `components/map.html` to a map in its place, and from a typed address to its pin.
import { mountMap, WORDS } from "./map.js";

function pinOf(fields) {
  const [lat, lon] = fields.map((field) => Number.parseFloat(field.value.replace(",", ".")));
  return Number.isFinite(lat) && Number.isFinite(lon) ? { lat, lon } : null;
}

function mount(element) {
  const data = element.dataset;
  const fields = [data.lat, data.lon].map((id) => id && document.getElementById(id));
  const picks = fields.every(Boolean);
  const points = data.points ? JSON.parse(document.getElementById(data.points).textContent) : [];
  element.hidden = false;
  const map = mountMap(element, {
    points,
    outlineUrl: data.outline,
    tileUrl: data.tiles,
    attribution: data.attribution,
    words: Object.fromEntries(Object.keys(WORDS).map((name) => [name, data[name]])),
    pin: picks ? pinOf(fields) : null,
    onPick: picks
      ? ({ lat, lon }) => {
          fields[0].value = lat.toFixed(6);
          fields[1].value = lon.toFixed(6);
          fields[0].dispatchEvent(new Event("change", { bubbles: true }));
        }
      : null,
  });
  element.dispatchEvent(new CustomEvent("map:ready", { bubbles: true, detail: map }));
  if (picks && map) {
    for (const field of fields) {
      field.addEventListener("change", () => map.setPin(pinOf(fields)));
    }
    const search = document.getElementById(data.search);
    if (search) follow(search, fields);
  }
}

// Street and number, for who cannot or will not point: the found places are buttons.
function follow(box, fields) {
  const [input, button, list] = ["input", "button", "ul"].map((name) => box.querySelector(name));
  async function ask() {
    const body = new URLSearchParams({ q: input.value });
    const answer = await fetch(box.dataset.find, { method: "POST", body }).catch(() => null);
    const items = answer?.ok ? (await answer.json()).items : [];
    list.replaceChildren(...items.map(row));
    box.querySelector("[data-none]").hidden = items.length > 0;
    list.querySelector("button")?.focus();
  }
  function row(item) {
    const choice = document.createElement("button");
    choice.type = "button";
    choice.className = "button button-quiet button-small";
    choice.textContent = item.label;
    choice.addEventListener("click", () => {
      fields[0].value = item.lat.toFixed(6);
      fields[1].value = item.lon.toFixed(6);
      input.value = item.label;
      list.replaceChildren();
      fields[0].dispatchEvent(new Event("change", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
      input.focus();
    });
    const line = document.createElement("li");
    line.append(choice);
    return line;
  }
  button.addEventListener("click", ask);
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    ask();
  });
}

for (const element of document.querySelectorAll("[data-map]")) mount(element);
