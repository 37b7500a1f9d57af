// From a page of the chat to a quicker one; each works without this, too.
import { listen } from "./frame.js";
import { forget, keep, kept } from "./kept.js";
import { Room } from "./room.js";

const OPEN_FOR = 2_100; // the server takes a form for a program's that comes back sooner
const opened = Date.now();
const place = document.querySelector("[data-chat]");
let room;

listen({ shown: () => room?.looked() });

// A chat goes on in this tab: the notice was read already.
if (document.querySelector("[data-notice]") && kept().token) location.replace(document.body.dataset.room);

const form = document.querySelector("[data-ask]");
form?.addEventListener("submit", (event) => {
  const button = form.querySelector("[data-sending]");
  if (button.disabled) return event.preventDefault();
  const early = OPEN_FOR - (Date.now() - opened);
  if (early > 0) {
    event.preventDefault();
    setTimeout(() => form.submit(), early);
  }
  button.disabled = true;
  button.textContent = button.dataset.sending;
});
document.querySelector("[data-focus]")?.focus();

if (place) {
  const given = place.querySelector('[name="token"]')?.value;
  if (given) {
    // A chat that was just begun, or an answer to a plain form: from here on it can be loaded again.
    if (kept().token !== given) forget();
    keep({ token: given });
    history.replaceState(null, "", document.body.dataset.room);
  }
  const { token } = kept();
  if (token && place.querySelector("[data-say]")) {
    room = new Room(place, token);
    room.begin();
  } else if (!given && place.querySelector("[data-error]").hidden) {
    location.replace(document.querySelector("[data-new]")?.href ?? document.body.dataset.api);
  }
}
