// From one message to its words, read without a network once it was here; reading it is told to the office.
import { call, Offline, Problem, wordsOf } from "../api.js";
import { h, icon, link, notice, pill } from "../dom.js";
import { isPaired } from "../device.js";
import { moment, t } from "../i18n.js";
import { plain, rich } from "../rich.js";
import { back, to } from "../router.js";
import { keep, kept, one } from "../store.js";
import { markRead } from "../sync.js";

const MOST_OPENED = 500;

async function here(id) {
  const alerts = (await kept("alerts")) ?? [];
  return (await one("messages", id)) ?? (await one("announcements", id)) ?? alerts.find((item) => item.id === id) ?? null;
}

// A link may come sooner than the change it is about.
async function fetched(id) {
  const places = (await isPaired()) ? ["messages", "alerts", "announcements"] : ["alerts", "announcements"];
  for (const place of places) {
    try {
      return (await call(`${place}/${id}`, { anonymous: place !== "messages" })).data;
    } catch (error) {
      if (!(error instanceof Problem) || ![403, 404, 410].includes(error.status)) throw error;
    }
  }
  return null;
}

async function opened(item) {
  if (await one("messages", item.id)) return markRead(item);
  const before = await kept("opened", []);
  if (before.includes(item.id)) return undefined;
  return keep("opened", [...before, item.id].slice(-MOST_OPENED));
}

async function absent(error) {
  const paired = await isPaired();
  const words = error ? wordsOf(error) : t(paired ? "letter.gone" : "letter.personal");
  return {
    name: "letter",
    title: t("letter.absent"),
    back: back("", t("tab.inbox")),
    body: [notice(error instanceof Offline ? "warn" : "info", words), paired ? null : link(t("welcome.code"), to("kod"), { kind: "primary", symbol: "key-round" })].filter(Boolean),
  };
}

function head(item) {
  const severe = item.class === "alarm" || item.class === "warning";
  const tone = item.class === "alarm" ? "danger" : "warn";
  return h(
    "p",
    { class: "app-letter-head" },
    severe ? pill(t(`class.${item.class}`), tone, item.class === "alarm" ? "siren" : "triangle-alert") : null,
    item.public ? pill(t("inbox.public")) : null,
    item.follows ? pill(t(`letter.kind.${item.follows.kind}`)) : null,
    h("span", { class: "muted" }, [item.sender ?? document.body.dataset.office, moment(item.sent_at ?? item.published_at)].filter(Boolean).join(", ")),
  );
}

// What the office corrected or called off holds no more; the newer message says what does.
function followed({ followed_by: by }) {
  if (!by) return null;
  const words = h("span", {}, t(`letter.followed.${by.kind}`, { at: moment(by.at) }), " ", by.id ? link(t("letter.newer"), to(`m/${by.id}`)) : null);
  return notice("warn", words);
}

// The files stay with the office: its page gives them out to whoever has its address.
function attached({ attachments: files, attachments_url: url }) {
  if (!files?.length || !/^https?:\/\//.test(url)) return null;
  const size = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`);
  return h(
    "section",
    { class: "card" },
    h("h2", {}, t("letter.attachments")),
    h("ul", { class: "app-facts" }, files.map((file) => h("li", {}, h("span", {}, icon("file-text"), ` ${file.name}`), h("span", { class: "muted" }, size(file.size))))),
    h("p", {}, h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, t("letter.attachments.open"))),
  );
}

export async function letter({ parts: [id] }) {
  let item = await here(id);
  if (!item) {
    try {
      item = await fetched(id);
    } catch (error) {
      return absent(error);
    }
  }
  if (!item) return absent();
  await opened(item);
  const over = item.status !== "cancelled" && item.expires_at && Date.parse(item.expires_at) < Date.now();
  const html = item.html ?? item.body_html;
  return {
    name: "letter",
    title: item.title,
    back: back("", t("tab.inbox")),
    body: [
      head(item),
      followed(item),
      item.status === "cancelled" && !item.followed_by ? notice("warn", t("letter.cancelled", { at: moment(item.withdrawn_at) })) : null,
      over && !item.followed_by ? notice("info", t("letter.over", { at: moment(item.expires_at) })) : null,
      h("article", { class: "card", lang: item.language ?? "pl" }, html ? rich(html) : plain(item.text ?? item.body)),
      attached(item),
      h("p", { class: "muted small" }, icon("info", "icon-small"), t("letter.kept")),
    ].filter(Boolean),
  };
}
