// A dialog over the text; when it closes, by whatever way, the caret is where it was (Chrome sends it to the start).
Desk.dialog = function (dialog, area) {
  'use strict';
  function close() {
    if (!dialog.open) return;
    const start = area.selectionStart, end = area.selectionEnd;
    dialog.close();
    area.focus();
    area.setSelectionRange(start, end);
  }

  dialog.addEventListener('cancel', function (event) { event.preventDefault(); close(); });
  dialog.addEventListener('submit', function (event) { event.preventDefault(); });
  dialog.addEventListener('click', function (event) {
    if (event.target === dialog || event.target.closest('[data-close]')) close();
  });
  return {open: function () { dialog.showModal(); }, close: close};
};

// Changes to the text area that the browser can undo, and that never come between an input method and its user.
Desk.editing = function (area) {
  'use strict';
  let composing = false;
  const waiting = [];

  area.addEventListener('compositionstart', function () { composing = true; });
  area.addEventListener('compositionend', function () {
    composing = false;
    setTimeout(settle);
  });
  area.addEventListener('focus', function () { setTimeout(settle); });

  // While somebody composes a word, or a dialog is open, other changes wait.
  function isBusy() { return composing || Boolean(document.querySelector('dialog[open]')); }
  function settle() { while (!isBusy() && waiting.length) waiting.shift()(); }

  function put(from, to, insert) {
    area.focus();
    area.setSelectionRange(from, to);
    const done = document.activeElement !== area ? false : insert ? document.execCommand('insertText', false, insert) : from === to || document.execCommand('delete');
    if (done) return;
    area.setRangeText(insert, from, to, 'end'); // a browser that cannot undo it
    area.dispatchEvent(new Event('input', {bubbles: true}));
  }

  function apply(edit) {
    if (!edit) return;
    const top = area.scrollTop;
    put(edit.from, edit.to, edit.insert);
    area.setSelectionRange(edit.start, edit.end);
    // Chrome does not scroll to what a script selects; what was in sight stays there.
    if (Math.abs(area.scrollTop - top) > area.clientHeight) area.scrollTop = top;
  }

  // Put other words in the place of `old`, wherever it is by now, while somebody types elsewhere.
  function substitute(old, words) {
    if (isBusy()) { waiting.push(function () { substitute(old, words); }); return; }
    const from = area.value.indexOf(old);
    if (from < 0) return;
    const to = from + old.length, shift = words.length - old.length;
    const moved = function (at) { return at >= to ? at + shift : at > from ? from + words.length : at; };
    const start = moved(area.selectionStart), end = moved(area.selectionEnd);
    const top = area.scrollTop, focused = document.activeElement;
    put(from, to, words);
    area.setSelectionRange(start, end);
    area.scrollTop = top;
    if (focused && focused !== area && focused !== document.body) focused.focus({preventScroll: true});
  }

  return {
    apply: apply,
    substitute: substitute,
    isComposing: function (event) { return composing || event.isComposing || event.keyCode === 229; },
    // Call `change(text, start, end, …)` of Desk.text with what is there and selected, and do what it says.
    change: function (change) {
      const rest = Array.prototype.slice.call(arguments, 1);
      apply(change.apply(null, [area.value, area.selectionStart, area.selectionEnd].concat(rest)));
    },
  };
};
