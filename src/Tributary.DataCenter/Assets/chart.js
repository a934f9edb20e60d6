// Draws charts on a canvas. Colours come from the theme, tooltips are drawn too: no text of Matomo ever becomes markup.
let probe;
const colour = name => {
  probe ??= document.body.appendChild(Object.assign(document.createElement('i'), { hidden: true }));
  probe.style.color = `var(${name})`;
  return getComputedStyle(probe).color;
};

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
// As Numbers.Clock: under a minute with what a clock would cut off.
const clock = v => {
  const s = Math.round(v);
  const two = n => String(n).padStart(2, '0');
  if (s < 60) return v > 0 && v < 0.005 ? 'under 0.01 s' : `${Number(v.toFixed(v < 10 ? 2 : 1))} s`;
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}` : `${Math.floor(s / 60)}:${two(s % 60)}`;
};
const written = { Number: v => whole.format(v), Percent: v => `${whole.format(v * 100)} %`, Seconds: clock };
const onAxis = { Number: v => (Math.abs(v) < 100000 ? whole : short).format(v), Percent: v => `${whole.format(v * 100)} %`, Seconds: clock };

// Rich text of the drawing library has a syntax of its own.
const plain = text => String(text).replace(/[{}|]/g, ' ');
const clipped = (text, most) => text.length > most ? text.slice(0, most - 1) + '…' : text;

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dated = text => /^\d{4}-\d\d-\d\d$/.test(text) ? day.format(new Date(text + 'T00:00Z')) : clipped(text, 24);

function optionOf(data, narrow) {
  const ink = colour('--ink'), ink3 = colour('--ink-3'), line = colour('--line');
  const say = written[data.unit];
  const text = { fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 13, color: ink3 };
  const value = { type: 'value', min: v => Math.min(0, v.min), splitNumber: 4, axisLabel: { ...text, formatter: onAxis[data.unit] }, splitLine: { lineStyle: { color: line } }, axisLine: { show: false }, axisTick: { show: false } };
  const colours = data.series.map((_, i) => colour(`--c${i + 1}`));
  const tooltip = {
    trigger: 'axis', renderMode: 'richText', confine: true, backgroundColor: colour('--raised'), borderColor: line, borderWidth: 1, padding: [8, 12],
    textStyle: { ...text, color: ink },
    axisPointer: { type: data.kind === 'Bar' ? 'shadow' : 'line', lineStyle: { color: ink3, width: 1, type: 'solid' }, shadowStyle: { color: ink3, opacity: 0.08 } },
    formatter: points => {
      const at = points[0].dataIndex;
      const lines = data.series.map((s, i) => [s.name, s.values[at], i]).sort((a, b) => (b[1] ?? -Infinity) - (a[1] ?? -Infinity));
      const name = i => data.series.length > 1 ? `  ${clipped(plain(data.series[i].name), 40)}` : '';
      return [clipped(plain(data.categories[at]), 60) + (data.provisionalFrom !== null && at >= data.provisionalFrom ? '  (may still change)' : ''), ...lines.map(([, v, i]) => `${v === null ? 'null' : say(v)}${name(i)}`)].join('\n');
    },
  };
  const common = { animation: false, tooltip, color: colours, textStyle: text };
  return data.kind === 'Bar' ? { ...common, ...barsOf(data, value, text, ink, line, say, narrow) } : { ...common, ...linesOf(data, value, text, ink, ink3, line, colours, narrow) };
}

function linesOf(data, value, text, ink, ink3, line, colours, narrow) {
  const last = data.categories.length - 1;
  const from = data.provisionalFrom ?? last + 1;
  const named = data.series.length > 1 && !narrow;
  const longest = Math.max(0, ...data.series.map(s => Math.min(s.name.length, 22)));
  const series = data.series.flatMap((s, i) => {
    const whole = { id: `${i}`, name: s.name, type: 'line', symbol: 'none', connectNulls: false, lineStyle: { width: 2, color: colours[i] }, itemStyle: { color: colours[i] }, emphasis: { disabled: true } };
    const end = s.values.findLastIndex(v => v !== null);
    const point = end < 0 ? {} : { markPoint: { symbol: 'circle', symbolSize: 7, silent: true, label: { show: false }, data: [{ coord: [end, s.values[end]] }] } };
    const label = named ? { endLabel: { show: true, formatter: clipped(plain(s.name), 22), color: ink, fontSize: 13, fontFamily: text.fontFamily, distance: 10 } } : {};
    if (from > last) return [{ ...whole, ...point, ...label, data: s.values }];
    return [
      { ...whole, id: `${i} final`, data: s.values.map((v, k) => k < from ? v : null) },
      { ...whole, ...point, ...label, lineStyle: { ...whole.lineStyle, type: [5, 4] }, data: s.values.map((v, k) => k >= from - 1 ? v : null) },
    ];
  });
  if (from <= last && series.length) series[0].markArea = { silent: true, itemStyle: { color: ink3, opacity: 0.08 }, data: [[{ xAxis: Math.max(0, from - 1) }, { xAxis: last }]] };
  return {
    grid: { left: 8, right: named ? 24 + longest * 7 : 20, top: 16, bottom: 8, containLabel: true },
    xAxis: { type: 'category', boundaryGap: false, data: data.categories, axisLabel: { ...text, formatter: dated, hideOverlap: true }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    yAxis: value,
    series,
  };
}

// Names at the ends of lines that come out near each other are moved apart; the library does so for no label at an end.
function spread(chart, data, series) {
  const height = 17;
  const ends = series.filter(s => s.endLabel).map(s => {
    const value = data.series[parseInt(s.id, 10)].values.findLast(v => v !== null);
    return value === undefined ? null : { id: s.id, type: 'line', label: s.endLabel, at: chart.convertToPixel({ yAxisIndex: 0 }, value) };
  }).filter(e => e !== null).sort((a, b) => a.at - b.at);
  const to = ends.map(e => e.at);
  for (let i = 1; i < to.length; i++) to[i] = Math.max(to[i], to[i - 1] + height);
  // What was pushed below the axis goes up again, and pushes those above it.
  const floor = chart.getHeight() - 28;
  for (let i = to.length - 1; i >= 0; i--) to[i] = Math.min(to[i], i === to.length - 1 ? floor : to[i + 1] - height);
  return ends.some((e, i) => Math.abs(to[i] - e.at) > 1) ? ends.map((e, i) => ({ id: e.id, type: e.type, endLabel: { ...e.label, offset: [0, to[i] - e.at] } })) : [];
}

function barsOf(data, value, text, ink, line, say, narrow) {
  const alone = data.series.length === 1;
  return {
    grid: { left: 8, right: alone ? 72 : 20, top: 8, bottom: 8, containLabel: true },
    // Beside bars with their values an axis says everything twice.
    xAxis: { ...value, show: !alone, splitLine: { show: false }, axisLabel: { ...value.axisLabel, hideOverlap: true } },
    yAxis: { type: 'category', inverse: true, data: data.categories, axisLabel: { ...text, color: ink, interval: 0, formatter: t => clipped(plain(t), narrow ? 18 : 40) }, axisLine: { lineStyle: { color: line } }, axisTick: { show: false } },
    series: data.series.map(s => ({ name: s.name, type: 'bar', barMaxWidth: 16, data: s.values, emphasis: { disabled: true }, label: { show: alone, position: 'right', color: ink, fontSize: 13, fontFamily: text.fontFamily, formatter: p => p.value === null ? '' : say(p.value) } })),
  };
}

export async function create(element, library, data) {
  if (!globalThis.echarts) await import(library);
  let current = data;
  let chart;
  const draw = () => {
    if (current.kind === 'Bar') element.style.height = `${Math.max(1, current.categories.length) * (18 + 12 * current.series.length) + 48}px`;
    chart ??= globalThis.echarts.init(element, null, { renderer: 'canvas' });
    chart.resize();
    const option = optionOf(current, element.clientWidth < 560);
    chart.setOption(option, { notMerge: true });
    const apart = spread(chart, current, option.series);
    if (apart.length) chart.setOption({ series: apart });
  };
  const sizes = new ResizeObserver(() => { if (chart && element.clientWidth) draw(); });
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  draw();
  sizes.observe(element);
  document.addEventListener('theme', draw);
  scheme.addEventListener('change', draw);
  return {
    draw: next => { current = next; draw(); },
    dispose: () => { sizes.disconnect(); document.removeEventListener('theme', draw); scheme.removeEventListener('change', draw); chart.dispose(); },
  };
}
