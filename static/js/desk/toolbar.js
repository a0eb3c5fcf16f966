// The toolbar, its shortcuts, and what the Enter key does in lists.
Desk.toolbar = function (parts) {
  'use strict';
  const area = parts.area, editing = parts.editing, text = Desk.text;
  const bar = parts.desk.querySelector('[role="toolbar"]');
  const buttons = Array.from(bar.querySelectorAll('button'));
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

  const actions = {
    h2: function () { editing.change(text.heading, 2); },
    h3: function () { editing.change(text.heading, 3); },
    bold: function () { editing.change(text.emphasis, '**'); },
    italic: function () { editing.change(text.emphasis, '*'); },
    list: function () { editing.change(text.list, false); },
    steps: function () { editing.change(text.list, true); },
    quote: function () { editing.change(text.quote); },
    table: function () { editing.change(text.table); },
    callout: function (button) { editing.change(text.callout, button.dataset.name); },
    link: parts.openLinks,
    picture: parts.openPictures,
  };

  function shortcut(event) {
    const mod = isMac ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
    if (!mod) return null;
    if (event.altKey) return {Digit2: 'h2', Digit3: 'h3'}[event.code];
    if (event.shiftKey) return {Digit7: 'steps', Digit8: 'list', Digit9: 'quote'}[event.code];
    return {b: 'bold', i: 'italic', k: 'link'}[event.key.toLowerCase()];
  }

  area.addEventListener('keydown', function (event) {
    if (editing.isComposing(event)) return;
    const name = shortcut(event);
    if (name) {
      event.preventDefault();
      actions[name]();
    } else if (event.key === 'Enter' && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const edit = area.selectionStart === area.selectionEnd && text.enter(area.value, area.selectionStart);
      if (!edit) return;
      event.preventDefault();
      editing.apply(edit);
    }
  });

  // One stop for the Tab key; the arrow keys go from button to button.
  function rove(to) {
    buttons.forEach(function (button) { button.tabIndex = button === to ? 0 : -1; });
  }

  rove(buttons[0]);
  bar.addEventListener('focusin', function (event) { rove(event.target); });
  bar.addEventListener('keydown', function (event) {
    const at = buttons.indexOf(document.activeElement), last = buttons.length - 1;
    const to = {ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last}[event.key];
    if (to === undefined) return;
    event.preventDefault();
    buttons[to].focus();
  });
  // A press must not take the selection from the text area.
  bar.addEventListener('mousedown', function (event) { event.preventDefault(); });
  bar.addEventListener('click', function (event) {
    const button = event.target.closest('button');
    if (!button) return;
    parts.showWriting();
    actions[button.dataset.do](button);
  });
  if (isMac) {
    buttons.forEach(function (button) {
      button.title = button.title.replace('Ctrl+Alt+', '⌘⌥').replace('Ctrl+Shift+', '⌘⇧').replace('Ctrl+', '⌘');
    });
  }
};
