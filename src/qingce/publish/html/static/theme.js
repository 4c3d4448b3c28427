"use strict";
// runs before the first paint, so that a chosen theme does not flash
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const chosen = localStorage.getItem("qingce-theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch {
    // storage may be forbidden for files; the system's theme then holds
  }
})();
