// Draws each chart from its data table, which is the source: `coordination/insight/charts.py` describes the markup.
// Every mark opens the link of its cell. Without this script, and on paper, the table is shown.

import { init } from "./vendor/echarts/echarts.min.js";

const AGENCIES = ["commerce", "customs", "police", "procuratorate", "court", "security", "centre", "other"];
const LABEL = 12;
const drawn = new Map();

function tokens() {
  const style = getComputedStyle(document.documentElement);
  const font = getComputedStyle(document.body).fontFamily;
  const token = (name) => style.getPropertyValue(`--cv-${name}`).trim();
  const names = [...AGENCIES, "text", "muted", "line", "line-strong", "panel", "accent", "overdue", "track"];
  return { font, ...Object.fromEntries(names.map((name) => [name, token(name)])) };
}

// The anti-smuggling bureau is under customs and police and has the colours of both.
function fill(tone, look) {
  if (tone !== "antismuggling") return look[tone] ?? look.accent;
  const halves = [look.customs, look.customs, look.police, look.police];
  const colorStops = halves.map((color, place) => ({ offset: [0, 0.5, 0.5, 1][place], color }));
  return { type: "linear", x: 0, y: 0, x2: 0, y2: 1, colorStops };
}

// A colour between the panel and the full one. Opacity would also make the label pale.
function shade(color, alpha) {
  if (typeof color !== "string") return { ...color, colorStops: color.colorStops.map((stop) => ({ ...stop, color: shade(stop.color, alpha) })) };
  return color + Math.round(255 * alpha).toString(16).padStart(2, "0");
}

function number(text) {
  return text === undefined || text === "" ? null : Number(text);
}

function cellOf(cell) {
  const link = cell.querySelector("a");
  return { text: cell.dataset.short ?? cell.textContent.trim(), value: number(cell.dataset.value), url: link?.href ?? "", note: cell.dataset.note ?? "" };
}

function read(figure) {
  const table = figure.querySelector("table");
  const heads = [...table.tHead.rows[0].cells].slice(1).map((cell) => cell.dataset.short ?? cell.textContent.trim());
  const rows = [...table.tBodies[0].rows].map((row) => ({
    ...cellOf(row.cells[0]),
    ...{ tone: row.dataset.tone ?? "", strong: "strong" in row.dataset, note: row.dataset.note ?? "", at: row.dataset.at },
    cells: [...row.cells].slice(1).map(cellOf),
  }));
  return { heads, rows, unit: figure.dataset.unit ?? "", low: number(figure.dataset.low), top: number(figure.dataset.top), columns: JSON.parse(figure.dataset.columns ?? "[]") };
}

const lastOf = (row) => row.cells.findLast((cell) => cell.value !== null) ?? { text: "", value: null, note: "" };
const most = (values) => Math.max(1, ...values.filter((value) => value !== null));
const mark = (row, cell, head) => ({ url: cell.url, words: `${row.text}${head ? `, ${head}` : ""}\n${cell.text}${cell.note ? ` (${cell.note})` : ""}` });

// The lines of a label. A Chinese character counts as two of the `width`, and a line may break after it.
function wrapped(text, width) {
  const size = (part) => [...part].reduce((sum, letter) => sum + (letter > "\u2e80" ? 2 : 1), 0);
  const found = [""];
  for (const piece of text.match(/[\u2e80-\uffef]|[^\s\u2e80-\uffef]+|\s+/g) ?? []) {
    if (found.at(-1) && piece.trim() && size(found.at(-1) + piece) > width) found.push("");
    found[found.length - 1] += piece;
  }
  return found.map((line) => line.trim());
}

function common(look) {
  return {
    animation: false,
    textStyle: { fontFamily: look.font, fontSize: LABEL, color: look.muted },
    tooltip: {
      renderMode: "richText",
      confine: true,
      transitionDuration: 0,
      backgroundColor: look.panel,
      borderColor: look["line-strong"],
      textStyle: { color: look.text, fontSize: LABEL, fontFamily: look.font },
      formatter: (point) => point.data?.words ?? "",
    },
  };
}

const hidden = { axisLine: { show: false }, axisTick: { show: false }, splitLine: { show: false } };

const PLOT = { height: 290, top: 12, bottom: 26 };

// Where an axis of percentages begins: below every value, because a line that leaves the chart misleads.
function lowest(values) {
  const low = Math.min(100, ...values);
  return Math.min(80, Math.max(0, Math.floor((low - 4) / 10) * 10));
}

