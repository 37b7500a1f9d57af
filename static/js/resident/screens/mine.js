// From the person's rights to buttons: channels, consents, devices, a copy, a break, the end.
import { call, wordsOf } from "../api.js";
import { button, chooseOne, confirm, h, icon, notice, pill } from "../dom.js";
import { tell } from "../frame.js";
import { day, LANGUAGES, speaking, t } from "../i18n.js";
import { back, show } from "../router.js";

async function attempt(act, done) {
  try {
    await act();
    await show({ quietly: true });
    if (done) tell("ok", done);
  } catch (error) {
    tell("danger", wordsOf(error));
  }
}

function card(title, ...inner) {
  return h("section", { class: "card" }, h("h2", {}, title), inner);
}

// In what language the office writes; the app's own is chosen in the settings of the device.
function reads(me) {
  const choose = (language) => attempt(() => call("me", { method: "PATCH", json: { language } }), t("mine.language.saved"));
  const mine = speaking();
  const offer = mine === me.language ? null : h("p", {}, button(t("mine.language.offer", { language: LANGUAGES[mine] }), { symbol: "message-square-text", press: () => choose(mine), id: "reads-offer" }));
  return card(t("mine.language"), h("p", { class: "hint" }, t("mine.language.hint")), chooseOne(t("mine.language"), "reads", Object.entries(LANGUAGES), me.language, choose), offer);
}

function channelRow(channel) {
  const state = channel.confirmed ? pill(t("mine.confirmed"), "ok") : pill(t("mine.unconfirmed"), "warn");
  return h("li", {}, h("span", {}, h("strong", {}, t(`channel.${channel.channel}`)), ` ${channel.hint}`), state);
}

async function undo(row, channel) {
  try {
    await call("me/consents/undo", { method: "POST", json: { topic: row.topic, channel } });
    await show({ quietly: true });
    tell("ok", t("mine.undone"));
  } catch (error) {
    tell("danger", wordsOf(error));
  }
}

function withdraw(row, channel) {
  return async () => {
    const words = { topic: row.name, channel: t(`channel.${channel}`) };
    const yes = await confirm({ title: t("mine.withdraw.title", words), text: t("mine.withdraw.text"), yes: t("mine.withdraw.yes"), no: t("cancel"), danger: true });
    if (!yes) return;
    try {
      await call("me/consents/withdraw", { method: "POST", json: { topic: row.topic, channel } });
      await show({ quietly: true });
      tell("ok", t("mine.withdrawn", words), { action: [t("undo"), () => undo(row, channel)] });
    } catch (error) {
      tell("danger", wordsOf(error));
    }
  };
}

function consentRow(row) {
  if (row.mandatory) return h("li", {}, h("span", {}, h("strong", {}, row.name), ` ${t("prefs.mandatory")}`));
  return row.agreed.map((channel) =>
    h("li", {}, h("span", {}, h("strong", {}, row.name), ` ${t(`channel.${channel}`)}`), button(t("mine.withdraw"), { kind: "small", press: withdraw(row, channel), "aria-label": `${t("mine.withdraw")}: ${row.name}, ${t(`channel.${channel}`)}` })),
  );
}

function deviceRow(row) {
  const removal = async () => {
    const yes = await confirm({ title: t("mine.remove.title"), text: t("mine.remove.text"), yes: t("mine.remove.yes"), no: t("cancel"), danger: true });
    if (yes) await attempt(() => call(`me/devices/${row.id}`, { method: "DELETE" }), t("mine.removed"));
  };
  return h("li", {}, h("span", {}, icon("smartphone"), ` ${t(`platform.${row.platform}`)}, ${t("mine.paired-at", { at: day(row.paired_at) })}`, row.this ? pill(t("mine.this"), "ok") : null), row.this ? null : button(t("mine.remove"), { kind: "small", press: removal }));
}

async function copy() {
  const { data } = await call("me/data-export", { method: "POST" });
  const url = URL.createObjectURL(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }));
  const anchor = h("a", { href: url, download: `icp-${new Date().toISOString().slice(0, 10)}.json` });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

async function end() {
  const yes = await confirm({ title: t("mine.erase.title"), text: t("mine.erase.text"), yes: t("mine.erase.yes"), no: t("cancel"), danger: true });
  if (!yes) return;
  try {
    const { data } = await call("me/erase", { method: "POST", json: { confirm: true } });
    await show({ quietly: true });
    tell("ok", t("mine.erase.asked", { at: day(data.due_on) }));
  } catch (error) {
    tell("danger", wordsOf(error));
  }
}

function ending(me) {
  const wish = (me.requests ?? []).find((row) => row.kind === "erase");
  const takeBack = () => attempt(() => call("me/erase", { method: "DELETE" }), t("mine.erase.undone"));
  if (wish) return card(t("mine.erase"), h("p", {}, t("mine.erase.waits", { at: day(wish.due_on) })), button(t("mine.erase.undo"), { symbol: "undo-2", press: takeBack }));
  return card(t("mine.erase"), h("p", {}, t("mine.erase.text")), button(t("mine.erase.title"), { kind: "danger-quiet", symbol: "trash-2", press: end }));
}

function rest(me) {
  const suspended = me.state === "suspended";
  const act = suspended ? "resume" : "suspend";
  return card(
    t("mine.break"),
    h("p", {}, t(suspended ? "mine.suspended" : "mine.break.text")),
    button(t(`mine.${act}`), { symbol: suspended ? "play" : "pause", press: () => attempt(() => call(`me/${act}`, { method: "POST", ...(suspended ? {} : { json: {} }) }), t(`mine.${act}.done`)) }),
  );
}

export async function mine() {
  const frame = { name: "mine", title: t("mine.title"), back: back("wiecej", t("tab.more")) };
  let me, channels, devices;
  try {
    [me, channels, devices] = (await Promise.all([call("me"), call("me/channels"), call("me/devices")])).map((answer) => answer.data);
  } catch (error) {
    return { ...frame, body: [notice("warn", wordsOf(error)), h("p", {}, t("mine.online"))] };
  }
  const consents = channels.consents.filter((row) => row.mandatory || row.agreed.length);
  return {
    ...frame,
    body: [
      card(t("mine.who"), h("p", { class: "app-name" }, `${me.first_name} ${me.last_name}`), h("p", { class: "hint" }, t("mine.who.hint"))),
      reads(me),
      card(t("mine.channels"), h("ul", { class: "app-facts" }, channels.channels.map(channelRow))),
      card(t("mine.consents"), h("p", { class: "hint" }, channels.how_to_agree), consents.length ? h("ul", { class: "app-facts" }, consents.map(consentRow)) : h("p", {}, t("mine.consents.none"))),
      card(t("mine.devices"), h("ul", { class: "app-facts" }, devices.items.map(deviceRow))),
      card(t("mine.copy"), h("p", {}, t("mine.copy.text")), button(t("mine.copy.get"), { symbol: "download", press: () => attempt(copy), id: "copy" })),
      rest(me),
      ending(me),
    ],
  };
}
