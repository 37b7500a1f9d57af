// From a state of the API to plain words; one that a later version of the office sends stays its own word.
import { known, t } from "../i18n.js";

export const TONES = { needs_info: "warn", disputed: "warn", resolved: "ok", rejected: "danger", in_progress: "moving", scheduled: "moving", accepted: "moving", forwarded: "moving" };

export function stateWords(state) {
  return known(`state.${state}`) ? t(`state.${state}`) : String(state ?? "");
}

export function whatNext(state) {
  return known(`state.${state}.next`) ? t(`state.${state}.next`) : "";
}
