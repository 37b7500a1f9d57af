// From what may be done about a report to forms and single taps; what is sent goes through the outbox.
import { addressOf } from "../api.js";
import { button, confirm, field, h, icon, notice } from "../dom.js";
import { tell } from "../frame.js";
import { t } from "../i18n.js";
import { flush, post } from "../outbox.js";
import { LARGEST, MOST, prepare } from "../photos.js";
import { show } from "../router.js";
import { StorageFull } from "../store.js";

async function send(row, path, json, { photos = [], method = "POST", done }) {
  try {
    await post({ kind: path, path: `reports/${row.id}/${path}`, method, json, photos, report: row.id, title: `${row.number}: ${t(`outbox.kind.${path}`)}` });
  } catch (error) {
    tell("danger", t(error instanceof StorageFull ? "problem.storage-full" : "problem.storage-closed"));
    return;
  }
  const sent = await flush();
  await show({ quietly: true });
  tell(sent.length ? "ok" : "info", sent.length ? done : t("outbox.kept"));
}

function pictures(chosen) {
  const list = h("ul", { class: "app-photos" });
  const input = h("input", { type: "file", id: "answer-photos", class: "visually-hidden", accept: "image/*", multiple: true, on: {
    change: async () => {
      for (const file of [...input.files].slice(0, MOST - chosen.length)) {
        const photo = await prepare(file);
        if (photo.blob.size > LARGEST) tell("warn", t("photo.large"));
        else {
          chosen.push({ blob: photo.blob, name: photo.name, upload: null });
          list.append(h("li", { class: "app-photo" }, h("img", { src: await addressOf(photo.blob), alt: t("photo.alt", { n: chosen.length }) })));
        }
      }
      input.value = "";
    },
  } });
  return h("div", {}, input, h("label", { class: "button app-file", for: input.id }, icon("upload"), h("span", {}, t("photo.choose"))), list);
}

// Words and perhaps photos; `act` gets both.
function writing(id, { label, hint, press, kind = "primary", words = true }, act) {
  const chosen = [];
  const text = h("textarea", { id, rows: "4", maxlength: "4000" });
  const place = h("div");
  const draw = (mistake = "") => place.replaceChildren(field(label, text, { hint, mistake }));
  const submit = async (event) => {
    event.preventDefault();
    if (words && !text.value.trim() && !chosen.length) {
      draw(t("question.needed"));
      text.focus();
      return;
    }
    event.target.querySelector("[type=submit]").disabled = true;
    await act(text.value.trim(), chosen);
  };
  draw();
  return h("form", { class: "form", novalidate: true, on: { submit } }, place, pictures(chosen), h("div", {}, button(press, { kind, type: "submit" })));
}

// An answer to the office's question stands open; adding something unasked is behind one tap.
function reply(row) {
  const asked = row.state === "needs_info";
  const label = t(asked ? "act.reply.words" : "act.add.words");
  const form = writing("reply", { label, hint: t("act.reply.hint"), press: t(asked ? "act.reply.send" : "act.add.send"), kind: asked ? "primary" : "" }, (text, photos) => send(row, "replies", { text }, { photos, done: t("act.reply.done") }));
  if (asked) return h("section", { class: "card" }, h("h2", {}, t("act.reply")), form);
  return h("details", { class: "card" }, h("summary", {}, t("act.add")), form);
}

function disputing(row) {
  return writing("dispute", { label: t("act.dispute.words"), hint: t("act.dispute.hint"), press: t("act.dispute.send"), kind: "danger" }, (text, photos) => {
    const resolved = (row.actions ?? []).includes("confirm");
    const [path, json] = resolved ? ["confirm", { ok: false, text }] : ["dispute", { text }];
    return send(row, path, json, { photos, done: t("act.dispute.done") });
  });
}

// One tap each: the second asks what is still wrong, because another person will look at it.
function confirming(row) {
  const place = h("div");
  const yes = () => send(row, "confirm", { ok: true }, { done: t("act.confirm.done") });
  const no = () => {
    place.replaceChildren(disputing(row));
    place.querySelector("textarea").focus();
  };
  return h("section", { class: "card" }, h("h2", {}, t("act.confirm")), h("div", { class: "app-buttons" }, button(t("act.confirm.yes"), { kind: "primary", symbol: "thumbs-up", press: yes, id: "confirm-yes" }), button(t("act.confirm.no"), { kind: "danger-quiet", symbol: "rotate-ccw", press: no, id: "confirm-no" })), place);
}

async function withdrawing(row) {
  const yes = await confirm({ title: t("act.withdraw.title"), text: t("act.withdraw.text"), yes: t("act.withdraw.yes"), no: t("cancel"), danger: true });
  if (yes) await send(row, "withdraw", {}, { done: t("act.withdraw.done") });
}

export function actionsOf(row) {
  const may = new Set(row.actions ?? []);
  const parts = [];
  if (row.state === "needs_info" && !may.has("reply")) parts.push(notice("info", t("act.reply.not-yours")));
  if (may.has("reply")) parts.push(reply(row));
  if (may.has("confirm")) parts.push(confirming(row));
  else if (may.has("dispute")) parts.push(h("details", { class: "card" }, h("summary", {}, t("act.dispute")), disputing(row)));
  if (may.has("withdraw")) parts.push(h("div", {}, button(t("act.withdraw"), { kind: "danger-quiet", symbol: "undo-2", press: () => withdrawing(row) })));
  if (may.has("unfollow")) parts.push(h("div", {}, button(t("act.unfollow"), { symbol: "x", press: () => send(row, "follow", undefined, { method: "DELETE", done: t("act.unfollow.done") }) })));
  return parts.length ? h("div", { class: "stack" }, parts) : null;
}
