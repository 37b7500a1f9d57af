// From the person's wishes to the device's: language, size, colours, topics, areas, quiet hours, hints.
import { call, wordsOf } from "../api.js";
import { change, device } from "../device.js";
import { button, chooseOne, field, h, notice, tick } from "../dom.js";
import { tell } from "../frame.js";
import { t } from "../i18n.js";
import * as push from "../push.js";
import { back, show } from "../router.js";
import { kept } from "../store.js";
import { languages } from "./welcome.js";

function remember(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // The choice then lasts as long as the page.
  }
}

const sizes = () => chooseOne(t("prefs.size"), "size", [["normal", t("prefs.size.normal")], ["large", t("prefs.size.large")], ["huge", t("prefs.size.huge")]], document.documentElement.dataset.size ?? "normal", (value) => {
  document.documentElement.dataset.size = value;
  remember("icp-size", value);
});

const themes = () => chooseOne(t("prefs.theme"), "theme", [["auto", t("prefs.theme.auto")], ["light", t("prefs.theme.light")], ["dark", t("prefs.theme.dark")]], document.documentElement.dataset.theme ?? "auto", (value) => {
  if (value === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
  remember("icp-theme", value);
});

async function save(wishes) {
  try {
    await change(wishes);
    tell("ok", t("prefs.saved"));
    return true;
  } catch (error) {
    tell("danger", wordsOf(error));
    return false;
  }
}

// null means everything; the first tick taken away makes a list of the rest.
function pickMany(title, hint, rows, chosen, keep) {
  if (!rows.length) return null;
  const all = rows.filter((row) => !row.mandatory).map((row) => row.id);
  let now = chosen ?? all;
  const box = (row) =>
    tick(row.name, row.mandatory || now.includes(row.id), async (on, input) => {
      const next = on ? [...now, row.id] : now.filter((id) => id !== row.id);
      input.disabled = true;
      if (await keep(next.length === all.length ? null : next)) now = next;
      else input.checked = !on;
      input.disabled = false;
    }, { hint: row.mandatory ? t("prefs.mandatory") : row.description ?? "", disabled: Boolean(row.mandatory) });
  return h("fieldset", { class: "card" }, h("legend", { class: "app-legend" }, title), h("p", { class: "hint" }, hint), rows.map(box));
}

function quiet(wishes) {
  const from = h("input", { type: "time", id: "quiet-from", value: wishes.quiet_hours?.begin ?? "" });
  const to = h("input", { type: "time", id: "quiet-to", value: wishes.quiet_hours?.end ?? "" });
  const keep = async (event) => {
    event.preventDefault();
    if (Boolean(from.value) !== Boolean(to.value)) {
      tell("danger", t("prefs.quiet.both"));
      return;
    }
    await save({ quiet_hours: from.value ? { begin: from.value, end: to.value } : null });
  };
  return h("form", { class: "card form", on: { submit: keep } }, h("h2", {}, t("prefs.quiet")), h("p", { class: "hint" }, t("prefs.quiet.hint")), h("div", { class: "app-two" }, field(t("prefs.quiet.from"), from), field(t("prefs.quiet.to"), to)), h("div", {}, button(t("prefs.quiet.save"), { type: "submit" })));
}

async function hints(wishes, meta) {
  const on = await push.subscription().catch(() => null);
  const turnOn = async () => {
    try {
      await change({});
      const result = await push.subscribe(meta?.vapid_public_key);
      tell(result === "on" ? "ok" : "warn", t(`push.${result}`));
    } catch (error) {
      tell("danger", wordsOf(error));
    }
    await show({ quietly: true });
  };
  const turnOff = async () => {
    await push.unsubscribe();
    await call("device/push", { method: "DELETE" }).catch((error) => tell("warn", wordsOf(error)));
    await show({ quietly: true });
  };
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("push.title")),
    h("p", {}, t(on ? "push.is-on" : "push.is-off")),
    push.wantsHomeScreen() ? notice("info", t("home-screen")) : null,
    on ? button(t("push.turn-off"), { press: turnOff, id: "push-off" }) : button(t("push.turn-on"), { kind: "primary", symbol: "bell", press: turnOn, id: "push-on" }),
    tick(t("push.reports"), wishes.report_pushes !== false, (value) => save({ report_pushes: value })),
  );
}

async function choices() {
  const [topics, areas] = await Promise.all([call("topics", { anonymous: true }), call("areas", { anonymous: true })]);
  return { topics: topics.data.items, areas: areas.data.items };
}

export async function preferences() {
  const wishes = (await device()) ?? {};
  const meta = await kept("meta");
  let lists = { topics: [], areas: [] };
  let away = null;
  try {
    lists = await choices();
  } catch (error) {
    away = notice("warn", wordsOf(error));
  }
  return {
    name: "preferences",
    title: t("prefs.title"),
    back: back("wiecej", t("tab.more")),
    body: [
      h("section", { class: "card" }, languages(), sizes(), themes()),
      await hints(wishes, meta),
      quiet(wishes),
      away,
      pickMany(t("prefs.topics"), t("prefs.topics.hint"), lists.topics, wishes.topics, (ids) => save({ topics: ids })),
      pickMany(t("prefs.areas"), t("prefs.areas.hint"), lists.areas, wishes.areas, (ids) => save({ areas: ids })),
    ].filter(Boolean),
  };
}
