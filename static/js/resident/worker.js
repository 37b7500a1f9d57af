// From the list of kept files to an app that starts without a network; from a push to a notification.
// Classic script: Firefox and older Safari run no module workers. Nothing personal is ever kept here.
const { version, files, scope, offline, outline } = self.KEPT;
const CACHE = `icp-resident-${version}`;
const HINT = { title: "", body: "Masz nową wiadomość", navigate: scope, tag: "icp" };

async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([scope, offline, ...files].map((address) => new Request(address, { cache: "reload", credentials: "omit" })));
}

async function clean() {
  const old = (await caches.keys()).filter((name) => name.startsWith("icp-resident-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

self.addEventListener("install", (event) => {
  self.skipWaiting(); // a page has all its modules before it starts, so no page mixes two versions
  event.waitUntil(fill());
});
self.addEventListener("activate", (event) => event.waitUntil(clean()));

async function page(request) {
  const cache = await caches.open(CACHE);
  const kept = await cache.match(scope);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    return (await cache.match(offline)) ?? Response.error();
  }
}

async function file(request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(request)) ?? fetch(request);
}

// The town changes seldom: the kept outline is drawn at once, the newest is kept for the next time.
async function town(request) {
  const cache = await caches.open(CACHE);
  const fresh = fetch(request).then(async (response) => {
    if (response.ok) await cache.put(request, response.clone());
    return response;
  });
  const found = await cache.match(request);
  if (!found) return fresh;
  fresh.catch(() => {});
  return found;
}

const PAGES_OF_OTHERS = ["manifest.webmanifest", "sw.js", "offline/"].map((name) => scope + name);

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (PAGES_OF_OTHERS.includes(url.pathname)) return;
  if (request.mode === "navigate" && url.pathname.startsWith(scope)) event.respondWith(page(request));
  else if (url.pathname === outline) event.respondWith(town(request));
  else if (files.includes(url.pathname)) event.respondWith(file(request));
});

// The Declarative Web Push JSON (WebKit 16535), read here by browsers that do not read it themselves.
function told(data) {
  try {
    const { notification, icp } = data.json();
    return { ...HINT, ...notification, icp };
  } catch {
    return HINT; // a push that shows nothing costs the permission
  }
}

// Only ever our own host, also where the office is known by another name than this phone uses.
function inside(address) {
  try {
    const { pathname } = new URL(address, self.location.origin);
    if (pathname.startsWith(scope)) return pathname;
  } catch {
    // an address that is none leads to the first screen
  }
  return scope;
}

async function tell(hint) {
  const open = await self.clients.matchAll({ type: "window" });
  for (const client of open) client.postMessage({ kind: "push", hint: hint.icp ?? null });
  const icon = files.find((name) => /icon-192[^/]*\.png$/.test(name));
  await self.registration.showNotification(hint.title || hint.body, {
    body: hint.title ? hint.body : "",
    lang: hint.lang ?? "pl",
    tag: hint.tag ?? "icp",
    icon,
    badge: icon,
    renotify: true,
    data: { path: inside(hint.navigate) },
  });
}

self.addEventListener("push", (event) => event.waitUntil(tell(event.data ? told(event.data) : HINT)));

async function open(path) {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const ours = windows.find((client) => new URL(client.url).pathname.startsWith(scope));
  if (!ours) return self.clients.openWindow(path);
  ours.postMessage({ kind: "open", path });
  return ours.focus();
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.path ?? scope));
});

self.addEventListener("pushsubscriptionchange", (event) => {
  const options = event.oldSubscription?.options;
  if (options) event.waitUntil(self.registration.pushManager.subscribe(options).catch(() => null));
});

self.addEventListener("message", (event) => {
  if (event.data?.kind === "keep") event.waitUntil(fill());
});
