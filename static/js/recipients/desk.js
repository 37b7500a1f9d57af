// From typing at the desk to less typing: addresses from the register, dates from the PESEL, ticks.
import { combobox } from "./combobox.js";
import { hurry } from "./hurry.js";
import { tickColumns } from "./ticks.js";

function fill(field, value) {
  // What the clerk typed stays; what an earlier PESEL filled in gives way.
  if (field.value && field.value !== field.dataset.filled) return;
  field.value = value;
  field.dataset.filled = value;
}

function believePesel(form) {
  const said = form.querySelector("#pesel-says [data-birth-date]");
  if (!said) return;
  fill(form.elements.birth_date, said.dataset.birthDate);
  const sexes = form.elements.sex;
  if (!sexes.value || sexes.value === form.dataset.filledSex) {
    sexes.value = said.dataset.sex;
    form.dataset.filledSex = said.dataset.sex;
  }
  form.elements.birth_date.dispatchEvent(new Event("change", { bubbles: true }));
}

for (const box of document.querySelectorAll("[data-combobox]")) combobox(box);
for (const table of document.querySelectorAll("[data-ticks]")) tickColumns(table);
for (const form of document.querySelectorAll("[data-desk]")) {
  form.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.id === "pesel-says") believePesel(form);
  });
  if ("hurry" in form.dataset) hurry(form);
}
