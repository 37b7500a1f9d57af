// From the place and the category to what others reported there: joining them is better than once more.
import { call, wordsOf } from "../../api.js";
import { button, h, notice, pill } from "../../dom.js";
import { day, metres, t } from "../../i18n.js";
import { flush, post } from "../../outbox.js";
import { go } from "../../router.js";
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

function row(item) {
  const about = [item.category_name ?? item.category, item.distance_m === undefined ? "" : metres(item.distance_m), day(item.created_at)].filter(Boolean).join(" · ");
  return h("li", { class: "card" }, h("p", {}, h("strong", {}, item.number ?? t("report.one")), " ", pill(stateWords(item.state))), h("p", { class: "muted" }, about), item.description ? h("p", {}, item.description) : null, item.notice ? notice("info", item.notice) : null, h("div", {}, button(t("near.join"), { kind: "primary", symbol: "users", press: () => join(item), "aria-label": `${t("near.join")}: ${item.number ?? ""}` })));
}

export async function near(draft) {
  let items = [];
  let note = null;
  try {
    const query = new URLSearchParams({ lat: draft.place.lat.toFixed(6), lon: draft.place.lon.toFixed(6), category: draft.category });
    const { data } = await call(`reports/nearby?${query}`, { anonymous: true });
    items = data.items;
    if (data.notice) note = notice("info", data.notice);
  } catch (error) {
    note = notice("info", `${t("near.unknown")} ${wordsOf(error)}`);
  }
  return {
    title: t("near.title"),
    body: [
      note,
      items.length ? h("p", {}, t("near.lead")) : h("p", {}, t("near.none")),
      items.length ? h("ul", { class: "stack" }, items.map(row)) : null,
      h("div", { class: "app-buttons" }, button(items.length ? t("near.other") : t("next"), { kind: items.length ? "" : "primary", press: () => next(draft, "podobne"), id: "next" })),
    ].filter(Boolean),
  };
}
