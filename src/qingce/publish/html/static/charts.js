"use strict";
(() => {
  const PANEL = 190;
  const GAP = 28;
  const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  const theme = () => {
    const [ink, muted, line] = ["--ink", "--muted", "--line"].map(style);
    const members = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => style(`--chart-${n}`));
    const periods = ["--period-1", "--period-2", "--period-3"].map(style);
    return {
      background: "transparent", font: getComputedStyle(document.body).fontFamily, padding: 4,
      view: { stroke: null },
      range: { category: members, ordinal: periods },
      bar: { color: periods[0] }, line: { color: periods[0] }, point: { color: periods[0] },
      arc: { stroke: style("--surface"), strokeWidth: 1.5 },
      text: { color: ink, fontSize: 13 },
      axis: { labelColor: ink, labelFontSize: 13, domainColor: line, tickColor: line, gridColor: line, labelLineHeight: 17 },
      legend: { labelColor: ink, labelFontSize: 13, symbolSize: 120, symbolStrokeWidth: 0 },
      header: { labelColor: ink, labelFontSize: 13, titleColor: muted },
    };
  };

  /** The spec for a width in px, as `sized` in chart.py gives it. */
  const sized = (spec, width) => {
    const { kind, least, narrow } = spec.usermeta || {};
    if (narrow && width < least) return sized(narrow, width);
    const made = structuredClone(spec);
    if (kind === "panels") {
      const count = spec.usermeta.panels;
      const most = Math.max(1, Math.min(count, Math.floor((width + GAP) / (PANEL + GAP))));
      made.columns = Math.ceil(count / Math.ceil(count / most));
      made.spec.width = Math.floor((width - 8 - GAP * (made.columns - 1)) / made.columns);
      return made;
    }
    if (kind === "donut") made.layer[0].encoding.color.legend.orient = width >= 520 ? "right" : "bottom";
    made.width = width;
    return made;
  };

  const draw = async (figure) => {
    const place = figure.querySelector(".chart-live");
    const spec = JSON.parse(figure.querySelector(".chart-spec").textContent);
    place.hidden = false;
    const width = Math.floor(place.clientWidth);
    if (!width) return;
    place.dataset.width = String(width);
    if (place.view) place.view.finalize();
    // expressions are interpreted: the page's policy forbids making code from text
    const options = {
      actions: false, renderer: "svg", ast: true, config: theme(), defaultStyle: false, mode: "vega-lite",
      tooltip: { disableDefaultStyle: true, theme: "report" },
    };
    // Vega names its own element anew; the outer one keeps the chart's sentence
    const inner = place.firstElementChild || place.appendChild(document.createElement("div"));
    place.view = await window.vegaEmbed(inner, sized(spec, width), options);
    figure.classList.add("drawn");
  };

  const figures = [...document.querySelectorAll("figure.chart")];
  const redraw = (figure) => draw(figure).catch((error) => {
    figure.classList.remove("drawn");
    figure.querySelector(".chart-live").hidden = true;
    console.error(error);
  });
  const watch = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const place = target.querySelector(".chart-live");
      if (place.dataset.width && Math.abs(place.clientWidth - Number(place.dataset.width)) > 4) redraw(target);
    }
  });
  const start = (figure) => redraw(figure).then(() => watch.observe(figure));
  const idle = window.requestIdleCallback || ((job) => setTimeout(job, 30));
  // one at a time, so that a page of many charts answers clicks while they are drawn
  const next = (rest) => {
    if (rest.length) idle(() => start(rest[0]).then(() => next(rest.slice(1))));
  };
  next(figures);
  document.addEventListener("themechange", () => {
    figures.filter((figure) => figure.classList.contains("drawn")).forEach(redraw);
  });
})();
