// Amounts as people read them, in the language of the page.
import { language, t } from './i18n.js';

const HOUR = 3_600_000;
const cache = new Map();
const once = (key, make) => {
  const full = language() + key;
  if (!cache.has(full)) cache.set(full, make(language()));
  return cache.get(full);
};

export const number = (value, digits = 0) =>
  once('n' + digits, (tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: digits })).format(value);
export const percent = (value) =>
  once('%', (tag) => new Intl.NumberFormat(tag, { style: 'percent', maximumFractionDigits: 0 })).format(value);
export const hours = (millis) => t('unit.hours', { n: number(Math.round(millis / (HOUR / 10)) / 10, 1) });

/** A length that runs: 2 h 05 min, 4 min 10 s. */
export function span(millis) {
  const seconds = Math.max(0, Math.round(millis / 1000));
  const pad = (n) => String(n).padStart(2, '0');
  if (seconds >= 172_800) return t('unit.days', { n: number(seconds / 86_400, 1) });
  if (seconds >= 3_600) return t('unit.hm', { h: Math.floor(seconds / 3_600), m: pad(Math.floor((seconds % 3_600) / 60)) });
  if (seconds >= 60) return t('unit.ms', { m: Math.floor(seconds / 60), s: pad(seconds % 60) });
  return t('unit.s', { s: seconds });
}

export const clock = (millis) =>
  once('c', (tag) => new Intl.DateTimeFormat(tag, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })).format(millis);
export const day = (millis) =>
  once('d', (tag) => new Intl.DateTimeFormat(tag, {
    weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23',
  })).format(millis);
export const bytes = (count) =>
  count < 1024 * 1024 ? t('unit.kib', { n: number(count / 1024, 1) }) : t('unit.mib', { n: number(count / 1048576, 1) });
