// From a picture to the number of the form whose QR code is on it; the picture leaves the browser nowhere.
const NUMBER = /^ZG-\d{4}-\d{6,9}$/;
// px of the longer edge. On a page of 1000 px a module of the code has 3 px, which is enough where the
// scan is straight; a second look at a larger picture costs three times as much.
const EDGES = [1000, 1600];

let native; // the browser's own reader, where it has one
let decode; // jsQR, fetched when it is needed first

async function nativeReader() {
  try {
    const formats = await self.BarcodeDetector.getSupportedFormats();
    return formats.includes("qr_code") ? new self.BarcodeDetector({ formats: ["qr_code"] }) : null;
  } catch {
    return null;
  }
}

// Draws a video's frame or a picture and reads it; empty where no form's code is on it.
export async function numberIn(source, width, height, decoder) {
  if (native === undefined) native = await nativeReader();
  if (native) {
    const found = await native.detect(source).catch(() => []);
    const number = found.map((code) => code.rawValue).find((text) => NUMBER.test(text));
    if (number) return number;
  }
  if (!decode) {
    await import(decoder);
    decode = self.jsQR;
  }
  for (const edge of EDGES) {
    const number = lookAt(source, width, height, edge);
    if (number || edge >= Math.max(width, height)) return number;
  }
  return "";
}

function lookAt(source, width, height, edge) {
  const scale = Math.min(1, edge / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height);
  const code = decode(pixels.data, canvas.width, canvas.height, { inversionAttempts: "dontInvert" });
  return code && NUMBER.test(code.data) ? code.data : "";
}
