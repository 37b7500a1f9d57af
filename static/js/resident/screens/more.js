// From "more" to everything that has no tab.
import { unpair } from "../device.js";
import { isPaired } from "../device.js";
import { button, confirm, h, icon, link, notice } from "../dom.js";
import { tell } from "../frame.js";
import { t } from "../i18n.js";
import { waiting } from "../outbox.js";
import { wantsHomeScreen } from "../push.js";
import { go, to } from "../router.js";
import { kept } from "../store.js";

function row(path, words, symbol, more = "") {
  return h("li", {}, h("a", { class: "app-row app-row-menu", href: path.startsWith("/") || path.includes(":") ? path : to(path) }, icon(symbol), h("span", {}, h("span", { class: "app-row-title" }, words), more ? h("span", { class: "app-row-more" }, more) : null), icon("chevron-right")));
}

async function leave() {
  const n = (await waiting()).length;
  const yes = await confirm({ title: t("leave.title"), text: n ? t("leave.waiting", { n }) : t("leave.text"), yes: t("leave.yes"), no: t("cancel"), danger: true });
  if (!yes) return;
  await unpair();
  await go("start");
  tell("ok", t("leave.done"));
}

export async function more() {
  const paired = await isPaired();
  const meta = await kept("meta");
  const token = await kept("token");
  return {
    name: "more",
    title: t("tab.more"),
    body: [
      h(
        "ul",
        { class: "app-list" },
        paired ? null : row("kod", t("welcome.code"), "key-round", t("more.code")),
        row("ustawienia", t("prefs.title"), "settings", t("more.prefs")),
        paired ? row("moje-dane", t("mine.title"), "user", t("more.mine")) : null,
        row("alerty", t("alerts.title"), "megaphone"),
        meta?.links?.privacy ? row(new URL(meta.links.privacy).pathname, t("more.privacy"), "shield-check") : null,
        meta?.links?.accessibility ? row(new URL(meta.links.accessibility).pathname, t("more.accessibility"), "eye") : null,
      ),
      wantsHomeScreen() ? notice("info", t("home-screen")) : null,
      meta ? h("section", { class: "card" }, h("h2", {}, meta.municipality.name), h("p", {}, meta.municipality.address), link(meta.municipality.phone, `tel:${meta.municipality.phone.replace(/\s/g, "")}`, { symbol: "phone" }), link(meta.municipality.email, `mailto:${meta.municipality.email}`, { symbol: "mail" })) : null,
      token ? button(t("leave.title"), { kind: "danger-quiet", symbol: "log-out", press: leave, id: "leave" }) : null,
    ].filter(Boolean),
  };
}
