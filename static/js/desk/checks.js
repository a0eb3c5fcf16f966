// Has the guide checked while it is typed, and leads from a problem to its place in the form.
(function () {
  'use strict';
  var box = document.querySelector('[data-checks]');
  if (!box) return;
  var form = box.closest('form');
  var status = document.querySelector('[data-checks-status]');
  var PAUSE = 1200; // ms without a key
  var timer = null;
  var asked = 0;
  var FIELDS = ['title', 'summary', 'body', 'tags', 'source', 'cover_alt', 'cover-clear', 'category', 'review_by'];

  function count() {
    var place = box.querySelector('.problems-count');
    if (!place) return '没有发现问题。';
    var errors = box.querySelectorAll('.problem-error').length;
    var warnings = box.querySelectorAll('.problem-warning').length;
    var words = [];
    if (errors) words.push(errors + ' 处要改');
    if (warnings) words.push(warnings + ' 处建议');
    place.textContent = words.join('，');
    return words.join('，') + '。';
  }

  function show(html) {
    var before = box.querySelector('details');
    box.innerHTML = html;
    var details = box.querySelector('details');
    if (before && details) details.open = before.open;
    box.hidden = false;
    var said = count();
    if (status.textContent !== said) status.textContent = said;
  }

  function ask() {
    var typed = new FormData(form);
    var sent = new URLSearchParams();
    FIELDS.forEach(function (name) {
      if (typed.has(name)) sent.append(name, typed.get(name));
    });
    sent.append('csrfmiddlewaretoken', typed.get('csrfmiddlewaretoken'));
    sent.append('pk', box.getAttribute('data-guide') || '');
    var number = asked += 1;
    fetch(box.getAttribute('data-checks'), { method: 'POST', body: sent, headers: { Accept: 'application/json' } })
      .then(function (response) {
        if (!response.ok || response.redirected) throw new Error(response.status);
        return response.json();
      })
      .then(function (answer) {
        if (number === asked) show(answer.html); // not the answer to what was typed before
      })
      .catch(function () { /* the list stays as it is; saving will tell */ });
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  }

  form.addEventListener('input', later);
  form.addEventListener('change', later);

  // A problem leads to its field, and in the body to its line.
  box.addEventListener('click', function (event) {
    var link = event.target.closest('a[href^="#id_"]');
    if (!link) return;
    var id = link.getAttribute('href').slice(1);
    var field = document.getElementById(id);
    if (!field) return;
    event.preventDefault();
    var folded = field.closest('details');
    if (folded) folded.open = true;
    var line = Number(link.getAttribute('data-line'));
    var select2 = field.classList.contains('select2-hidden-accessible') && field.parentNode.querySelector('.select2-selection');
    (select2 || field).focus();
    if (line) selectLine(field, line);
    (select2 || field).scrollIntoView({ block: 'center' });
  });

  function selectLine(area, number) {
    var lines = area.value.split('\n');
    var start = lines.slice(0, number - 1).join('\n').length + (number > 1 ? 1 : 0);
    // The browser scrolls to where the cursor is typed to, not to what is selected; so by the share of the text.
    area.scrollTop = Math.max(0, area.scrollHeight * (start / Math.max(area.value.length, 1)) - area.clientHeight / 3);
    area.setSelectionRange(start, start + (lines[number - 1] || '').length);
  }

  count();
})();
