// From a desk that works by links and buttons to one that keeps up by itself: Enter sends, "/" opens ready
// answers, the title tells what is unread. No sound is ever made.
const title = document.title;
const live = document.getElementById("desk-live");
const form = document.getElementById("desk-form");
const NEAR = 60; // pixels from the end of the log within which a reader follows it

function tellInTitle() {
  const unread = Number(live?.querySelector("[data-unread]")?.dataset.unread ?? 0);
  document.title = unread ? `(${unread}) ${title}` : title;
}

function log() {
  return document.getElementById("desk-log");
}

function toTheEnd() {
  const lines = log();
  if (lines) lines.scrollTop = lines.scrollHeight;
}

let follows = true;

document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.id !== "desk-stream" || !log()) return;
  const { scrollTop, scrollHeight, clientHeight } = log();
  follows = scrollHeight - scrollTop - clientHeight < NEAR;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.target.id === "desk-live") tellInTitle();
  if (event.target.id === "desk-stream" && follows) toTheEnd();
});

// Only what an agent has before their eyes counts as read.
const seen = document.getElementById("desk-seen");
document.addEventListener("visibilitychange", () => {
  if (seen) seen.disabled = document.hidden;
});

tellInTitle();
toTheEnd();

if (form) {
  const field = form.elements.body;
  const count = document.getElementById("desk-count");
  const list = document.getElementById("desk-ready");
  const ready = [...document.querySelectorAll("[data-ready]")].map((link) => ({
    shortcut: link.dataset.ready,
    text: link.dataset.text,
  }));
  const options = () => [...list.querySelectorAll('[role="option"]')];
  const active = () => list.querySelector('[aria-selected="true"]');

  const counted = () => {
    count.textContent = `${field.value.length} / ${field.maxLength}`;
  };

  const close = () => {
    list.replaceChildren();
    field.removeAttribute("aria-activedescendant");
  };

  const activate = (option) => {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };

  const insert = (text) => {
    field.value = text;
    close();
    counted();
    field.focus();
  };

  let shown = [];

  const optionOf = ({ shortcut, text }, place) => {
    const option = document.createElement("li");
    option.id = `desk-ready-${place}`;
    option.className = "suggest-option";
    option.setAttribute("role", "option");
    const name = document.createElement("span");
    name.className = "mono strong";
    name.textContent = `/${shortcut}`;
    const words = document.createElement("span");
    words.className = "small desk-words";
    words.textContent = text.slice(0, 120);
    option.append(name, " ", words);
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      insert(text);
    });
    return option;
  };

  const suggest = () => {
    const typed = /^\/(\S*)$/.exec(field.value);
    shown = typed ? ready.filter(({ shortcut }) => shortcut.startsWith(typed[1])) : [];
    if (!shown.length) return close();
    list.replaceChildren(...shown.map(optionOf));
    return activate(options()[0]);
  };

  const pick = () => insert(shown[options().indexOf(active())].text);

  const move = (step) => {
    const all = options();
    activate(all[(all.indexOf(active()) + step + all.length) % all.length]);
  };

  const KEYS = {
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: pick,
    Tab: pick,
    Escape: close,
  };

  if (ready.length) {
    field.setAttribute("aria-autocomplete", "list");
    field.setAttribute("aria-controls", list.id);
  }

  field.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = active() && KEYS[event.key];
    if (step && !event.shiftKey) {
      event.preventDefault();
      step();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (field.value.trim()) form.requestSubmit();
    }
  });

  field.addEventListener("input", () => {
    counted();
    suggest();
  });
  field.addEventListener("blur", close);

  for (const link of document.querySelectorAll("[data-ready]")) {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      insert(link.dataset.text);
    });
  }

  let sent = "";
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt === form) sent = field.value;
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.elt !== form || !event.detail.successful) return;
    // What was typed while the words were on their way stays.
    field.value = field.value.startsWith(sent) ? field.value.slice(sent.length) : field.value;
    follows = true;
    counted();
    toTheEnd();
    if (!form.dataset.notes) form.elements.to.value = "visitor";
  });

  // Leaving would lose what is typed: the browser asks.
  window.addEventListener("beforeunload", (event) => {
    if (field.value.trim() && !form.dataset.leaving) event.preventDefault();
  });
  form.addEventListener("submit", () => {
    if (!form.hasAttribute("hx-post")) form.dataset.leaving = "yes";
  });

  counted();
}
