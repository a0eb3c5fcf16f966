// The dialog that finds the guide to link to, or takes an address.
Desk.links = function (parts) {
  'use strict';
  const area = parts.area, dialog = document.getElementById('link-dialog');
  const query = dialog.querySelector('input'), results = dialog.querySelector('ul'), said = dialog.querySelector('.dialog-said');
  const ADDRESS = /^(?:https?:\/\/|mailto:|tel:|\/(?!\/)|#)\S+$/i;
  const box = Desk.dialog(dialog, area);
  let timer = 0, request = null, isStale = false, takeFirst = false;

  function open() {
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd).trim();
    query.value = chosen.includes('\n') ? '' : chosen.slice(0, 80);
    results.replaceChildren();
    said.textContent = '';
    box.open();
    query.select();
    search();
  }

  function insert(url, title) {
    box.close();
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd).trim();
    // An address that was selected becomes a link with a name.
    parts.editing.change(Desk.text.link, chosen && !ADDRESS.test(chosen) ? chosen : title, url);
  }

  function row(title, note, choose) {
    const item = document.createElement('li'), button = document.createElement('button');
    const small = document.createElement('span');
    button.type = 'button';
    button.textContent = title;
    small.textContent = note;
    button.append(small);
    button.addEventListener('click', choose);
    item.append(button);
    return item;
  }

  function show(links, text) {
    const rows = links.map(function (link) {
      return row(link.title, link.status, function () { insert(link.url, link.title); });
    });
    if (ADDRESS.test(text) && !links.length) rows.push(row(text, '链接到这个网址', function () { insert(text, text); }));
    results.replaceChildren.apply(results, rows);
    said.textContent = rows.length ? '' : '没有找到这样的指南。换个词试试，或直接粘贴网址。';
    isStale = false;
    if (takeFirst && rows.length) rows[0].firstChild.click();
    takeFirst = false;
  }

  function search() {
    isStale = true;
    const text = query.value.trim();
    const isForeign = ADDRESS.test(text) && !text.startsWith('/') && !text.startsWith(location.origin + '/');
    if (request) request.abort();
    if (isForeign) { show([], text); return; }
    const mine = request = new AbortController();
    fetch(parts.desk.dataset.links + '?q=' + encodeURIComponent(text), {signal: mine.signal, redirect: 'error'})
      .then(function (response) { if (!response.ok) throw new Error(); return response.json(); })
      .then(function (found) { show(found.links, text); })
      .catch(function (error) {
        if (error.name !== 'AbortError') said.textContent = '没有查到：连不上网站，或登录已过期。';
      });
  }

  query.addEventListener('input', function (event) {
    clearTimeout(timer);
    isStale = true;
    takeFirst = false;
    if (!event.isComposing) timer = setTimeout(search, 200);
  });
  query.addEventListener('compositionend', search);
  dialog.addEventListener('keydown', function (event) {
    if (event.isComposing) return;
    const buttons = Array.from(results.querySelectorAll('button')), at = buttons.indexOf(document.activeElement);
    if (event.key === 'ArrowDown' && buttons[at + 1]) buttons[at + 1].focus();
    else if (event.key === 'ArrowUp' && at >= 0) (buttons[at - 1] || query).focus();
    else if (event.key === 'Enter' && event.target === query) {
      if (isStale) takeFirst = true; // what is listed answers an earlier question
      else if (buttons[0]) buttons[0].click();
    }
    else return;
    event.preventDefault();
  });
  // An address that is pasted over words makes a link of them.
  area.addEventListener('paste', function (event) {
    const url = event.clipboardData.getData('text/plain').trim();
    const chosen = area.value.slice(area.selectionStart, area.selectionEnd);
    if (!/^https?:\/\/\S+$/i.test(url) || !chosen.trim() || chosen.includes('\n') || ADDRESS.test(chosen.trim())) return;
    event.preventDefault();
    parts.editing.change(Desk.text.link, chosen, url);
  });
  return {open: open};
};
