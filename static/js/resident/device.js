// From a phone without a name to a device of the API, paired with a person or not, and back to nothing.
import { bus, call, Offline, Problem, VERSION } from "./api.js";
import { speaking } from "./i18n.js";
import { unsubscribe } from "./push.js";
import { forget, kept, wipe, write, writeFor } from "./store.js";

export const CODE_LENGTH = 10;
const MISREAD = { O: "0", I: "1", L: "1" };

// What people type for a code: small letters, spaces, and letters that only look like digits.
export function readCode(text) {
  return text.toUpperCase().replace(/[OIL]/g, (letter) => MISREAD[letter]).replace(/[^0-9A-Z]/g, "").slice(0, CODE_LENGTH);
}

export function shownCode(text) {
  const code = readCode(text);
  return code.length > 5 ? `${code.slice(0, 5)}-${code.slice(5)}` : code;
}

export const device = () => kept("device");
export const isPaired = async () => Boolean((await device())?.paired);

// One device only, also when two tabs need it at once.
export async function enrolled() {
  const token = await kept("token");
  if (token) return token;
  return navigator.locks.request("icp-device", async () => {
    const made = await kept("token");
    if (made) return made;
    const { data } = await call("devices", { method: "POST", anonymous: true, json: { platform: "web", locale: speaking(), client_version: VERSION } });
    await write(["kept"], ({ kept: rows }) => {
      rows.put({ name: "token", value: data.token });
      rows.put({ name: "device", value: data.device });
    });
    return data.token;
  });
}

async function keepDevice({ data, token }) {
  const still = await writeFor(token, ["kept"], ({ kept: rows }) => rows.put({ name: "device", value: data }));
  if (!still) return null;
  bus.dispatchEvent(new Event("device"));
  return data;
}

export async function refreshDevice() {
  if (!(await kept("token"))) return null;
  return keepDevice(await call("device"));
}

export async function change(wishes) {
  await enrolled();
  return keepDevice(await call("device", { method: "PATCH", json: wishes }));
}

export async function pair(code, address) {
  await enrolled();
  await call("devices/pair", { method: "POST", json: { code: shownCode(code), ...(address ? { address } : {}) } });
  await forget("cursor");
  return refreshDevice();
}

// Leaves nothing of the person on the phone, whether or not the office can be reached.
async function leave(path, method) {
  await unsubscribe();
  try {
    if (await kept("token")) await call(path, { method });
  } catch (error) {
    if (!(error instanceof Offline || error instanceof Problem)) throw error;
  }
  await clean();
}

export const unpair = () => leave("device", "DELETE");

export async function clean() {
  await unsubscribe();
  await wipe();
  const names = (await globalThis.caches?.keys()) ?? [];
  await Promise.all(names.map((name) => caches.delete(name)));
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await worker?.getNotifications?.()) ?? []) shown.close();
  worker?.active?.postMessage({ kind: "keep" });
}
