// The pool in a few numbers, and how its quota burns against the pace of the window.
import { h, meter } from './dom.js';
import { day, hours, number, percent, span } from './format.js';
import { t } from './i18n.js';
import { now, store } from './store.js';

const tile = (name, label, value, more, bar) =>
  h('div', { class: 'tile', 'data-tile': name },
    h('dt', {}, label), h('dd', {}, h('span', { class: 'big' }, value), more ? h('span', { class: 'muted' }, more) : null, bar ?? null));

function nextReset() {
  const resets = [...store.accounts.values()].map((account) => account.nextReset).filter((at) => at !== null);
  return resets.length ? Math.min(...resets) : null;
}

function burning() {
  return [...store.accounts].sort(([, a], [, b]) => (b.forecast?.pace ?? 0) - (a.forecast?.pace ?? 0) || b.utilisation - a.utilisation);
}

function pace(account) {
  const forecast = account.forecast;
  if (!forecast || account.windowStart === null) return h('span', { class: 'muted' }, t('pool.nopace'));
  const tone = forecast.pace > 1.1 ? 'near' : 'safe';
  return h('span', { class: `badge ${tone}` },
    forecast.pace > 1.1 ? t('pool.fast', { n: number(forecast.pace, 2) }) : t('pool.even', { n: number(forecast.pace, 2) }));
}

export const level = (account) =>
  h('span', { class: `badge ${account.level.toLowerCase()}` }, t(`level.${account.level}`));

export const quotaBar = (account, label) =>
  meter(label, account.used, account.allowance,
    t('quota.text', { used: hours(account.used), reserved: hours(account.reserved), allowance: hours(account.allowance) }),
    account.level.toLowerCase(), account.reserved, account.safe);

export function draw() {
  const head = store.head;
  const reset = nextReset();
  const share = head.total ? head.online / head.total : 0;
  return [
    h('dl', { class: 'tiles' },
      tile('online', t('pool.online'), `${head.online} / ${head.total}`, percent(share),
        meter(t('pool.online'), head.online, head.total, `${head.online} / ${head.total}`, share < 0.5 ? 'near' : 'safe')),
      tile('safe', t('pool.safe'), `${head.safe} / ${head.online}`, t('pool.safe.more'),
        meter(t('pool.safe'), head.safe, head.online, `${head.safe} / ${head.online}`, head.safe < head.online / 2 ? 'near' : 'safe')),
      tile('remaining', t('pool.remaining'), hours(head.remaining), t('pool.remaining.more', { perDay: hours(head.capacityPerDay) })),
      tile('reset', t('pool.reset'), reset === null ? t('never') : span(reset - now()), reset === null ? null : day(reset)),
      tile('slots', t('pool.slots'), `${head.slotsFree} / ${head.slotsTotal}`, t('pool.slots.more')),
      tile('jobs', t('pool.jobs'), String(head.running),
        t('pool.jobs.more', { queued: number(head.queued) + (head.moreQueued ? '+' : ''), delayed: number(head.delayed) }))),
    h('section', { 'aria-labelledby': 'burn' },
      h('h2', { id: 'burn' }, t('pool.burn')),
      h('p', { class: 'muted' }, t('pool.burn.more')),
      h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'burn' }, h('table', {},
        h('thead', {}, h('tr', {}, ['account', 'quota', 'level', 'rate', 'pace', 'margin', 'unused'].map((name) =>
          h('th', { scope: 'col' }, t(`burn.${name}`))))),
        h('tbody', {}, burning().slice(0, 200).map(([key, account]) => h('tr', { 'data-key': key },
          h('th', { scope: 'row' }, h('a', { href: `#accounts/${encodeURIComponent(key)}` }, account.account), h('span', { class: 'muted block' }, account.provider)),
          h('td', { class: 'wide' }, quotaBar(account, t('burn.quota.of', { account: account.account })),
            h('span', { class: 'muted block' }, t('quota.short', { used: hours(account.used), safe: hours(account.safe) }))),
          h('td', {}, level(account)),
          h('td', { class: 'num' }, account.forecast ? t('burn.perday', { n: number(account.forecast.ratePerHour * 24, 1) }) : '–'),
          h('td', {}, pace(account)),
          h('td', {}, account.forecast?.marginAt ? day(account.forecast.marginAt) : t('burn.notInWindow')),
          h('td', { class: 'num' }, account.forecast ? hours(account.forecast.unusedAtReset) : '–'))))))),
    head.terms.length ? h('details', {}, h('summary', {}, t('pool.terms')), h('ul', { lang: 'en' }, head.terms.map((term) => h('li', {}, term)))) : null,
  ];
}
