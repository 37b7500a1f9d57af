// From a code in a letter to a phone that shows the person's own messages.
import { Problem, wordsOf } from "../api.js";
import { CODE_LENGTH, pair, readCode, shownCode } from "../device.js";
import { button, field, h, notice } from "../dom.js";
import { tell } from "../frame.js";
import { t } from "../i18n.js";
import { back, go } from "../router.js";
import { askToPersist, keep } from "../store.js";
import { sync } from "../sync.js";

// The caret stays where the person types, though the dash comes and goes.
function tidy(event) {
  const input = event.target;
  const before = readCode(input.value.slice(0, input.selectionStart)).length;
  input.value = shownCode(input.value);
  const caret = before > 5 ? before + 1 : before;
  input.setSelectionRange(caret, caret);
}

function form(state) {
  const code = h("input", { type: "text", name: "code", id: "code", class: "app-code", value: state.code, autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false", inputmode: "text", maxlength: "24", placeholder: "XXXXX-XXXXX", on: { input: tidy } });
  const address = h("input", { type: "text", name: "address", id: "address", value: state.address, autocomplete: "email", autocapitalize: "none", maxlength: "254" });
  async function send(event) {
    event.preventDefault();
    Object.assign(state, { code: code.value, address: address.value.trim(), mistake: "", wrong: "" });
    if (readCode(code.value).length !== CODE_LENGTH) return again(state, { wrong: t("pair.length") });
    if (!state.address) return again(state, { missing: t("pair.address.needed") });
    const press = event.target.querySelector("[type=submit]");
    press.disabled = true;
    try {
      await pair(state.code, state.address);
      await keep("begun", true);
      await askToPersist();
      await sync();
      await go();
      tell("ok", t("pair.done"));
    } catch (error) {
      const refused = error instanceof Problem && [403, 404, 422].includes(error.status);
      again(state, { mistake: refused ? t("pair.refused") : wordsOf(error) });
    }
    return undefined;
  }
  return h(
    "form",
    { class: "form", novalidate: true, autocomplete: "off", on: { submit: send } },
    state.mistake ? notice("danger", state.mistake) : null,
    field(t("pair.code"), code, { hint: t("pair.code.hint"), mistake: state.wrong }),
    field(t("pair.address"), address, { hint: t("pair.address.hint"), mistake: state.missing }),
    h("div", { class: "app-buttons" }, button(t("pair.send"), { kind: "primary", type: "submit", symbol: "key-round" })),
  );
}

function again(state, mistakes) {
  Object.assign(state, { mistake: "", wrong: "", missing: "" }, mistakes);
  const made = form(state);
  document.querySelector("main form").replaceWith(made);
  (made.querySelector("[aria-invalid]") ?? made.querySelector("input")).focus();
}

export async function pairing() {
  return {
    name: "pairing",
    title: t("pair.title"),
    back: back("", t("tab.inbox")),
    body: [h("p", {}, t("pair.lead")), form({ code: "", address: "" }), h("details", {}, h("summary", {}, t("pair.none")), h("p", {}, t("pair.none.text")))],
  };
}
