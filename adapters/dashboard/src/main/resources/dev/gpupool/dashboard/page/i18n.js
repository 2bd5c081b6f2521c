// The words of the page: those of the browser's language if there are any, else English.
import en from './messages.en.js';
import pt from './messages.pt-BR.js';

const KNOWN = { en, 'pt-BR': pt };
let words = en;
let tag = 'en';

export function choose(wanted) {
  const first = (wanted ?? []).map((one) => one.toLowerCase()).find((one) => one.startsWith('pt') || one.startsWith('en'));
  tag = first?.startsWith('pt') ? 'pt-BR' : 'en';
  words = KNOWN[tag];
  document.documentElement.lang = tag;
}

/** Other words, for tests and for hosts that bring a language. */
export function use(other) {
  words = other;
}

export const language = () => tag;

/** A message, its {names} filled in. */
export function t(key, values) {
  const text = words[key] ?? en[key] ?? key;
  return values ? text.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all) : text;
}
