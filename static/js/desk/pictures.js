// Pictures come by button, paste or drop, from files or from the media library; each with words for those who cannot see it.
Desk.pictures = function (parts) {
  'use strict';
  const area = parts.area, desk = parts.desk;
  const dialog = document.getElementById('picture-dialog'), ask = document.getElementById('alt-dialog');
  const query = document.getElementById('picture-query'), files = document.getElementById('picture-files');
  const results = dialog.querySelector('ul'), said = dialog.querySelector('.dialog-said');
  const alt = document.getElementById('alt-text'), canvas = document.getElementById('alt-canvas');
  const box = Desk.dialog(dialog, area), asking = Desk.dialog(ask, area);
  const queue = [];
  let timer = 0, request = null, current = null;

  // --- What is in it ---

  function take(fileList) {
    const all = Array.from(fileList), pictures = all.filter(function (file) { return file.type.startsWith('image/'); });
    if (pictures.length < all.length) parts.say('只能插入图片，其他文件没有插入。', true);
    pictures.forEach(function (file) {
      queue.push({name: file.name, draw: function () { return createImageBitmap(file); }, insert: function (words) { parts.uploads.send(file, words); }});
    });
    next();
  }

  function next() {
    if (current || !queue.length) return;
    current = queue.shift();
    alt.value = '';
    canvas.hidden = true;
    ask.querySelector('.alt-name').textContent = (current.name || '粘贴的图片') + (queue.length ? '（后面还有 ' + queue.length + ' 张）' : '');
    asking.open();
    alt.focus();
    current.draw().then(draw, function () { /* the browser cannot show it; perhaps the server can read it */ });
  }

  // A canvas, because the Content-Security-Policy lets no page show a picture that the server does not have.
  function draw(bitmap) {
    const scale = Math.min(1, 480 / bitmap.width, 240 / bitmap.height);
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = Math.max(1, Math.round(bitmap.height * scale));
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
    canvas.hidden = false;
  }

  ask.querySelector('form').addEventListener('submit', function (event) {
    const words = alt.value.trim();
    event.preventDefault();
    if (!words) { alt.value = ''; alt.reportValidity(); return; }
    const one = current;
    asking.close();
    one.insert(words);
  });
  alt.addEventListener('keydown', function (event) {
    if (event.key !== 'Enter' || event.isComposing) return;
    event.preventDefault();
    ask.querySelector('form').requestSubmit();
  });
  ask.addEventListener('close', function () { current = null; setTimeout(next); });

  // --- From files ---

  files.addEventListener('change', function () {
    const chosen = Array.from(files.files);
    files.value = '';
    box.close();
    take(chosen);
  });
  area.addEventListener('paste', function (event) {
    // Office programs send a picture of the text along with the text; then the text is meant.
    if (!event.clipboardData.files.length || event.clipboardData.getData('text/plain')) return;
    event.preventDefault();
    take(event.clipboardData.files);
  });
  function hasFiles(event) { return event.dataTransfer && Array.from(event.dataTransfer.types).includes('Files'); }
  desk.addEventListener('dragover', function (event) {
    if (!hasFiles(event)) return;
    event.preventDefault();
    desk.classList.add('is-target');
  });
  desk.addEventListener('dragleave', function (event) {
    if (!desk.contains(event.relatedTarget)) desk.classList.remove('is-target');
  });
  desk.addEventListener('drop', function (event) {
    desk.classList.remove('is-target');
    if (!hasFiles(event)) return;
    event.preventDefault();
    take(event.dataTransfer.files);
  });

  // --- From the media library ---

  function open() {
    query.value = '';
    box.open();
    search();
  }

  function choose(image) {
    box.close();
    const put = function (words) {
      const made = Desk.text.picture(words, image.url);
      parts.editing.apply(Desk.text.block(area.value, area.selectionStart, area.selectionEnd, made, made.length, made.length));
    };
    if (image.alt) { put(image.alt); return; }
    queue.push({name: image.name, insert: put, draw: function () {
      return fetch(image.preview).then(function (response) { return response.blob(); }).then(createImageBitmap);
    }});
    setTimeout(next);
  }

  function show(found) {
    results.replaceChildren.apply(results, found.images.map(function (image) {
      const item = document.createElement('li'), button = document.createElement('button'), picture = document.createElement('img');
      button.type = 'button';
      picture.src = image.preview;
      picture.alt = image.alt || image.name || '没有说明的图片';
      picture.loading = 'lazy';
      button.title = picture.alt;
      button.append(picture);
      button.addEventListener('click', function () { choose(image); });
      item.append(button);
      return item;
    }));
    said.textContent = !found.images.length ? '图库里没有找到图片。' : found.more ? '还有更多，请用更准确的词搜。' : '';
  }

  function search() {
    if (request) request.abort();
    const mine = request = new AbortController();
    fetch(desk.dataset.choose + '?q=' + encodeURIComponent(query.value.trim()), {signal: mine.signal, redirect: 'error'})
      .then(function (response) { if (!response.ok) throw new Error(); return response.json(); })
      .then(show)
      .catch(function (error) {
        if (error.name !== 'AbortError') said.textContent = '没有查到：连不上网站，或登录已过期。';
      });
  }

  query.addEventListener('input', function (event) {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(search, 200);
  });
  query.addEventListener('compositionend', search);
  query.addEventListener('keydown', function (event) { if (event.key === 'Enter') event.preventDefault(); });
  return {open: open};
};
