// Today as it really is, against the plan: how many are online, and a bar for each session.
import uPlot from './uplot/uPlot.esm.js';
import { h, svg } from './dom.js';
import { clock, day, number } from './format.js';
import { t } from './i18n.js';
import { every, get, now, store } from './store.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const STEP = 5 * MINUTE;
const ROW = 26;
const LEFT = 150;
const WIDE = 1120;
let data = null;
let chart = null;
let drawnFor = '';
let timer = 0;
let redraw = () => {};

async function load() {
  data = await get('timeline').catch(() => data);
  redraw();
}

export function open(draw) {
  redraw = draw;
  load();
  timer = every(2_000, load);
}

export function close() {
  clearInterval(timer);
  chart?.destroy();
  chart = null;
  drawnFor = '';
}

function today() {
  const from = new Date(now());
  from.setHours(0, 0, 0, 0);
  return [from.getTime(), from.getTime() + 24 * HOUR];
}

/** How many sessions were open at each step; nothing is known of what is to come, or was before the first of them. */
function real(times) {
  const bars = Object.values(data.sessions).flat();
  const first = Math.min(...bars.map(([start]) => start));
  return times.map((at) => (at > now() || at + STEP < first ? null : bars.filter(([start, end, on]) => start <= at && (on ? now() : end) > at).length));
}

const ofPlan = (list) => (times) => times.map((at) => {
  const index = Math.floor((at - data.plan.from) / data.plan.step);
  return index < 0 || index >= list.length ? null : list[index];
});

