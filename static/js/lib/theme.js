// A classic script in the head: it must run before the first paint, so that no page flashes in the wrong scheme.
(() => {
  const root = document.documentElement;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");

  function storedChoice() {
    try {
      return window.localStorage.getItem("theme");
    } catch {
      return null; // Storage may be switched off; the system's scheme still holds.
    }
  }

  function apply() {
    const choice = storedChoice();
    const chosen = choice === "light" || choice === "dark";
    root.dataset.bsTheme = chosen ? choice : dark.matches ? "dark" : "light";
    root.dataset.themeChoice = chosen ? choice : "auto";
  }

  root.classList.add("js");
  apply();
  dark.addEventListener("change", apply);
  window.addEventListener("storage", apply);
  document.addEventListener("themechoice", apply);
})();
