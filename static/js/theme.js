// From the person's chosen look to the page, before anything is painted.
(() => {
  const root = document.documentElement;
  root.dataset.js = "";
  try {
    const chosen = localStorage.getItem("icp-theme");
    if (chosen === "light" || chosen === "dark") root.dataset.theme = chosen;
  } catch {
    // Storage may be closed to us; the system's own light or dark then holds.
  }
})();
