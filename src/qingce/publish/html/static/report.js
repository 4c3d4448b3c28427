"use strict";
(() => {
  const root = document.documentElement;
  const base = root.dataset.root || "";
  const byId = (id) => document.getElementById(id);

  /** An element with properties and children; text stays text. */
  const make = (tag, props = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(props)) {
      if (value === undefined || value === "" || value === false) continue;
      if (name === "class") node.className = value;
      else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : value);
    }
    node.append(...children.flat().filter((child) => child !== undefined && child !== "" && child !== false));
    return node;
  };

  const loading = new Map();
  const load = (path) => {
    if (!loading.has(path)) {
      loading.set(path, new Promise((resolve, reject) => {
        const script = make("script", { src: base + path });
        script.addEventListener("load", resolve);
        script.addEventListener("error", () => reject(new Error(path)));
        document.head.append(script);
      }));
    }
    return loading.get(path);
  };

  // -- theme ---------------------------------------------------------------------------------
  const system = matchMedia("(prefers-color-scheme: dark)");
  const dark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const themeButton = byId("theme");
  const showTheme = () => {
    themeButton.setAttribute("aria-pressed", String(dark()));
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  themeButton.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try {
      localStorage.setItem("qingce-theme", root.dataset.theme);
    } catch {
      // not kept between pages where storage is forbidden
    }
    showTheme();
  });
  system.addEventListener("change", showTheme);
  showTheme();

  // -- contents on narrow screens ----------------------------------------------------------------
  const sidebar = byId("sidebar");
  const opener = byId("toc-open");
  const setContents = (open) => {
    root.classList.toggle("toc-shown", open);
    opener.setAttribute("aria-expanded", String(open));
    for (const other of [byId("main"), document.querySelector(".skip")]) other.inert = open;
    (open ? byId("toc-close") : opener).focus();
  };
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    setContents(!root.classList.contains("toc-shown"));
  });
  opener.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      opener.click();
    }
  });
  byId("toc-close").addEventListener("click", () => setContents(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("toc-shown")) setContents(false);
  });
  matchMedia("(min-width: 62rem)").addEventListener("change", () => {
    if (root.classList.contains("toc-shown")) setContents(false);
  });
  const current = sidebar.querySelector("[aria-current]");
  if (current && getComputedStyle(sidebar).position === "sticky") {
    sidebar.scrollTop = current.offsetTop - sidebar.clientHeight / 2;
  }

  // -- dialogs -----------------------------------------------------------------------------------
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) dialog.close();
    });
  }

  // -- lineage -----------------------------------------------------------------------------------
  const figures = new Map();
  window.QingceFigures = ({ texts, figures: cards }) => {
    for (const [key, card] of Object.entries(cards)) {
      for (const name of ["definition", "formula", "sql", "rows_sql", "source"]) {
        if (card[name] !== undefined) card[name] = texts[card[name]];
      }
      figures.set(key, card);
    }
  };

  const lineage = byId("lineage");
  let trail = [];
  const tag = (text, kind = "") => make("span", { class: `tag ${kind}` }, text);
  const fact = (name, ...content) => (content.flat().some(Boolean) ? [make("dt", {}, name), make("dd", {}, ...content)] : []);
  const list = (kind, rows) => rows.length && make("ul", { class: kind }, rows.map((row) => make("li", {}, ...row)));
  const opens = (step, text) => make("button", { type: "button", class: "as-link", onclick: () => show(step) }, text);
  const query = (title, sql) => sql && make("details", { class: "sql" }, make("summary", {}, title),
    make("pre", { tabindex: "0" }, make("code", {}, sql)));

  const operandRow = (operand) => [
    operand.data ? opens({ file: operand.data, key: operand.key, said: "" }, operand.label) : operand.label,
    make("span", { class: "amount" }, operand.text),
  ];
  const factorRow = (factor) => [
    make("strong", {}, factor.label), `　${factor.value} ${factor.unit} `,
    tag(factor.trusted, factor.trust === "verified" ? "good" : "open"), make("br"),
    make("small", {}, [[...new Set([factor.region, factor.vintage, factor.edition])].filter(Boolean).join("，"), factor.source,
      factor.published && `（${factor.published}）`, factor.note].filter(Boolean).join("　")),
  ];
  const fileRow = (file) => [
    file.path, file.rows && `　${file.rows} 行`, file.synthetic && " ", file.synthetic && tag("合成 synthetic"), make("br"),
    make("code", {}, `sha256 ${file.sha256}`),
  ];

  const drawLineage = (step, card) => {
    const others = (step.others || []).map((key) => [key, figures.get(key)]).filter(([, other]) => other);
    const printed = step.said && step.text !== card.text;
    return [
      make("header", { class: "dialog-head" },
        trail.length > 1 && make("button", { type: "button", class: "back", onclick: goBack }, "← 返回"),
        make("div", {}, make("p", { class: "eyebrow" }, step.said && step.said !== card.label ? step.said : "数值的来龙去脉"),
          make("h2", { id: "lineage-title", tabindex: "-1" }, card.label),
          make("p", { class: "dialog-number" }, printed ? step.text : card.text)),
        make("button", { type: "button", class: "close", "aria-label": "关闭", onclick: () => lineage.close() }, "×")),
      make("div", { class: "dialog-body" },
        printed && make("p", { class: "derived" }, "这一数字由下列数值得出：",
          make("ul", { class: "operands" }, [[step.key, card], ...others].map(([key, other]) => make("li", {},
            key === step.key ? `${other.label}（${other.period}）` : opens({ file: step.file, key, said: "" }, `${other.label}（${other.period}）`),
            make("span", { class: "amount" }, other.text))))),
        make("dl", { class: "facts" },
          ...fact("口径", card.definition),
          ...fact("公式", card.formula && make("span", { class: "formula" }, card.formula)),
          ...fact("机构", card.org), ...fact("期间", card.period),
          ...fact("存储值", card.stored),
          ...fact("来历", [card.origin, card.qualifier].filter(Boolean).join("，"), card.synthetic && " ", card.synthetic && tag("含合成数据")),
          ...fact("修订", card.revision), ...fact("估算", card.estimate),
          ...fact("数据质量", card.quality), ...fact("说明", card.reason), ...fact("出处", card.source),
          ...fact("构成数值", list("operands", (card.operands || []).map(operandRow))),
          ...fact("因子", list("factors", (card.factors || []).map(factorRow))),
          ...fact("来源文件", list("files", (card.files || []).map(fileRow)))),
        query("计算所用 SQL", card.sql), query("列出背后记录的查询", card.rows_sql),
        make("p", { class: "dialog-foot" }, make("a", { href: base + card.href }, "打开指标卡"))),
    ].filter(Boolean);
  };
  const render = () => {
    const step = trail[trail.length - 1];
    const card = figures.get(step.key);
    lineage.replaceChildren(...drawLineage(step, card));
    lineage.setAttribute("aria-labelledby", "lineage-title");
    if (!lineage.open) lineage.showModal();
    lineage.scrollTop = 0;
    byId("lineage-title").focus();
  };
  const goBack = () => {
    trail.pop();
    render();
  };
  const show = async (step) => {
    await load(step.file);
    if (!figures.has(step.key)) throw new Error(step.key);
    trail.push(step);
    render();
  };
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.n");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    trail = [];
    const { file, figure, said, others } = link.dataset;
    show({ file, key: figure, said, text: (link.querySelector(".own") || link).textContent, others: (others || "").split(" ").filter(Boolean) })
      .catch(() => location.assign(link.href));
  });
  for (const link of document.querySelectorAll("a.n")) link.setAttribute("aria-haspopup", "dialog");

  // a link may point at a folded figure
  const unfold = () => {
    const target = location.hash && byId(decodeURIComponent(location.hash.slice(1)));
    if (target && target.tagName === "DETAILS") {
      target.open = true;
      target.scrollIntoView();
    }
  };
  addEventListener("hashchange", unfold);
  unfold();

  // -- search ------------------------------------------------------------------------------------
  let index = null;
  window.QingceIndex = (given) => {
    index = given;
    index.flat = given.entries.map(([, title, , text]) => [flat(title), flat(text)]);
  };
  const flat = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/gu, "");
  const searchBox = byId("search");
  const input = byId("search-input");
  const status = byId("search-status");
  const results = byId("search-results");

  /** Numbers of the entries that hold every piece of the word; only those are read in full. */
  const candidates = (word) => {
    if (word.length < 2) return index.entries.map((_, n) => n);
    let found = null;
    for (let n = 0; n < word.length - 1; n += 1) {
      const piece = word.slice(n, n + 2);
      const hits = Object.hasOwn(index.grams, piece) ? index.grams[piece] : [];
      const set = new Set(hits);
      found = found === null ? hits : found.filter((hit) => set.has(hit));
    }
    return found;
  };
  const score = (n, words) => {
    const [title, text] = index.flat[n];
    let total = 0;
    for (const word of words) {
      const times = text.split(word).length - 1;
      if (title.includes(word)) total += title === word ? 40 : 15;
      else if (!times) return 0;
      total += Math.min(times, 5);
    }
    return total;
  };
  const searchFor = (text) => {
    const words = text.split(/\s+/u).map(flat).filter(Boolean);
    if (!words.length) return [];
    const hits = words.map((word) => new Set(candidates(word)));
    return [...hits[0]].filter((n) => hits.every((set) => set.has(n)))
      .map((n) => [score(n, words), n]).filter(([points]) => points > 0)
      .sort((a, b) => b[0] - a[0] || a[1] - b[1]).map(([, n]) => n);
  };
  /** The text around the first hit, with the hit marked; positions are those of the unfolded text. */
  const excerpt = (text, word) => {
    const at = [];
    let folded = "";
    [...text].reduce((offset, char) => {
      const piece = flat(char);
      for (const _ of piece) at.push([offset, offset + char.length]);
      folded += piece;
      return offset + char.length;
    }, 0);
    const hit = folded.indexOf(word);
    if (hit < 0) return [text.slice(0, 90)];
    const [start, end] = [at[hit][0], at[hit + word.length - 1][1]];
    const from = Math.max(0, start - 30);
    return [from ? "…" : "", text.slice(from, start), make("mark", {}, text.slice(start, end)), text.slice(end, end + 70)];
  };
  const answer = () => {
    const text = input.value.trim();
    const found = index ? searchFor(text) : [];
    const first = flat(text.split(/\s+/u)[0] || "");
    status.textContent = !text ? "" : found.length ? `找到 ${found.length} 处${found.length > 40 ? "，列出前 40 处" : ""}` : "没有找到，请换一个词试试。";
    results.replaceChildren(...found.slice(0, 40).map((n) => {
      const [href, title, where, body] = index.entries[n];
      return make("li", {}, make("a", { href: base + href }, make("strong", {}, title), make("span", { class: "where" }, where),
        make("span", { class: "excerpt" }, ...excerpt(body, first))));
    }));
  };
  const openSearch = () => {
    if (!searchBox.open) searchBox.showModal();
    input.focus();
    input.select();
    load("data/search.js").then(answer, () => { status.textContent = "搜索索引缺失。"; });
  };
  byId("search-open").addEventListener("click", openSearch);
  input.addEventListener("input", answer);
  searchBox.querySelector(".close").addEventListener("click", () => searchBox.close());
  results.addEventListener("click", () => searchBox.close());
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      openSearch();
    }
  });
})();
