// From everything filled in to one look and one tap; from there it is the outbox's to bring it home.
import { addressOf } from "../../api.js";
import { button, h, link, notice, tick } from "../../dom.js";
import { tell } from "../../frame.js";
import { t } from "../../i18n.js";
import { flush, post } from "../../outbox.js";
import { go, to } from "../../router.js";
import { askToPersist, keep, StorageFull } from "../../store.js";
import { chosen } from "./category.js";
import { discard, save } from "./draft.js";

function bodyOf(draft, id) {
  return {
    client_uuid: id,
    category: draft.category,
    answers: draft.answers,
    description: draft.description.trim(),
    lat: Number(draft.place.lat.toFixed(6)),
    lon: Number(draft.place.lon.toFixed(6)),
    ...(draft.place.accuracy === null || draft.place.accuracy === undefined ? {} : { accuracy_m: draft.place.accuracy }),
    ...(draft.address ? { address: draft.address } : {}),
    captured_at: new Date().toISOString(),
    visibility_wish: draft.public ? "public" : "private",
  };
}

async function send(draft, title, event) {
  event.target.closest("button").disabled = true;
  const id = crypto.randomUUID();
  try {
    const photos = draft.photos.map(({ blob, name }) => ({ blob, name, upload: null }));
    await post({ id, kind: "report", path: "reports", json: bodyOf(draft, id), photos, title });
  } catch (error) {
    event.target.closest("button").disabled = false;
    tell("danger", t(error instanceof StorageFull ? "problem.storage-full" : "problem.storage-closed"));
    return;
  }
  await discard();
  await keep("begun", true);
  askToPersist();
  await go("zgloszenia");
  const [sent] = await flush();
  if (!sent) tell("info", t("outbox.kept"));
}

function line(words, value, step) {
  return h("div", {}, h("dt", {}, words), h("dd", {}, value), h("dd", {}, link(t("change"), to(`zglos/${step}`), { "aria-label": `${t("change")}: ${words}` })));
}

function answerWords(question, value) {
  const codes = [value].flat();
  const texts = question.choices?.length ? codes.map((code) => question.choices.find((choice) => choice.code === code)?.text ?? code) : codes;
  return `${question.text}: ${texts.join(", ")}`;
}

export async function check(draft) {
  const row = await chosen(draft).catch(() => null);
  if (!row || !draft.place || !draft.description.trim()) return { title: t("check.title"), body: [notice("warn", t("check.incomplete")), link(t("back"), to("zglos/opis"))] };
  const answers = (row.questions ?? []).filter((question) => draft.answers[question.code] !== undefined).map((question) => h("p", {}, answerWords(question, draft.answers[question.code])));
  const pictures = await Promise.all(draft.photos.map(async (photo, n) => h("img", { src: await addressOf(photo.blob), alt: t("photo.alt", { n: n + 1 }), class: "app-thumb" })));
  return {
    title: t("check.title"),
    body: [
      h(
        "dl",
        { class: "card app-check" },
        line(t("check.category"), row.name, ""),
        line(t("check.words"), [h("p", { class: "kept-lines" }, draft.description), answers], "opis"),
        line(t("check.photos"), pictures.length ? pictures : t("check.no-photos"), "zdjecia"),
        line(t("check.place"), draft.address || `${draft.place.lat.toFixed(5)}, ${draft.place.lon.toFixed(5)}`, "miejsce"),
      ),
      tick(t("check.public"), draft.public, (value) => {
        draft.public = value;
        save(draft);
      }, { hint: t("check.public.hint") }),
      navigator.onLine === false ? notice("info", t("outbox.kept")) : null,
      h("div", { class: "app-buttons" }, button(t("check.send"), { kind: "primary", symbol: "send", press: (event) => send(draft, row.name, event), id: "send" })),
    ].filter(Boolean),
  };
}
