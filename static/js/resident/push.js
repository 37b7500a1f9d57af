// From a tap to a subscription that the office may send hints to, and from there to none.
import { call } from "./api.js";

function bytes(text) {
  const base64 = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}

export function supported() {
  return "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;
}

// iOS gives push to apps on the home screen only (WebKit 16.4).
export function wantsHomeScreen() {
  const apple = /iPhone|iPad/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);
  return apple && !matchMedia("(display-mode: standalone)").matches && navigator.standalone !== true;
}

export async function subscription() {
  if (!supported()) return null;
  const worker = await navigator.serviceWorker.getRegistration();
  return (await worker?.pushManager.getSubscription()) ?? null;
}

function told(found) {
  const { endpoint, keys } = found.toJSON();
  return { kind: "webpush", endpoint, keys: { p256dh: keys.p256dh, auth: keys.auth } };
}

// Must follow a tap: browsers ask the person then, and only then. Returns "on", "denied" or "unavailable".
export async function subscribe(key) {
  if (!supported() || !key) return "unavailable";
  if ((await Notification.requestPermission()) !== "granted") return "denied";
  const worker = await navigator.serviceWorker.ready;
  let found;
  try {
    found = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  } catch (error) {
    if (error.name !== "InvalidStateError") return "unavailable";
    await unsubscribe(); // the office changed its key
    found = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(key) });
  }
  await call("device/push", { method: "PUT", json: told(found) });
  return "on";
}

// Browsers change subscriptions when they like; the office learns it at each start.
export async function refresh() {
  const found = await subscription();
  if (found) await call("device/push", { method: "PUT", json: told(found) });
}

export async function unsubscribe() {
  const found = await subscription().catch(() => null);
  await found?.unsubscribe().catch(() => false);
}
