// The editor of the SQL page: line numbers beside the text, Ctrl+Enter runs it.
export function attach(area, gutter, page, most) {
  const number = () => {
    const lines = area.value.split('\n').length;
    if (gutter.childElementCount !== lines) gutter.replaceChildren(...Array.from({ length: lines }, (_, i) => Object.assign(document.createElement('span'), { textContent: i + 1 })));
    area.style.height = 'auto';
    area.style.height = `${Math.min(Math.max(area.scrollHeight, 132), innerHeight * 0.5)}px`;
    gutter.scrollTop = area.scrollTop;
  };
  area.addEventListener('input', number);
  area.addEventListener('scroll', () => { gutter.scrollTop = area.scrollTop; });
  area.addEventListener('keydown', e => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      page.invokeMethodAsync('RunTyped', area.value.slice(0, most));
    }
  });
  number();
  return {
    value: () => area.value.slice(0, most),
    put: text => { area.value = text; number(); area.focus(); },
    insert: text => { area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end'); number(); area.focus(); },
  };
}
