// From what a person sends to what the office has: it survives no signal, a closed app and a lost answer.
import { bus, call, Offline, Problem } from "./api.js";
import { enrolled } from "./device.js";
import { all, put, write, writeFor } from "./store.js";

// A row: {id, kind, path, method, json, key, photos: [{blob, name, upload}], state, words, title, made_at}.
const LATER = new Set([408, 409, 425, 426, 429]);
const LONGEST_WAIT = 15 * 60; // s
let timer = null;
let failures = 0;

export const waiting = async () => (await all("outbox")).sort((a, b) => a.made_at.localeCompare(b.made_at));

// The key and the report's own name are drawn once and kept: whatever is sent twice arrives once.
export async function post({ kind, path, json, photos = [], title = "", report = "", id = crypto.randomUUID(), method = "POST" }) {
  const row = { id, kind, path, method, json, photos, title, report, key: crypto.randomUUID(), state: "waiting", words: "", made_at: new Date().toISOString() };
  await put("outbox", row);
  changed();
  return row;
}

function changed() {
  bus.dispatchEvent(new Event("outbox"));
}

const keepFor = (token, row) => writeFor(token, ["outbox"], ({ outbox }) => outbox.put(row));

async function upload(row) {
  for (const photo of row.photos) {
    if (photo.upload) continue;
    const form = new FormData();
    form.append("file", photo.blob, photo.name);
    const { data, token } = await call("uploads", { method: "POST", form });
    photo.upload = data.upload_id;
    await keepFor(token, row); // a restart does not send the picture again
  }
}

async function send(row) {
  await upload(row);
  const uploads = row.photos.map((photo) => photo.upload);
  const json = row.json === undefined ? undefined : uploads.length ? { ...row.json, upload_ids: uploads } : row.json;
  const { data, token } = await call(row.path, { method: row.method, json, key: row.key });
  await writeFor(token, ["outbox", "reports"], ({ outbox, reports }) => {
    outbox.delete(row.id);
    if (data?.id && data?.state) reports.put(data);
    if (row.method === "DELETE" && row.kind === "follow") reports.delete(row.report);
  });
  return data;
}

function forgotten(error) {
  return error.status === 422 && error.points("upload_ids");
}

// Uploads are kept for a day: a phone that was away longer brings its pictures again, under a new key,
// and the report's own name keeps it one report.
async function sendAnew(row, token) {
  for (const photo of row.photos) photo.upload = null;
  row.key = crypto.randomUUID();
  await keepFor(token, row);
  return send(row);
}

async function settle(row, error) {
  if (!(error instanceof Problem)) throw error;
  if (error.status === 401) throw error;
  if (error.status >= 500 || (LATER.has(error.status) && error.slug !== "move-not-allowed")) {
    error.wait = error.retryAfter;
    await keepFor(error.token, { ...row, words: error.words });
    throw error;
  }
  Object.assign(row, { state: "refused", words: error.words });
  await keepFor(error.token, row);
}

async function attempt(row) {
  try {
    return await send(row);
  } catch (error) {
    if (error instanceof Problem && forgotten(error) && row.photos.length) return sendAnew(row, error.token);
    throw error;
  }
}

async function flushAll() {
  const sent = [];
  await enrolled();
  for (const row of (await waiting()).filter((found) => found.state === "waiting")) {
    try {
      sent.push({ row, data: await attempt(row) });
    } catch (error) {
      await settle(row, error);
    }
    changed();
  }
  return sent;
}

function again(seconds) {
  clearTimeout(timer);
  timer = setTimeout(flush, Math.min(LONGEST_WAIT, seconds) * 1000);
}

// One tab at a time. Returns what was sent; what was not stays and is tried again.
export async function flush() {
  const sent = await navigator.locks.request("icp-outbox", { ifAvailable: true }, async (lock) => {
    if (!lock) return [];
    try {
      if (!(await waiting()).some((row) => row.state === "waiting")) return [];
      const done = await flushAll();
      failures = 0;
      return done;
    } catch (error) {
      if (!(error instanceof Offline || error instanceof Problem)) throw error;
      failures += 1;
      if (error.status !== 401) again(error.wait || Math.min(LONGEST_WAIT, 5 * 2 ** failures));
      return [];
    }
  });
  if (sent.length) bus.dispatchEvent(new CustomEvent("sent", { detail: sent }));
  return sent;
}

export async function retry(id) {
  const row = (await waiting()).find((found) => found.id === id);
  if (!row) return;
  // What was refused is another request now, and asks under another key.
  await put("outbox", { ...row, state: "waiting", words: "", key: crypto.randomUUID() });
  changed();
  await flush();
}

export async function discard(id) {
  await write(["outbox"], ({ outbox }) => outbox.delete(id));
  changed();
}
