// The office's chat on a page of the city:
//   <script async src="https://icp.gmina.example/czat/loader.js" data-inbox="bom"></script>
// Attributes: data-inbox (which subject is chosen), data-language (pl, en, uk).
// Nothing is asked of any server before the button is pressed; no cookie is set; the page's styles stay outside.
(() => {
  const script = document.currentScript;
  const SOURCE = new URL(script.src);
  const WORDS = {
    pl: { open: "Czat z urzędem", shut: "Zamknij czat", frame: "Czat z urzędem", unread: "nowe wiadomości" },
    en: { open: "Chat with the office", shut: "Close the chat", frame: "Chat with the office", unread: "new messages" },
    uk: { open: "Чат з управлінням", shut: "Закрити чат", frame: "Чат з управлінням", unread: "нові повідомлення" },
  };
  const asked = (script.dataset.language || document.documentElement.lang || "pl").slice(0, 2);
  const language = asked in WORDS ? asked : "pl";
  const words = WORDS[language];
  const LOOK = `
    :host { color-scheme: light dark; font: 600 1rem/1.25 system-ui, sans-serif; }
    button, a { box-sizing: border-box; display: inline-flex; gap: 0.5rem; align-items: center; min-height: 3rem; padding: 0.5rem 1.25rem; border: 2px solid light-dark(#fff, #0f151d); border-radius: 999px; background: light-dark(#0b3a75, #83b8ff); color: light-dark(#fff, #0b1c33); font: inherit; text-decoration: none; cursor: pointer; box-shadow: 0 2px 8px rgb(0 0 0 / 30%); }
    button:focus-visible, a:focus-visible { outline: 3px solid light-dark(#0d55ad, #ffd166); outline-offset: 2px; }
    .corner { position: fixed; z-index: 2147483000; right: max(1rem, env(safe-area-inset-right)); bottom: max(1rem, env(safe-area-inset-bottom)); }
    .panel { position: fixed; z-index: 2147483001; right: 1rem; bottom: 1rem; width: min(25rem, calc(100vw - 2rem)); height: min(40rem, calc(100dvh - 2rem)); overflow: hidden; border: 1px solid light-dark(#758296, #8593a8); border-radius: 14px; background: light-dark(#fff, #171f2a); box-shadow: 0 8px 32px rgb(0 0 0 / 35%); }
    .panel[hidden], .corner[hidden] { display: none; }
    iframe { display: block; width: 100%; height: 100%; border: 0; }
    .count { min-width: 1.5rem; padding: 0 0.375rem; border-radius: 999px; background: light-dark(#fff, #0b1c33); color: light-dark(#0b3a75, #83b8ff); text-align: center; }
    .count:empty { display: none; }
    svg { width: 1.25rem; height: 1.25rem; }
    @media (width < 30rem) { .panel { inset: 0; width: auto; height: auto; border: 0; border-radius: 0; } }
  `;
  const element = (name, more = {}, ...inside) => {
    const made = Object.assign(document.createElement(name), more);
    made.append(...inside);
    return made;
  };
  const address = (path) => {
    const url = new URL(path, SOURCE);
    url.searchParams.set("lang", language);
    if (script.dataset.inbox) url.searchParams.set("inbox", script.dataset.inbox);
    return url.href;
  };

  class Chat extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      const sheet = new CSSStyleSheet(); // a page's policy against inline styles does not concern it
      sheet.replaceSync(LOOK);
      root.adoptedStyleSheets = [sheet];
      this.count = element("span", { className: "count" });
      this.button = element("button", { type: "button", className: "corner" }, this.picture(), words.open, this.count);
      this.button.setAttribute("aria-expanded", "false");
      this.button.setAttribute("aria-haspopup", "dialog");
      this.button.addEventListener("click", () => this.show());
      this.panel = element("div", { className: "panel", hidden: true });
      this.panel.setAttribute("role", "dialog");
      this.panel.setAttribute("aria-label", words.frame);
      root.append(this.button, this.panel);
      window.addEventListener("message", (event) => this.hear(event));
      root.addEventListener("keydown", (event) => event.key === "Escape" && this.shut());
    }

    picture() {
      const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      made.setAttribute("viewBox", "0 0 24 24");
      made.setAttribute("aria-hidden", "true");
      const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
      line.setAttribute("d", "M4 4h16v12H9l-5 4z");
      line.setAttribute("fill", "none");
      line.setAttribute("stroke", "currentColor");
      line.setAttribute("stroke-width", "2");
      line.setAttribute("stroke-linejoin", "round");
      made.append(line);
      return made;
    }

    show() {
      if (!this.frame) {
        this.frame = element("iframe", { src: address("widget/"), title: words.frame });
        this.frame.setAttribute("sandbox", "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox");
        this.frame.addEventListener("load", () => this.tell("hello"));
        this.panel.append(this.frame);
      }
      this.panel.hidden = false;
      this.button.hidden = true;
      this.button.setAttribute("aria-expanded", "true");
      this.count.textContent = "";
      this.frame.focus();
      this.tell("shown");
    }

    shut() {
      this.panel.hidden = true;
      this.button.hidden = false;
      this.button.setAttribute("aria-expanded", "false");
      this.button.focus();
      this.tell("hidden");
    }

    tell(what) {
      this.frame?.contentWindow?.postMessage({ icpChat: what }, SOURCE.origin);
    }

    hear(event) {
      if (!this.frame || event.source !== this.frame.contentWindow || event.origin !== SOURCE.origin) return;
      const { icpChat: what, unread } = event.data ?? {};
      if (what === "here") this.tell(this.panel.hidden ? "hidden" : "shown");
      if (what === "shut") this.shut();
      if (what === "unread" && this.panel.hidden && Number.isInteger(unread)) {
        this.count.textContent = unread > 0 ? String(unread) : "";
        this.button.setAttribute("aria-label", unread > 0 ? `${words.open}, ${words.unread}: ${unread}` : words.open);
      }
    }
  }
  if (!customElements.get("icp-chat")) customElements.define("icp-chat", Chat);
  const put = () => document.querySelector("icp-chat") ?? document.body.append(document.createElement("icp-chat"));
  if (document.body) put();
  else document.addEventListener("DOMContentLoaded", put);
})();
