// From a served page to a quicker one: everything here only speeds up what works without it.
const root = document.documentElement;

function showTheme(choice) {
  for (const input of document.querySelectorAll("[data-theme-choice]")) {
    input.checked = input.value === choice;
  }
}

function chooseTheme(choice) {
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  try {
    if (choice === "auto") localStorage.removeItem("icp-theme");
    else localStorage.setItem("icp-theme", choice);
  } catch {
    // The choice then lasts as long as the page.
  }
}

function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

// A notice of the same shape as the server's, for what the server could not say itself.
function tell(kind) {
  const template = document.getElementById(`notice-${kind}`);
  const place = document.getElementById("notices");
  if (template && place) place.replaceChildren(template.content.cloneNode(true));
}

function focusErrors(within) {
  within.querySelector(".error-summary")?.focus();
}

showTheme(root.dataset.theme ?? "auto");

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-theme-choice]")) chooseTheme(event.target.value);
});

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest("details.menu"));
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) window.print();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// A second press of a button while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

document.addEventListener("htmx:afterSettle", (event) => focusErrors(event.target));
document.addEventListener("htmx:responseError", () => tell("failed"));
document.addEventListener("htmx:sendError", () => tell("offline"));
document.addEventListener("htmx:timeout", () => tell("offline"));

focusErrors(document);
