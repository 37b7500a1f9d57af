// From typing to work that a closed window or a lost session does not take along: every ten seconds, and on leaving.
const form = document.getElementById("compose");
const status = document.getElementById("autosave");
const words = status.dataset;
const EVERY = 10_000;
const BEACON = 60_000; // bytes that a browser still sends while the page goes away

let dirty = words.dirty !== ""; // typed since the last answer; so is what came back with mistakes
let asking = null; // what ends the question that is on its way
let leaving = false; // by a button of the form: nothing is lost

function show(text, tone = "") {
  status.querySelector("[data-words]").textContent = text;
  status.classList.toggle("text-warn", tone === "warn");
}

// After signing in again in another tab the page's token is an old one.
async function freshToken() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!answer.ok || answer.redirected) return null;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const token = page.querySelector("#compose [name=csrfmiddlewaretoken]")?.value;
  if (!token) return null;
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = token;
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  return token;
}

function post(options = {}) {
  return fetch(words.url, { method: "POST", body: new FormData(form), redirect: "manual", ...options });
}

async function ask(signal) {
  const answer = await post({ signal });
  if (answer.status !== 403) return answer;
  return (await freshToken()) ? post({ signal }) : answer;
}

async function keep() {
  if (!dirty || asking || leaving) return;
  asking = new AbortController();
  dirty = false;
  try {
    const answer = await ask(asking.signal);
    if (answer.ok) show(words.kept.replace("{at}", (await answer.json()).at));
    else if (answer.status === 409) show((await answer.json()).gone ? words.gone : words.stale, "warn");
    else if (answer.type === "opaqueredirect" || answer.status === 403) fail(words.signedOut);
    else if (answer.status !== 422) fail(words.failed);
  } catch {
    if (!leaving) fail(words.failed);
  }
  asking = null;
}

function fail(text) {
  dirty = true;
  show(text, "warn");
}

form.addEventListener("input", () => (dirty = true));
form.addEventListener("change", () => (dirty = true));
document.addEventListener("submit", (event) => {
  leaving = !event.defaultPrevented;
  if (leaving) asking?.abort(); // else it could be kept anew after it was saved
});
setInterval(keep, EVERY);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "hidden") keep();
});
addEventListener("pagehide", () => {
  if (!dirty || leaving) return;
  const size = [...new FormData(form).values()].reduce((sum, text) => sum + String(text).length, 0);
  post({ keepalive: size < BEACON });
});
addEventListener("beforeunload", (event) => {
  if (dirty && !leaving) event.preventDefault();
});
// Ctrl + S saves the draft, as everywhere else.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  document.querySelector("button[form=compose][name=action][value=save]").click();
});