function series() {
  const [from, to] = today();
  const times = [];
  for (let at = from; at <= to; at += STEP) times.push(at);
  const rows = [times.map((at) => at / 1000), real(times)];
  rows.push(data.plan ? ofPlan(data.plan.coverage)(times) : times.map(() => null));
  rows.push(data.plan?.target.length ? ofPlan(data.plan.target)(times) : times.map(() => null));
  return rows;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function draw24() {
  const place = document.getElementById('coverage');
  if (!place || !data) return;
  const width = place.clientWidth;
  const look = document.documentElement.dataset.theme + width;
  if (chart && drawnFor === look && chart.root.isConnected) {
    chart.setData(series());
    return;
  }
  chart?.destroy();
  place.replaceChildren();
  drawnFor = look;
  const steps = uPlot.paths.stepped({ align: 1 });
  const axis = { stroke: colour('--muted'), grid: { stroke: colour('--line'), width: 1 }, ticks: { stroke: colour('--line') } };
  chart = new uPlot({
    width, height: 230, cursor: { y: false }, legend: { show: false },
    scales: { x: { time: true }, y: { range: (u, low, high) => [0, Math.max(4, (high ?? 0) + 1)] } },
    axes: [{ ...axis, values: (u, splits) => splits.map((at) => clock(at * 1000)) }, { ...axis, size: 34, incrs: [1, 2, 5, 10, 50, 100] }],
    series: [{},
      { stroke: colour('--accent'), fill: colour('--accent-weak'), width: 2, paths: steps, points: { show: false } },
      { stroke: colour('--plan'), width: 2, dash: [8, 5], paths: steps, points: { show: false } },
      { stroke: colour('--bad'), width: 1.5, dash: [2, 4], paths: steps, points: { show: false } }],
  }, series(), place);
}

export const drawn = draw24;

const legend = () => h('ul', { class: 'legend' },
  ['real', ...(data.plan ? ['plan'] : []), ...(data.plan?.target.length ? ['target'] : [])].map((name) => h('li', {}, h('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), t(`timeline.${name}`))));

function bar(x, y, from, to, kind, label) {
  const left = Math.max(LEFT, x(from));
  const right = Math.min(WIDE, x(to));
  if (right - left < 0.5) return null;
  return svg('rect', { class: `bar ${kind}`, x: left.toFixed(1), y, width: (right - left).toFixed(1), height: kind === 'planned' ? 20 : 12, rx: 3 },
    svg('title', {}, label));
}

function gantt() {
  const [from, to] = today();
  const names = [...store.workers.keys()].sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).slice(0, 100);
  const x = (at) => LEFT + ((at - from) / (to - from)) * (WIDE - LEFT);
  const high = names.length * ROW + 30;
  const marks = [];
  for (let hour = 0; hour <= 24; hour += 3) {
    const at = x(from + hour * HOUR);
    marks.push(svg('line', { class: 'grid', x1: at, x2: at, y1: 22, y2: high }));
    if (hour < 24) marks.push(svg('text', { class: 'tick', x: at + 4, y: 15 }, clock(from + hour * HOUR)));
  }
  const rows = names.map((name, i) => {
    const y = 26 + i * ROW;
    const planned = (data.plan?.sessions ?? []).filter(([worker]) => worker === name);
    return [
      svg('text', { class: 'row', x: 0, y: y + 14 }, name.length > 20 ? `${name.slice(0, 19)}…` : name),
      planned.map(([, start, end]) => bar(x, y, start, end, 'planned', t('timeline.planned', { name, from: clock(start), to: clock(end) }))),
      (Object.hasOwn(data.sessions, name) ? data.sessions[name] : []).map(([start, end, on]) =>
        bar(x, y + 4, start, on ? now() : end, on ? 'open' : 'over', t('timeline.was', { name, from: clock(start), to: on ? t('timeline.now') : clock(end) }))),
    ];
  });
  const at = x(now());
  return svg('svg', { viewBox: `0 0 ${WIDE} ${high}`, class: 'gantt', role: 'img', 'aria-label': t('timeline.gantt.label', { n: names.length }) },
    marks, rows, svg('line', { class: 'nowline', x1: at, x2: at, y1: 20, y2: high }));
}

function byHour() {
  const [times, here, plan] = series();
  const perHour = HOUR / STEP;
  const least = (list, hour) => {
    const part = list.slice(hour * perHour, (hour + 1) * perHour).filter((n) => n !== null);
    return part.length ? number(Math.min(...part)) : '–';
  };
  return h('details', {}, h('summary', {}, t('timeline.table')),
    h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('timeline.table') },
      h('table', {}, h('thead', {}, h('tr', {}, ['hour', 'real', 'plan'].map((name) => h('th', { scope: 'col' }, t(`timeline.${name}`))))),
        h('tbody', {}, Array.from({ length: 24 }, (all, hour) => h('tr', {},
          h('th', { scope: 'row' }, clock(times[hour * perHour] * 1000)), h('td', { class: 'num' }, least(here, hour)), h('td', { class: 'num' }, least(plan, hour))))))));
}

export function draw() {
  if (!data) return h('p', { class: 'muted' }, t('loading'));
  const online = store.head.online;
  return [
    h('p', {}, t('timeline.now.is', { n: number(online), total: number(store.head.total) }), ' ',
      data.plan ? t(data.plan.optimal ? 'timeline.plan.best' : 'timeline.plan.is', { n: number(data.plan.minimum), most: number(data.plan.minimumAtMost) })
        : t('timeline.plan.none')),
    h('section', { class: 'panel', 'aria-labelledby': 'coverage-title' }, h('h2', { id: 'coverage-title' }, t('timeline.coverage')), legend(),
      h('div', { id: 'coverage', role: 'img', 'aria-label': t('timeline.coverage.label', { n: number(online) }), 'data-own': true })),
    h('section', { class: 'panel', 'aria-labelledby': 'sessions-title' }, h('h2', { id: 'sessions-title' }, t('timeline.sessions')),
      h('ul', { class: 'legend' }, ['open', 'over', 'planned'].map((name) =>
        h('li', {}, h('span', { class: `swatch ${name}`, 'aria-hidden': 'true' }), t(`timeline.bar.${name}`)))),
      h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'sessions-title' }, gantt())),
    byHour(),
    h('p', { class: 'muted' }, t('timeline.since', { at: day(today()[0]) })),
  ];
}
