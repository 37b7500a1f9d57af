// From one report to where it stands in plain words, what was said, and what the person may do about it.
import { call, Offline, picture, Problem, wordsOf } from "../api.js";
import { h, icon, notice, pill } from "../dom.js";
import { day, moment, t } from "../i18n.js";
import { waiting } from "../outbox.js";
import { back } from "../router.js";
import { one, writeFor } from "../store.js";
import { isPaired } from "../device.js";
import { actionsOf } from "./report_actions.js";
import { stateWords, TONES, whatNext } from "./states.js";

async function fresh(id) {
  const known = await one("reports", id);
  try {
    const [{ data, token }, story] = await Promise.all([call(`reports/${id}`), call(`reports/${id}/events`)]);
    const row = { ...data, story: story.data.items };
    await writeFor(token, ["reports"], ({ reports }) => reports.put(row));
    return { row };
  } catch (error) {
    if (error instanceof Problem && [401, 403, 404].includes(error.status)) return { row: error.status === 404 ? null : known, error };
    return { row: known ?? null, error };
  }
}

function photo(row) {
  const image = h("img", { alt: t(row.by_office ? "photo.office" : "photo.mine"), width: row.width, height: row.height });
  picture(`${row.href}?size=small`).then(
    (address) => (image.src = address),
    () => image.replaceWith(h("p", { class: "muted" }, t("photo.away"))),
  );
  return h("li", { class: "app-photo" }, image);
}

const photos = (rows) => (rows?.length ? h("ul", { class: "app-photos" }, rows.map(photo)) : null);

function title(event) {
  if (event.kind === "replied") return t("event.replied");
  if (event.kind === "confirmed") return t("event.confirmed");
  return event.before === event.after ? t("event.answered") : stateWords(event.after);
}

function fact(name, value) {
  if (name === "reason") return t(`reason.${value}`);
  return t(`fact.${name}`, { at: day(value) });
}

function event(row) {
  const facts = Object.entries(row.facts ?? {}).filter(([name]) => ["reason", "scheduled_on", "back_on"].includes(name));
  return h(
    "li",
    { class: row.actor === "staff" ? "is-office" : "" },
    h("time", { datetime: row.at }, moment(row.at)),
    h("p", {}, h("strong", {}, title(row)), row.actor === "reporter" ? ` (${t("event.you")})` : ""),
    row.text ? h("p", { class: "kept-lines" }, row.text) : null,
    facts.map(([name, value]) => h("p", { class: "muted" }, fact(name, value))),
    row.seq === 1 ? null : photos(row.photos), // those of the report itself stand above
  );
}

function standing(row) {
  const forwarded = row.forwarded_to && row.state === "forwarded" ? t("state.forwarded.to", { body: row.forwarded_to }) : "";
  const more = {
    scheduled: row.scheduled_on ? t("fact.scheduled_on", { at: day(row.scheduled_on) }) : "",
    needs_info: row.answer_by ? t("fact.answer_by", { at: day(row.answer_by) }) : "",
    duplicate: row.duplicate_of ? t("state.duplicate.of", { number: row.duplicate_of }) : "",
  }[row.state];
  const due = row.due_on && !row.closed_at ? t("fact.due_on", { at: day(row.due_on) }) : "";
  return h(
    "section",
    { class: "card app-standing", "aria-label": t("report.state") },
    h("p", {}, pill(stateWords(row.state), TONES[row.state] ?? "")),
    h("p", { class: "app-next" }, row.confirmed_at ? t("state.confirmed") : whatNext(row.state)),
    [forwarded, more, due].filter(Boolean).map((words) => h("p", {}, words)),
  );
}

function told(row) {
  return h("section", { class: "card" }, h("h2", {}, t("report.told")), h("p", { class: "kept-lines" }, row.description), row.address ? h("p", { class: "muted" }, icon("map-pin", "icon-small"), ` ${row.address}`) : null, photos(row.photos?.filter((one_) => !one_.by_office)));
}

async function unknown(error) {
  const words = error instanceof Offline || (error instanceof Problem && error.status >= 500) ? wordsOf(error) : t((await isPaired()) ? "report.gone" : "report.elsewhere");
  return { name: "report", title: t("report.absent"), back: back("zgloszenia", t("reports.mine")), body: [notice("warn", words)] };
}

// What somebody is writing, or has chosen, is not drawn away under their hands.
function untouched() {
  const busy = document.querySelector("main :is(details[open], .app-photo img[src^='data:']:not([width]))");
  const written = [...document.querySelectorAll("main textarea")].some((area) => area.value || area === document.activeElement);
  return !busy && !written;
}

export async function report({ parts: [id] }) {
  const { row, error } = await fresh(id);
  if (!row) return unknown(error);
  const held = (await waiting()).filter((item) => item.report === id);
  return {
    name: "report",
    live: untouched,
    title: `${row.category?.name ?? t("report.one")}`,
    back: back("zgloszenia", t("reports.mine")),
    body: [
      h("p", { class: "muted" }, row.number, " · ", moment(row.created_at)),
      error instanceof Offline ? notice("info", t("report.old")) : null,
      standing(row),
      held.length ? notice("info", t("outbox.kept")) : actionsOf(row),
      told(row),
      row.story?.length ? h("section", { class: "card" }, h("h2", {}, t("report.story")), h("ol", { class: "app-story" }, row.story.map(event))) : null,
    ].filter(Boolean),
  };
}
