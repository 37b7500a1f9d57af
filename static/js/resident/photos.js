// From a picture of the camera to a smaller one without its place, and to the place for the pin.
const LONGEST = 2048; // px, what the office keeps
const QUALITY = 0.85;
const GPS_POINTER = 0x8825;
export const MOST = 5;
export const LARGEST = 12 * 2 ** 20; // bytes

async function drawn(file) {
  const bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, LONGEST / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", QUALITY));
}

// A format that this browser cannot draw (HEIC outside Safari) goes as it is: the office draws it anew.
export async function prepare(file) {
  const place = await placeOf(file).catch(() => null);
  const smaller = await drawn(file).catch(() => null);
  // A copy in memory: the file itself may be gone when there is a signal again.
  const blob = smaller ?? new Blob([await file.arrayBuffer()], { type: file.type });
  return { blob, name: "photo.jpg", upload: null, place };
}

// EXIF 2.32, 4.6.6: degrees, minutes, seconds as fractions. The place leaves the phone only as the pin
// that the person sees and confirms.
export async function placeOf(file) {
  const view = new DataView(await file.slice(0, 256 * 1024).arrayBuffer());
  const start = exifAt(view);
  if (start < 0) return null;
  const small = view.getUint16(start) === 0x4949;
  const pointer = entries(view, start, view.getUint32(start + 4, small), small).get(GPS_POINTER);
  if (!pointer) return null;
  const gps = entries(view, start, view.getUint32(pointer + 8, small), small);
  const lat = degrees(view, start, gps.get(2), gps.get(1), small, "S");
  const lon = degrees(view, start, gps.get(4), gps.get(3), small, "W");
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && (lat || lon) ? { lat, lon } : null;
}

function exifAt(view) {
  if (view.byteLength < 12 || view.getUint16(0) !== 0xffd8) return -1;
  for (let at = 2; at + 10 < view.byteLength && view.getUint8(at) === 0xff; at += 2 + view.getUint16(at + 2)) {
    if (view.getUint16(at) === 0xffe1 && view.getUint32(at + 4) === 0x45786966) return at + 10;
  }
  return -1;
}

function entries(view, start, offset, small) {
  const found = new Map();
  const at = start + offset;
  for (let n = 0; n < view.getUint16(at, small); n += 1) found.set(view.getUint16(at + 2 + n * 12, small), at + 2 + n * 12);
  return found;
}

function degrees(view, start, value, side, small, negative) {
  const at = start + view.getUint32(value + 8, small);
  const part = (n) => view.getUint32(at + n * 8, small) / view.getUint32(at + n * 8 + 4, small);
  const size = part(0) + part(1) / 60 + part(2) / 3600;
  return String.fromCharCode(view.getUint8(side + 8)) === negative ? -size : size;
}
