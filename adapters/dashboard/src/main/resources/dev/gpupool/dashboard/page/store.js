// What the page knows of the pool: a whole first, then what changes, as the server tells it.
export const store = {
  ready: false, connected: false, offset: 0, head: null, workers: new Map(), accounts: new Map(), at: 0, me: null,
};
const listeners = new Set();
/** A stream that ends in order is there again within this time, and nobody need hear of it. */
const AGAIN = 2_500;
let source = null;
let heard = 0;
let lost = 0;

export const listen = (listener) => listeners.add(listener);
export const changed = () => listeners.forEach((listener) => listener());

/** The pool's time, as far as it can be told from when its newest word came. */
export const now = () => Date.now() + store.offset;

function apply(known, news, gone) {
  for (const [name, value] of Object.entries(news)) known.set(name, value);
  for (const name of gone ?? []) known.delete(name);
}

export function take(message) {
  if (message.whole) {
    store.workers = new Map();
    store.accounts = new Map();
  }
  store.head = message.head;
  store.at = message.at;
  store.offset = message.at - Date.now();
  apply(store.workers, message.workers, message.workersGone);
  apply(store.accounts, message.accounts, message.accountsGone);
  store.ready = true;
  store.connected = true;
  heard = performance.now();
  clearTimeout(lost);
  lost = 0;
  changed();
}

function lose() {
  store.connected = false;
  changed();
}

export function connect() {
  source?.close();
  heard = performance.now();
  const mine = new EventSource('api/events');
  source = mine;
  mine.onmessage = (event) => take(JSON.parse(event.data));
  mine.onerror = () => {
    lost ||= setTimeout(lose, AGAIN);
    // A refusal ends it for good, and then the browser does not try again by itself.
    if (mine.readyState === EventSource.CLOSED) setTimeout(() => { if (source === mine) connect(); }, 3_000);
  };
}

/**
 * Nothing for long, though the connection stands: a proxy may hold it open to nobody. A page that nobody sees holds no
 * connection, of which browsers allow six to an origin, and costs the pool nothing.
 */
export function watch() {
  setInterval(() => {
    if (document.hidden) return;
    if (performance.now() - heard > 15_000) {
      lose();
      connect();
    }
    changed();
  }, 1_000);
  document.addEventListener('visibilitychange', () => {
    if (document.hidden) {
      source?.close();
      source = null;
    } else {
      connect();
    }
  });
}

/** Does it again and again, but not while nobody looks, nor before the last time is over. */
export function every(millis, task) {
  let running = false;
  return setInterval(async () => {
    if (running || document.hidden) return;
    running = true;
    try {
      await task();
    } finally {
      running = false;
    }
  }, millis);
}

/** What the address names behind a view, or null. */
export function named(view) {
  const start = `#${view}/`;
  if (!location.hash.startsWith(start)) return null;
  try {
    return decodeURIComponent(location.hash.slice(start.length));
  } catch {
    return null;
  }
}

export async function get(path) {
  const answer = await fetch('api/' + path, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

export async function hello() {
  store.me = await get('me');
}

export const may = (right) => store.me?.rights.includes(right) ?? false;

/** An action. A page that outlived its session asks who it is once more, and tries again. */
export async function post(path, body, again = true) {
  const answer = await fetch('api/' + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Gpupool-Action': store.me.token },
    body: JSON.stringify(body ?? {}),
  });
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  if (told.error === 'page-outdated' && again) {
    await hello();
    return post(path, body, false);
  }
  throw new Error(told.message ?? String(answer.status));
}

export const path = (...parts) => parts.map(encodeURIComponent).join('/');
