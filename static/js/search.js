// Suggestions while typing in the search box (the combobox pattern of the ARIA practices), and counting a search.
// Without script the box is a plain form.
(function () {
  'use strict';
  var WAIT = 150; // ms without another letter
  var LONGEST = 30; // characters; longer texts are not suggestions
  var SEEN = 1500; // ms after which a page of results counts as seen
  var KEYS = { Down: 'ArrowDown', Up: 'ArrowUp', Esc: 'Escape' }; // as old browsers call them

  function suggestIn(form) {
    var input = form.querySelector('input[name="q"]');
    var known = {}; // what was answered, by what was asked
    var offers = [];
    var active = -1;
    var typed = input.value;
    var timer = null;

    var list = document.createElement('ul');
    list.id = input.id + '-suggestions';
    list.className = 'suggestions';
    list.setAttribute('role', 'listbox');
    list.setAttribute('aria-label', '搜索建议');
    list.hidden = true;
    var status = document.createElement('div');
    status.className = 'visually-hidden';
    status.setAttribute('role', 'status');
    input.parentNode.appendChild(list);
    form.appendChild(status);
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-controls', list.id);
    input.setAttribute('aria-expanded', 'false');

    function isOpen() { return !list.hidden; }

    function close() {
      clearTimeout(timer);
      list.hidden = true;
      active = -1;
      input.setAttribute('aria-expanded', 'false');
      input.removeAttribute('aria-activedescendant');
    }

    function mark(place) {
      var options = list.children;
      active = place;
      Array.prototype.forEach.call(options, function (option, index) {
        option.setAttribute('aria-selected', String(index === place));
      });
      if (place < 0) input.removeAttribute('aria-activedescendant');
      else {
        input.setAttribute('aria-activedescendant', options[place].id);
        if (options[place].scrollIntoView) options[place].scrollIntoView({ block: 'nearest' });
      }
      input.value = place < 0 ? typed : offers[place].text;
    }

    function choose(offer) {
      close();
      if (offer.url) {
        window.location.href = offer.url;
        return;
      }
      input.value = typed = offer.text;
      form.submit();
    }

    function show(found) {
      offers = found;
      list.textContent = '';
      if (!offers.length) {
        close();
        status.textContent = '';
        return;
      }
      offers.forEach(function (offer, index) {
        var option = document.createElement('li');
        var kind = document.createElement('span');
        option.id = list.id + '-' + index;
        option.className = 'suggestion';
        option.setAttribute('role', 'option');
        option.setAttribute('aria-selected', 'false');
        option.appendChild(document.createTextNode(offer.text));
        kind.className = 'suggestion-kind';
        kind.textContent = offer.kind;
        option.appendChild(kind);
        option.addEventListener('mousedown', function (event) { event.preventDefault(); }); // the box keeps the focus
        option.addEventListener('click', function () { choose(offer); });
        list.appendChild(option);
      });
      active = -1;
      list.hidden = false;
      input.removeAttribute('aria-activedescendant');
      input.setAttribute('aria-expanded', 'true');
      status.textContent = offers.length + ' 条建议，按上下键选择。';
    }

    function ask() {
      var text = typed.trim();
      if (!text || text.length > LONGEST) {
        show([]);
        return;
      }
      if (known.hasOwnProperty(text)) {
        show(known[text]);
        return;
      }
      fetch(form.getAttribute('data-suggest') + '?q=' + encodeURIComponent(text)).then(function (response) {
        if (!response.ok) throw new Error(response.status);
        return response.json();
      }).then(function (answer) {
        known[text] = answer.suggestions;
        if (typed.trim() === text && document.activeElement === input) show(known[text]);
      }).catch(function () { /* the form searches without suggestions, too */ });
    }

    function askSoon() {
      typed = input.value;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    }

    // While an input method composes, the letters in the box are not yet what the reader means.
    input.addEventListener('input', function (event) {
      if (!event.isComposing) askSoon();
    });
    input.addEventListener('compositionend', askSoon);

    input.addEventListener('keydown', function (event) {
      var key = KEYS[event.key] || event.key;
      if (event.isComposing || event.keyCode === 229) return;
      if ((key === 'ArrowDown' || key === 'ArrowUp') && !event.altKey) {
        event.preventDefault();
        if (!isOpen()) ask();
        // From the box to the first or the last offer, and past the ends back to the box.
        else if (key === 'ArrowDown') mark(active + 1 < offers.length ? active + 1 : -1);
        else mark(active < 0 ? offers.length - 1 : active - 1);
      } else if (key === 'Escape' && isOpen()) {
        event.preventDefault();
        input.value = typed;
        close();
        status.textContent = '';
      } else if (key === 'Enter' && isOpen() && active >= 0) {
        event.preventDefault();
        choose(offers[active]);
      }
    });
    input.addEventListener('blur', close);
    form.addEventListener('submit', close);
  }

  function countSearch(results) {
    setTimeout(function () {
      var data = new FormData();
      data.append('ticket', results.getAttribute('data-ticket'));
      navigator.sendBeacon(results.getAttribute('data-ticket-url'), data);
    }, SEEN);
  }

  if (window.fetch) Array.prototype.forEach.call(document.querySelectorAll('[data-suggest]'), suggestIn);
  var results = document.querySelector('[data-ticket]');
  if (results && navigator.sendBeacon) countSearch(results);
})();
