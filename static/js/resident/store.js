// From what the app must remember to IndexedDB: the only place on the phone that holds personal data.
const NAME = "icp-resident";
const VERSION = 1;
export const KINDS = { message: "messages", announcement: "announcements", report: "reports" };
const TABLES = { kept: "name", messages: "id", announcements: "id", reports: "id", outbox: "id", receipts: "key" };
let opening = null;

export class StorageFull extends Error {}
export class StorageClosed extends Error {}

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [table, keyPath] of Object.entries(TABLES)) {
        if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table, { keyPath });
      }
    };
    request.onerror = () => reject(new StorageClosed(request.error?.name));
    request.onblocked = () => reject(new StorageClosed("blocked"));
    request.onsuccess = () => {
      request.result.onversionchange = () => close();
      request.result.onclose = () => (opening = null);
      resolve(request.result);
    };
  });
  return opening;
}

async function close() {
  const database = await opening?.catch(() => null);
  opening = null;
  database?.close();
}

// One transaction over the named tables: all of it is written, or nothing is.
export async function write(tables, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(tables, "readwrite", { durability: "strict" });
    let result;
    transaction.oncomplete = () => resolve(result);
    transaction.onabort = () => {
      const full = transaction.error?.name === "QuotaExceededError";
      reject(full ? new StorageFull() : transaction.error ?? new StorageClosed("abort"));
    };
    try {
      result = act(Object.fromEntries(tables.map((name) => [name, transaction.objectStore(name)])));
    } catch (error) {
      transaction.abort();
      reject(error.name === "QuotaExceededError" ? new StorageFull() : error);
    }
  });
}

// For what the office answers to `token`: written while the phone is still whose it was when it asked. An answer
// that comes after everything was wiped is dropped. Returns whether it was written.
export async function writeFor(token, tables, act) {
  let written = false;
  await write([...new Set([...tables, "kept"])], (stores) => {
    const asked = stores.kept.get("token");
    asked.onsuccess = () => {
      if (asked.result?.value !== token) return;
      written = true;
      act(stores);
    };
  });
  return written;
}

async function read(table, ask) {
  const database = await open();
  return done(ask(database.transaction(table).objectStore(table)));
}

export const all = (table) => read(table, (rows) => rows.getAll());
export const one = (table, key) => read(table, (rows) => rows.get(key));
export const put = (table, row) => write([table], (tables) => tables[table].put(row));
export const drop = (table, key) => write([table], (tables) => tables[table].delete(key));

export async function kept(name, otherwise = null) {
  return (await one("kept", name))?.value ?? otherwise;
}

export const keep = (name, value) => put("kept", { name, value });
export const forget = (name) => drop("kept", name);

// Everything of the person goes; what the phone's owner chose for their eyes stays in localStorage.
export async function wipe() {
  const tables = Object.keys(TABLES);
  await write(tables, (stores) => {
    for (const table of tables) stores[table].clear();
  });
  await close();
  await new Promise((resolve) => {
    const request = indexedDB.deleteDatabase(NAME);
    request.onsuccess = request.onerror = request.onblocked = () => resolve();
  });
}

// Asks the browser not to throw our data away when the disk is short (a hint; it may say no).
export async function askToPersist() {
  return (await navigator.storage?.persist?.().catch(() => false)) ?? false;
}
