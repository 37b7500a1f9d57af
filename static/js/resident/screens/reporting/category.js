// From the office's list of categories to the one that fits; kept on the phone for when there is no signal.
import { call, Offline, wordsOf } from "../../api.js";
import { button, h, icon, link, notice } from "../../dom.js";
import { speaking, t } from "../../i18n.js";
import { show, to } from "../../router.js";
import { kept, write } from "../../store.js";
import { discard, next } from "./draft.js";

export async function categories() {
  const known = await kept("categories");
  const same = known?.language === speaking() ? known : null;
  try {
    const { data, etag, status } = await call("categories", { anonymous: true, etag: same?.etag });
    if (status === 304) return same.items;
    await write(["kept"], ({ kept: rows }) => rows.put({ name: "categories", value: { items: data.items, etag, language: speaking() } }));
    return data.items;
  } catch (error) {
    if (error instanceof Offline && known) return known.items;
    throw error;
  }
}

export async function chosen(draft) {
  return (await categories()).find((row) => row.code === draft.category) ?? null;
}

const flat = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[łŁ]/g, "l").toLowerCase();

function groups(items) {
  const found = new Map();
  for (const item of items) found.set(item.group, [...(found.get(item.group) ?? []), item]);
  return [...found];
}

function row(item, draft) {
  const pick = async () => {
    const same = draft.category === item.code;
    await next({ ...draft, category: item.code, answers: same ? draft.answers : {} }, "kategoria");
  };
  return h("li", {}, h("button", { type: "button", class: "app-row app-row-menu", on: { click: pick }, "aria-pressed": String(draft.category === item.code) }, h("span", {}, h("span", { class: "app-row-title" }, item.name), item.description ? h("span", { class: "app-row-more" }, item.description) : null), icon("chevron-right")));
}

function list(items, draft, text = "") {
  const words = flat(text).split(/\s+/).filter(Boolean);
  const fits = items.filter((item) => words.every((word) => flat(`${item.name} ${item.group} ${item.description ?? ""} ${item.keywords ?? ""}`).includes(word)));
  if (!fits.length) return h("p", { class: "app-empty" }, t("category.none"));
  return groups(fits).map(([name, rows]) => h("section", {}, h("h2", {}, name), h("ul", { class: "app-list" }, rows.map((item) => row(item, draft)))));
}

export async function category(draft) {
  let items;
  try {
    items = await categories();
  } catch (error) {
    return { title: t("category.title"), body: [notice("warn", wordsOf(error))] };
  }
  const place = h("div", { class: "stack", id: "categories" }, list(items, draft));
  const input = h("input", { type: "search", id: "category-search", "aria-label": t("category.search"), placeholder: t("category.search"), on: { input: () => place.replaceChildren(...[list(items, draft, input.value)].flat()) } });
  const again = async () => {
    await discard();
    await show();
  };
  return {
    title: t("category.title"),
    body: [
      h("p", { class: "app-danger-line" }, icon("phone"), h("span", {}, t("report.emergency"), " ", link("112", "tel:112"))),
      draft.category ? h("p", {}, t("draft.kept"), " ", button(t("draft.discard"), { kind: "small", press: again })) : null,
      h("div", { class: "app-search", role: "search" }, icon("search"), input),
      place,
      h("p", {}, link(t("reports.mine"), to("zgloszenia"), { symbol: "flag" })),
    ].filter(Boolean),
  };
}
