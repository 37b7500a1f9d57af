// A municipality's alarms and warnings on any page:
//   <script async src="https://icp.gmina.example/embed/v1/alerts.js"></script>
//   <icp-alerts></icp-alerts>
// Attributes: area (an id of /api/v1/areas), limit (how many, 5), quiet (nothing is shown while there is none).
// It asks one public address, sends and keeps no cookie, and stays in its own shadow.
(() => {
  const SOURCE = new URL(document.currentScript.src);
  const EVERY = 60_000;
  const WORDS = { region: "Alarmy i ostrzeżenia", alarm: "Alarm", warning: "Ostrzeżenie", none: "Nie ma teraz alarmów ani ostrzeżeń.", until: "obowiązuje do", lost: "Nie udało się odświeżyć. Stan z", all: "Wszystkie alarmy i ostrzeżenia" };
  const LOOK = `
    :host { display: block; color-scheme: light dark; color: light-dark(#131e2e, #e9eef5); font: 1.125rem/1.45 system-ui, sans-serif; }
    :host([hidden]) { display: none; }
    section { display: grid; gap: 0.75rem; }
    ul { display: grid; gap: 0.75rem; margin: 0; padding: 0; list-style: none; }
    li, .none { padding: 1rem; border: 2px solid light-dark(#758296, #8593a8); border-left-width: 8px; border-radius: 8px; background: light-dark(#fff, #171f2a); margin: 0; }
    li.alarm { border-color: light-dark(#b2121d, #ff9892); }
    li.warning { border-color: light-dark(#875000, #f3bc5c); }
    strong { display: block; font-size: 0.875rem; text-transform: uppercase; letter-spacing: 0.04em; }
    li.alarm strong { color: light-dark(#b2121d, #ff9892); }
    li.warning strong { color: light-dark(#875000, #f3bc5c); }
    a { color: inherit; font-weight: 600; overflow-wrap: anywhere; }
    a:focus-visible { outline: 3px solid light-dark(#0d55ad, #ffd166); outline-offset: 2px; }
    p { margin: 0.25rem 0 0; overflow-wrap: anywhere; }
    small { color: light-dark(#46556b, #aebacb); font-size: 0.9375rem; }
    .all { display: inline-block; padding: 0.5rem 0; font-weight: 400; }
  `;

  const element = (name, more = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), more);
    made.append(...inside);
    return made;
  };
  const moment = (text) => new Intl.DateTimeFormat("pl", { dateStyle: "long", timeStyle: "short" }).format(new Date(text));

  class Alerts extends HTMLElement {
    #timer = 0;
    #known = "";
    #at = null;

    connectedCallback() {
      if (!this.shadowRoot) this.#begin();
      this.#ask();
      this.#timer = setInterval(() => document.hidden || this.#ask(), EVERY);
    }

    disconnectedCallback() {
      clearInterval(this.#timer);
    }

    #begin() {
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet(); // a page's policy against inline styles does not concern it
      sheet.replaceSync(LOOK);
      root.adoptedStyleSheets = [sheet];
      this.list = element("div");
      this.list.setAttribute("aria-live", "polite");
      this.note = element("small", { hidden: true });
      const all = element("a", { className: "all", href: new URL("/alerty/", SOURCE).href, textContent: WORDS.all });
      const section = element("section", {}, this.list, this.note, all);
      section.setAttribute("aria-label", WORDS.region);
      section.lang = "pl";
      root.append(section);
    }

    async #ask() {
      const address = new URL("/api/v1/alerts?active=1", SOURCE);
      if (this.getAttribute("area")) address.searchParams.set("area", this.getAttribute("area"));
      try {
        const answer = await fetch(address, { credentials: "omit", referrerPolicy: "no-referrer" });
        if (!answer.ok) throw new Error(String(answer.status));
        const text = await answer.text();
        this.#at = new Date();
        this.note.hidden = true;
        if (text !== this.#known) this.#show(JSON.parse(text).items); // a reader is not told the same again
        this.#known = text;
      } catch {
        this.note.textContent = this.#at ? `${WORDS.lost} ${moment(this.#at)}.` : "";
        this.note.hidden = !this.#at; // old alerts are better than none
      }
    }

    #show(items) {
      const shown = items.slice(0, Number(this.getAttribute("limit")) || 5);
      this.hidden = !shown.length && this.hasAttribute("quiet");
      this.list.replaceChildren(
        shown.length ? element("ul", {}, ...shown.map((item) => this.#row(item))) : element("p", { className: "none", textContent: WORDS.none }),
      );
    }

    #row(item) {
      const link = element("a", { href: new URL(`/alerty/${encodeURIComponent(item.id)}/`, SOURCE).href, textContent: item.title });
      return element(
        "li",
        { className: item.class === "alarm" ? "alarm" : "warning" },
        element("strong", { textContent: WORDS[item.class] ?? WORDS.warning }),
        link,
        element("p", { textContent: item.summary }),
        element("small", { textContent: `${WORDS.until} ${moment(item.expires_at)}` }),
      );
    }
  }

  if (!customElements.get("icp-alerts")) customElements.define("icp-alerts", Alerts);
})();
