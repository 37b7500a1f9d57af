// From a path of /api/v1 to its answer; refusals become Problems with words, no network becomes Offline.
import { known, speaking, t } from "./i18n.js";
import { kept } from "./store.js";

export const VERSION = "1.0.0";
export const bus = new EventTarget();
const BASE = document.body?.dataset.api ?? "/api/v1/";
const PATIENCE = 30000; // ms

export class Offline extends Error {}

export class Problem extends Error {
  constructor(status, body, retryAfter) {
    super(body.detail || body.title || `${status}`);
    this.status = status;
    this.slug = String(body.type ?? "").split("/").filter(Boolean).pop() ?? "";
    this.detail = body.detail ?? "";
    this.errors = body.errors ?? [];
    this.trace = body.trace_id ?? "";
    this.retryAfter = retryAfter;
  }

  // What went wrong, in the person's language where we know the kind; else the server's own words.
  get words() {
    if (this.status === 429) return t("problem.rate-limited", { n: Math.max(1, Math.ceil((this.retryAfter || 60) / 60)) });
    if (this.slug === "invalid" && this.errors.length) return this.errors.map((error) => error.detail).join(" ");
    if (known(`problem.${this.slug}`)) return t(`problem.${this.slug}`);
    if (this.status >= 500) return t("problem.server", { trace: this.trace });
    return this.detail || t("problem.other", { trace: this.trace });
  }

  points(name) {
    return this.errors.some((error) => String(error.pointer ?? "").split("/").includes(name));
  }
}

export function wordsOf(error) {
  if (error instanceof Problem) return error.words;
  if (error instanceof Offline) return t("problem.offline");
  return t("problem.app");
}

function headersOf({ token, key, etag, json }) {
  const headers = { Accept: "application/json, application/problem+json", "Accept-Language": speaking(), "ICP-Client": `web/${VERSION}` };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers["Idempotency-Key"] = key;
  if (etag) headers["If-None-Match"] = etag;
  if (json) headers["Content-Type"] = "application/json";
  return headers;
}

async function ask(path, { method = "GET", json, form, key, etag, version, token }) {
  const headers = headersOf({ token, key, etag, json: json !== undefined });
  if (version) headers["If-Match"] = version;
  const body = json === undefined ? form : JSON.stringify(json);
  const signal = AbortSignal.timeout(form ? PATIENCE * 4 : PATIENCE);
  try {
    return await fetch(BASE + path, { method, headers, body, signal, cache: "no-store", credentials: "omit", redirect: "error" });
  } catch {
    throw new Offline();
  }
}

async function bodyOf(response) {
  if (response.status === 204 || response.status === 304) return null;
  try {
    return await response.json();
  } catch {
    // A captive portal or a proxy answered in our server's place, or the line broke half-way.
    if (response.ok) throw new Offline();
    return {};
  }
}

// Returns {data, etag, status, token}: the token that it asked with. With `anonymous` the token stays at home: public things are cached for all.
export async function call(path, options = {}) {
  const token = options.anonymous ? null : options.token ?? (await kept("token"));
  const response = await ask(path, { ...options, token });
  const data = await bodyOf(response);
  if (response.ok || response.status === 304) return { data, etag: response.headers.get("ETag"), status: response.status, token };
  const problem = new Problem(response.status, data ?? {}, Number(response.headers.get("Retry-After")) || 0);
  problem.token = token;
  if (problem.status === 401 && token) bus.dispatchEvent(new CustomEvent("refused", { detail: { token } }));
  if (problem.status === 426) bus.dispatchEvent(new Event("too-old"));
  throw problem;
}

// A picture behind the token, as a data: address (the page's policy allows no other).
export async function picture(path) {
  const response = await ask(path.replace(/^.*\/api\/v1\//, ""), { token: await kept("token") });
  if (!response.ok) throw new Problem(response.status, {}, 0);
  return addressOf(await response.blob());
}

export function addressOf(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });
}
