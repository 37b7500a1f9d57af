// From the first start to a choice: with a code or without, and what each of them gives.
import { button, chooseOne, h, icon, link, notice } from "../dom.js";
import { LANGUAGES, speaking, t } from "../i18n.js";
import { wantsHomeScreen } from "../push.js";
import { go, to } from "../router.js";
import { askToPersist, keep, kept } from "../store.js";

function gives(title, lines) {
  return h("section", { class: "card" }, h("h2", {}, title), h("ul", { class: "app-gives" }, lines.map((words) => h("li", {}, icon("check"), h("span", {}, words)))));
}

export function languages() {
  return chooseOne(t("language"), "language", Object.entries(LANGUAGES), speaking(), (code) => document.dispatchEvent(new CustomEvent("icp:language", { detail: code })));
}

async function begin() {
  await keep("begun", true);
  await askToPersist();
  await go();
}

function numbers(meta) {
  const list = meta?.emergency_numbers?.length ? meta.emergency_numbers : [{ number: "112", name: t("emergency.112") }];
  return h("ul", { class: "app-numbers" }, list.map(({ number, name }) => h("li", {}, link(`${number} – ${name}`, `tel:${number}`, { symbol: "phone" }))));
}

export async function welcome() {
  const meta = await kept("meta").catch(() => null);
  return {
    name: "welcome",
    title: t("welcome.title", { town: document.body.dataset.town }),
    body: [
      h("p", { class: "lead" }, t("welcome.lead", { office: document.body.dataset.office })),
      meta?.notice ? notice("info", meta.notice) : null,
      gives(t("welcome.without"), [t("welcome.without.alerts"), t("welcome.without.news"), t("welcome.without.reports")]),
      gives(t("welcome.with"), [t("welcome.with.personal"), t("welcome.with.devices")]),
      h("div", { class: "app-buttons" }, link(t("welcome.code"), to("kod"), { kind: "primary", symbol: "key-round" }), button(t("welcome.begin"), { symbol: "chevron-right", press: begin })),
      wantsHomeScreen() ? notice("info", t("home-screen")) : null,
      languages(),
      h("section", { class: "card" }, h("h2", {}, t("emergency")), numbers(meta)),
    ].filter(Boolean),
  };
}
