// From the end of the session, which the server told, to a warning two minutes before it.
const WARNING_SECONDS = 120;
const dialog = document.getElementById("session-warning");
let timer = 0;

function secondsLeft() {
  return Number(dialog.dataset.ends) - Date.now() / 1000;
}

function warn() {
  const left = secondsLeft() - WARNING_SECONDS;
  if (left > 0) {
    // A sleeping computer stops timers, so the clock is looked at again at least every minute.
    timer = setTimeout(warn, Math.min(left, 60) * 1000);
    return;
  }
  if (!dialog.open) dialog.showModal();
}

async function stay() {
  const answer = await fetch(dialog.dataset.extend, {
    method: "POST",
    headers: { "X-CSRFToken": dialog.querySelector("[name=csrfmiddlewaretoken]").value },
  });
  if (!answer.ok || answer.redirected) {
    dialog.querySelector("[data-too-late]").hidden = false;
    return;
  }
  dialog.dataset.ends = await answer.text();
  dialog.close();
  clearTimeout(timer);
  warn();
}

// Who types works, though the server hears nothing of it.
const QUIET_SECONDS = 600;
let asking = false;

async function worked() {
  if (asking || dialog.open || secondsLeft() > QUIET_SECONDS) return;
  asking = true;
  await stay();
  setTimeout(() => { asking = false; }, 60_000);
}

if (dialog) {
  document.addEventListener("input", worked);
  dialog.querySelector("[data-stay]").addEventListener("click", stay);
  warn();
}
