// From a clerk's hands to a text: formatting, inserting, copying from Polish, clean pasting. All optional.
const PLAIN = [
  [/\r\n?/g, "\n"],
  [/[\u00a0\u2007\u202f]/g, " "], // spaces that an SMS would pay for as Polish letters
  [/[\u00ad\u200b\u200c\u200d\u2060\ufeff]/g, ""], // signs nobody sees
  [/^[ \t]*[•▪◦‣·][ \t]+/gm, "- "],
];

// execCommand is deprecated, and the only way in which a browser's own undo knows what was typed for it.
function put(area, start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  const done = text
    ? document.execCommand("insertText", false, text)
    : start === end || document.execCommand("delete");
  if (!done) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function wrap(area, mark) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  const size = mark.length;
  const star = (at) => mark === "*" && value[at] === "*";
  const around =
    value.slice(start - size, start) === mark &&
    value.slice(end, end + size) === mark &&
    !(star(start - 2) && star(end + 1));
  if (around) {
    put(area, start - size, end + size, chosen);
    area.setSelectionRange(start - size, end - size);
  } else {
    put(area, start, end, mark + chosen + mark);
    area.setSelectionRange(start + size, end + size);
  }
}

function lead(area, mark) {
  const { value } = area;
  const start = value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const next = value.indexOf("\n", Math.max(area.selectionEnd - 1, start));
  const end = next < 0 ? value.length : next;
  const lines = value.slice(start, end).split("\n");
  const marked = lines.every((line) => line.startsWith(mark));
  const changed = lines.map((line) => (marked ? line.slice(mark.length) : mark + line)).join("\n");
  put(area, start, end, changed);
  area.setSelectionRange(start, start + changed.length);
}

function link(area) {
  const { selectionStart: start, selectionEnd: end } = area;
  const chosen = area.value.slice(start, end);
  const address = /^(https?:\/\/|mailto:|tel:)\S+$/.test(chosen) ? chosen : "https://";
  const words = address === chosen ? "" : chosen;
  put(area, start, end, `[${words}](${address})`);
  const inside = words ? start + words.length + 3 : start + 1;
  area.setSelectionRange(inside, words ? inside + address.length : inside);
}

function use(tool) {
  const area = document.getElementById(tool.dataset.into);
  if (tool.dataset.insert !== undefined) {
    put(area, area.selectionStart, area.selectionEnd, tool.dataset.insert);
  } else if (tool.dataset.wrap) {
    wrap(area, tool.dataset.wrap);
  } else if (tool.dataset.lead) {
    lead(area, tool.dataset.lead);
  } else {
    link(area);
  }
}

function copy(button) {
  for (const part of ["title", "short", "long"]) {
    const from = document.getElementById(`id_${part}`);
    const to = document.getElementById(`id_${button.dataset.copyTo}_${part}`);
    if (from && to && from.value !== to.value) put(to, 0, to.value.length, from.value);
  }
}

document.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-into]");
  if (tool) use(tool);
  const button = event.target.closest("[data-copy-to]");
  if (button) {
    event.preventDefault();
    copy(button);
  }
});

// One stop of the Tab key for a toolbar, arrows within it (WAI-ARIA, toolbar pattern).
for (const bar of document.querySelectorAll(".editor-tools[role=toolbar]")) {
  const tools = [...bar.querySelectorAll("button")];
  const reach = (chosen) => {
    for (const tool of tools) tool.tabIndex = tool === chosen ? 0 : -1;
  };
  reach(tools[0]);
  bar.addEventListener("focusin", (event) => reach(event.target.closest("button")));
  bar.addEventListener("keydown", (event) => {
    const at = tools.indexOf(document.activeElement);
    const to = {
      ArrowRight: (at + 1) % tools.length,
      ArrowLeft: (at + tools.length - 1) % tools.length,
      Home: 0,
      End: tools.length - 1,
    }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    tools[to].focus();
  });
}

document.addEventListener("keydown", (event) => {
  const area = event.target.closest?.("textarea[data-markdown]");
  if (!area || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  const step = { b: () => wrap(area, "**"), i: () => wrap(area, "*"), k: () => link(area) }[
    event.key.toLowerCase()
  ];
  if (!step) return;
  event.preventDefault();
  step();
});

document.addEventListener("paste", (event) => {
  const area = event.target.closest?.(".editor textarea");
  const pasted = event.clipboardData?.getData("text/plain");
  if (!area || !pasted) return;
  const text = PLAIN.reduce((rest, [from, to]) => rest.replace(from, to), pasted);
  if (text === pasted) return;
  event.preventDefault();
  put(area, area.selectionStart, area.selectionEnd, text);
});
