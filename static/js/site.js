// What the pages can do with script; without it they can all be read. Nothing about the reader is kept or sent.
(function () {
  'use strict';
  var root = document.documentElement;

  function each(selector, act, within) {
    Array.prototype.forEach.call((within || document).querySelectorAll(selector), act);
  }

  function remember(name, value) {
    try {
      if (value) localStorage.setItem(name, value);
      else localStorage.removeItem(name);
    } catch (error) { /* private browsing: the choice lasts for this page */ }
  }

  // 大字 and 深色, remembered on this device only.

  var preferences = document.querySelector('[data-preferences]');
  var darkSystem = window.matchMedia('(prefers-color-scheme: dark)');

  function isDark() {
    var theme = root.getAttribute('data-theme');
    return theme ? theme === 'dark' : darkSystem.matches;
  }

  function showPreferences() {
    each('[data-preference]', function (button) {
      var on = button.getAttribute('data-preference') === 'text' ? root.getAttribute('data-text') === 'large' : isDark();
      button.setAttribute('aria-pressed', String(on));
    }, preferences);
  }

  function setAttribute(name, value) {
    if (value) root.setAttribute(name, value);
    else root.removeAttribute(name);
  }

  if (preferences) {
    preferences.addEventListener('click', function (event) {
      var what = event.target.getAttribute('data-preference');
      if (what === 'text') {
        var text = root.getAttribute('data-text') ? '' : 'large';
        setAttribute('data-text', text);
        remember('text', text);
      } else if (what === 'dark') {
        var theme = isDark() ? 'light' : 'dark';
        if (theme === (darkSystem.matches ? 'dark' : 'light')) theme = '';
        setAttribute('data-theme', theme);
        remember('theme', theme);
      }
      showPreferences();
    });
    preferences.hidden = false;
    showPreferences();
  }

  // 快速离开: the page left is not in the history.

  each('[data-exit]', function (link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      document.body.hidden = true;
      window.location.replace(link.href);
    });
  });

  // Counts a reading once the guide has been in view for a while.

  var article = document.querySelector('[data-views-url]');
  var READ_AFTER = 5000; // ms
  var timer = null;

  function watch() {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') return;
    timer = setTimeout(function () {
      document.removeEventListener('visibilitychange', watch);
      navigator.sendBeacon(article.getAttribute('data-views-url'));
    }, READ_AFTER);
  }

  if (article && navigator.sendBeacon) {
    document.addEventListener('visibilitychange', watch);
    watch();
  }

  // Marks the section being read in the table of contents.

  var contents = document.querySelector('.toc-side');
  if (contents && window.IntersectionObserver) {
    var observer = new IntersectionObserver(function (entries) {
      entries.forEach(function (entry) {
        if (!entry.isIntersecting) return;
        each('a', function (link) {
          if (link.hash === '#' + entry.target.id) link.setAttribute('aria-current', 'true');
          else link.removeAttribute('aria-current');
        }, contents);
      });
    }, { rootMargin: '0px 0px -70% 0px' });
    each('.prose h2, .prose h3', function (heading) { observer.observe(heading); });
  }

  // 有用 / 没用, without leaving the page.

  each('[data-vote]', function (form) {
    form.addEventListener('click', function (event) {
      var answer = event.target.value;
      if (!answer || !window.fetch) return;
      event.preventDefault();
      var status = form.querySelector('[data-vote-status]');
      fetch(form.action, {
        method: 'POST',
        headers: { Accept: 'application/json' },
        body: new URLSearchParams({ answer: answer })
      }).then(function (response) {
        if (!response.ok) throw new Error(response.status);
        each('button', function (button) { button.disabled = true; }, form);
        status.textContent = response.status === 201 ? '谢谢，记下了。' : '今天已经记过了。';
      }).catch(function () {
        status.textContent = '没有送到，请稍后再试。';
      });
    });
  });

  // 有用 under a comment, likewise.

  each('[data-useful]', function (form) {
    form.addEventListener('submit', function (event) {
      if (!window.fetch) return;
      event.preventDefault();
      var status = form.querySelector('[role="status"]');
      fetch(form.action, { method: 'POST', headers: { Accept: 'application/json' } }).then(function (response) {
        if (!response.ok) throw new Error(response.status);
        form.querySelector('button').disabled = true;
        status.textContent = response.status === 201 ? '谢谢。' : '已经记过了。';
      }).catch(function () {
        status.textContent = '没有送到，请稍后再试。';
      });
    });
  });

  // The form for comments comes only when somebody wants to write.

  each('[data-write]', function (box) {
    box.addEventListener('click', function (event) {
      if (!window.fetch || event.target.tagName !== 'A') return;
      event.preventDefault();
      fetch(box.getAttribute('data-write'), { credentials: 'same-origin' }).then(function (response) {
        if (!response.ok || response.redirected) throw new Error(response.status);
        return response.text();
      }).then(function (html) {
        box.insertAdjacentHTML('afterend', html);
        box.hidden = true;
        var field = document.getElementById('write-body');
        if (field) field.focus();
      }).catch(function () { window.location.href = event.target.href; });
    });
  });

  // Sharing: an address and a title that tell nobody what the guide is about.

  each('[data-share]', function (box) {
    var url = box.getAttribute('data-share');
    var status = box.querySelector('[data-share-status]');
    var send = box.querySelector('[data-send]');

    function copied() { status.textContent = '已复制，链接里看不出内容。'; }

    function copyTheOldWay() {
      var field = document.createElement('textarea');
      field.value = url;
      box.appendChild(field);
      field.select();
      if (document.execCommand('copy')) copied();
      else status.textContent = url;
      box.removeChild(field);
    }

    box.querySelector('[data-copy]').addEventListener('click', function () {
      if (navigator.clipboard) navigator.clipboard.writeText(url).then(copied, copyTheOldWay);
      else copyTheOldWay();
    });
    if (navigator.share) {
      send.hidden = false;
      send.addEventListener('click', function () {
        navigator.share({ title: '朋友分享的一篇文章', url: url }).catch(function () {});
      });
    }
    box.hidden = false;
  });
})();
