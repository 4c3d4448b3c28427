"use strict";
// everything here only makes quicker what works without it
(() => {
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const csrf = () => document.querySelector('meta[name="csrf"]').content;
  const toasts = document.getElementById("toasts");
  const words = toasts ? toasts.dataset : {};

  // htmx: the page's token goes along with what it asks
  document.addEventListener("htmx:config:request", (event) => {
    event.detail.ctx.request.headers["X-CSRF"] = csrf();
  });
  document.addEventListener("htmx:error", () => toast(words.failed, "bad"));

  /** Say something in the corner; it is also said to a screen reader. */
  function toast(text, tone = "good") {
    const node = document.createElement("div");
    node.className = `callout ${tone}`;
    node.append(Object.assign(document.createElement("div"), { textContent: text }));
    toasts.append(node);
    setTimeout(() => node.remove(), 6000);
  }

  // theme: at once, and remembered by the server
  for (const form of all("[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      const chosen = button.value;
      const body = new URLSearchParams(new FormData(form));
      body.set("theme", chosen);
      fetch(form.action, { method: "POST", body, redirect: "manual" }).then(() => location.reload(), () => toast(words.failed, "bad"));
      if (chosen === "auto") delete root.dataset.theme;
      else root.dataset.theme = chosen;
    });
  }

  // dialogs and menus
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    const dialog = opener && document.getElementById(opener.dataset.dialog);
    if (dialog) {
      event.preventDefault();
      dialog.showModal();
    } else if (event.target instanceof HTMLDialogElement) {
      event.target.close(); // a click beside it
    }
    for (const menu of all("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  // suggestions below the search box: up and down lead through them, Escape takes them away
  const seek = document.querySelector(".seek");
  if (seek) {
    seek.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const suggested = document.getElementById("suggested");
      if (event.key === "Escape" && suggested.firstElementChild) {
        event.preventDefault(); // else the browser empties the box as well
        suggested.replaceChildren();
        document.getElementById("seek").focus();
      }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const places = [document.getElementById("seek"), ...all("#suggested a")];
      const next = step && places[places.indexOf(document.activeElement) + step];
      if (!next) return;
      event.preventDefault();
      next.focus();
    });
  }

  // single keys, which a reader may switch off
  const store = { get: (key) => { try { return localStorage.getItem(key); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, value); return true; } catch { return false; } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* nothing was kept */ } } };
  const keysOn = document.getElementById("keys-on");
  if (keysOn) {
    keysOn.checked = store.get("qingce-keys") !== "off";
    keysOn.addEventListener("change", () => store.set("qingce-keys", keysOn.checked ? "on" : "off"));
  }
  let led = 0;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !keysOn || !keysOn.checked) return;
    if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
    if (event.key === "?") document.getElementById("shortcuts").showModal();
    else if (event.key === "/") {
      // on a phone the box of the bar is not there, and a page of its own has one
      const field = all('.seek input, main input[type="search"], main .filter .input').find((each) => each.checkVisibility());
      if (!field) return;
      event.preventDefault();
      field.focus();
    } else if (event.key === "g") led = Date.now();
    else if (Date.now() - led < 1500) {
      led = 0;
      const entry = document.querySelector(`.side a[data-key="${CSS.escape(event.key)}"]`);
      if (entry) location.assign(entry.href);
    }
  });

  // tables that are here as a whole sort in place
  const value = (row, at) => row.cells[at].textContent.trim();
  const amount = (text) => Number(text.replace(/[,\s%]/g, "").replace("−", "-"));
  document.addEventListener("click", (event) => {
    const link = event.target.closest("table[data-client] thead a");
    if (!link) return;
    event.preventDefault();
    const head = link.closest("th");
    const body = head.closest("table").tBodies[0];
    const up = head.getAttribute("aria-sort") !== "ascending";
    const compare = (a, b) => {
      const [x, y] = [value(a, head.cellIndex), value(b, head.cellIndex)];
      if (x === "—" || y === "—") return (x === "—") - (y === "—");
      const order = head.classList.contains("num") ? amount(x) - amount(y) : x.localeCompare(y, root.lang);
      return up ? order : -order;
    };
    const rows = [...body.rows].filter((row) => !row.classList.contains("total")).sort(compare);
    body.prepend(...rows);
    for (const other of all("th[aria-sort]", head.parentElement)) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    for (const use of all("th a use", head.parentElement)) {
      const name = use.closest("th") !== head ? "sort" : up ? "up" : "fall";
      use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#${name}`));
    }
  });

  // files may be dropped
  for (const area of all("[data-drop]")) {
    const input = area.querySelector("input");
    for (const kind of ["dragenter", "dragover"]) area.addEventListener(kind, (event) => { event.preventDefault(); area.classList.add("over"); });
    for (const kind of ["dragleave", "drop"]) area.addEventListener(kind, () => area.classList.remove("over"));
    area.addEventListener("drop", (event) => {
      event.preventDefault();
      const kept = new DataTransfer();
      for (const file of [...event.dataTransfer.files].slice(0, input.multiple ? undefined : 1)) kept.items.add(file);
      input.files = kept.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }

  // drafts: sent while somebody types; kept in this browser, under the account, until the server has them
  const LATER = 800;
  const AGAIN = 15000;
  function autosave(form) {
    const place = `qingce-draft:${document.body.dataset.account || ""}:${form.dataset.autosave}`;
    const state = form.querySelector("[data-autosave-state]");
    const shown = (text) => { if (state) state.textContent = text || ""; };
    const fields = () => [...new FormData(form)].filter(([name, each]) => name !== "csrf" && typeof each === "string");
    let timer = 0;
    let sent = 0;
    const send = async () => {
      clearTimeout(timer);
      const number = ++sent;
      const draft = fields();
      store.set(place, JSON.stringify(draft));
      shown(words.saving);
      let answer;
      try {
        answer = await fetch(form.dataset.autosave, { method: "POST", body: new URLSearchParams(draft), headers: { "X-CSRF": csrf(), Accept: "application/json" } });
      } catch {
        shown(words.kept);
        timer = setTimeout(send, AGAIN);
        return;
      }
      if (number !== sent) return; // something newer is on its way
      if (answer.ok) store.drop(place);
      shown(answer.ok ? words.saved : words.refused);
      form.dispatchEvent(new CustomEvent(answer.ok ? "qingce:saved" : "qingce:refused", { bubbles: true, detail: { answer } }));
    };
    const kept = JSON.parse(store.get(place) || "null");
    if (kept) {
      for (const [name, each] of kept) {
        const field = form.elements.namedItem(name);
        if (field instanceof RadioNodeList || (field && !["file", "hidden", "checkbox"].includes(field.type))) field.value = each;
      }
      timer = setTimeout(send, LATER);
    }
    form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(send, LATER); });
    form.addEventListener("submit", () => { clearTimeout(timer); store.drop(place); });
    addEventListener("online", () => { if (store.get(place)) send(); });
  }
  for (const form of all("form[data-autosave]")) autosave(form);

  window.qingce = Object.freeze({ toast, csrf, autosave });
})();
