// What pages need of the browser beside Blazor.
for (const id of ['reload-page', 'reload-page-2']) document.getElementById(id)?.addEventListener('click', () => location.reload());

// A connection that is gone is said; a server that was started anew knows nothing of this page. Where nothing was typed it is loaded again at once: all it shows is in its address.
let isTyped = false;
document.addEventListener('input', e => { if (e.target.closest('main')) isTyped = true; });
const modal = document.getElementById('components-reconnect-modal');
modal?.addEventListener('components-reconnect-state-changed', e => {
  const state = e.detail.state;
  if (state === 'hide') modal.close();
  else if (state === 'rejected' && !isTyped) location.reload();
  else if (!modal.open) modal.showModal();
});

const root = document.documentElement;
document.addEventListener('click', e => {
  const choice = e.target.closest?.('[data-theme-choice]')?.dataset.themeChoice;
  if (choice !== undefined) {
    choice ? root.setAttribute('data-theme', choice) : root.removeAttribute('data-theme');
    document.cookie = `theme=${choice};path=/;max-age=31536000;samesite=strict`;
    document.dispatchEvent(new Event('theme'));
  }
  for (const box of document.querySelectorAll('details.menu-box[open]')) if (!box.contains(e.target) || e.target.closest('a.it, button.it')) box.open = false;
});

document.addEventListener('keydown', e => {
  if (e.key === 'Escape') {
    const box = e.target.closest?.('details.menu-box[open]');
    if (box) { box.open = false; box.querySelector('summary').focus(); }
  }
  const typing = /^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName) || e.target.isContentEditable;
  if (e.key === '/' && !typing && !e.ctrlKey && !e.metaKey && !e.altKey) {
    e.preventDefault();
    document.getElementById('find')?.focus();
  }
});

document.addEventListener('submit', e => { if (e.target.closest('[data-busy]')) e.target.setAttribute('aria-busy', 'true'); });

export const focusOn = selector => document.querySelector(selector)?.focus();
export const showDialog = element => { if (!element.open) element.showModal(); };
export const closeDialog = element => element.close();
export const copyText = text => navigator.clipboard.writeText(text);

// The pane may still be on its way: the element is waited for, a second at most.
// The first of some ids, with blanks between, that is on the page.
export const focusSoon = async ids => {
  for (let i = 0; i < 40; i++) {
    const element = ids.split(' ').map(id => document.getElementById(id)).find(found => found);
    if (element) {
      element.closest('details')?.setAttribute('open', '');
      element.scrollIntoView({ block: 'center' });
      element.focus();
      return;
    }
    await new Promise(next => setTimeout(next, 25));
  }
};

// Arrows, Home, End and the first letters move among the buttons of a list.
let typed = '', typedAt = 0;
document.addEventListener('keydown', e => {
  const list = e.target.closest?.('[data-arrows]');
  if (!list) return;
  const items = [...list.querySelectorAll('button:not([disabled]), input[type=checkbox]')];
  const at = items.indexOf(e.target);
  let to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[e.key];
  if (to === undefined && e.key.length === 1 && e.key !== ' ' && !e.ctrlKey && !e.metaKey) {
    typed = e.timeStamp - typedAt > 700 ? e.key : typed + e.key;
    typedAt = e.timeStamp;
    to = items.findIndex(i => (i.closest('label') ?? i).textContent.trim().toLowerCase().startsWith(typed.toLowerCase()));
    if (to < 0) return;
  }
  if (e.key === 'ArrowRight' || e.key === 'ArrowLeft') {
    const lists = [...list.parentElement.querySelectorAll('[data-arrows]')];
    const beside = lists[lists.indexOf(list) + (e.key === 'ArrowRight' ? 1 : -1)];
    const item = beside?.querySelector('.on') ?? beside?.querySelector('button:not([disabled])');
    if (item) { e.preventDefault(); item.focus(); }
    return;
  }
  if (to === undefined) return;
  e.preventDefault();
  items[Math.max(0, Math.min(to, items.length - 1))]?.focus();
});
document.addEventListener('keydown', e => {
  if (e.key === 'ArrowDown' && e.target.id === 'report-find') {
    e.preventDefault();
    document.querySelector('.rm-reports button:not([disabled])')?.focus();
  }
});

// What a person chose last in this browser; one that keeps nothing forgets it.
export const remembered = name => { try { return localStorage.getItem(name); } catch { return null; } };
export const remember = (name, value) => { try { localStorage.setItem(name, value); } catch { } };

window.tributary = { focusSoon, focusOn, showDialog, closeDialog, copyText, remembered, remember };
