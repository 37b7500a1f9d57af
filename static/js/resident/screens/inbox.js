// From what the phone keeps to one list of messages, the newest first, that can be searched without a network.
import { h, icon, link, pill } from "../dom.js";
import { moment, short, t } from "../i18n.js";
import { isPaired } from "../device.js";
import { back, to } from "../router.js";
import { all, kept } from "../store.js";
import { call, wordsOf } from "../api.js";

const SHOWN = 200; // rows drawn at once; the search looks through all
const asked = { text: "" };

const sentAt = (item) => item.sent_at ?? item.published_at ?? "";

// One list: a public message that also came to the person stands there once, as theirs.
export async function letters() {
  const own = await all("messages");
  const known = new Set(own.map((item) => item.id));
  const open = (await all("announcements")).filter((item) => !known.has(item.id));
  return [...own, ...open].sort((a, b) => sentAt(b).localeCompare(sentAt(a)));
}

const flat = (text) => String(text ?? "").normalize("NFD").replace(/\p{M}/gu, "").replace(/ł/g, "l").replace(/Ł/g, "L").toLowerCase();

function found(items, text) {
  const words = flat(text).split(/\s+/).filter(Boolean);
  return words.length ? items.filter((item) => words.every((word) => flat(`${item.title} ${item.text ?? item.body ?? ""} ${item.sender ?? ""}`).includes(word))) : items;
}

const isUnread = (item, opened) => !item.read_at && !opened.has(item.id);

function row(item, opened) {
  const unread = isUnread(item, opened);
  const severe = item.class === "alarm" || item.class === "warning";
  return h(
    "li",
    {},
    h(
      "a",
      { class: `app-row${unread ? " is-unread" : ""}`, href: to(`m/${item.id}`), id: `m-${item.id}` },
      h("span", { class: "app-row-head" }, severe ? icon(item.class === "alarm" ? "siren" : "triangle-alert") : null, h("span", { class: "app-row-title" }, item.title), h("time", { datetime: sentAt(item) }, short(sentAt(item)))),
      h("span", { class: "app-row-more" }, item.sender ?? document.body.dataset.office, unread ? pill(t("inbox.new"), "moving") : null, item.public ? pill(t("inbox.public")) : null),
    ),
  );
}

function list(items, opened) {
  const shown = found(items, asked.text);
  if (!shown.length) return h("p", { class: "app-empty" }, icon("mail", "icon-large"), t(asked.text ? "inbox.nothing-found" : "inbox.empty"));
  return h("ul", { class: "app-list" }, shown.slice(0, SHOWN).map((item) => row(item, opened)));
}

function search(items, opened) {
  const place = h("div", { id: "letters" }, list(items, opened));
  const input = h("input", { type: "search", id: "search", value: asked.text, autocomplete: "off", "aria-label": t("inbox.search"), placeholder: t("inbox.search"), on: {
    input: () => {
      asked.text = input.value;
      place.replaceChildren(list(items, opened));
    },
  } });
  return items.length > 1 || asked.text ? [h("div", { class: "app-search", role: "search" }, icon("search"), input), place] : [place];
}

export async function inbox() {
  const items = await letters();
  const opened = new Set(await kept("opened", []));
  const at = await kept("synced-at");
  const n = items.filter((item) => isUnread(item, opened)).length;
  return {
    name: "inbox",
    live: true,
    title: t("inbox.title"),
    body: [
      h("p", { class: "muted" }, n ? t("inbox.unread", { n }) : t("inbox.read"), at ? ` ${t("inbox.at", { at: moment(at) })}` : ""),
      (await isPaired()) ? null : h("p", { class: "card app-invite" }, t("inbox.unpaired"), link(t("welcome.code"), to("kod"), { kind: "plain", symbol: "key-round" })),
      search(items, opened),
      link(t("alerts.all"), to("alerty"), { symbol: "megaphone" }),
    ].flat().filter(Boolean),
  };
}

// Alerts of the last weeks, from the office when it can be reached, else those known to be active.
export async function alertList() {
  let items = (await kept("alerts", [])) ?? [];
  let note = null;
  try {
    items = (await call("alerts", { anonymous: true })).data.items;
  } catch (error) {
    note = h("p", { class: "muted" }, wordsOf(error));
  }
  const opened = new Set(items.map((item) => item.id));
  return {
    name: "alerts",
    live: false,
    title: t("alerts.title"),
    back: back("", t("tab.inbox")),
    body: [note, items.length ? h("ul", { class: "app-list" }, items.map((item) => row(item, opened))) : h("p", { class: "app-empty" }, icon("shield-check", "icon-large"), t("alerts.none"))].filter(Boolean),
  };
}