// Moves labels apart: `ends` are [middle, size] in pixels from above. Returns the distance by which each one moves.
function spread(ends, height) {
  const moved = ends.map(([middle]) => middle);
  const order = ends.map((_, place) => place).sort((one, other) => moved[one] - moved[other]);
  let edge = 0;
  for (const place of order) {
    moved[place] = Math.max(moved[place], edge + ends[place][1] / 2);
    edge = moved[place] + ends[place][1] / 2;
  }
  edge = height;
  for (const place of order.toReversed()) {
    moved[place] = Math.min(moved[place], edge - ends[place][1] / 2);
    edge = moved[place] - ends[place][1] / 2;
  }
  return moved.map((middle, place) => middle - ends[place][0]);
}

function lines({ heads, rows: all, unit, low: least, top }, look, width) {
  const wide = width > 480;
  const rows = all.filter((row) => lastOf(row).value !== null);
  const values = rows.flatMap((row) => row.cells.map((cell) => cell.value)).filter((value) => value !== null);
  const [low, high] = unit === "%" ? [lowest(least === null ? values : [least]), 100] : [0, top || most(values)];
  const inside = (value) => Math.min(high, Math.max(low, value));
  const labels = rows.map((row) => {
    const named = wrapped(`${row.text} ${lastOf(row).text}`, wide ? 25 : 17).map((line) => `{strong|${line}}`);
    const lines = row.strong && lastOf(row).note ? [...named, `{note|${lastOf(row).note}}`] : named;
    return { size: 15 * lines.length + 2, words: lines.join("\n") };
  });
  const tall = PLOT.height - PLOT.top - PLOT.bottom;
  const ends = rows.map((row, place) => [PLOT.top + (tall * (high - inside(lastOf(row).value))) / (high - low), labels[place].size]);
  const moves = spread(ends, PLOT.height - 8);
  const series = rows.flatMap((row, line) => {
    const last = row.cells.findLastIndex((cell) => cell.value !== null);
    const one = {
      type: "line",
      name: row.text,
      data: row.cells.map((cell, place) => ({ value: cell.value, ...mark(row, cell, heads[place]) })),
      symbol: "circle",
      symbolSize: (value, point) => (point.dataIndex === last ? (row.strong ? 9 : 5) : 4),
      showSymbol: true,
      showAllSymbol: true,
      connectNulls: true,
      itemStyle: { color: fill(row.tone === "antismuggling" ? "police" : row.tone, look) },
      lineStyle: { width: row.strong ? 3 : 1.5 },
      z: row.strong ? 5 : 3,
    };
    const weight = row.strong ? 700 : 400;
    const named = {
      type: "line",
      data: row.cells.map((_, place) => (place === heads.length - 1 ? inside(lastOf(row).value) : null)),
      symbol: "circle",
      symbolSize: 0.1,
      silent: true,
      label: {
        ...{ show: true, position: "right", distance: 8, offset: [0, moves[line]], formatter: labels[line].words, color: look.text },
        rich: { strong: { fontSize: LABEL, lineHeight: 15, fontWeight: weight, color: look.text, fontFamily: look.font }, note: { fontSize: 11, lineHeight: 15, color: look.muted, fontFamily: look.font } },
      },
    };
    const second = { ...one, symbolSize: 0, silent: true, z: 6, itemStyle: { color: look.customs }, lineStyle: { ...one.lineStyle, type: [6, 6] } };
    return row.tone === "antismuggling" ? [one, second, named] : [one, named];
  });
  return {
    height: PLOT.height,
    option: {
      grid: { left: 42, right: wide ? 165 : 122, top: PLOT.top, bottom: PLOT.bottom },
      xAxis: { ...hidden, type: "category", data: heads, boundaryGap: false, axisLabel: { color: look.muted, hideOverlap: true } },
      yAxis: { ...hidden, type: "value", min: low, max: high, splitNumber: 4, splitLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.muted, formatter: `{value}${unit}` } },
      series,
    },
  };
}

