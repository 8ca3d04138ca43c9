/**
 * <report-chart type="line|bar|stacked" src="…/vendor/echarts.min.js"> around a <table>.
 *
 * The table is the data: its first column holds the categories (usually dates), every other column
 * is a series named by its header cell. `data-unit` on a header cell is shown behind the figures,
 * `data-axis="right"` measures the series on the right. `data-marker="text"` on a row draws a line
 * with that text there. A cell whose text is meant for people carries `data-value="1234.5"`.
 *
 * The table stays where it is, for everybody who would rather read it. ECharts is loaded when the
 * chart is first visible; it draws SVG, and its tooltips too, because tooltips made of HTML need
 * inline styles, which the Content-Security-Policy forbids.
 */

// Each at least 3:1 on white and on near-black.
const PALETTE = [
  "#2f7de1", "#d9480f", "#12908a", "#a259d9", "#b7791f", "#d6336c", "#5c8a2c", "#78828c",
];
const CROWD = 9; // markers
const SCHEME = matchMedia("(prefers-color-scheme: dark)");
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const CONTRAST = matchMedia("(prefers-contrast: more)");

const STYLE = new CSSStyleSheet();
STYLE.replaceSync(`
  :host { display: block; }
  [role="img"] { overflow: hidden; }
  [role="img"], [role="img"] > div { height: var(--chart-height, 20rem); }
  [role="img"]:empty { display: none; }
  p { margin: 0 0 0.5rem; }
`);

/** The figure in a cell, written as 1234.5 or 1,234.5; null where there is none. */
function figure(cell) {
  const text = (cell?.dataset.value ?? cell?.textContent ?? "").trim();
  const written = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:e[+-]?\d+)?\s*%?$/i.test(text);
  return written ? Number.parseFloat(text.replaceAll(",", "")) : null;
}

/** Names are told apart, since ECharts takes series of one name for one. */
function unlike(names) {
  return names.map((name, at) => {
    const before = names.slice(0, at).filter((other) => other === name).length;
    return before ? `${name} (${before + 1})` : name;
  });
}

function readTable(table) {
  const heads = [...table.tHead.rows[table.tHead.rows.length - 1].cells].slice(1);
  const rows = [...table.tBodies].flatMap((body) => [...body.rows]);
  const names = unlike(heads.map((head) => head.textContent.trim()));
  return {
    title: table.caption?.textContent.trim() ?? "",
    categories: rows.map((row) => row.cells[0].textContent.trim()),
    series: heads.map((head, at) => ({
      name: names[at],
      unit: head.dataset.unit ?? "",
      right: head.dataset.axis === "right",
      values: rows.map((row) => figure(row.cells[at + 1])),
    })),
    markers: rows
      .map((row, at) => ({ at, text: row.dataset.marker }))
      .filter(({ text }) => text),
  };
}

/** What a colour of the page comes to, as red, green and blue; ECharts knows no `light-dark()`. */
function resolve(host, value) {
  const probe = document.createElement("span");
  probe.style.color = value;
  host.shadowRoot.append(probe);
  const canvas = Object.assign(document.createElement("canvas"), { width: 1, height: 1 });
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.fillStyle = getComputedStyle(probe).color;
  brush.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
  return `rgb(${red},${green},${blue})`;
}

function readLook(host) {
  return {
    text: resolve(host, "var(--text, CanvasText)"),
    surface: resolve(host, "var(--surface, Canvas)"),
    line: resolve(host, "var(--line, GrayText)"),
    accent: resolve(host, "var(--accent, LinkText)"),
    font: getComputedStyle(host).fontFamily,
  };
}

const LANGUAGE = document.documentElement.lang || undefined;
const WORDS = new Intl.NumberFormat(LANGUAGE, { maximumFractionDigits: 2 });
const SHORT = new Intl.NumberFormat(LANGUAGE, { notation: "compact", maximumFractionDigits: 1 });

function say(value, unit) {
  if (value === null || value === undefined || value === "-") return "none";
  return unit === "%" ? `${WORDS.format(value)}%` : `${WORDS.format(value)} ${unit}`.trim();
}

function axis(series, right, look) {
  const units = [...new Set(series.filter((one) => one.right === right).map((one) => one.unit))];
  return {
    type: "value",
    name: units.filter(Boolean).join(", "),
    nameTextStyle: { color: look.text, align: right ? "right" : "left" },
    axisLabel: { color: look.text, formatter: (value) => SHORT.format(value) },
    splitLine: { show: !right, lineStyle: { color: look.line } },
  };
}

function marks(markers, look) {
  // Names of neighbours stand at three heights; a crowd is named only under the mouse.
  const data = markers.map(({ at, text }, order) => (
    { xAxis: at, name: text, label: { distance: 4 + 14 * (order % 3) } }
  ));
  return {
    symbol: "none",
    lineStyle: { color: look.accent, type: "dashed", width: 1.5 },
    // Functions, not templates: the texts are other people's and may hold braces.
    label: { show: markers.length <= CROWD, color: look.text, fontFamily: look.font, width: 120,
      overflow: "truncate", formatter: ({ name }) => name },
    emphasis: { label: { show: true, width: 400 } },
    data,
  };
}

