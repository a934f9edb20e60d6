// What pages need of the browser beside Blazor.
for (const id of ['reload-page', 'reload-page-2']) document.getElementById(id)?.addEventListener('click', () => location.reload());

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
window.tributary = { focusOn, showDialog, closeDialog, copyText };