function bars({ rows, heads, top: whole }, look, width) {
  const notes = rows.some((row) => row.note);
  const left = Math.min(170, width * 0.32);
  const top = whole || most(rows.map((row) => row.cells[0].value));
  const step = notes ? 50 : 28;
  const after = { position: "right", color: look.muted, fontSize: LABEL, fontFamily: look.font };
  const rich = { strong: { fontWeight: 700, color: look.text, fontSize: LABEL, fontFamily: look.font } };
  const data = rows.map((row) => ({
    value: row.cells[0].value,
    ...mark(row, row.cells[0], heads[0]),
    itemStyle: { color: fill(row.tone || "accent", look) },
    label: { ...after, show: true, rich, formatter: `{strong|${row.cells[0].text}} ${row.cells[0].note}` },
  }));
  const below = {
    type: "bar",
    data: rows.map((row) => ({ value: 0, label: { show: Boolean(row.note), position: "right", distance: 6, align: "left", color: look.muted, fontSize: 11.5, fontFamily: look.font, formatter: width > 420 ? row.note : row.note.split(" · ").slice(0, 2).join(" · ") } })),
    barWidth: 14,
    silent: true,
  };
  return {
    height: rows.length * step + 8,
    option: {
      grid: { left, right: Math.min(170, width * 0.32), top: 0, bottom: 0 },
      xAxis: { ...hidden, type: "value", max: top, axisLabel: { show: false } },
      yAxis: { ...hidden, type: "category", inverse: true, data: rows.map((row) => row.text), axisLabel: { color: look.text, width: left - 12, overflow: "break", fontFamily: look.font } },
      series: [{ type: "bar", data, barWidth: notes ? 18 : 15, barGap: "20%" }, ...(notes ? [below] : [])],
    },
  };
}

function bands({ rows, heads, top }, look, width) {
  const left = Math.min(140, width * 0.3);
  const totals = rows.map((row) => row.cells.reduce((sum, cell) => sum + (cell.value ?? 0), 0));
  const longest = top || most(totals);
  const shades = heads.map((_, place) => 0.28 + (0.72 * place) / Math.max(1, heads.length - 1));
  const fits = (cell, text) => (Math.max(0, width - left - 44) * cell.value) / longest > 7 * text.length;
  const words = { show: true, color: look.muted, fontFamily: look.font };
  const series = heads.map((head, place) => {
    const data = rows.map((row) => ({
      value: row.cells[place].value,
      ...mark(row, row.cells[place], head),
      itemStyle: { color: shade(fill(row.tone, look), shades[place]), borderColor: look.panel, borderWidth: 1 },
      label: { ...words, show: Boolean(row.cells[place].value) && fits(row.cells[place], row.cells[place].text), position: "bottom", distance: 4, formatter: row.cells[place].text },
    }));
    return { type: "bar", stack: "all", barWidth: 20, data };
  });
  const total = (sum) => ({ value: 0, label: { ...words, position: "right", color: look.text, fontWeight: 700, formatter: sum } });
  series.push({ type: "bar", stack: "all", silent: true, data: totals.map((sum) => total(String(sum))) });
  return {
    height: rows.length * 46,
    option: {
      grid: { left, right: 44, top: 0, bottom: 6 },
      xAxis: { ...hidden, type: "value", max: longest, axisLabel: { show: false } },
      yAxis: { ...hidden, type: "category", inverse: true, data: rows.map((row) => row.text), axisLabel: { color: look.text, width: left - 12, overflow: "break", fontFamily: look.font } },
      series,
    },
  };
}

// One row of columns for each category, all on one scale; the last period is highlighted. Provisional columns, whose
// heads have an asterisk, are pale with a dashed outline.
function multiples({ rows, heads, top: whole }, look, width) {
  const top = whole || most(rows.flatMap((row) => row.cells.map((cell) => cell.value)));
  const left = Math.min(130, width * 0.28);
  const data = rows.flatMap((row, line) => row.cells.map((cell, place) => ({ value: [place, line, cell.value ?? 0], ...mark(row, cell, heads[place]) })));
  const renderItem = (_, api) => {
    const [x, y] = api.coord([api.value(0), api.value(1)]);
    const [wide, high] = api.size([1, 1]);
    const tall = Math.max(1, ((high - 8) * api.value(2)) / top);
    const shape = { x: x - wide * 0.36, y: y + high / 2 - 4 - tall, width: wide * 0.72, height: tall };
    const color = api.value(2) === 0 ? look.line : api.value(0) === heads.length - 1 ? look.accent : look["line-strong"];
    const drawn = { fill: color, opacity: color === look.accent ? 1 : 0.75 };
    const provisional = { fill: shade(color, 0.3), stroke: color, lineDash: [3, 2] };
    return { type: "rect", shape, style: heads[api.value(0)].endsWith("*") ? provisional : drawn };
  };
  const ends = rows.map((row) => `{strong|${lastOf(row).text}}  {change|${row.note}}`);
  const rich = { strong: { fontWeight: 700, color: look.text, fontSize: LABEL, align: "right", width: 26, fontFamily: look.font }, change: { color: look.muted, width: 30, align: "right", fontFamily: look.font } };
  const names = { ...hidden, type: "category", inverse: true };
  return {
    height: rows.length * 38 + 28,
    option: {
      grid: { left, right: 78, top: 0, bottom: 26 },
      xAxis: { ...hidden, type: "category", data: heads, axisLabel: { color: look.muted, hideOverlap: true } },
      yAxis: [
        { ...names, data: rows.map((row) => row.text), axisLabel: { color: look.text, width: left - 12, overflow: "truncate", verticalAlign: "top", fontFamily: look.font } },
        { ...names, data: ends, position: "right", axisLabel: { rich, color: look.muted, verticalAlign: "top" } },
      ],
      series: [{ type: "custom", renderItem, data, encode: { x: 0, y: 1 } }],
    },
  };
}

