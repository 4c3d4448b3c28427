"use strict";
// the grid: keys, blocks pasted from a spreadsheet, each cell saved when it is left; what was not received stays here
(() => {
  const grid = document.querySelector("[data-grid]");
  if (!grid) return;
  const words = grid.dataset;
  const place = `qingce-grid:${document.body.dataset.account || ""}:${words.campaign}`;
  const AGAIN = 4000;
  const state = grid.querySelector("[data-grid-state]");
  const cells = new Map([...grid.querySelectorAll("[data-cell]")].map((node) => [node.dataset.cell, node]));
  const rows = [...grid.querySelectorAll("tr[data-row]")];
  const parts = (name) => {
    const found = {};
    const cell = cells.get(name);
    const value = cell && cell.querySelector('[data-part="value"]');
    if (!value) return found;
    found.value = value;
    for (const each of grid.querySelectorAll("[data-of]")) if (each.dataset.of === name) found[each.dataset.part] = each;
    return found;
  };
  const nameOf = (node) => node.dataset.of || (node.closest("[data-cell]") || { dataset: {} }).dataset.cell;

  // -- what waits to be sent, by cell; it outlives the page
  let waiting = {};
  try { waiting = JSON.parse(localStorage.getItem(place) || "{}"); } catch { waiting = {}; }
  const keep = () => {
    try {
      if (Object.keys(waiting).length) localStorage.setItem(place, JSON.stringify(waiting));
      else localStorage.removeItem(place);
    } catch { /* a full or closed store: the page itself still holds them */ }
  };
  const said = (text) => { state.textContent = text; };
  const mark = (name, kind, text = "") => {
    const cell = cells.get(name);
    if (!cell) return;
    cell.dataset.kind = kind;
    const { value } = parts(name);
    let below = cell.querySelector(".wrong");
    if (!text) { if (below) below.remove(); value?.removeAttribute("aria-invalid"); return; }
    if (!below) { below = document.createElement("span"); below.className = "wrong"; below.id = `${name}-wrong`; cell.append(below); }
    below.textContent = text;
    value?.setAttribute("aria-describedby", below.id);
    if (kind === "refused") value?.setAttribute("aria-invalid", "true");
  };
  const report = () => {
    const left = Object.keys(waiting).length;
    const refused = grid.querySelectorAll('[data-kind="refused"]').length;
    const open = [left && `${left} ${words.left}`, refused && `${refused} ${words.unsaved}`].filter(Boolean);
    said(open.join(" · ") || words.all);
  };

  const number = () => (crypto.randomUUID ? crypto.randomUUID() : [...crypto.getRandomValues(new Uint32Array(4))].join("-"));
  const ESTIMATE = ["estimate_method", "estimate_share", "estimate_reason"];
  const halfway = (found) => {
    const given = ESTIMATE.filter((part) => found[part]?.value.trim()).length;
    return given > 0 && given < ESTIMATE.length;
  };
  function typed(name) {
    const found = parts(name);
    const form = { value: found.value.value };
    // other answers than a number are chosen beside the cell, or typed into it
    if (found.answered) form.answered = found.value.value.trim() && found.answered.value === "" ? "value" : found.answered.value;
    if (found.note) form.note = found.note.value;
    if (found.qualifier) form.qualifier = found.qualifier.value;
    if (found.answered && found.answered.value && found.answered.value !== "value") form.value = "";
    // an estimate is sent once it is whole, so that a value is not refused while its share is still being typed
    if (!halfway(found)) for (const part of ESTIMATE) if (found[part]) form[part] = found[part].value;
    return form;
  }
  function changed(name) {
    const cell = cells.get(name);
    const form = typed(name);
    const last = waiting[name];
    waiting[name] = { form, version: last ? last.version : Number(cell.dataset.version), key: number() };
    keep();
    mark(name, "waiting");
    send(name);
  }

  const busy = new Set();
  async function send(name) {
    if (busy.has(name) || !waiting[name]) return;
    busy.add(name);
    const entry = waiting[name];
    said(words.saving);
    let answer;
    try {
      const body = new URLSearchParams({ ...entry.form, item: name, version: entry.version, key: entry.key });
      answer = await fetch("/filing/save", { method: "POST", body, headers: { "X-CSRF": window.qingce.csrf(), Accept: "application/json" } });
    } catch {
      busy.delete(name);
      mark(name, "kept", words.kept);
      report();
      return;
    }
    // busy until the answer is read: what is typed meanwhile must be sent for the version that the answer names
    const failed = answer.status >= 500 || answer.status === 429;
    const json = !failed && answer.headers.get("content-type")?.includes("json");
    const got = json ? await answer.json().catch(() => ({ words: words.kept })) : { words: words.kept };
    busy.delete(name);
    if (failed) { mark(name, "kept", words.kept); report(); return; }
    if (answer.ok) {
      if (waiting[name] && waiting[name].key !== entry.key) waiting[name].version = got.version;
      else delete waiting[name];
      settle(name, got);
      if (waiting[name]) send(name);
    } else if (answer.status === 409) {
      mark(name, "clash", words.clash);
      clash(name, entry, got);
    } else if (answer.status === 401 || answer.redirected || got.type === "urn:qingce:problem:csrf") {
      mark(name, "kept", words.away); // who signed out, or in anew elsewhere, typed it all the same
    } else if (waiting[name] && waiting[name].key !== entry.key) {
      send(name); // what was refused has been typed over meanwhile
    } else {
      delete waiting[name];
      mark(name, "refused", got.words || got.detail || got.title);
    }
    keep();
    report();
  }
  const shownNumber = (text) => {
    if (!text) return "";
    const [whole, point] = text.split(".");
    return whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",") + (point ? `.${point}` : "");
  };
  function settle(name, got, overwrite = false) {
    const cell = cells.get(name);
    if (!cell) return;
    cell.dataset.version = got.version;
    cell.dataset.state = got.state;
    const found = parts(name);
    mark(name, halfway(found) ? "kept" : "saved", halfway(found) ? words.halfway : "");
    if (found.value && (overwrite || document.activeElement !== found.value)) found.value.value = got.value ? shownNumber(got.value) : ["not_applicable", "not_available"].includes(got.answered) ? got.text : overwrite ? "" : found.value.value;
    if (found.answered) found.answered.value = got.answered;
    if (found.note && overwrite) found.note.value = got.note;
    if (found.qualifier && (overwrite || document.activeElement !== found.qualifier)) found.qualifier.value = got.qualifier || "exact";
    if (overwrite) for (const part of ESTIMATE) if (found[part]) found[part].value = got[part] || "";
    const variance = cell.querySelector('[data-part="variance"]');
    if (variance) { variance.textContent = got.variance; variance.classList.toggle("beyond", got.beyond); }
    for (const chip of grid.querySelectorAll("[data-state-of]")) if (chip.dataset.stateOf === name && got.state === "in_progress" && !got.late) chip.querySelector(".chip")?.lastChild?.replaceWith(got.state_label);
    const all = document.querySelector("[data-submit-all]")?.form;
    const hidden = all && [...all.elements].find((each) => each.name === "item" && each.value === name);
    if (all && got.answered && ["in_progress", "returned"].includes(got.state) && !hidden) all.append(Object.assign(document.createElement("input"), { type: "hidden", name: "item", value: name }));
    if (hidden && !got.answered) hidden.remove();
  }

  // -- two people at once
  const dialog = document.getElementById("clash");
  const clashes = [];
  function clash(name, entry, got) {
    clashes.push([name, entry, got]);
    if (!dialog.open) nextClash();
  }
  function nextClash() {
    const [name, entry, got] = clashes[0] || [];
    if (!name) return;
    dialog.querySelector("[data-clash-words]").textContent = got.words;
    const cellsOf = (kind, texts) => texts.map((text) => Object.assign(document.createElement(kind), { textContent: text }));
    dialog.querySelector("thead tr").replaceChildren(...cellsOf("th", [words.field, words.base, words.my, words.their]));
    dialog.querySelector("tbody").replaceChildren(...got.rows.map((row) => {
      const line = document.createElement("tr");
      const cells = cellsOf("td", [row.label, row.base, row.mine, row.theirs]);
      if (row.clash) line.className = "clash";
      line.append(...cells);
      return line;
    }));
    const done = (form) => {
      clashes.shift();
      if (form) waiting[name] = { form, version: got.now.version, key: number() };
      else { delete waiting[name]; settle(name, got.now, true); }
      keep();
      dialog.close();
      if (form) send(name);
      report();
      nextClash();
    };
    const button = (text, kind, form) => {
      const made = Object.assign(document.createElement("button"), { type: "button", className: `button ${kind}`, textContent: text });
      made.addEventListener("click", () => done(form));
      return made;
    };
    const both = { value: got.merged.value || "", answered: got.merged.answered || "", note: got.merged.reason || got.merged.source || "", qualifier: got.merged.qualifier || "exact", ...Object.fromEntries(ESTIMATE.map((part) => [part, got.merged[part] || ""])) };
    const buttons = [button(words.mine, got.clashes.length ? "main" : "", entry.form), button(words.theirs, "", null)];
    if (!got.clashes.length) buttons.unshift(button(words.merge, "main", both));
    dialog.querySelector(".row").replaceChildren(...buttons);
    dialog.showModal();
    buttons[0].focus();
  }
  dialog.addEventListener("cancel", (event) => event.preventDefault()); // somebody has to decide

  // -- typing
  grid.addEventListener("change", (event) => {
    const node = event.target.closest("[data-part]");
    if (!node) return;
    const name = nameOf(node);
    const found = parts(name);
    if (node === found.value && found.answered && ["not_applicable", "not_available"].includes(found.answered.value) && node.value.trim()) found.answered.value = "value";
    if (node === found.answered && node.value && node.value !== "value") {
      found.value.value = "";
      if (found.note && !found.note.value.trim()) { found.note.focus(); return; } // it needs its reason first
    }
    changed(name);
  });
  const columnOf = (node) => node.closest("td")?.cellIndex ?? -1;
  function beside(node, down, right) {
    const row = rows.indexOf(node.closest("tr"));
    if (right) {
      const along = [...rows[row].querySelectorAll("[data-part]:is(input, select)")].filter((each) => each.checkVisibility());
      return along[along.indexOf(node) + right];
    }
    for (let at = row + down; at >= 0 && at < rows.length; at += down) {
      const found = rows[at].cells[columnOf(node)]?.querySelector("[data-part]:is(input, select)");
      if (found) return found;
    }
    return undefined;
  }
  grid.addEventListener("keydown", (event) => {
    const node = event.target;
    if (event.isComposing || !node.matches?.("input[data-part]") || event.altKey || event.ctrlKey || event.metaKey) return;
    const whole = node.selectionStart === 0 && node.selectionEnd === node.value.length;
    const [start, end] = [whole || node.selectionEnd === 0, whole || node.selectionStart === node.value.length];
    const steps = { Enter: [event.shiftKey ? -1 : 1, 0], ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowLeft: start ? [0, -1] : null, ArrowRight: end ? [0, 1] : null };
    const step = steps[event.key];
    if (event.key === "Escape") { const cell = node.closest("[data-cell]"); if (cell) node.value = node.defaultValue; return; }
    if (!step) return;
    const next = beside(node, ...step);
    event.preventDefault();
    if (next) { next.focus(); next.select?.(); } else node.blur();
  });
  grid.addEventListener("focusin", (event) => event.target.matches?.('input[data-part="value"]') && event.target.select());

  // -- a block from a spreadsheet
  grid.addEventListener("paste", (event) => {
    const node = event.target;
    if (!node.matches?.('input[data-part="value"]')) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r/g, "").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const [top, left] = [rows.indexOf(node.closest("tr")), columnOf(node)];
    const touched = new Set();
    text.split("\n").forEach((line, down) => line.split("\t").forEach((each, right) => {
      const target = rows[top + down]?.cells[left + right]?.querySelector('[data-part="value"]:is(input)');
      if (!target || target.value.trim() === each.trim()) return;
      target.value = each.trim();
      touched.add(nameOf(target));
    }));
    for (const name of touched) changed(name);
  });

  // -- begin where the link points, and send what an earlier page could not
  for (const [name, entry] of Object.entries(waiting)) {
    const found = parts(name);
    if (!found.value) continue;
    found.value.value = entry.form.value;
    if (found.answered && entry.form.answered !== undefined) found.answered.value = entry.form.answered;
    if (found.note && entry.form.note !== undefined) found.note.value = entry.form.note;
    if (found.qualifier && entry.form.qualifier) found.qualifier.value = entry.form.qualifier;
    for (const part of ESTIMATE) if (found[part] && entry.form[part] !== undefined) found[part].value = entry.form[part];
    mark(name, "waiting");
  }
  const again = () => { for (const name of Object.keys(waiting)) if (cells.has(name) && !clashes.some(([each]) => each === name)) send(name); };
  addEventListener("online", again);
  setInterval(() => { if (Object.keys(waiting).length && !clashes.length) again(); }, AGAIN);
  addEventListener("beforeunload", keep);
  again();
  const wanted = decodeURIComponent(location.hash.slice(1));
  const first = (wanted && parts(wanted).value) || [...cells.keys()].filter((name) => ["to_start", "returned"].includes(cells.get(name).dataset.state)).map((name) => parts(name).value).find(Boolean);
  if (first && (wanted || matchMedia("(min-width: 48rem)").matches)) { first.scrollIntoView({ block: "center" }); first.focus({ preventScroll: true }); first.select(); }
})();
