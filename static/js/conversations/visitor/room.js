// From what the visitor types to the chat, and from the chat to the page.
import { seen, tell } from "./frame.js";
import { forget, keep, kept } from "./kept.js";
import { drawn, element, linked } from "./lines.js";
import { Wire } from "./wire.js";

const words = JSON.parse(document.getElementById("words").textContent);
const language = document.body.dataset.language;
const LETTERS = 2000;
const TYPING_EVERY = 3_000;
const TYPES_FOR = 6_000;
const RENEW_EVERY = 30 * 60_000;
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export class Room {
  constructor(place, token) {
    this.place = place;
    this.log = this.find("log");
    this.say = this.find("say");
    this.text = this.find("text");
    this.pending = kept().pending ?? [];
    this.unread = 0;
    this.title = document.title;
    this.wire = new Wire(document.body.dataset.api, token, {
      news: (answer) => this.news(answer),
      lost: () => this.connection(false),
      found: () => this.connection(true),
      gone: () => this.gone(),
    });
    for (const line of this.log.querySelectorAll(".line")) {
      this.wire.after = Math.max(this.wire.after, Number(line.dataset.seq));
      const text = line.querySelector(".line-who ~ .line-text");
      text?.replaceChildren(linked(text.textContent));
    }
  }

  find(name) {
    return this.place.querySelector(`[data-${name}]`);
  }

  begin() {
    this.say.addEventListener("submit", (event) => this.submitted(event));
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("input", () => this.typed());
    this.find("end-yes").addEventListener("click", () => this.end());
    this.find("end-no").addEventListener("click", () => this.sure(false));
    this.find("sure").addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      this.sure(false);
    });
    this.find("rate")?.addEventListener("submit", (event) => this.rate(event));
    this.find("new")?.addEventListener("click", forget);
    document.addEventListener("visibilitychange", () => this.looked());
    this.renewing = setInterval(() => this.renew(), RENEW_EVERY);
    for (const one of this.pending) this.draw(one).classList.add("line-unsent");
    if ("over" in this.place.dataset) this.closed();
    else {
      if (this.find("status").textContent.trim()) this.say.hidden = false;
      this.wire.listen();
      this.flush();
    }
    this.log.scrollTop = this.log.scrollHeight;
  }

  news({ lines = [], status }) {
    const down = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 60;
    for (const line of lines) this.line(line);
    if (lines.length && down) this.log.scrollTop = this.log.scrollHeight;
    if (status) this.status(status);
  }

  line(line) {
    if (this.log.querySelector(`[data-seq="${line.seq}"]`)) return;
    const mine = line.client_id && this.log.querySelector(`[data-client="${CSS.escape(line.client_id)}"]`);
    const item = drawn(line, words, language);
    if (mine) mine.replaceWith(item);
    else this.log.append(item);
    this.settle(line.client_id);
    if (line.author === "visitor" || (!document.hidden && seen.shown)) return;
    this.unread += 1;
    this.count();
  }

  status({ state, place, typing }) {
    const waiting = place === 1 ? words.waiting_next : fill(words.waiting, { place });
    const said = { waiting: `${waiting} ${words.waiting_hint}`, active: words.active }[state] ?? words.over_title;
    const line = this.find("status");
    if (line.textContent.trim() !== said) line.textContent = said;
    this.place.dataset.state = state;
    this.types(typing);
    if (state !== "waiting" && state !== "active") this.closed(state);
    else if (this.find("sure").hidden) this.say.hidden = false;
  }

  types(typing) {
    clearTimeout(this.typesUntil);
    this.find("typing").textContent = typing ? words.typing : "";
    if (typing) this.typesUntil = setTimeout(() => this.types(false), TYPES_FOR);
  }

  // --- what the visitor writes ---
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.say.requestSubmit(this.say.querySelector('[value="say"]'));
  }

  submitted(event) {
    event.preventDefault();
    if (event.submitter?.value === "end") return this.sure(true);
    const text = this.text.value.trim();
    if (!text) return this.text.focus();
    const one = { client_id: crypto.randomUUID?.() ?? uuid(), text };
    this.pending.push(one);
    keep({ pending: this.pending });
    this.draw(one);
    this.text.value = "";
    this.typed(false);
    this.text.focus();
    this.flush();
  }

  draw(one) {
    const line = { ...one, type: "message", author: "visitor", at: new Date().toISOString() };
    const item = drawn(line, words, language);
    item.classList.add("line-pending");
    item.append(element("span", { className: "line-note", textContent: words.unsent }));
    this.log.append(item);
    this.log.scrollTop = this.log.scrollHeight;
    return item;
  }

  // In the order they were written, one at a time: what finds no connection waits for the next.
  async flush() {
    if (this.sending) return;
    this.sending = true;
    try {
      while (this.pending.length) {
        const [one] = this.pending;
        const answer = await this.wire.post("napisz/", one);
        if (answer.status === 201) this.line((await answer.json()).line);
        else if (answer.status >= 500) throw new Error("not now");
        else await this.refused(answer, one);
      }
    } catch {
      for (const one of this.pending) this.item(one.client_id)?.classList.add("line-unsent");
      clearTimeout(this.again);
      this.again = setTimeout(() => this.flush(), 5_000);
    } finally {
      this.sending = false;
    }
  }

  async refused(answer, one) {
    let code = answer.status === 429 ? "too-many" : "unknown";
    try {
      code = (await answer.json()).code ?? code;
    } catch {
      // The limit's own page is not for programs.
    }
    this.error(words.errors[code] ?? words.errors.unknown);
    this.item(one.client_id)?.remove();
    this.settle(one.client_id);
    if (!this.text.value) this.text.value = one.text;
  }

  item(id) {
    return this.log.querySelector(`[data-client="${CSS.escape(id)}"]`);
  }

  settle(id) {
    if (!id || !this.pending.some((one) => one.client_id === id)) return;
    this.pending = this.pending.filter((one) => one.client_id !== id);
    keep({ pending: this.pending });
  }

  typed(say = true) {
    const left = LETTERS - this.text.value.length;
    const hint = this.find("left");
    hint.hidden = left > 200;
    hint.textContent = fill(words.left_letters, { n: left });
    this.error("");
    if (!say || Date.now() - (this.typedAt ?? 0) < TYPING_EVERY) return;
    this.typedAt = Date.now();
    this.wire.post("pisze/").catch(() => {});
  }

  // --- the end ---
  sure(open) {
    this.find("sure").hidden = !open;
    this.say.hidden = open;
    if (open) this.find("sure-words").focus();
    else this.text.focus();
  }

  async end() {
    try {
      const answer = await this.wire.post("koniec/");
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      this.sure(false);
      this.status((await answer.json()).status);
    } catch {
      this.sure(false);
      this.error(words.errors.unknown);
    }
  }

  closed(state) {
    if (this.place.dataset.closed) return;
    this.place.dataset.closed = "1";
    if (!("over" in this.place.dataset)) setTimeout(() => this.wire.stop(), 1_500);
    clearInterval(this.renewing);
    this.say.hidden = this.find("sure").hidden = true;
    this.find("closing").hidden = false;
    const rate = this.find("rate");
    if (rate) rate.hidden = state === "abandoned";
    document.title = this.title = `${words.over_title} – ${this.title.split(" – ").pop()}`;
    this.types(false);
    this.log.scrollTop = this.log.scrollHeight;
  }

  async rate(event) {
    event.preventDefault();
    const given = new FormData(event.target);
    try {
      const answer = await this.wire.post("ocena/", { stars: given.get("stars"), comment: given.get("comment") });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      event.target.hidden = true;
      this.find("thanks").hidden = false;
      this.error("");
    } catch {
      this.error(words.errors.unknown);
    }
  }

  gone() {
    forget();
    this.error(words.elsewhere);
    this.say.hidden = this.find("sure").hidden = true;
    this.find("closing").hidden = false;
    const rate = this.find("rate");
    if (rate) rate.hidden = true;
    this.find("status").textContent = "";
  }

  async renew() {
    try {
      const answer = await this.wire.post("token/");
      if (!answer.ok) return;
      this.wire.token = (await answer.json()).token;
      keep({ token: this.wire.token });
    } catch {
      // The next half an hour brings another try; the old token holds for hours.
    }
  }

  // --- around ---
  connection(here) {
    this.find("lost").hidden = here;
    if (here) this.flush();
  }

  error(sentence) {
    this.find("error").hidden = !sentence;
    this.find("error-text").textContent = sentence;
  }

  looked() {
    if (document.hidden || !seen.shown) return;
    this.unread = 0;
    this.count();
  }

  count() {
    document.title = this.unread ? `(${this.unread}) ${this.title}` : this.title;
    tell("unread", { unread: this.unread });
  }
}

// crypto.randomUUID is there on https only.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
