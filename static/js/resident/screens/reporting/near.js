// From the place and the category to what others reported there: joining them is better than once more.
import { call, wordsOf } from "../../api.js";
import { button, h, link, notice, pill } from "../../dom.js";
import { day, metres, t } from "../../i18n.js";
import { flush, post } from "../../outbox.js";
import { go, to } from "../../router.js";
import { tell } from "../../frame.js";
import { discard, next } from "./draft.js";
import { stateWords } from "../states.js";

async function join(item) {
  await post({ kind: "follow", method: "PUT", path: `reports/${item.id}/follow`, report: item.id, title: item.number ?? "" });
  await discard();
  await go("zgloszenia");
  tell("ok", t("near.joined"));
  flush();
}

// Addresses of the office's own photos: the path, for the office may be known by several names.
const picture = (address) => h("img", { src: new URL(address, location.href).pathname, alt: t("photo.mine"), class: "app-thumb", loading: "lazy" });

function row(item) {
  const about = [item.category?.name, metres(item.metres), day(item.created_at)].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: "card" },
    h("p", {}, h("strong", {}, item.number), " ", pill(stateWords(item.state))),
    h("p", { class: "muted" }, about),
    item.description ? h("p", {}, item.description) : null,
    item.photos?.length ? h("div", {}, item.photos.map(picture)) : null,
    h("div", {}, button(t("near.join"), { kind: "primary", symbol: "users", press: () => join(item), "aria-label": `${t("near.join")}: ${item.number}` })),
  );
}

// The office has written about this already: who is about to report it reads that first.
function said(note) {
  return notice("info", note.title, h("p", {}, note.text), link(t("near.read"), to(`m/${note.id}`)));
}

async function asked(draft) {
  const query = new URLSearchParams({ lat: draft.place.lat.toFixed(6), lon: draft.place.lon.toFixed(6), category: draft.category });
  const { data } = await call(`reports/nearby?${query}`, { anonymous: true });
  return { items: data.items.filter((item) => item.open), notes: data.notices.map(said) };
}

export async function near(draft) {
  let found = { items: [], notes: [] };
  try {
    if (draft.place) found = await asked(draft);
  } catch (error) {
    found.notes = [notice("info", `${t("near.unknown")} ${wordsOf(error)}`)];
  }
  const { items, notes } = found;
  return {
    title: t("near.title"),
    body: [
      notes,
      h("p", {}, t(items.length ? "near.lead" : "near.none")),
      items.length ? h("ul", { class: "stack" }, items.map(row)) : null,
      h("div", { class: "app-buttons" }, button(items.length ? t("near.other") : t("next"), { kind: items.length ? "" : "primary", press: () => next(draft, "podobne"), id: "next" })),
    ].flat().filter(Boolean),
  };
}
