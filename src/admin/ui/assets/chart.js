// Draws what figures of class `chart` hold in `data-chart` (src/admin/ui/chart.ts), and again when that changes.

/**
 * @typedef {object} Series
 * @property {string} name
 * @property {string} colour A name of app.css.
 * @property {boolean} [dashed]
 * @property {(number | null)[]} values
 *
 * @typedef {object} Drawn
 * @property {string} data As it was drawn last.
 * @property {import("uplot")} plot
 */

const height = 176;
const language = document.documentElement.lang;
const number = new Intl.NumberFormat(language, { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat(language, { notation: "compact", maximumSignificantDigits: 3 });
const time = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" });
/** @type {Map<Element, Drawn>} */
const drawn = new Map();

/** @param {string} name */
function colourOf(name) {
  const probe = document.createElement("span");
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** @param {HTMLElement} figure */
function draw(figure) {
  const data = figure.dataset["chart"] ?? "";
  const place = figure.querySelector(".plot");
  const before = drawn.get(figure);
  if (before?.data === data || !(place instanceof HTMLElement)) return;
  /** @type {{ unit: string, time: string, x: number[], series: Series[] }} */
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- as src/admin/ui/chart.ts writes it
  const chart = JSON.parse(data);
  const { unit, time: word, x, series } = chart;
  /** @type {import("uplot").AlignedData} */
  const values = [x, ...series.map((one) => one.values)];
  if (before !== undefined && before.plot.series.length === values.length) {
    before.plot.setData(values);
    before.data = data;
    return;
  }
  before?.plot.destroy();
  const [line, muted] = [colourOf("line"), colourOf("muted")];
  const axis = {
    stroke: muted,
    font: "12px system-ui, sans-serif",
    grid: { stroke: line, width: 1 },
    ticks: { stroke: line, width: 1, size: 4 },
  };
  const plot = new uPlot(
    {
      width: Math.max(place.clientWidth, 200),
      height,
      cursor: { drag: { setScale: false } },
      legend: { markers: { fill: (_plot, i) => colourOf(series[i - 1]?.colour ?? "muted"), width: 0 } },
      scales: { y: { range: (_plot, min, max) => [Math.min(0, min), max <= 0 ? 1 : max * 1.08] } },
      axes: [
        { ...axis, space: 70, values: (_plot, at) => at.map((each) => clock.format(each * 1000)) },
        { ...axis, size: 48, space: 34, values: (_plot, at) => at.map((each) => short.format(each)) },
      ],
      series: [
        {
          label: word,
          value: (/** @type {unknown} */ _plot, /** @type {number | null} */ at) =>
            at === null ? "–" : time.format(at * 1000),
        },
        ...series.map(({ name, colour, dashed }) => ({
          label: name,
          stroke: colourOf(colour),
          width: 2,
          spanGaps: true,
          ...(dashed === true ? { dash: [6, 4] } : {}),
          points: { show: true, size: 4, fill: colourOf(colour) },
          value: (/** @type {unknown} */ _plot, /** @type {number | null} */ value) =>
            value === null ? "–" : `${number.format(value)} ${unit}`,
        })),
      ],
    },
    values,
    place,
  );
  drawn.set(figure, { data, plot });
}

function drawAll() {
  for (const [figure, { plot }] of drawn) {
    if (figure.isConnected) continue;
    plot.destroy();
    drawn.delete(figure);
  }
  for (const figure of document.querySelectorAll("figure[data-chart]")) {
    if (!(figure instanceof HTMLElement)) continue;
    draw(figure);
    widths.observe(figure);
  }
}

function drawAnew() {
  for (const { plot } of drawn.values()) plot.destroy();
  drawn.clear();
  drawAll();
}

const widths = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const place = target.querySelector(".plot");
    const known = drawn.get(target);
    if (known === undefined || place === null || place.clientWidth === known.plot.width) continue;
    known.plot.setSize({ width: Math.max(place.clientWidth, 200), height });
  }
});

drawAll();
document.addEventListener("htmx:after:swap", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAnew);
