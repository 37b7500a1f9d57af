// From the served page to the app: language, frame, screens, and when to look for news.
import { bus } from "./api.js";
import { change, clean, refreshDevice } from "./device.js";
import { draw, showAlerts, showWaiting, tell } from "./frame.js";
import { LANGUAGES, preferred, speak, t } from "./i18n.js";
import { flush } from "./outbox.js";
import * as push from "./push.js";
import { go, mount, refresh, route, show, to, within } from "./router.js";
import { kept } from "./store.js";
import { sync } from "./sync.js";
import { alertList, inbox } from "./screens/inbox.js";
import { letter } from "./screens/letter.js";
import { more } from "./screens/more.js";
import { mine } from "./screens/mine.js";
import { missing } from "./screens/missing.js";
import { pairing } from "./screens/pairing.js";
import { preferences } from "./screens/preferences.js";
import { report } from "./screens/report.js";
import { reporting } from "./screens/reporting.js";
import { reports } from "./screens/reports.js";
import { welcome } from "./screens/welcome.js";

const UUID = "[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}";
const EVERY = 5 * 60 * 1000; // ms, while somebody looks at it
let updating = false;

route(/^$/, inbox);
route(/^start$/, welcome);
route(/^kod$/, pairing);
route(new RegExp(`^m/(${UUID})$`), letter);
route(/^alerty$/, alertList);
route(/^zglos(?:\/(\w+))?$/, reporting);
route(/^zgloszenia$/, reports);
route(new RegExp(`^r/(${UUID})$`), report);
route(/^wiecej$/, more);
route(/^ustawienia$/, preferences);
route(/^moje-dane$/, mine);
route(/^/, missing);

function look() {
  try {
    document.documentElement.dataset.size = localStorage.getItem("icp-size") ?? "normal";
    return localStorage.getItem("icp-language") ?? "";
  } catch {
    return "";
  }
}

async function news() {
  // The flush first: what the person did must not look undone by an older state.
  await flush().catch(() => tell("warn", t("problem.app")));
  await sync();
}

// The office does not know this phone any more: nothing of the person may stay on it.
async function refused(event) {
  if ((await kept("token")) !== event.detail.token) return;
  await clean();
  await go("start");
  tell("warn", t("wiped.refused"), { lasting: true });
}

async function update() {
  if (updating) return;
  updating = true;
  const worker = await navigator.serviceWorker?.getRegistration();
  await worker?.update().catch(() => null);
  tell("warn", t("problem.client-too-old"), { lasting: true, action: [t("update"), () => location.reload()] });
}

function listen() {
  bus.addEventListener("refused", refused);
  bus.addEventListener("too-old", update);
  bus.addEventListener("synced", async (event) => {
    await showAlerts();
    if (event.detail.changed) await refresh();
  });
  bus.addEventListener("unsynced", () => showAlerts());
  bus.addEventListener("outbox", async () => {
    await showWaiting();
    await refresh();
  });
  bus.addEventListener("sent", (event) => {
    const first = event.detail.find(({ row }) => row.kind === "report");
    tell("ok", first ? t("outbox.arrived", { number: first.data?.number ?? "" }) : t("outbox.sent"));
  });
  for (const event of ["online", "focus"]) window.addEventListener(event, news);
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && news());
  setInterval(() => document.visibilityState === "visible" && news(), EVERY);
}

async function keepOffline() {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.kind === "push") news();
    if (data?.kind === "open") go(String(data.path).slice(to().length));
  });
  await navigator.serviceWorker.register(document.body.dataset.worker, { scope: to() });
}

async function start() {
  speak(preferred(look()));
  const frame = draw();
  mount(frame);
  listen();
  try {
    const begun = (await kept("token")) || (await kept("begun"));
    if (within() === "" && !begun) history.replaceState({}, "", to("start"));
  } catch {
    tell("danger", t("problem.storage-closed"), { lasting: true });
  }
  await show();
  await showAlerts();
  await showWaiting();
  keepOffline().catch(() => {}); // without it the app still works while there is a network
  await news();
  await refreshDevice().catch(() => {});
  await push.refresh().catch(() => {});
}

async function speakAnew(code) {
  if (!(code in LANGUAGES)) return;
  try {
    localStorage.setItem("icp-language", code);
  } catch {
    // The choice then lasts as long as the page.
  }
  speak(code);
  if (await kept("token").catch(() => null)) change({ locale: code }).catch(() => {}); // told at the next change
  mount(draw());
  await show();
  await showAlerts();
  await showWaiting();
}

document.addEventListener("icp:language", (event) => speakAnew(event.detail));
start();
