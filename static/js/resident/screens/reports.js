// From what waits on the phone and what the office has to "my reports".
import { button, confirm, h, icon, link, pill } from "../dom.js";
import { moment, short, t } from "../i18n.js";
import { discard, flush, retry, waiting } from "../outbox.js";
import { to } from "../router.js";
import { all } from "../store.js";
import { stateWords, TONES } from "./states.js";

async function throwAway(row) {
  const yes = await confirm({ title: t("outbox.discard.title"), text: t("outbox.discard.text"), yes: t("outbox.discard"), no: t("cancel"), danger: true });
  if (yes) await discard(row.id);
}

function waitingRow(row) {
  const refused = row.state === "refused";
  return h(
    "li",
    { class: "card app-waiting", data: { outbox: row.kind } },
    h("p", {}, h("strong", {}, row.title || t(`outbox.kind.${row.kind}`)), " ", pill(t(refused ? "outbox.refused" : "outbox.waiting"), refused ? "danger" : "warn", refused ? "circle-x" : "clock")),
    h("p", { class: "muted" }, row.words || t("outbox.since", { at: moment(row.made_at), n: row.photos.length })),
    h("div", { class: "button-row" }, button(t("outbox.retry"), { kind: "small", symbol: "refresh-cw", press: () => (refused ? retry(row.id) : flush()) }), button(t("outbox.discard"), { kind: "small", symbol: "trash-2", press: () => throwAway(row) })),
  );
}

function reportRow(row) {
  return h(
    "li",
    {},
    h(
      "a",
      { class: "app-row", href: to(`r/${row.id}`), id: `r-${row.id}` },
      h("span", { class: "app-row-head" }, h("span", { class: "app-row-title" }, row.category?.name ?? ""), h("time", { datetime: row.created_at }, short(row.created_at))),
      h("span", { class: "app-row-more" }, row.number, pill(stateWords(row.state), TONES[row.state] ?? ""), row.role === "follower" ? pill(t("reports.followed")) : null),
    ),
  );
}

// What waits for the person stands first.
const weight = (row) => (row.state === "needs_info" && (row.actions ?? []).includes("reply") ? 0 : (row.actions ?? []).includes("confirm") ? 1 : 2);

export async function reports() {
  const rows = (await all("reports")).sort((a, b) => weight(a) - weight(b) || String(b.created_at).localeCompare(String(a.created_at)));
  const held = await waiting();
  return {
    name: "reports",
    live: true,
    title: t("reports.mine"),
    body: [
      h("div", { class: "app-buttons" }, link(t("reports.new"), to("zglos"), { kind: "primary", symbol: "plus" })),
      held.length ? h("section", { "aria-label": t("outbox.title") }, h("h2", {}, t("outbox.title")), h("ul", { class: "stack" }, held.map(waitingRow))) : null,
      rows.length ? h("ul", { class: "app-list" }, rows.map(reportRow)) : held.length ? null : h("p", { class: "app-empty" }, icon("flag", "icon-large"), t("reports.none")),
    ].filter(Boolean),
  };
}
