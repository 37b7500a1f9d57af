// From a key to words in the person's language; plural forms by the rules of that language (CLDR).
import { en } from "./words/en.js";
import { pl } from "./words/pl.js";
import { uk } from "./words/uk.js";

export const LANGUAGES = { pl: "Polski", uk: "Українська", en: "English" };
const WORDS = { pl, uk, en };
let language = "pl";

export function preferred(kept, wanted = navigator.languages ?? []) {
  if (kept in WORDS) return kept;
  const known = wanted.map((name) => name.slice(0, 2).toLowerCase()).find((name) => name in WORDS);
  return known ?? "pl";
}

export function speak(code) {
  language = preferred(code);
  document.documentElement.lang = language;
}

export function speaking() {
  return language;
}

export function t(key, values = {}) {
  const entry = WORDS[language][key] ?? pl[key];
  if (entry === undefined) return key;
  const words = typeof entry === "string" ? entry : entry[new Intl.PluralRules(language).select(values.n)] ?? entry.other;
  return words.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function known(key) {
  return key in WORDS[language];
}

function written(value, options) {
  const date = new Date(value);
  return Number.isNaN(date.getTime()) ? "" : new Intl.DateTimeFormat(language, options).format(date);
}

export function day(value) {
  return written(value, { day: "numeric", month: "long", year: "numeric" });
}

export function moment(value) {
  return written(value, { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" });
}

// In a list: the hour of today's things, the day of older ones.
export function short(value) {
  const date = new Date(value);
  const today = date.toDateString() === new Date().toDateString();
  return today ? written(value, { hour: "2-digit", minute: "2-digit" }) : written(value, { day: "numeric", month: "short" });
}

export function metres(value) {
  const n = Math.max(10, Math.round(value / 10) * 10);
  return t("near.metres", { n: new Intl.NumberFormat(language).format(n) });
}
