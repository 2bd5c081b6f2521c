// The frame: which view is shown, in which light, and what every view is told when something changes.
import { h, morph } from './dom.js';
import { choose, t } from './i18n.js';
import { connect, hello, listen, store, watch } from './store.js';
import * as pool from './view-pool.js';
import * as workers from './view-workers.js';
import * as timeline from './view-timeline.js';
import * as jobs from './view-jobs.js';
import * as accounts from './view-accounts.js';
import * as join from './view-join.js';

const VIEWS = { pool, workers, timeline, jobs, accounts, join };
const THEME = 'gpupool-theme';
let shown = null;
let frame = null;

const wanted = () => {
  const name = location.hash.slice(1).split('/')[0];
  return Object.hasOwn(VIEWS, name) ? name : 'pool';
};

function theme(choice) {
  if (choice) {
    localStorage.setItem(THEME, choice);
  }
  const kept = localStorage.getItem(THEME);
  const dark = kept ? kept === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  return dark;
}

function header() {
  const dark = document.documentElement.dataset.theme === 'dark';
  const name = wanted();
  return h('header', {},
    h('div', { class: 'bar' },
      h('a', { class: 'brand', href: '#pool' }, h('img', { src: 'icon.svg', alt: '', width: 28, height: 28 }), h('span', {}, t('brand'))),
      h('span', { class: 'pool-name' }, store.head?.pool ?? ''),
      h('span', { class: store.connected ? 'live' : 'live lost', role: 'status' }, store.connected ? t('live') : t('live.lost')),
      h('button', { type: 'button', class: 'theme', 'aria-pressed': String(dark), onclick: () => { theme(theme() ? 'light' : 'dark'); draw(); } }, t('theme.dark'))),
    h('nav', { 'aria-label': t('nav') }, h('ul', {}, Object.keys(VIEWS).map((view) =>
      h('li', {}, h('a', { href: `#${view}`, 'aria-current': view === name ? 'page' : null }, t(`view.${view}`)))))));
}

function draw() {
  const name = wanted();
  const view = VIEWS[name];
  const opened = shown !== name;
  if (opened) {
    VIEWS[shown]?.close?.();
    shown = name;
    view.open?.(draw);
    frame.main.replaceChildren();
    document.title = t('title', { view: t(`view.${name}`) });
  }
  const next = h('div', { class: `view ${name}` },
    h('h1', { tabindex: -1 }, t(`view.${name}`)),
    store.head?.storageDown ? h('p', { class: 'note wrong', role: 'alert', 'data-key': 'down' }, t('storage.down')) : null,
    store.ready ? view.draw() : h('p', { class: 'muted' }, t('loading')));
  const focused = document.activeElement;
  if (frame.main.firstChild) morph(frame.main.firstChild, next);
  else frame.main.append(next);
  morph(frame.header, header());
  frame.header = document.querySelector('header');
  // What is moved loses the focus, though it is still there.
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({ preventScroll: true });
  view.drawn?.();
  if (opened && frame.moved) document.querySelector('h1').focus();
}

async function start() {
  choose(navigator.languages);
  theme();
  frame = { header: header(), main: h('main', { id: 'main' }), moved: false };
  document.getElementById('page').append(
    h('a', { class: 'skip', href: '#main', onclick: (event) => { event.preventDefault(); document.querySelector('h1')?.focus(); } }, t('skip')),
    frame.header, h('div', { id: 'told', role: 'status', 'aria-live': 'polite' }), frame.main);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => { theme(); draw(); });
  window.addEventListener('hashchange', () => { frame.moved = true; draw(); });
  await hello().catch(() => { store.me = { rights: [], name: '', token: '' }; });
  listen(draw);
  connect();
  watch();
  draw();
}

start();
