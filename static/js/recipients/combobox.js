// From a text field with suggestions to a picked one: arrows, Enter or Tab, Escape, the pointer.
// The server fills the list; without a script the field is a plain text field.

const ACTIVE = '[aria-selected="true"]';

export function combobox(box) {
  const input = box.querySelector("input");
  const list = box.querySelector('[role="listbox"]');
  const form = input.form;
  let waiting = false; // for the list that belongs to what is typed now
  let pickWhenHere = false;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const active = () => list.querySelector(ACTIVE);

  function activate(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    waiting = false;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    // An answer that is still on its way would open the list again.
    box.dispatchEvent(new Event("htmx:abort"));
  }

  function move(step) {
    const all = options();
    if (!all.length) return;
    const place = all.indexOf(active());
    activate(all[(place + step + all.length) % all.length]);
  }

  function pick(option, { jump }) {
    input.value = option.dataset.text;
    for (const [name, value] of Object.entries(JSON.parse(option.dataset.fill))) {
      form.elements[name].value = value;
    }
    const next = form.elements[option.dataset.next];
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (jump) next?.focus();
  }

  input.addEventListener("input", () => {
    waiting = input.value !== "";
    pickWhenHere = false;
    for (const name of box.dataset.clears.split(" ")) form.elements[name].value = "";
  });

  list.addEventListener("htmx:afterSwap", () => {
    waiting = false;
    if (pickWhenHere) return pickFirst();
    const open = options().length > 0 && document.activeElement === input;
    if (!open) return close();
    input.setAttribute("aria-expanded", "true");
    activate(options()[0]);
  });

  // Who types quickly presses Enter before the list is there: the first of it is meant.
  function pickFirst() {
    pickWhenHere = false;
    const [first] = options();
    if (first) return pick(first, { jump: true });
    close();
    input.dispatchEvent(new CustomEvent("combobox:none", { bubbles: true }));
  }

  input.addEventListener("keydown", (event) => {
    const option = active();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && option) {
      event.preventDefault();
      pick(option, { jump: true });
    } else if (event.key === "Enter" && waiting && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      pickWhenHere = true;
    } else if (event.key === "Tab" && option && !event.shiftKey) {
      pick(option, { jump: false });
    } else if (event.key === "Escape") {
      close();
    }
  });

  // The field must not lose the focus before the click has picked.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest('[role="option"]');
    if (option) pick(option, { jump: true });
  });
  input.addEventListener("blur", close);
}
