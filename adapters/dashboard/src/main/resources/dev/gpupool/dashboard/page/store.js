// What the page knows of the pool: a whole first, then what changes, as the server tells it.
export const store = {
  ready: false, connected: false, offset: 0, head: null, workers: new Map(), accounts: new Map(), at: 0, me: null,
};
const listeners = new Set();
let source = null;
let heard = 0;

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
  changed();
}

export function connect() {
  source?.close();
  heard = performance.now();
  source = new EventSource('api/events');
  source.onmessage = (event) => take(JSON.parse(event.data));
  source.onerror = () => {
    store.connected = false;
    changed();
    // A refusal ends it for good, and then the browser does not try again by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 3_000);
  };
}

/** Nothing for long, though the connection stands: a proxy may hold it open to nobody. */
export function watch() {
  setInterval(() => {
    if (performance.now() - heard > 15_000) {
      store.connected = false;
      connect();
    }
    changed();
  }, 1_000);
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
