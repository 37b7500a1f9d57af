// From an address that is none to the way back.
import { h, link } from "../dom.js";
import { t } from "../i18n.js";
import { to } from "../router.js";

export async function missing() {
  return { name: "missing", title: t("missing.title"), body: [h("p", {}, t("missing.text")), link(t("tab.inbox"), to(), { kind: "primary", symbol: "house" })] };
}
