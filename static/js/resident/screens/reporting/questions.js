// From a category's questions to answers; one that means danger shows whom to call, big, and goes no further.
import { wordsOf } from "../../api.js";
import { button, field, h, icon, link, notice } from "../../dom.js";
import { t } from "../../i18n.js";
import { chosen } from "./category.js";
import { next, save } from "./draft.js";

const LONGEST = 4000;

function pickedOf(question, answers) {
  const value = answers[question.code];
  const codes = Array.isArray(value) ? value : [value];
  return (question.choices ?? []).filter((choice) => codes.includes(choice.code));
}

export function stopOf(questions, answers) {
  return questions.flatMap((question) => pickedOf(question, answers)).find((choice) => choice.stop) ?? null;
}

function boxes(question, answers, changed, mistake) {
  const many = question.type === "multi";
  const value = answers[question.code] ?? (many ? [] : "");
  const pick = (code) => (event) => {
    if (!many) answers[question.code] = code;
    else answers[question.code] = event.target.checked ? [...(answers[question.code] ?? []), code] : (answers[question.code] ?? []).filter((one) => one !== code);
    changed();
  };
  const box = (choice) => h("label", { class: "app-tick" }, h("input", { type: many ? "checkbox" : "radio", name: question.code, value: choice.code, checked: many ? value.includes(choice.code) : value === choice.code, on: { change: pick(choice.code) } }), h("span", {}, choice.text));
  return h("fieldset", { class: "app-choice", id: `q-${question.code}`, tabindex: mistake ? "-1" : null }, h("legend", { class: "label" }, question.text, question.required ? null : h("span", { class: "muted" }, ` ${t("optional")}`)), question.hint ? h("p", { class: "hint" }, question.hint) : null, mistake ? h("p", { class: "errorlist" }, mistake) : null, question.choices.map(box));
}

const KINDS = { text: "text", number: "number", date: "date" };

function line(question, answers, mistake) {
  const input = h("input", { type: KINDS[question.type] ?? "text", id: `q-${question.code}`, value: answers[question.code] ?? "", maxlength: "500", step: question.type === "number" ? "any" : null, on: {
    change: () => {
      if (input.value === "") delete answers[question.code];
      else answers[question.code] = question.type === "number" ? Number(input.value) : input.value;
    },
  } });
  return field(question.text, input, { hint: question.hint, mistake, optional: question.required ? "" : t("optional") });
}

function stopping(choice) {
  return h("div", { class: "app-stop", role: "alert", id: "stop" }, icon("siren", "icon-large"), h("p", {}, choice.stop), choice.call ? link(t("stop.call", { number: choice.call }), `tel:${choice.call.replace(/\s/g, "")}`, { kind: "danger", symbol: "phone" }) : null);
}

function missing(questions, draft) {
  const found = {};
  for (const question of questions) {
    const value = draft.answers[question.code];
    if (question.required && (value === undefined || value === "" || (Array.isArray(value) && !value.length))) found[question.code] = t("question.needed");
  }
  if (!draft.description.trim()) found.description = t("question.describe");
  return found;
}

export async function questions(draft) {
  let row;
  try {
    row = await chosen(draft);
  } catch (error) {
    return { title: t("question.title"), body: [notice("warn", wordsOf(error))] };
  }
  if (!row) return { title: t("question.title"), body: [notice("warn", t("category.gone"))] };
  const form = h("form", { class: "form", novalidate: true });
  const list = row.questions ?? [];
  const draw = (mistakes = {}) => {
    const stop = stopOf(list, draft.answers);
    const text = h("textarea", { id: "description", rows: "5", maxlength: String(LONGEST), value: draft.description, on: { input: () => (draft.description = text.value) } });
    const asked = list.map((question) => (question.choices?.length ? boxes(question, draft.answers, changed, mistakes[question.code]) : line(question, draft.answers, mistakes[question.code])));
    form.replaceChildren(...asked, ...(stop ? [stopping(stop)] : [field(t("question.words"), text, { hint: t("question.words.hint"), mistake: mistakes.description }), h("div", { class: "app-buttons" }, button(t("next"), { kind: "primary", type: "submit" }))]));
  };
  const changed = () => {
    const id = document.activeElement?.closest("fieldset")?.id;
    const value = document.activeElement?.value;
    draw();
    if (id) form.querySelector(`#${CSS.escape(id)} input[value="${CSS.escape(value)}"]`)?.focus();
    save(draft);
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const mistakes = missing(list, draft);
    if (Object.keys(mistakes).length) {
      draw(mistakes);
      const first = Object.keys(mistakes)[0];
      (form.querySelector(`#q-${CSS.escape(first)}`) ?? form.querySelector("#description"))?.focus();
    } else await next(draft, "opis");
  });
  draw();
  return { title: row.name, body: [form] };
}
