// From a token to what happens in its chat: a stream where there is one, else a wait, else a question every few seconds.
const STREAM = "text/event-stream";
const FIRST_BYTES = 5_000; // a proxy that keeps a stream back lets a whole answer through
const SILENCE = 40_000; // the server beats every 15 s
const NO_STREAM = 60_000;
const WAITS = [1_000, 2_000, 4_000, 8_000, 15_000];

export class Wire {
  constructor(api, token, told) {
    this.api = api;
    this.token = token;
    this.told = told; // { news(answer), lost(), found(), gone() }
    this.after = 0;
    this.over = false;
    this.mark = "";
    this.failures = 0;
    this.streamsFrom = 0; // not before this moment
    this.waits = false; // streams are kept back on the way: a long poll instead
    window.addEventListener("online", () => this.hurry?.());
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry?.());
  }

  ask(path, { method = "GET", body, accept = "application/json", signal } = {}) {
    const headers = { Authorization: `Bearer ${this.token}`, Accept: accept };
    if (body) headers["Content-Type"] = "application/json";
    const sent = body && JSON.stringify(body);
    return fetch(this.api + path, { method, headers, body: sent, signal, credentials: "omit", cache: "no-store" });
  }

  post(path, body = {}) {
    return this.ask(path, { method: "POST", body });
  }

  async listen() {
    while (!this.over) {
      try {
        const pause = await this.round();
        if (this.failures) this.told.found();
        this.failures = 0;
        if (pause) await this.pause(pause);
      } catch {
        this.failures += 1;
        if (this.failures > 1) this.told.lost();
        await this.pause(WAITS[Math.min(this.failures, WAITS.length) - 1]);
      }
    }
  }

  stop() {
    this.over = true;
    this.abort?.abort();
    this.hurry?.();
  }

  pause(ms) {
    return new Promise((done) => {
      const timer = setTimeout(done, ms);
      this.hurry = () => {
        clearTimeout(timer);
        done();
      };
    });
  }

  // One answer, of whichever kind; gives in how many milliseconds to ask again.
  async round() {
    this.abort = new AbortController();
    const streams = !this.waits && Date.now() >= this.streamsFrom;
    const waiting = this.waits ? `&wait=25&known=${encodeURIComponent(this.mark)}` : "";
    const accept = streams ? STREAM : "application/json";
    const late = setTimeout(() => this.abort.abort(), this.waits ? SILENCE : 20_000);
    let answer;
    try {
      answer = await this.ask(`zdarzenia/?after=${this.after}${waiting}`, { accept, signal: this.abort.signal });
    } finally {
      clearTimeout(late);
    }
    if (answer.status === 401) return this.gone();
    if (answer.status === 503 && streams) {
      this.streamsFrom = Date.now() + NO_STREAM;
      return 100;
    }
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    if (answer.headers.get("Content-Type")?.startsWith(STREAM)) return this.read(answer.body);
    return this.take(await answer.json());
  }

  gone() {
    this.over = true;
    this.told.gone();
    return 0;
  }

  take(said) {
    for (const line of said.lines ?? []) this.after = Math.max(this.after, line.seq);
    this.mark = said.mark ?? this.mark;
    this.told.news(said);
    return this.waits ? 100 : said.next_ms;
  }

  async read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let kept = "";
    let heard = false;
    for (;;) {
      const late = setTimeout(() => this.abort.abort(), heard ? SILENCE : FIRST_BYTES);
      let part;
      try {
        part = await reader.read();
      } catch (error) {
        if (!heard) this.waits = true;
        throw error;
      } finally {
        clearTimeout(late);
      }
      if (part.done) return 250;
      if (!heard && this.failures) {
        this.failures = 0;
        this.told.found();
      }
      heard = true;
      kept += part.value;
      const events = kept.split("\n\n");
      kept = events.pop();
      for (const event of events) this.event(event);
    }
  }

  event(text) {
    const data = text.split("\n").find((line) => line.startsWith("data: "));
    if (data && !text.startsWith("event:")) this.take(JSON.parse(data.slice(6)));
  }
}
