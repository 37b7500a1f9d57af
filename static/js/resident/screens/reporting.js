// From "something is broken" to a report, step by step; what was filled in survives a closed app.
import { h } from "../dom.js";
import { t } from "../i18n.js";
import { back, go } from "../router.js";
import { ORDER, load } from "./reporting/draft.js";
import { category } from "./reporting/category.js";
import { check } from "./reporting/check.js";
import { near } from "./reporting/near.js";
import { photos } from "./reporting/photos.js";
import { place } from "./reporting/place.js";
import { questions } from "./reporting/questions.js";

const STEPS = { kategoria: category, opis: questions, zdjecia: photos, miejsce: place, podobne: near, sprawdz: check };

export async function reporting({ parts: [step = ORDER[0]] }) {
  const draft = await load();
  // Nobody comes to a later step before the first: a report without a category is none.
  const allowed = step in STEPS && (step === ORDER[0] || draft.category) ? step : ORDER[0];
  if (allowed !== step) {
    await go("zglos", { replace: true });
    return null;
  }
  const number = ORDER.indexOf(allowed);
  const made = await STEPS[allowed](draft);
  if (!made) return null;
  const before = ORDER[number - 1];
  return {
    name: `reporting-${allowed}`,
    title: made.title,
    back: number ? back(`zglos/${before === ORDER[0] ? "" : before}`.replace(/\/$/, "")) : null,
    body: [h("p", { class: "app-steps muted" }, t("report.step", { step: number + 1, all: ORDER.length })), made.body].flat().filter(Boolean),
  };
}
