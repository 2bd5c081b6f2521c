// What the buttons share: a question before it is done, and a word when it is.
import { h } from './dom.js';
import { t } from './i18n.js';
import { post } from './store.js';

export function say(text, wrong = false) {
  const place = document.getElementById('told');
  const note = h('p', { class: wrong ? 'note wrong' : 'note' }, text);
  place.replaceChildren(note);
  setTimeout(() => note.remove(), wrong ? 12_000 : 6_000);
}

/** Asks in a dialog; fields become inputs. Resolves to their values, or to null. */
export function ask(title, text, confirm, fields = []) {
  return new Promise((resolve) => {
    const inputs = fields.map((field) =>
      h('input', { id: `ask-${field.name}`, name: field.name, type: field.type ?? 'text', value: field.value ?? '',
        min: field.min, max: field.max, step: field.step, required: field.required, autocomplete: 'off' }));
    const form = h('form', { method: 'dialog' },
      h('h2', { id: 'ask-title' }, title),
      text ? h('p', {}, text) : null,
      fields.map((field, i) => h('div', { class: 'field' }, h('label', { for: `ask-${field.name}` }, field.label), inputs[i])),
      h('div', { class: 'buttons' },
        h('button', { type: 'button', onclick: () => dialog.close('') }, t('ask.back')),
        h('button', { type: 'submit', class: 'primary', value: 'yes' }, confirm)));
    const dialog = h('dialog', { 'aria-labelledby': 'ask-title', 'data-own': true }, form);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      dialog.close('yes');
    });
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes' ? Object.fromEntries(inputs.map((input) => [input.name, input.value])) : null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

export async function act(path, body, done) {
  try {
    const answer = await post(path, body);
    if (done) say(done);
    return answer;
  } catch (failure) {
    say(t('told.refused', { why: failure.message }), true);
    return null;
  }
}

export const numeric = (text) => (text === '' || text === null || text === undefined ? null : Number(text));
