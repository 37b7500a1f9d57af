// From the server's hints to a desk that asks at once; without a stream it asks by its own clock alone.
const place = document.querySelector("[data-hints]");
const AGAIN = 500;
const LATER = 20_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let open = true;

async function read(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let kept = "";
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    kept += part.value;
    const events = kept.split("\n\n");
    kept = events.pop();
    if (events.some((event) => event.startsWith("data:"))) window.htmx?.trigger(document.body, "chat-hint");
  }
}

async function listen() {
  while (open) {
    try {
      const answer = await fetch(place.dataset.hints, { headers: { Accept: "text/event-stream" }, cache: "no-store" });
      if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return;
      await read(answer.body);
      await pause(AGAIN);
    } catch {
      await pause(LATER);
    }
  }
}

window.addEventListener("pagehide", () => {
  open = false;
});
if (place) listen();
