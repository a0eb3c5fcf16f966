// Pictures on their way to the server: a placeholder in the text, a bar below it, and what came of it.
Desk.uploads = function (parts) {
  'use strict';
  const list = parts.desk.querySelector('.desk-uploads');
  const PLACEHOLDER = /!\[上传中…\]\(upload-\d+\)/g;
  let number = 0, pending = 0;

  function send(file, alt) {
    number += 1;
    pending += 1;
    const placeholder = '![上传中…](upload-' + number + ')';
    const area = parts.area;
    parts.editing.apply(Desk.text.block(
      area.value, area.selectionStart, area.selectionEnd, placeholder, placeholder.length, placeholder.length));
    const bar = progress(file.name);
    const data = new FormData();
    data.append('file', file, file.name || '粘贴的图片.png');
    data.append('alt', alt);
    const request = new XMLHttpRequest(); // fetch cannot tell how much was sent
    request.open('POST', parts.desk.dataset.upload);
    request.setRequestHeader('X-CSRFToken', parts.form.elements.csrfmiddlewaretoken.value);
    request.setRequestHeader('Accept', 'application/json');
    request.upload.onprogress = function (event) {
      if (event.lengthComputable) bar.value = event.loaded / event.total;
    };
    request.onload = function () { done(answerOf(request)); };
    request.onerror = function () { done({error: '网络断了，没有传上去。'}); };
    request.send(data);

    function done(answer) {
      pending -= 1;
      bar.parentNode.remove();
      parts.editing.substitute(placeholder, answer.url ? Desk.text.picture(alt, answer.url) : '');
      parts.say(answer.url ? '图片已插入。' : '图片“' + (file.name || '粘贴的图片') + '”没有传上去：' + answer.error, !answer.url);
    }
  }

  function answerOf(request) {
    let answer = null;
    try { answer = JSON.parse(request.responseText); } catch (error) { /* a page, not an answer */ }
    if (request.status === 201 && answer && answer.url) return answer;
    if (answer && answer.error) return {error: answer.error};
    if (request.status === 413) return {error: '文件太大了。'};
    if (request.status === 403) return {error: '没有上传的权限，或登录已过期。'};
    return {error: '网站没有收下，请稍后再试。'};
  }

  function progress(name) {
    const row = document.createElement('div'), label = document.createElement('span'), bar = document.createElement('progress');
    label.textContent = '正在上传 ' + (name || '图片');
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute('aria-label', label.textContent);
    row.append(label, bar);
    list.append(row);
    return bar;
  }

  parts.form.addEventListener('submit', function (event) {
    if (!pending) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    parts.say('图片还在上传，传完再保存。', true);
  });

  return {
    send: send,
    withoutPlaceholders: function (text) { return text.replace(PLACEHOLDER, '（图片上传中…）'); },
  };
};
