// Jobs: what runs and how far, what waits and why, what ended and how.
import { act, ask } from './actions.js';
import { h, meter } from './dom.js';
import { bytes, day, number, percent } from './format.js';
import { t } from './i18n.js';
import { every, get, may, named, path, store } from './store.js';
import { reasons } from './view-workers.js';

const STATES = ['RUNNING', 'QUEUED', 'DELAYED', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'QUARANTINED'];
let state = 'RUNNING';
let pages = [''];
let page = null;
let one = null;
let timer = 0;
let redraw = () => {};
let turn = 0;

async function load() {
  const mine = ++turn;
  const id = named('jobs');
  const after = pages[pages.length - 1];
  const [list, job] = await Promise.all([
    get(`jobs?state=${state}${after ? `&after=${encodeURIComponent(after)}` : ''}`).catch(() => page),
    id ? get(path('jobs', id)).catch(() => ({ missing: true, id })) : null,
  ]);
  if (mine === turn) {
    page = list;
    one = job;
    redraw();
  }
}

export function open(draw) {
  redraw = draw;
  load();
  timer = every(1_000, load);
  window.addEventListener('hashchange', load);
}

export function close() {
  clearInterval(timer);
  window.removeEventListener('hashchange', load);
  page = null;
  one = null;
  turn++;
}

function show(next) {
  state = next;
  pages = [''];
  page = null;
  redraw();
  load();
}

async function cancel(job) {
  if (await ask(t('cancel.title', { id: job.id }), t('cancel.text'), t('cancel'))) {
    await act(path('jobs', job.id, 'cancel'), {}, t('cancel.done', { id: job.id }));
    load();
  }
}

async function again(job) {
  const sure = await ask(t('again.title', { id: job.id }), t('again.text'), t('again'));
  if (!sure) return;
  const bytesOf = crypto.getRandomValues(new Uint8Array(9));
  const key = `again-${[...bytesOf].map((n) => n.toString(36).padStart(2, '0')).join('')}`;
  const answer = await act(path('jobs', job.id, 'again'), { key });
  if (answer) {
    location.hash = `#jobs/${encodeURIComponent((await answer.json()).id)}`;
  }
}

const final = (job) => ['SUCCEEDED', 'FAILED', 'CANCELLED', 'QUARANTINED'].includes(job.state);

function progress(job) {
  if (job.progress === null) return h('span', { class: 'muted' }, final(job) ? '' : t('jobs.noprogress'));
  return [meter(t('jobs.progress.of', { id: job.id }), job.progress * 100, 100, percent(job.progress), 'plain'),
    h('span', { class: 'muted block' }, percent(job.progress))];
}

const badge = (job) => h('span', { class: `state job-${job.state.toLowerCase()}` }, t(`job.${job.state}`));

const buttons = (job) => {
  if (!may('JOBS')) return null;
  return final(job)
    ? h('button', { type: 'button', 'aria-label': t('again.of', { id: job.id }), onclick: () => again(job) }, t('again'))
    : h('button', { type: 'button', class: 'danger', 'aria-label': t('cancel.of', { id: job.id }), onclick: () => cancel(job) }, t('cancel'));
};

const checkpoint = (job) =>
  (job.checkpoint ? t('jobs.checkpoint.at', { step: number(job.checkpoint.step), size: bytes(job.checkpoint.sizeBytes) }) : t('none'));

function row(job) {
  return h('tr', { 'data-key': job.id, 'data-job': job.id },
    h('th', { scope: 'row' }, h('a', { class: 'id', href: `#jobs/${encodeURIComponent(job.id)}` }, job.id), h('span', { class: 'muted block' }, job.key)),
    h('td', {}, job.handler),
    h('td', { class: 'wide' }, progress(job), job.message ? h('span', { class: 'muted block', lang: 'en' }, job.message) : null),
    h('td', {}, job.worker ?? '–'),
    h('td', { class: 'num' }, number(job.attempt)),
    h('td', {}, checkpoint(job)),
    h('td', {}, day(job.submittedAt)),
    may('JOBS') ? h('td', {}, buttons(job)) : null);
}

const field = (label, ...value) => h('div', { 'data-key': label }, h('dt', {}, label), h('dd', {}, value));

function details(job) {
  if (job.missing) return h('section', { class: 'panel' }, h('p', {}, t('jobs.missing', { id: job.id })));
  return h('section', { class: 'panel job', 'aria-labelledby': 'job-title', 'data-key': job.id },
    h('div', { class: 'head' }, h('h2', { id: 'job-title', class: 'id' }, job.id), badge(job),
      h('a', { class: 'button', href: '#jobs' }, t('close'))),
    h('dl', { class: 'fields across' },
      field(t('jobs.handler'), job.handler), field(t('jobs.key'), job.key), field(t('jobs.priority'), number(job.priority)),
      field(t('jobs.worker'), job.worker ?? '–'), field(t('jobs.attempt'), number(job.attempt)),
      field(t('jobs.checkpoint'), checkpoint(job)), field(t('jobs.submitted'), day(job.submittedAt)),
      final(job) ? null : field(t('jobs.progress'), progress(job)),
      job.start?.p50 ? field(t('jobs.start'), t('jobs.start.at', { p50: day(job.start.p50), p90: job.start.p90 ? day(job.start.p90) : '–' })) : null,
      job.ending ? field(t('jobs.ending'), h('span', { lang: 'en' }, job.ending)) : null),
    job.why && job.state !== 'RUNNING' ? [h('h3', {}, t('jobs.why')),
      job.why.earliest ? h('p', {}, t('jobs.why.earliest', { at: day(job.why.earliest) })) : null, reasons(job.why.reasons.slice(0, 40))] : null,
    job.history.length ? [h('h3', {}, t('jobs.history')), h('ol', { class: 'history', lang: 'en' }, job.history.map((line) => h('li', {}, line)))] : null,
    h('div', { class: 'buttons', 'data-key': 'buttons' }, buttons(job)));
}

const counts = () => ({ RUNNING: number(store.head.running), QUEUED: number(store.head.queued) + (store.head.moreQueued ? '+' : ''), DELAYED: number(store.head.delayed) });

export function draw() {
  const count = counts();
  const titles = ['id', 'handler', 'progress', 'worker', 'attempt', 'checkpoint', 'submitted'];
  return [
    one ? details(one) : h('div', { class: 'nothing' }),
    h('div', { class: 'choices', 'data-key': 'choices', role: 'group', 'aria-label': t('state') }, STATES.map((name) =>
      h('button', { type: 'button', 'data-state': name, 'aria-pressed': String(name === state), onclick: () => show(name) },
        t(`job.${name}`), count[name] ? h('span', { class: 'count-of' }, ` ${count[name]}`) : null))),
    page === null ? h('p', { class: 'muted' }, t('loading'))
      : page.jobs.length === 0 ? h('p', { class: 'muted' }, t('jobs.empty'))
        : h('div', { class: 'scroll', 'data-key': 'list', tabindex: 0, role: 'region', 'aria-label': t('view.jobs') }, h('table', {},
          h('thead', {}, h('tr', {}, titles.map((name) => h('th', { scope: 'col' }, t(`jobs.${name}`))), may('JOBS') ? h('th', { scope: 'col' }, t('actions')) : null)),
          h('tbody', {}, page.jobs.map(row)))),
    h('div', { class: 'buttons', 'data-key': 'pages' },
      pages.length > 1 ? h('button', { type: 'button', onclick: () => { pages.pop(); load(); } }, t('previous')) : null,
      page?.next ? h('button', { type: 'button', onclick: () => { pages.push(page.next); load(); } }, t('next')) : null),
  ];
}
