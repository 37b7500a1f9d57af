// From the office's feed of changes to what the phone keeps: a page and its cursor in one transaction.
import { bus, call, Offline, Problem } from "./api.js";
import { all, keep, kept, KINDS, write, writeFor } from "./store.js";

const PAGES = 200; // no feed is longer; a server that says "more" forever is left alone
const TABLES = Object.values(KINDS);
export const status = { at: null, offline: false };

async function apply(page, token) {
  return writeFor(token, [...TABLES, "receipts"], (tables) => {
    for (const { kind, id, op, data } of page.changes) {
      const rows = tables[KINDS[kind]];
      if (!rows) continue; // a kind that a later version of the app will know
      if (op === "delete") rows.delete(id);
      else if (data) rows.put({ ...data, id });
      if (kind === "message" && op !== "delete" && data && !data.public && !data.read_at) note(tables.receipts, id, "delivered");
    }
    tables.kept.put({ name: "cursor", value: page.cursor });
  });
}

function note(rows, id, event) {
  rows.put({ key: `${id} ${event}`, id, event, at: new Date().toISOString() });
}

async function startOver() {
  await write([...TABLES, "kept"], (tables) => {
    for (const table of TABLES) tables[table].clear();
    tables.kept.delete("cursor");
  });
}

async function pages() {
  let changed = 0;
  for (let number = 0; number < PAGES; number += 1) {
    const cursor = await kept("cursor");
    const { data, token } = await call(`sync${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ""}`);
    if (!(await apply(data, token))) break; // wiped meanwhile
    changed += data.changes.length;
    if (!data.has_more) break;
  }
  return changed;
}

async function changes() {
  if (!(await kept("token"))) return publicNews();
  try {
    return await pages();
  } catch (error) {
    if (!(error instanceof Problem) || error.slug !== "cursor-expired") throw error;
    await startOver();
    return pages();
  }
}

// A phone that was never enrolled still reads what the office tells everybody.
async function publicNews() {
  const { data, etag, status: code } = await call("announcements", { anonymous: true, etag: await kept("announcements-etag") });
  if (code === 304) return 0;
  await write(["announcements", "kept"], ({ announcements, kept: rows }) => {
    announcements.clear();
    for (const item of data.items) announcements.put(item);
    rows.put({ name: "announcements-etag", value: etag });
  });
  return data.items.length;
}

async function alerts() {
  const { data, etag, status: code } = await call("alerts?active=1", { anonymous: true, etag: await kept("alerts-etag") });
  if (code === 304) return 0;
  await write(["kept"], ({ kept: rows }) => {
    rows.put({ name: "alerts", value: data.items });
    rows.put({ name: "alerts-etag", value: etag });
  });
  return 1;
}

async function meta() {
  const { data, status: code, etag } = await call("meta", { anonymous: true, etag: await kept("meta-etag") });
  if (code === 304) return;
  await write(["kept"], ({ kept: rows }) => {
    rows.put({ name: "meta", value: data });
    rows.put({ name: "meta-etag", value: etag });
  });
}

export async function markRead(message) {
  if (message.read_at) return;
  await write(["messages", "receipts"], (tables) => {
    tables.messages.put({ ...message, read_at: new Date().toISOString() });
    note(tables.receipts, message.id, "read");
  });
  flushReceipts().catch(() => {}); // they wait for the next sync
}

async function flushReceipts() {
  const rows = (await all("receipts")).slice(0, 200);
  if (!rows.length) return;
  await call("messages/receipts", { method: "POST", json: { receipts: rows.map(({ id, event, at }) => ({ id, event, at })) } });
  await write(["receipts"], ({ receipts }) => {
    for (const row of rows) receipts.delete(row.key);
  });
}

// Everything the office knows and we do not; returns whether it could be reached.
export async function sync() {
  return (
    (await navigator.locks.request("icp-sync", { ifAvailable: true }, async (lock) => {
      if (!lock) return true;
      try {
        await meta();
        const [news, more] = [await alerts(), await changes()];
        await flushReceipts();
        Object.assign(status, { at: new Date(), offline: false });
        await keep("synced-at", status.at.toISOString());
        bus.dispatchEvent(new CustomEvent("synced", { detail: { changed: news + more } }));
      } catch (error) {
        status.offline = error instanceof Offline;
        bus.dispatchEvent(new CustomEvent("unsynced", { detail: { error } }));
        return false;
      }
      return true;
    })) ?? true
  );
}
