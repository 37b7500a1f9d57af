// From a picture that was chosen as a scan to a word on whether it is of this form.
import { numberIn } from "./reading.js";

for (const form of document.querySelectorAll("[data-scan-of]")) {
  const scan = form.elements.scan;
  scan?.addEventListener("change", () => compare(form, scan.files[0]));
  if (scan?.files.length) compare(form, scan.files[0]); // chosen before this module was here
}

async function compare(form, file) {
  const other = form.querySelector("[data-scan-other]");
  const same = form.querySelector("[data-scan-same]");
  other.hidden = same.hidden = true;
  if (!file?.type.startsWith("image/")) return;
  try {
    const picture = await createImageBitmap(file);
    const number = await numberIn(picture, picture.width, picture.height, form.dataset.decoder);
    picture.close();
    if (!number) return;
    same.hidden = number !== form.dataset.scanOf;
    other.hidden = !same.hidden;
    form.querySelector("[data-scan-number]").textContent = number;
  } catch {
    // The server says what is wrong with a picture that no browser can draw.
  }
}