// Each row of the table is a link: from, to, amount; `data-at` is its stage.
function flow({ rows, columns }, look, width) {
  const ends = (row) => [`${row.at}:${row.text}`, `${Number(row.at) + 1}:${row.cells[0].text}`];
  const sums = new Map();
  for (const row of rows) {
    for (const [place, name] of ends(row).entries()) {
      const known = sums.get(name) ?? [0, 0];
      known[place] += row.cells[1].value;
      sums.set(name, known);
    }
  }
  const last = Math.max(...rows.map((row) => Number(row.at) + 1));
  const strong = new Set(rows.filter((row) => row.strong).flatMap(ends));
  const middle = new Set(rows.filter((row) => row.strong).map((row) => ends(row)[1 - Number(row.at)]));
  const data = [...sums].map(([name, both]) => {
    const [stage, words] = [Number(name.split(":")[0]), name.slice(name.indexOf(":") + 1)];
    const position = stage === 0 ? "left" : stage === last ? "right" : "top";
    const small = width < 480 && stage !== 1;
    return {
      name,
      depth: stage,
      words: `${words}\n${Math.max(...both)}`,
      itemStyle: { color: strong.has(name) && middle.has(name) ? look.accent : look["line-strong"] },
      label: { position: small ? (stage ? "insideRight" : "insideLeft") : position, formatter: `${words} {strong|${Math.max(...both)}}`, overflow: "break", width: small ? width * 0.25 : 130 },
    };
  });
  const links = rows.map((row) => {
    const [source, target] = ends(row);
    return { source, target, value: row.cells[1].value, url: row.cells[1].url, words: `${row.text} → ${row.cells[0].text}\n${row.cells[1].text}`, lineStyle: { color: row.strong ? look.accent : look["line-strong"], opacity: row.strong ? 0.5 : 0.22 } };
  });
  const side = width < 480 ? 4 : 140;
  return {
    height: width < 480 ? 520 : 380,
    option: {
      series: [{ type: "sankey", data, links, left: side, right: side, top: 22, bottom: 8, nodeWidth: 10, nodeGap: 18, draggable: false, emphasis: { focus: "adjacency" }, lineStyle: { curveness: 0.5 }, label: { color: look.text, fontSize: LABEL, fontFamily: look.font, rich: { strong: { fontWeight: 700, color: look.text, fontSize: LABEL, fontFamily: look.font } } } }],
      columns,
    },
  };
}

// Provinces as tiles near their place on the map; `data-at` is "column,row".
function tiles({ rows, top: whole }, look, width) {
  const top = whole || most(rows.map((row) => row.cells[0].value));
  const places = rows.map((row) => row.at.split(",").map(Number));
  const wide = Math.max(...places.map(([x]) => x)) + 1;
  const high = Math.max(...places.map(([, y]) => y)) + 1;
  const step = Math.min(64, Math.floor(width / wide));
  const left = Math.max(0, (width - step * wide) / 2);
  const data = rows.map((row, line) => ({ value: [...places[line], row.cells[0].value ?? 0, line], ...mark(row, row.cells[0], "") }));
  const renderItem = (_, api) => {
    const [x, y, amount, line] = [0, 1, 2, 3].map((place) => api.value(place));
    const shape = { x: left + x * step + 1, y: y * step + 1, width: step - 2, height: step - 2, r: 2 };
    const share = amount / top;
    const middle = { x: shape.x + shape.width / 2, align: "center", verticalAlign: "middle", fill: look.text, font: `400 ${step > 44 ? 11.5 : 10}px ${look.font}` };
    const dark = share > 0.55 ? look.panel : look.text;
    const cells = [
      { type: "rect", shape, style: { fill: look.track, opacity: 0.45 } },
      { type: "rect", shape, style: { fill: look.accent, opacity: amount ? 0.12 + 0.88 * share : 0 } },
      { type: "text", style: { ...middle, fill: dark, y: shape.y + shape.height * 0.36, text: rows[line].note, overflow: "break", width: step - 2, font: `400 ${rows[line].note.length > 7 ? 9.5 : 11.5}px ${look.font}` } },
      { type: "text", style: { ...middle, fill: dark, y: shape.y + shape.height * 0.68, text: amount ? String(rows[line].cells[0].text) : "", font: `700 ${step > 44 ? 13 : 11}px ${look.font}` } },
    ];
    return { type: "group", children: cells };
  };
  const axis = { show: false, type: "value" };
  return {
    height: step * high,
    option: { grid: { left: 0, right: 0, top: 0, bottom: 0 }, xAxis: { ...axis, min: 0, max: wide }, yAxis: { ...axis, min: 0, max: high }, series: [{ type: "custom", renderItem, data, encode: { x: 0, y: 1 } }] },
  };
}

