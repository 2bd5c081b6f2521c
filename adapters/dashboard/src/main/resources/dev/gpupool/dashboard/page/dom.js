// Builds elements. Text is always text: nothing here, or anywhere, parses markup.
const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node[name] = value;
    else if (name === 'value' && 'value' in node) node.value = value;
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

export const h = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
export const svg = (tag, attributes, ...children) => fill(document.createElementNS(SVG, tag), attributes, children);

const HANDLERS = ['onclick', 'onchange', 'oninput', 'onsubmit'];

/**
 * Makes a node what another is, and touches only what differs: focus, selection, scrolling and open menus stay where they
 * are, and a screen reader hears only what changed.
 */
export function morph(from, to) {
  if (from.nodeType !== to.nodeType || from.nodeName !== to.nodeName || from.dataset?.key !== to.dataset?.key) {
    from.replaceWith(to);
    return;
  }
  if (from.nodeType === Node.TEXT_NODE) {
    if (from.data !== to.data) from.data = to.data;
    return;
  }
  if (from.hasAttribute('data-own')) return;
  if (from.hasAttribute('data-live') || to.hasAttribute('data-live')) {
    from.replaceWith(to);
    return;
  }
  for (const { name, value } of [...to.attributes]) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !(name === 'open' && from.nodeName === 'DIALOG')) from.removeAttribute(name);
  }
  for (const name of HANDLERS) {
    if (from[name] !== to[name]) from[name] = to[name];
  }
  children(from, to);
}

/**
 * What bears a key is found by it wherever it now stands, so that it stays what it is when a list is sorted anew; the rest is
 * matched in its order. So what may come and go beside others needs a key, or they would be taken for each other.
 */
function children(from, to) {
  const wanted = new Set([...to.children].map((child) => child.dataset.key));
  const keyed = new Map();
  for (const child of [...from.children]) {
    const key = child.dataset.key;
    if (key && wanted.has(key)) keyed.set(key, child);
    else if (key) child.remove();
  }
  let place = from.firstChild;
  for (const child of [...to.childNodes]) {
    const key = child.dataset?.key;
    const known = key ? keyed.get(key) : null;
    if (known) {
      if (known === place) place = place.nextSibling;
      else from.insertBefore(known, place);
      morph(known, child);
    } else if (place && !key && !place.dataset?.key) {
      const next = place.nextSibling;
      morph(place, child);
      place = next;
    } else {
      from.insertBefore(child, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/** A bar with its amount, for eyes and ears; a second part may lie on top. */
export function meter(label, value, max, text, tone, second, mark) {
  const width = (part) => Math.max(0, Math.min(100, max > 0 ? (100 * part) / max : 0)).toFixed(2);
  const parts = [
    svg('rect', { class: 'track', width: 100, height: 8 }),
    svg('rect', { class: `fill ${tone}`, width: width(value), height: 8 }),
  ];
  if (second > 0) {
    parts.push(svg('rect', { class: `fill ${tone} second`, x: width(value), width: width(second), height: 8 }));
  }
  if (mark) parts.push(svg('rect', { class: 'mark', x: width(mark), width: 0.8, height: 8 }));
  return h('div', {
    class: 'meter', role: 'meter', 'aria-label': label, 'aria-valuemin': 0, 'aria-valuemax': Math.round(max),
    'aria-valuenow': Math.round(Math.min(value + (second || 0), max)), 'aria-valuetext': text,
  }, svg('svg', { viewBox: '0 0 100 8', preserveAspectRatio: 'none', 'aria-hidden': 'true' }, parts));
}
