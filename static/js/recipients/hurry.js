// From Enter to the next field that still waits, from Ctrl+Enter to a registered person and a print.
// Tab still goes to every field, in the order of the page.

const FIELDS = "input:not([type=hidden]), select, textarea";

const visible = (field) => field.offsetParent !== null && !field.closest("details:not([open])");

function waits(form, field) {
  if (!visible(field) || field.disabled) return false;
  if (field.type === "checkbox") return false;
  if (field.type === "radio") return !form.elements[field.name].value;
  const passed = (form.dataset.pass ?? "").split(" ");
  return !field.value && !passed.includes(field.name);
}

// After the last field: the column of ticks of the first channel that can reach the person.
function columnOf(form) {
  for (const button of form.querySelectorAll("[data-tick-column]")) {
    const name = { sms: "phone" }[button.dataset.tickColumn] ?? button.dataset.tickColumn;
    if (form.elements[name]?.value) return button;
  }
  return form.querySelector("[data-tick-column]");
}

export function goOn(form, from) {
  const fields = [...form.querySelectorAll(FIELDS)];
  const rest = fields.slice(fields.indexOf(from) + 1);
  const next = rest.find((field) => field.name !== from.name && waits(form, field));
  (next ?? columnOf(form))?.focus();
}

async function registerAndPrint(form, submitter) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter) });
  } catch {
    return false;
  }
  if (!answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const print = page.querySelector("[data-print-now]")?.getAttribute("href");
  if (print) window.open(print, "_blank", "noopener");
  const url = new URL(answer.url);
  url.searchParams.set("druk", "1");
  window.location.assign(url);
  return true;
}

function take(form, button) {
  const values = JSON.parse(button.dataset.take);
  for (const [name, value] of Object.entries(values)) form.elements[name].value = value;
  goOn(form, form.elements[Object.keys(values).at(-1)]);
}

function takeTicks(form, button) {
  const wanted = button.dataset.takeTicks.split(" ");
  for (const box of form.querySelectorAll("[data-ticks] input[type=checkbox]")) {
    box.checked = wanted.includes(box.value);
  }
  form.querySelector("[data-ticks] input[type=checkbox]")?.focus();
}

export function hurry(form) {
  const print = document.querySelector(`button[name=print][form="${form.id}"]`);

  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.defaultPrevented || event.isComposing) return;
    if (event.ctrlKey || event.metaKey || !event.target.matches(FIELDS)) return;
    event.preventDefault();
    goOn(form, event.target);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit(print);
  });

  form.addEventListener("combobox:none", (event) => goOn(form, event.target));

  form.addEventListener("click", (event) => {
    const address = event.target.closest("[data-take]");
    const ticks = event.target.closest("[data-take-ticks]");
    if (address) take(form, address);
    if (ticks) takeTicks(form, ticks);
  });

  // Who is being registered need not be looked for any more.
  document.getElementById("alike")?.addEventListener("htmx:beforeRequest", (event) => {
    if (form.dataset.busy) event.preventDefault();
  });

  form.addEventListener("submit", async (event) => {
    if (event.submitter !== print || form.dataset.plain) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    if (await registerAndPrint(form, print)) return;
    // Mistakes, or no network: the page itself shows them, with all that was typed.
    delete form.dataset.busy;
    delete form.dataset.sent;
    form.dataset.plain = "yes";
    form.requestSubmit(print);
  });
}
