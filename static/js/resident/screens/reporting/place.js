// From a tap on the map, the phone's own place, a photo's place or a typed address to one pin.
import { button, field, h, notice } from "../../dom.js";
import { t } from "../../i18n.js";
import { loadMap } from "../../maps.js";
import { next, save } from "./draft.js";

const PATIENCE = 15000; // ms

function located() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) reject(new Error("none"));
    else navigator.geolocation.getCurrentPosition(resolve, reject, { enableHighAccuracy: true, timeout: PATIENCE, maximumAge: 60000 });
  });
}

async function find(text) {
  const answer = await fetch(document.body.dataset.find, { method: "POST", body: new URLSearchParams({ q: text }), credentials: "omit" }).catch(() => null);
  return answer?.ok ? (await answer.json()).items : null;
}

function typed(draft, set, say) {
  const input = h("input", { type: "text", id: "address", value: draft.address, maxlength: "200", autocomplete: "street-address", on: { change: () => (draft.address = input.value) } });
  const list = h("ul", { class: "app-list", "aria-live": "polite" });
  const search = async () => {
    draft.address = input.value;
    const items = await find(input.value);
    if (!items) say("warn", t("place.no-search"));
    else if (!items.length) say("warn", t("place.unknown"));
    list.replaceChildren(...(items ?? []).map((item) => h("li", {}, button(item.label, { kind: "quiet", press: () => {
      input.value = item.label;
      draft.address = item.label;
      list.replaceChildren();
      set({ lat: item.lat, lon: item.lon });
    } }))));
    list.querySelector("button")?.focus();
  };
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    search();
  });
  return [field(t("place.address"), input, { hint: t("place.address.hint") }), h("div", {}, button(t("place.find"), { symbol: "search", press: search })), list];
}

function told(place) {
  return place ? t("place.marked", { lat: place.lat.toFixed(5), lon: place.lon.toFixed(5) }) : t("place.none");
}

export async function place(draft) {
  const fromPhoto = draft.photos.find((photo) => photo.place)?.place ?? null;
  const notes = h("div", { "aria-live": "polite" });
  const state = h("p", { id: "place-state", role: "status" }, told(draft.place));
  const element = h("div", { class: "street-map", role: "region", tabindex: "0", "aria-label": t("place.map") });
  let map = null;
  const say = (tone, words) => notes.replaceChildren(notice(tone, words));
  const set = (point, accuracy = null, { move = true } = {}) => {
    draft.place = { lat: point.lat, lon: point.lon, accuracy };
    state.textContent = told(draft.place);
    notes.replaceChildren();
    if (move) map?.setPin(point);
    save(draft).catch(() => {});
  };
  const here = async () => {
    say("info", t("place.looking"));
    try {
      const { coords } = await located();
      set({ lat: coords.latitude, lon: coords.longitude }, Math.round(coords.accuracy));
      say("ok", t("place.found", { n: Math.round(coords.accuracy) }));
    } catch {
      say("warn", t("place.not-found"));
    }
  };
  const onward = async () => {
    if (!draft.place) {
      say("danger", t("place.needed"));
      document.getElementById("address")?.focus();
    } else await next(draft, "miejsce");
  };
  loadMap(element, { pin: draft.place ?? fromPhoto, onPick: (point) => set(point, null, { move: false }) }).then((made) => {
    map = made;
    if (!draft.place && fromPhoto) {
      set(fromPhoto, null, { move: false });
      say("info", t("place.from-photo"));
    }
  });
  return {
    title: t("place.title"),
    body: [
      h("div", {}, button(t("place.here"), { symbol: "map-pin", press: here, id: "here" })),
      element,
      state,
      notes,
      h("section", { class: "card" }, h("h2", {}, t("place.without-map")), typed(draft, set, say)),
      h("div", { class: "app-buttons" }, button(t("next"), { kind: "primary", press: onward, id: "next" })),
    ],
  };
}
