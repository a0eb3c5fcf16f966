// The preview: the server's own page of what is typed, in a frame without script, scrolling along.
Desk.preview = function (parts) {
  'use strict';
  const area = parts.area, form = parts.form, desk = parts.desk;
  const frame = desk.querySelector('iframe');
  const stale = desk.querySelector('.desk-stale');
  const FIELDS = ['title', 'summary', 'body', 'byline', 'source', 'correction_note', 'cover_alt', 'category'];
  const PAUSE = 400; // milliseconds without a key
  let timer = 0, request = null, shown = null, isLoaded = false, anchors = [];
  const size = new ResizeObserver(function () { measure(); follow(); });

  function isVisible() { return desk.dataset.view !== 'write' && frame.offsetParent !== null; }

  function typed() {
    const data = new FormData();
    FIELDS.forEach(function (name) {
      if (form.elements[name]) data.append(name, form.elements[name].value);
    });
    data.set('body', parts.withoutPlaceholders(area.value));
    data.append('article', desk.dataset.article);
    return data;
  }

  function later() {
    clearTimeout(timer);
    if (isVisible()) timer = setTimeout(now, PAUSE);
  }

  function now() {
    clearTimeout(timer);
    if (!isVisible()) return;
    const data = typed(), key = JSON.stringify(Array.from(data.entries()));
    if (key === shown) { measure(); follow(); return; }
    if (request) request.abort();
    const mine = request = new AbortController();
    const headers = {'X-CSRFToken': form.elements.csrfmiddlewaretoken.value};
    fetch(desk.dataset.preview, {method: 'POST', body: data, headers: headers, signal: mine.signal, redirect: 'error'})
      .then(function (response) {
        if (!response.ok) throw new Error(String(response.status));
        return response.text();
      })
      .then(function (html) { shown = key; stale.textContent = ''; show(html); })
      .catch(function (error) {
        if (error.name !== 'AbortError') stale.textContent = '预览没有更新：连不上网站，或登录已过期。写的内容还在。';
      });
  }

  function show(html) {
    if (!isLoaded) {
      frame.addEventListener('load', function () {
        isLoaded = true;
        dress();
        aim(frame.contentDocument.querySelector('main'));
        size.observe(frame.contentDocument.documentElement); // a picture that comes moves what is below it
      }, {once: true});
      frame.srcdoc = html;
      return;
    }
    // Only what changed is put in place, so that the page stays where it was and nothing flickers.
    const page = frame.contentDocument, fresh = new DOMParser().parseFromString(html, 'text/html');
    const contents = page.querySelector('.toc-inline'), isOpen = contents && contents.open;
    const top = frame.contentWindow.scrollY;
    const main = page.adoptNode(fresh.querySelector('main'));
    aim(main);
    page.querySelector('main').replaceWith(main);
    if (isOpen && page.querySelector('.toc-inline')) page.querySelector('.toc-inline').open = true;
    frame.contentWindow.scrollTo(0, top);
    measure();
    follow();
  }

  // The frame follows the theme of the desk.
  function dress() {
    const page = frame.contentDocument, theme = document.documentElement.dataset.theme;
    if (theme === 'dark' || theme === 'light') page.documentElement.dataset.theme = theme;
    else delete page.documentElement.dataset.theme;
  }

  // Links of the preview open beside the desk, those within the page scroll. Said by attributes: listeners in a frame
  // without script make some browsers complain.
  function aim(main) {
    main.querySelectorAll('a[href]').forEach(function (link) {
      const href = link.getAttribute('href');
      if (href[0] === '#') link.href = 'about:srcdoc' + href;
      else { link.target = '_blank'; link.rel = 'noopener'; }
    });
  }

  // Pairs of heights, in the text area and in the preview, that belong together: the headings, and the ends.
  function measure() {
    if (!isLoaded || !isVisible()) return;
    const view = frame.contentWindow, prose = frame.contentDocument.querySelector('.prose');
    const topOf = function (element) { return element.getBoundingClientRect().top + view.scrollY; };
    const written = heightsOfHeadings();
    const shownHeadings = Array.from(prose.querySelectorAll('h2, h3, h4, h5, h6')).map(topOf);
    const bottom = frame.contentDocument.documentElement.scrollHeight - view.innerHeight;
    anchors = [[0, 0]];
    if (written.length === shownHeadings.length) {
      written.forEach(function (height, index) { anchors.push([height, shownHeadings[index] - 16]); });
    }
    anchors = anchors.filter(function (pair) { return pair[0] < area.scrollHeight - area.clientHeight && pair[1] < bottom; });
    anchors.push([area.scrollHeight - area.clientHeight, bottom]);
  }

  // Where the headings stand in the text area, measured on a copy of it.
  function heightsOfHeadings() {
    const copy = document.createElement('div');
    copy.className = 'desk-copy';
    const style = getComputedStyle(area);
    ['font', 'lineHeight', 'letterSpacing', 'padding', 'tabSize'].forEach(function (name) { copy.style[name] = style[name]; });
    copy.style.width = area.clientWidth + 'px';
    let fenced = false;
    const marks = [];
    area.value.split('\n').forEach(function (line) {
      const row = document.createElement('div');
      row.textContent = line || '\u200b';
      if (/^ {0,3}(```|~~~)/.test(line)) fenced = !fenced;
      else if (!fenced && /^ {0,3}#{1,6}(\s|$)/.test(line)) marks.push(row);
      copy.append(row);
    });
    area.parentNode.append(copy);
    const heights = marks.map(function (row) { return row.offsetTop; });
    copy.remove();
    return heights;
  }

  function follow() {
    if (!isLoaded || !isVisible() || desk.dataset.view !== 'both' || anchors.length < 2) return;
    const at = area.scrollTop;
    const after = Math.max(1, anchors.findIndex(function (pair) { return pair[0] >= at; }));
    const from = anchors[after - 1], to = anchors[after];
    const share = to[0] > from[0] ? Math.min(1, (at - from[0]) / (to[0] - from[0])) : 1;
    frame.contentWindow.scrollTo(0, from[1] + share * (to[1] - from[1]));
  }

  form.addEventListener('input', later);
  form.addEventListener('change', later);
  area.addEventListener('scroll', follow, {passive: true});
  size.observe(frame);
  new MutationObserver(function () { if (isLoaded) dress(); })
    .observe(document.documentElement, {attributes: true, attributeFilter: ['data-theme']});
  return {now: now};
};
