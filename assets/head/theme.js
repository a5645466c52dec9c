// Sets the theme before the first paint: what was chosen, else what the system prefers.
(function () {
  let chosen = null;
  try { chosen = localStorage.getItem("heed-theme"); } catch (refused) { /* private mode: follow the system */ }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.setAttribute("data-bs-theme", dark ? "dark" : "light");
})();
