// From a clerk's hands to the filter editor: street rows, suggestions, Enter in a search. All optional.
const streets = document.getElementById("streets");
const form = streets.closest("form");

// A new row is a copy of the last one, emptied, with the next number in its names.
function addRow(rows) {
  const last = rows.querySelector("[data-row]:last-of-type");
  const fresh = last.cloneNode(true);
  const old = last.querySelector("input").name.replace(/-name$/, "");
  const next = old.replace(/\d+$/, (number) => String(Number(number) + 1));
  for (const part of fresh.querySelectorAll("[id], [name], [for], [aria-describedby]")) {
    for (const name of ["id", "name", "for", "aria-describedby"]) {
      const value = part.getAttribute(name);
      if (value) part.setAttribute(name, value.replace(old, next));
    }
  }
  for (const notes of fresh.querySelectorAll(".errorlist")) notes.remove();
  for (const input of fresh.querySelectorAll("input")) {
    input.value = "";
    input.removeAttribute("aria-invalid");
  }
  for (const select of fresh.querySelectorAll("select")) select.selectedIndex = 0;
  rows.append(fresh);
  fresh.querySelector("input").focus();
}

form.addEventListener("click", (event) => {
  const adder = event.target.closest("[data-add-row]");
  if (!adder) return;
  event.preventDefault();
  addRow(adder.closest("fieldset").querySelector("[data-rows]"));
});

// Enter looks for the person instead of sending the whole form.
form.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".picker-input")) return;
  event.preventDefault();
  event.target.parentElement.querySelector("button").click();
});

let waiting;
form.addEventListener("input", (event) => {
  if (event.target.getAttribute("list") !== "streets") return;
  const typed = event.target.value.trim();
  clearTimeout(waiting);
  if (typed.length < 2) return;
  waiting = setTimeout(() => suggestStreets(typed), 150);
});

async function suggestStreets(typed) {
  const url = `${streets.dataset.url}?street=${encodeURIComponent(typed)}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } });
  if (answer.ok) streets.innerHTML = await answer.text();
}
