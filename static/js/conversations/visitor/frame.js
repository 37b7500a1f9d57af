// From the page in a frame to the site of the city around it, which it knows by name; never to any other.
const origins = JSON.parse(document.getElementById("origins").textContent);
let around = "";
export const seen = { shown: true };

export function tell(what, more = {}) {
  if (around) window.parent.postMessage({ icpChat: what, ...more }, around);
}

export function listen({ shown }) {
  if (window.parent === window) return;
  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !origins.includes(event.origin)) return;
    around = event.origin;
    const what = event.data?.icpChat;
    if (what === "hello") {
      tell("here");
      for (const button of document.querySelectorAll("[data-shut]")) button.hidden = false;
    } else if (what === "shown" || what === "hidden") {
      seen.shown = what === "shown";
      if (seen.shown) shown();
    }
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-shut]")) tell("shut");
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) tell("shut");
  });
}
