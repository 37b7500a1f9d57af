// From one press to a whole column of ticks, and back.
export function tickColumns(table) {
  table.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tick-column]");
    if (!button) return;
    const boxes = table.querySelectorAll(`input[data-kind="${button.dataset.tickColumn}"]`);
    const on = ![...boxes].every((box) => box.checked);
    for (const box of boxes) box.checked = on;
    boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
