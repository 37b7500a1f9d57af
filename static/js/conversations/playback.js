// From a player to what the server is told of it: that the tab is alive, what was played and where.
const TEN_SECONDS = 10;

for (const box of document.querySelectorAll("[data-playback]")) watch(box);
for (const box of document.querySelectorAll("[data-playback], [data-reading]")) keepClock(box);

function keepClock(box) {
  const clock = box.querySelector("[data-clock]");
  const format = new Intl.DateTimeFormat("pl", {
    day: "numeric", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit",
  });
  setInterval(() => { clock.textContent = format.format(new Date()); }, TEN_SECONDS * 1000);
}

function watch(box) {
  const sounds = [...box.querySelectorAll("audio")];
  const fresh = {};
  const token = box.querySelector("[name=csrfmiddlewaretoken]").value;
  let over = false;

  const form = (fields) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", token);
    for (const [name, value] of Object.entries(fields)) body.set(name, value);
    return body;
  };

  const stop = (said) => {
    over = true;
    clearInterval(beating);
    for (const sound of sounds) {
      sound.pause();
      sound.removeAttribute("src");
      sound.load();
    }
    const notice = box.querySelector("[data-said]");
    notice.querySelector("p").textContent = said;
    notice.hidden = false;
  };

  const beat = async () => {
    const body = form({ player: box.dataset.player });
    // Sent as a fragment: a tab that only waits does not keep anybody signed in.
    const headers = { "HX-Request": "true" };
    try {
      const answer = await fetch(box.dataset.alive, { method: "POST", body, headers });
      if (answer.ok) Object.assign(fresh, (await answer.json()).sounds);
      else if (answer.status === 409 || answer.status === 410) stop((await answer.json()).said);
    } catch {
      // The line is cut: the next sign of life may come through.
    }
  };
  const beating = setInterval(beat, Number(box.dataset.heartbeat) * 1000);

  const tell = (sound, action, begin, end = begin) => {
    const [recording, part] = sound.dataset.key.split("-");
    const [from, to] = [begin, end].map((seconds) => Math.max(0, Math.round(seconds * 1000)));
    const body = form({ recording, part, action, begin: from, end: to });
    fetch(box.dataset.trace, { method: "POST", body, headers: { "HX-Request": "true" }, keepalive: true })
      .catch(() => {});
  };

  for (const sound of sounds) {
    let place = 0; // where it was before somebody moved it
    sound.addEventListener("timeupdate", () => { if (!sound.seeking) place = sound.currentTime; });
    sound.addEventListener("play", () => {
      for (const other of sounds) if (other !== sound) other.pause();
      place = sound.currentTime;
      tell(sound, "play", sound.currentTime);
    });
    sound.addEventListener("pause", () => { if (!over) tell(sound, "pause", sound.currentTime); });
    sound.addEventListener("seeking", () => { if (!over) tell(sound, "seek", place, sound.currentTime); });
    sound.addEventListener("seeked", () => { place = sound.currentTime; });
    // An address is good for ten minutes: the next one goes on where this one ended.
    sound.addEventListener("error", () => {
      const url = fresh[sound.dataset.key];
      if (over || !url || sound.getAttribute("src") === url) return;
      const [at, playing] = [place, !sound.paused];
      sound.src = url;
      sound.addEventListener("loadedmetadata", () => {
        sound.currentTime = at;
        if (playing) sound.play();
      }, { once: true });
    });
    sound.addEventListener("contextmenu", (event) => event.preventDefault());
    for (const button of sound.parentElement.querySelectorAll("[data-skip]")) {
      button.addEventListener("click", () => skip(sound, Number(button.dataset.skip)));
    }
    // The browser's own keys move by other steps: ours come first.
    sound.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -TEN_SECONDS, ArrowRight: TEN_SECONDS }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      skip(sound, step);
    }, true);
  }

  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, button, a, audio")) return;
    const sound = sounds.find((one) => !one.paused) ?? sounds[0];
    const step = { ArrowLeft: -TEN_SECONDS, ArrowRight: TEN_SECONDS }[event.key];
    if (!sound || (!step && event.key !== " ")) return;
    event.preventDefault();
    if (step) skip(sound, step);
    else if (sound.paused) sound.play();
    else sound.pause();
  });

  window.addEventListener("pagehide", () => {
    if (over) return;
    for (const sound of sounds) if (!sound.paused) tell(sound, "pause", sound.currentTime);
    navigator.sendBeacon(box.dataset.alive, form({ player: box.dataset.player, leaving: "1" }));
  });
}

function skip(sound, seconds) {
  const end = Number.isFinite(sound.duration) ? sound.duration : sound.currentTime;
  sound.currentTime = Math.min(Math.max(0, sound.currentTime + seconds), end);
}
