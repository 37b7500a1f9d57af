// From the desk's one field to a form: a reader of codes types into it wherever the focus went, a camera too.
import { numberIn } from "./reading.js";

const EVERY = 250; // ms between two looks of the camera

for (const form of document.querySelectorAll("[data-form-desk]")) {
  const field = form.elements.number;
  field.select();
  keepFocus(field);
  if (navigator.mediaDevices?.getUserMedia) camera(form, field);
}

function keepFocus(field) {
  document.addEventListener("keydown", (event) => {
    const typing = event.key.length === 1 && !event.ctrlKey && !event.altKey && !event.metaKey;
    const elsewhere = document.activeElement?.closest("input, textarea, select, [contenteditable], dialog");
    if (typing && !elsewhere && document.activeElement !== field) field.focus();
  });
}

function camera(form, field) {
  const start = form.querySelector("[data-camera]");
  const stop = form.querySelector("[data-camera-stop]");
  const view = form.querySelector("[data-camera-view]");
  const video = view.querySelector("video");
  const refused = form.querySelector("[data-camera-refused]");
  let stream;
  start.hidden = false;

  start.addEventListener("click", async () => {
    refused.hidden = true;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    } catch {
      refused.hidden = false;
      return;
    }
    video.srcObject = stream;
    await video.play();
    [start.hidden, stop.hidden, view.hidden] = [true, false, false];
    look();
  });
  stop.addEventListener("click", end);

  function end() {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = undefined;
    [start.hidden, stop.hidden, view.hidden] = [false, true, true];
    start.focus();
  }

  async function look() {
    if (!stream) return;
    const number = await numberIn(video, video.videoWidth, video.videoHeight, form.dataset.decoder);
    if (!number) {
      setTimeout(look, EVERY);
      return;
    }
    end();
    field.value = number;
    form.requestSubmit();
  }
}
