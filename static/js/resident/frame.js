// From the state of the phone to what stands on every screen: head, alerts on top, messages, tabs.
import { button, h, icon, notice } from "./dom.js";
import { t } from "./i18n.js";
import { waiting } from "./outbox.js";
import { to, within } from "./router.js";
import { kept } from "./store.js";
import { status } from "./sync.js";

const TABS = [
  ["", "tab.inbox", "mail"],
  ["zglos", "tab.new", "plus"],
  ["zgloszenia", "tab.reports", "flag"],
  ["wiecej", "tab.more", "menu"],
];

function tabs() {
  return h(
    "nav",
    { class: "app-tabs", "aria-label": t("tabs") },
    TABS.map(([path, words, symbol]) => h("a", { href: to(path), data: { tab: path } }, icon(symbol), h("span", { class: "tab-words" }, t(words)), h("span", { class: "tab-count", hidden: true }))),
  );
}

export function draw() {
  const main = h("main", { class: "app-main", id: "content", tabindex: "-1" });
  const head = h(
    "header",
    { class: "app-head" },
    h("a", { class: "app-brand", href: to() }, document.body.dataset.town),
    h("span", { class: "app-line", id: "line", role: "status" }),
  );
  document.getElementById("app").replaceChildren(
    h("a", { class: "skip-link", href: "#content" }, t("skip")),
    head,
    h("div", { id: "alerts" }),
    h("div", { id: "told", "aria-live": "polite" }),
    main,
    tabs(),
  );
  return main;
}

function marked() {
  const [first] = within().split("/");
  const tab = { m: "", r: "zgloszenia", ustawienia: "wiecej", "moje-dane": "wiecej", kod: "wiecej" }[first] ?? first;
  for (const anchor of document.querySelectorAll(".app-tabs a")) {
    if (anchor.dataset.tab === tab) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
}

document.addEventListener("icp:shown", marked);

// Active alerts stand above everything until they end, also without a network.
export async function showAlerts() {
  const place = document.getElementById("alerts");
  if (!place) return;
  const now = Date.now();
  const alerts = ((await kept("alerts").catch(() => null)) ?? []).filter((one) => !one.expires_at || Date.parse(one.expires_at) > now);
  const rows = alerts.map((one) =>
    h("a", { class: `app-alert app-alert-${one.class === "alarm" ? "alarm" : "warning"}`, href: to(`m/${one.id}`) }, icon(one.class === "alarm" ? "siren" : "triangle-alert"), h("span", {}, h("strong", {}, t(`class.${one.class}`)), ` ${one.title}`), icon("chevron-right")),
  );
  place.replaceChildren(...(rows.length ? [h("section", { class: "app-alerts", "aria-label": t("alerts.active") }, rows)] : []));
  const line = document.getElementById("line");
  line.replaceChildren(...(status.offline || navigator.onLine === false ? [icon("wifi"), t("offline")] : []));
}

export async function showWaiting() {
  const count = document.querySelector('[data-tab="zgloszenia"] .tab-count');
  if (!count) return;
  const n = (await waiting().catch(() => [])).length;
  count.hidden = n === 0;
  count.textContent = n ? String(n) : "";
  count.setAttribute("aria-label", t("outbox.count", { n }));
  count.setAttribute("role", "img");
}

// What happened, in words, above the screen; `action` is [words, what to do].
export function tell(tone, words, { lasting = false, action = null } = {}) {
  const place = document.getElementById("told");
  const close = button(t("close"), { kind: "quiet", press: () => place.replaceChildren() });
  const more = action ? button(action[0], { kind: "primary", press: action[1] }) : null;
  const box = notice(tone, words, h("div", { class: "button-row" }, more, close));
  place.replaceChildren(box);
  if (lasting) return;
  const here = within();
  const leave = (event) => {
    if (event.detail === here) return; // the same screen, drawn again
    box.remove();
    document.removeEventListener("icp:shown", leave);
  };
  document.addEventListener("icp:shown", leave);
}
