// Every worker with every field of the panel, its bars and its countdown.
import { act, ask } from './actions.js';
import { h, meter } from './dom.js';
import { clock, day, hours, number, percent, span } from './format.js';
import { t } from './i18n.js';
import { get, may, now, path, store } from './store.js';
import { level, quotaBar } from './view-pool.js';

const STEP = 60;
const RANK = { SUSPECT: 0, ONLINE: 1, OFFLINE: 2 };
let words = '';
let state = '';
let most = STEP;
let redraw = () => {};
const why = new Map();

export function open(draw) {
  redraw = draw;
}

function chosen() {
  return [...store.workers]
    .filter(([name, worker]) => (!state || (state === 'DRAINING' ? worker.draining : worker.state === state))
      && (!words || `${name} ${worker.account}`.toLowerCase().includes(words)))
    .sort(([a, one], [b, other]) => RANK[one.state] - RANK[other.state] || a.localeCompare(b, 'en', { numeric: true }));
}

async function drain(name) {
  if (await ask(t('drain.title', { name }), t('drain.text'), t('drain'))) {
    await act(path('workers', name, 'drain'), {}, t('drain.done', { name }));
  }
}

async function explain(name) {
  if (why.has(name)) why.delete(name);
  else why.set(name, await get(path('workers', name)).catch(() => ({ reasons: [] })));
  redraw();
}

export const reasons = (list) =>
  h('ul', { class: 'reasons', 'data-key': 'reasons' }, list.map((one) => h('li', {},
    h('strong', {}, t(`reason.${one.code}`)), one.subject ? ` ${one.subject}` : '',
    one.need || one.have ? h('span', { class: 'muted', lang: 'en' }, ` ${one.need}${one.need && one.have ? ' / ' : ''}${one.have}`) : null,
    one.earliest ? h('span', {}, ` ${t('why.from', { at: day(one.earliest) })}`) : null)));

const field = (label, ...value) => h('div', { 'data-key': label }, h('dt', {}, label), h('dd', {}, value));

function condition(worker) {
  const key = worker.draining && worker.state !== 'OFFLINE' ? 'DRAINING' : worker.state;
  return h('span', { class: `state ${key.toLowerCase()}` }, t(`state.${key}`));
}

function runtime(name, worker) {
  const run = now() - worker.startedAt;
  const of = worker.usable === null ? t('noend') : hours(worker.usable);
  return [
    field(t('worker.runtime'), h('span', { 'data-field': 'runtime' }, `${span(run)} / ${of}`),
      worker.usable === null ? null
        : meter(t('worker.runtime.of', { name }), run, worker.usable, span(run), run > worker.usable * 0.9 ? 'near' : 'plain')),
    field(t('worker.shutdown'), worker.shutdownAt === null ? t('never')
      : [h('span', { 'data-field': 'countdown', class: 'count' }, span(worker.shutdownAt - now())),
        h('span', { class: 'muted block' }, t('at', { time: clock(worker.shutdownAt) }))]),
  ];
}

function card([name, worker]) {
  const account = store.accounts.get(worker.account);
  const online = worker.state !== 'OFFLINE';
  const explained = why.get(name);
  return h('li', { class: `card ${worker.state.toLowerCase()}`, 'data-key': name, 'data-worker': name },
    h('div', { class: 'head' }, h('h2', {}, name), condition(worker)),
    h('p', { class: 'muted account' }, h('a', { href: `#accounts/${encodeURIComponent(worker.account)}` }, account?.account ?? worker.account),
      ` · ${account?.provider ?? ''}`),
    h('dl', { class: 'fields' },
      field(t('worker.gpu'), worker.devices.length
        ? worker.devices.map((device) => `${device.model} (${number(device.memoryMib)} MiB)`).join(', ') : t('none')),
      account ? field(t('worker.quota'), h('span', { 'data-field': 'quota' }, percent(account.utilisation)), ' ', level(account),
        quotaBar(account, t('worker.quota.of', { name })),
        h('span', { class: 'muted block' }, t('quota.text', { used: hours(account.used), reserved: hours(account.reserved), allowance: hours(account.allowance) }))) : null,
      online ? runtime(name, worker)
        : field(t('worker.seen'), worker.lastSeen === null ? t('never') : [span(now() - worker.lastSeen), h('span', { class: 'muted block' }, day(worker.lastSeen))]),
      field(t('worker.slots'), `${worker.slotsFree} / ${worker.slots}`),
      worker.jobs.length ? field(t('worker.jobs'), worker.jobs.map((id) => h('a', { href: `#jobs/${encodeURIComponent(id)}`, class: 'block id' }, id))) : null,
      account ? field(t('worker.week'), hours(account.used)) : null,
      account ? field(t('worker.lastreset'), account.windowStart === null ? t('never') : day(account.windowStart)) : null,
      account ? field(t('worker.nextreset'), account.nextReset === null ? t('never') : day(account.nextReset)) : null),
    explained ? reasons(explained.reasons) : null,
    h('div', { class: 'buttons', 'data-key': 'buttons' },
      h('button', { type: 'button', 'aria-expanded': String(why.has(name)), 'aria-label': t('why.of', { name }), onclick: () => explain(name) }, t('why')),
      may('DRAIN') && online && !worker.draining
        ? h('button', { type: 'button', class: 'danger', 'aria-label': t('drain.of', { name }), onclick: () => drain(name) }, t('drain')) : null));
}

export function draw() {
  const list = chosen();
  return [
    h('div', { class: 'filters', 'data-key': 'filters' },
      h('div', { class: 'field' }, h('label', { for: 'find' }, t('find')),
        h('input', { id: 'find', type: 'search', autocomplete: 'off', 'data-own': true, oninput: (event) => { words = event.target.value.toLowerCase(); most = STEP; redraw(); } })),
      h('div', { class: 'field' }, h('label', { for: 'state' }, t('state')),
        h('select', { id: 'state', 'data-own': true, onchange: (event) => { state = event.target.value; most = STEP; redraw(); } },
          ['', 'ONLINE', 'SUSPECT', 'DRAINING', 'OFFLINE'].map((one) => h('option', { value: one, selected: one === state }, one ? t(`state.${one}`) : t('all'))))),
      h('p', { class: 'muted', role: 'status' }, t('workers.count', { n: number(list.length) }))),
    h('ul', { class: 'cards' }, list.slice(0, most).map(card)),
    list.length > most ? h('button', { type: 'button', onclick: () => { most += STEP; redraw(); } }, t('more')) : null,
  ];
}

export function close() {
  words = '';
  state = '';
  most = STEP;
  why.clear();
}