function drawing(series, type, look, markers, at) {
  const bars = type !== "line" && !series.right;
  return {
    name: series.name,
    type: bars ? "bar" : "line",
    stack: type === "stacked" && bars ? "all" : undefined,
    yAxisIndex: series.right ? 1 : 0,
    data: series.values,
    barMaxWidth: 48,
    symbolSize: 5,
    showSymbol: series.values.length <= 31,
    lineStyle: { width: 2, type: series.right ? "dashed" : "solid" },
    tooltip: { valueFormatter: (value) => say(value, series.unit) },
    markLine: at === 0 && markers.length ? marks(markers, look) : undefined,
  };
}

/** What somebody is told who does not see the chart; the figures are in the table. */
function describe({ title, categories, series, markers }, type) {
  const kind = { bar: "Bar chart", stacked: "Stacked bar chart" }[type] ?? "Line chart";
  const units = series.map(({ name, unit }) => (unit ? `${name} in ${unit}` : name));
  const marked = markers.map(({ at, text }) => `${text} (${categories[at]})`);
  return [
    title ? `${kind}: ${title}.` : `${kind}.`,
    categories.length
      ? `From ${categories[0]} to ${categories.at(-1)}: ${units.join(", ")}.`
      : "No figures yet.",
    ...(marked.length ? [`Marked: ${marked.join("; ")}.`] : []),
    "The figures are in the table.",
  ].join(" ");
}

function options({ categories, series, markers }, type, look) {
  const right = series.some((one) => one.right);
  const style = { color: look.text, fontFamily: look.font };
  return {
    aria: { enabled: true, label: { enabled: false }, decal: { show: CONTRAST.matches } },
    animation: !CALM.matches,
    color: PALETTE,
    textStyle: style,
    grid: { left: 8, right: 8, top: markers.length ? 100 : 56, bottom: 10, containLabel: true },
    legend: { type: "scroll", top: 0, textStyle: style, pageTextStyle: style,
      pageIconColor: look.text, inactiveColor: look.line },
    tooltip: { trigger: "axis", renderMode: "richText", confine: true, textStyle: style,
      backgroundColor: look.surface, borderColor: look.line,
      axisPointer: { type: type === "line" ? "line" : "shadow" } },
    xAxis: { type: "category", data: categories, boundaryGap: type !== "line",
      axisLabel: { ...style, hideOverlap: true }, axisLine: { lineStyle: { color: look.line } } },
    yAxis: [axis(series, false, look), ...(right ? [axis(series, true, look)] : [])],
    series: series.map((one, at) => drawing(one, type, look, markers, at)),
  };
}

class ReportChart extends HTMLElement {
  #chart = null;
  #due = false;
  #ties = null; // aborts what listens to the page
  #box = Object.assign(document.createElement("div"), { role: "img" });
  #size = new ResizeObserver(() => this.#resize());
  #watch = new MutationObserver(() => this.#redraw());

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [STYLE];
    root.append(this.#box, document.createElement("slot"));
  }

  connectedCallback() {
    this.#ties ??= new AbortController();
    const { signal } = this.#ties;
    for (const wish of [SCHEME, CALM, CONTRAST]) {
      wish.addEventListener("change", () => this.#redraw(), { signal });
    }
    const inside = { childList: true, characterData: true, attributes: true, subtree: true };
    this.#watch.observe(this, inside);
    // A scheme that was chosen by hand is an attribute of the page.
    this.#watch.observe(document.documentElement, { attributes: true });
    this.#size.observe(this);
  }

  disconnectedCallback() {
    // A morph may take an element out and put it back at once.
    queueMicrotask(() => this.isConnected || this.#close());
  }

  #close() {
    this.#ties?.abort();
    this.#ties = null;
    this.#watch.disconnect();
    this.#size.disconnect();
    this.#chart?.dispose();
    this.#chart = null;
    this.#box.replaceChildren();
  }

  #resize() {
    if (this.#chart) this.#chart.resize();
    else if (this.clientWidth > 0) this.#open();
  }

  async #open() {
    this.#size.disconnect();
    try {
      await import(new URL(this.getAttribute("src") ?? "vendor/echarts.min.js", import.meta.url));
    } catch {
      this.#giveUp();
      return;
    }
    if (this.#chart || !this.isConnected) return;
    const canvas = Object.assign(document.createElement("div"), { ariaHidden: "true" });
    this.#box.append(canvas);
    this.#chart = globalThis.echarts.init(canvas, null, { renderer: "svg" });
    this.#draw();
    this.#size.observe(this);
  }

  /** Without the library there is still the table. */
  #giveUp() {
    const note = document.createElement("p");
    note.textContent = "The chart could not be loaded. The table has the same figures.";
    this.#box.replaceWith(note);
    this.querySelector("details")?.setAttribute("open", "");
  }

  #redraw() {
    if (!this.#chart || this.#due) return;
    this.#due = true;
    requestAnimationFrame(() => {
      this.#due = false;
      this.#draw();
    });
  }

  #draw() {
    const table = this.querySelector("table");
    if (!this.#chart || !table?.tHead) return;
    const type = this.getAttribute("type") ?? "line";
    const data = readTable(table);
    this.#box.ariaLabel = describe(data, type);
    this.#chart.setOption(options(data, type, readLook(this)), { notMerge: true });
  }
}

customElements.define("report-chart", ReportChart);
