// Accounts: what they used, what is spoken for, and what was corrected; limits and the provider's word.
import { act, ask, numeric } from './actions.js';
import { h } from './dom.js';
import { clock, day, hours, number, span } from './format.js';
import { t } from './i18n.js';
import { every, get, may, named, path, store } from './store.js';
import { level, quotaBar } from './view-pool.js';

const HOUR = 3_600_000;
let ledger = null;
let timer = 0;
let redraw = () => {};
let turn = 0;

function chosen() {
  const key = named('accounts');
  return key && store.accounts.has(key) ? key : null;
}

async function load() {
  const key = chosen();
  const mine = ++turn;
  const account = key ? store.accounts.get(key) : null;
  const got = account ? await get(path('accounts', account.provider, account.account)).catch(() => null) : null;
  if (mine === turn) {
    ledger = got && { key, ...got };
    redraw();
  }
}

export function open(draw) {
  redraw = draw;
  load();
  timer = every(2_000, load);
  window.addEventListener('hashchange', load);
}

export function close() {
  clearInterval(timer);
  window.removeEventListener('hashchange', load);
  ledger = null;
  turn++;
}

async function override(account) {
  const got = await ask(t('override.title', { account: account.account }), t('override.text'), t('override'), [
    { name: 'allowance', label: t('override.allowance'), type: 'number', min: 0.1, step: 'any', required: true, value: account.allowance / HOUR },
    { name: 'margin', label: t('override.margin'), type: 'number', min: 1, max: 100, step: 'any', required: true,
      value: Math.round((1000 * account.safe) / account.allowance) / 10 },
  ]);
  if (got) {
    await act(path('accounts', account.provider, account.account, 'override'),
      { allowanceHours: numeric(got.allowance), marginPercent: numeric(got.margin) }, t('override.done', { account: account.account }));
    load();
  }
}

async function report(account) {
  const got = await ask(t('report.title', { account: account.account }), t('report.text'), t('report'), [
    { name: 'used', label: t('report.used'), type: 'number', min: 0, step: 'any', required: true },
    { name: 'allowance', label: t('report.allowance'), type: 'number', min: 0.1, step: 'any' },
  ]);
  if (got) {
    await act(path('accounts', account.provider, account.account, 'report'),
      { usedHours: numeric(got.used), allowanceHours: numeric(got.allowance) }, t('report.done', { account: account.account }));
    load();
  }
}

const table = (label, titles, rows) => h('div', { class: 'scroll', 'data-key': label, tabindex: 0, role: 'region', 'aria-label': label },
  h('table', {}, h('thead', {}, h('tr', {}, titles.map((title) => h('th', { scope: 'col' }, title)))), h('tbody', {}, rows)));

const sign = (millis) => (millis < 0 ? `−${span(-millis)}` : `+${span(millis)}`);

/** Quarters that follow each other become one line. */
function stretches(used) {
  const lines = [];
  for (const [from, amount] of used) {
    const last = lines[lines.length - 1];
    if (last && last.to === from) {
      last.to = from + HOUR / 4;
      last.amount += amount;
    } else {
      lines.push({ from, to: from + HOUR / 4, amount });
    }
  }
  return lines.reverse();
}

function details() {
  const quota = ledger.quota;
  return h('section', { class: 'panel', 'aria-labelledby': 'ledger-title', 'data-key': ledger.key },
    h('div', { class: 'head' }, h('h2', { id: 'ledger-title' }, t('ledger.title', { account: quota.account })), level(quota),
      h('a', { class: 'button', href: '#accounts' }, t('close'))),
    h('p', { class: 'muted' }, t('ledger.sums', { used: hours(quota.used), reserved: hours(quota.reserved), remaining: hours(quota.remaining) })),
    h('h3', {}, t('ledger.used')),
    ledger.used.length ? table(t('ledger.used'), [t('ledger.when'), t('ledger.amount')], stretches(ledger.used).map((line) =>
      h('tr', {}, h('th', { scope: 'row' }, `${day(line.from)} – ${clock(line.to)}`), h('td', { class: 'num' }, span(line.amount)))))
      : h('p', { class: 'muted' }, t('none')),
    h('h3', {}, t('ledger.reserved')),
    ledger.reserved.length ? table(t('ledger.reserved'), [t('ledger.for'), t('ledger.from'), t('ledger.to')], ledger.reserved.map((one) =>
      h('tr', {}, h('th', { scope: 'row', class: 'id' }, one.id), h('td', {}, day(one.from)), h('td', {}, day(one.to)))))
      : h('p', { class: 'muted' }, t('none')),
    h('h3', {}, t('ledger.corrections')),
    ledger.corrections.length ? table(t('ledger.corrections'), [t('ledger.when'), t('ledger.amount'), t('ledger.source'), t('ledger.reason')],
      [...ledger.corrections].reverse().map((one) => h('tr', {}, h('th', { scope: 'row' }, day(one.at)), h('td', { class: 'num' }, sign(one.amount)),
        h('td', {}, t(`source.${one.source}`)), h('td', { lang: 'en' }, one.reason))))
      : h('p', { class: 'muted' }, t('none')));
}

export function draw() {
  const titles = ['account', 'quota', 'level', 'metering', 'reset'];
  return [
    ledger && ledger.key === chosen() ? details() : h('div', { class: 'nothing' }),
    table(t('view.accounts'), [...titles.map((name) => t(`accounts.${name}`)), ...(may('ACCOUNTS') ? [t('actions')] : [])],
      [...store.accounts].slice(0, 500).map(([key, account]) => h('tr', { 'data-key': key, 'data-account': key },
        h('th', { scope: 'row' }, h('a', { href: `#accounts/${encodeURIComponent(key)}` }, account.account), h('span', { class: 'muted block' }, account.provider)),
        h('td', { class: 'wide' }, quotaBar(account, t('burn.quota.of', { account: account.account })),
          h('span', { class: 'muted block' }, t('quota.text', { used: hours(account.used), reserved: hours(account.reserved), allowance: hours(account.allowance) }),
            ` · ${t('accounts.margin', { n: number((100 * account.safe) / account.allowance, 1) })}`)),
        h('td', {}, level(account)),
        h('td', {}, t(`metering.${account.metering}`)),
        h('td', {}, account.nextReset === null ? t('never') : day(account.nextReset)),
        may('ACCOUNTS') ? h('td', {}, h('div', { class: 'buttons' },
          h('button', { type: 'button', 'aria-label': t('override.of', { account: account.account }), onclick: () => override(account) }, t('override')),
          h('button', { type: 'button', 'aria-label': t('report.of', { account: account.account }), onclick: () => report(account) }, t('report')))) : null))),
  ];
}
