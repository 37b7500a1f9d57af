// From an address under /app/ to a screen: the heading takes the focus, the back button works.
import { h } from "./dom.js";
import { t } from "./i18n.js";

const ROOT = document.body?.dataset.app ?? "/app/";
const routes = [];
let frame = null;
let current = null;
let turn = 0;

export const to = (path = "") => ROOT + path;

export function route(pattern, screen) {
  routes.push([pattern, screen]);
}

export function within() {
  return decodeURI(location.pathname).slice(ROOT.length).replace(/\/+$/, "");
}

function find(path) {
  for (const [pattern, screen] of routes) {
    const match = pattern.exec(path);
    if (match) return { screen, parts: match.slice(1) };
  }
  return { screen: routes.at(-1)[1], parts: [] };
}

// The frame may be drawn anew (another language); what listens listens once.
export function mount(place) {
  const again = frame !== null;
  frame = place;
  if (again) return;
  window.addEventListener("popstate", () => show());
  document.addEventListener("click", follow);
}

function follow(event) {
  const anchor = event.target.closest?.("a[href]");
  if (!anchor || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || anchor.target || anchor.download) return;
  const url = new URL(anchor.href);
  if (url.origin !== location.origin || !url.pathname.startsWith(ROOT) || url.hash) return;
  event.preventDefault();
  go(url.pathname.slice(ROOT.length));
}

export async function go(path = "", { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"]({}, "", to(path));
  await show();
}

// A screen is async ({parts, stale}) => {title, body, live}; a later turn makes an earlier one stale.
export async function show({ quietly = false } = {}) {
  const mine = ++turn;
  const path = within();
  const { screen, parts } = find(path);
  const made = await screen({ parts, path });
  if (mine !== turn || !made) return;
  const focused = quietly ? document.activeElement?.id : "";
  const scroll = window.scrollY;
  current = made;
  document.title = `${made.title} – ${document.body.dataset.town}`;
  const heading = h("h1", { tabindex: "-1", id: "heading" }, made.title);
  frame.replaceChildren(...(made.back ? [made.back] : []), ...(made.plainHead ? [] : [heading]), ...[made.body].flat());
  document.body.dataset.screen = made.name ?? "";
  document.dispatchEvent(new CustomEvent("icp:shown", { detail: path }));
  if (quietly) {
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    window.scrollTo(0, scroll);
  } else {
    window.scrollTo(0, 0);
    (frame.querySelector("h1") ?? frame).focus({ preventScroll: true });
  }
}

// New things arrived: a screen that only shows is drawn again; one that is being filled in is not.
export async function refresh() {
  const live = typeof current?.live === "function" ? current.live() : current?.live;
  if (live) await show({ quietly: true });
}

export function back(path, words = t("back")) {
  return h("a", { class: "app-back", href: to(path) }, "‹ ", words);
}