function spark(row, look) {
  const color = row.tone === "overdue" ? look.overdue : look.muted;
  const data = row.cells.map((cell) => cell.value);
  const end = data.findLastIndex((value) => value !== null);
  const symbolSize = (_, point) => (point.dataIndex === end ? 5 : 0);
  return {
    animation: false,
    grid: { left: 2, right: 6, top: 6, bottom: 4 },
    xAxis: { type: "category", show: false, boundaryGap: false },
    yAxis: { type: "value", show: false, scale: true },
    series: [{ type: "line", data, silent: true, showAllSymbol: true, symbol: "circle", symbolSize, connectNulls: true, itemStyle: { color }, lineStyle: { width: 1.5, color } }],
  };
}

const KINDS = { lines, bars, bands, multiples, flow, tiles };

function draw(figure) {
  const [data, look] = [read(figure), tokens()];
  const box = figure.querySelector(".cv-chart-picture");
  box.hidden = false;
  const { height, option } = KINDS[figure.dataset.chart](data, look, box.clientWidth);
  box.style.height = `${height}px`;
  let chart = drawn.get(figure);
  if (!chart) {
    chart = init(box, null, { renderer: "svg" });
    chart.on("click", (point) => point.data?.url && location.assign(point.data.url));
    drawn.set(figure, chart);
  }
  chart.resize();
  chart.setOption({ ...common(look), ...option }, true);
  figure.classList.add("cv-chart-drawn");
}

function drawSparks(figure) {
  const [{ rows }, look] = [read(figure), tokens()];
  for (const row of rows) {
    const box = document.querySelector(`[data-spark="${row.at}"]`);
    if (!box || row.cells.filter((cell) => cell.value !== null).length < 2) continue;
    const chart = drawn.get(box) ?? init(box, null, { renderer: "svg" });
    drawn.set(box, chart);
    chart.setOption(spark(row, look), true);
  }
  figure.classList.add("cv-chart-drawn");
}

function save(name, href) {
  const link = document.createElement("a");
  link.href = href;
  link.download = name;
  link.click();
}

function download(figure, form) {
  const shown = drawn.get(figure);
  const name = `${figure.dataset.title}.${form}`;
  const look = tokens();
  if (form === "svg") {
    const picture = new Blob([shown.renderToSVGString()], { type: "image/svg+xml" });
    const href = URL.createObjectURL(picture);
    save(name, href);
    URL.revokeObjectURL(href);
    return;
  }
  const size = { width: shown.getWidth(), height: shown.getHeight() };
  const copy = init(document.createElement("div"), null, { renderer: "canvas", ...size });
  const { option } = KINDS[figure.dataset.chart](read(figure), look, size.width);
  copy.setOption({ ...common(look), ...option });
  save(name, copy.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: look.panel }));
  copy.dispose();
}

function tools(figure) {
  const open = figure.querySelector("[data-chart-table]");
  if (open) {
    open.hidden = false;
    open.addEventListener("click", () => open.setAttribute("aria-expanded", String(figure.classList.toggle("cv-chart-open"))));
  }
  for (const button of figure.querySelectorAll("[data-chart-save]")) {
    button.hidden = false;
    button.addEventListener("click", () => download(figure, button.dataset.chartSave));
  }
}

const all = [...document.querySelectorAll("figure[data-chart]")].filter((figure) => figure.querySelector("tbody tr"));
const redraw = (figure) => (figure.dataset.chart === "sparks" ? drawSparks(figure) : draw(figure));
const sizes = new ResizeObserver((entries) => {
  for (const { target, contentRect } of entries) {
    const figure = target.closest("figure");
    if (drawn.has(figure) && Math.abs(drawn.get(figure).getWidth() - contentRect.width) > 1) draw(figure);
  }
});

for (const figure of all) {
  redraw(figure);
  tools(figure);
  const box = figure.querySelector(".cv-chart-picture");
  if (box) sizes.observe(box);
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => all.forEach(redraw));
