// From a clerk's hands to the compose form: inserting, formatting. All optional.
const form = document.getElementById("compose");

function changed(element) {
  element.dispatchEvent(new Event("input", { bubbles: true }));
}

function replaceSelection(area, text, selectFrom, selectTo) {
  const start = area.selectionStart;
  area.focus();
  area.setRangeText(text, start, area.selectionEnd, "end");
  if (selectFrom !== undefined) area.setSelectionRange(start + selectFrom, start + selectTo);
  changed(area);
}

function useTool(button) {
  const area = document.getElementById(button.dataset.into);
  const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
  const { insert, wrap, lead } = button.dataset;
  if (insert !== undefined) {
    replaceSelection(area, insert);
  } else if (wrap !== undefined) {
    replaceSelection(area, wrap + chosen + wrap, wrap.length, wrap.length + chosen.length);
  } else if (lead !== undefined) {
    const lines = chosen.split("\n").map((line) => lead + line);
    replaceSelection(area, lines.join("\n"));
  } else {
    const address = "https://";
    const text = `[${chosen}](${address})`;
    replaceSelection(area, text, text.length - address.length - 1, text.length - 1);
  }
}

form.addEventListener("click", (event) => {
  const tool = event.target.closest("[data-into]");
  if (tool) useTool(tool);
});
