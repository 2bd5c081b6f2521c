// New workers: tokens, notebooks that hold one, and the command for a machine of one's own.
import { act, ask, numeric, say } from './actions.js';
import { h } from './dom.js';
import { day, number } from './format.js';
import { t } from './i18n.js';
import { get, may, now, path, store } from './store.js';

let tokens = null;
let fresh = null;
let redraw = () => {};

async function load() {
  if (may('TOKENS')) tokens = (await get('tokens').catch(() => ({ tokens: [] }))).tokens;
  redraw();
}

export function open(draw) {
  redraw = draw;
  load();
}

/** A secret is shown once, and is gone from the page with the view. */
export function close() {
  fresh = null;
  tokens = null;
}

async function create() {
  const got = await ask(t('token.title'), t('token.text'), t('token.create'), [
    { name: 'note', label: t('token.note') },
    { name: 'hours', label: t('token.hours'), type: 'number', min: 0.1, step: 'any', required: true, value: 24 },
    { name: 'uses', label: t('token.uses'), type: 'number', min: 1, step: 1 },
    { name: 'provider', label: t('token.provider') },
    { name: 'account', label: t('token.account') },
  ]);
  if (!got) return;
  const answer = await act('tokens', { note: got.note, hours: numeric(got.hours), uses: numeric(got.uses),
    provider: got.provider || null, account: got.account || null }, t('token.done'));
  if (answer) {
    fresh = (await answer.json()).secret;
    load();
  }
}

async function revoke(token) {
  if (await ask(t('revoke.title', { id: token.id }), t('revoke.text'), t('revoke'))) {
    await act(path('tokens', token.id, 'revoke'), {}, t('revoke.done', { id: token.id }));
    load();
  }
}

async function download(kind) {
  const answer = await act(path('notebooks', kind), {}, t('notebook.done'));
  if (!answer) return;
  const address = URL.createObjectURL(await answer.blob());
  const link = h('a', { href: address, download: `${kind}_worker.ipynb` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
  load();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    say(t('copied'));
  } catch {
    say(t('copy.failed'), true);
  }
}

const command = () => [
  `curl -fsSO ${store.me.workersUrl}/agent.py`,
  `GPUPOOL_URL=${store.me.workersUrl} GPUPOOL_TOKEN=${fresh ?? `<${t('command.token')}>`} python3 agent.py --worker box-1 --handlers my_handlers.py`,
].join('\n');

const copyable = (text, label) => h('div', { class: 'copyable' }, h('pre', { tabindex: 0, 'aria-label': label }, text),
  h('button', { type: 'button', 'aria-label': t('copy.of', { what: label }), onclick: () => copy(text) }, t('copy')));

function status(token) {
  if (token.revokedAt !== null) return h('span', { class: 'state offline' }, t('token.revoked'));
  if (token.expiresAt <= now()) return h('span', { class: 'state offline' }, t('token.expired'));
  return h('span', { class: 'state online' }, t('token.valid'));
}

function list() {
  if (tokens === null) return h('p', { class: 'muted' }, t('loading'));
  if (!tokens.length) return h('p', { class: 'muted' }, t('token.none'));
  const titles = ['id', 'status', 'for', 'note', 'expires', 'usesleft'];
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-labelledby': 'tokens-title' }, h('table', {},
    h('thead', {}, h('tr', {}, titles.map((name) => h('th', { scope: 'col' }, t(`token.${name}`))), h('th', { scope: 'col' }, t('actions')))),
    h('tbody', {}, tokens.map((token) => h('tr', { 'data-key': token.id, 'data-token': token.id },
      h('th', { scope: 'row', class: 'id' }, token.id),
      h('td', {}, status(token)),
      h('td', {}, token.account ? `${token.provider} / ${token.account}` : t(`token.kind.${token.kind}`)),
      h('td', {}, token.note),
      h('td', {}, day(token.expiresAt)),
      h('td', { class: 'num' }, token.usesLeft === null ? t('any') : number(token.usesLeft)),
      h('td', {}, token.revokedAt === null && token.expiresAt > now()
        ? h('button', { type: 'button', class: 'danger', 'aria-label': t('revoke.of', { id: token.id }), onclick: () => revoke(token) }, t('revoke')) : null))))));
}

export function draw() {
  if (!may('TOKENS')) return h('p', { class: 'note' }, t('join.noright'));
  const url = store.me.workersUrl;
  return [
    url ? h('section', { class: 'panel', 'aria-labelledby': 'notebooks-title' }, h('h2', { id: 'notebooks-title' }, t('notebook.title')),
      h('p', {}, t('notebook.text')),
      h('div', { class: 'buttons' }, ['colab', 'kaggle'].map((kind) =>
        h('button', { type: 'button', 'data-notebook': kind, onclick: () => download(kind) }, t(`notebook.${kind}`))))) : h('p', { class: 'note' }, t('join.nourl')),
    url ? h('section', { class: 'panel', 'aria-labelledby': 'command-title' }, h('h2', { id: 'command-title' }, t('command.title')),
      h('p', {}, t('command.text')), copyable(command(), t('command.title'))) : null,
    h('section', { class: 'panel', 'aria-labelledby': 'tokens-title' },
      h('div', { class: 'head' }, h('h2', { id: 'tokens-title' }, t('token.list')),
        h('button', { type: 'button', class: 'primary', id: 'create-token', onclick: create }, t('token.create'))),
      fresh ? h('div', { class: 'note', id: 'fresh', 'data-key': 'fresh' }, h('p', {}, t('token.once')), copyable(fresh, t('token.secret'))) : null,
      list()),
  ];
}
