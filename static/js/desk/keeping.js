// Keeps what is typed into the form of a guide: at once on this device, soon on the server, and tells who else is at it.
(function () {
  'use strict';
  const box = document.getElementById('keeping');
  const copies = window.localCopies;
  if (!box) return;
  const form = box.closest('form');
  const PAUSE = 3000, LONGEST = 10000, BEAT = 20000, LOCAL = 300, AGAIN = 5000; // milliseconds
  const PATIENCE = 30000; // for an answer; who has pressed a button waits less
  const QUESTION = 8000;
  const BEACON = 60000; // characters that a browser still sends when the page goes
  const OWN = ['autosave_key', 'base_revision', 'base_digests', 'csrfmiddlewaretoken'];
  const ALARMS = {
    expired: '登录已过期。你写的文字还在这里，也存在这台设备上。登录以后回到这个窗口，接着写、接着保存就行。',
    offline: '没有网络，文字先保存在这台设备上（退出登录时会删除）。联网以后会自动保存到网站。',
    stranger: '现在登录的是另一个账号。请换回原来的账号再保存；文字先保存在这台设备上。',
    refused: '你现在不能修改这篇指南。文字先保存在这台设备上，可以复制到别处。',
    failed: '没有自动保存成功，文字先保存在这台设备上。',
    undecided: '上次没有保存的内容还在页首，请先决定要不要；在那之前，这里的文字先保存在这台设备上。',
    elsewhere: '你在另一个窗口里也写了这篇，还没有保存。这里的文字先保存在这台设备上，要留下请点“保存”。'
  };
  const KEEP_FROM_SAVING = ['expired', 'offline', 'stranger'];

  const value = name => form.elements[name].value;
  const key = value('autosave_key');
  const typed = JSON.parse(document.getElementById('keeping-typed').textContent);
  const alarm = box.querySelector('.keeping-alarm');
  const state = box.querySelector('.keeping-state');
  const bar = form.querySelector('.save-bar');
  const before = asServed();
  let sent = typed.length ? null : '{}'; // what the server has
  let isLocal = true; // whether this device has the rest
  let problem = '';
  let localTimer, pauseTimer, longestTimer;
  let working = Promise.resolve();

  function isKept(element) {
    return element.name && !element.disabled && !OWN.includes(element.name) && !element.name.startsWith('_') &&
      !['file', 'password', 'submit', 'button', 'image', 'reset'].includes(element.type) && element.tagName !== 'FIELDSET';
  }

  function collect(valuesOf) {
    const found = {};
    Array.from(form.elements).filter(isKept).forEach(element => {
      found[element.name] = (found[element.name] || []).concat(valuesOf(element));
    });
    return found;
  }

  // What the form says, and what it said when it came from the server: a browser may have filled in more since.
  function asTyped() {
    return collect(element => {
      if (element.tagName === 'SELECT') return Array.from(element.selectedOptions, option => option.value);
      return /^(checkbox|radio)$/.test(element.type) && !element.checked ? [] : [element.value];
    });
  }

  function asServed() {
    return collect(element => {
      if (element.tagName === 'SELECT') {
        const options = Array.from(element.options).filter(option => option.defaultSelected);
        return (options.length || element.multiple ? options : Array.from(element.options).slice(0, 1)).map(option => option.value);
      }
      return /^(checkbox|radio)$/.test(element.type) && !element.defaultChecked ? [] : [element.defaultValue];
    });
  }

  function changes() {
    const found = {}, now = asTyped();
    Object.keys(now).forEach(name => {
      const values = now[name], served = before[name] || [];
      if (typed.includes(name) || JSON.stringify(values) !== JSON.stringify(served)) {
        found[name] = values.length > 1 ? values : values[0] || '';
      }
    });
    return found;
  }

  // --- on this device

  function keepHere() {
    window.clearTimeout(localTimer);
    localTimer = undefined;
    const data = changes(), text = JSON.stringify(data);
    if (text === '{}') {
      copies.drop(key);
      isLocal = true;
      return;
    }
    isLocal = copies.put(key, {
      at: Date.now(), user: box.dataset.user, article: box.dataset.article, synced: text === sent, data,
      base_revision: value('base_revision'), base_digests: value('base_digests')
    });
  }

  const isUndecided = () => problem === 'undecided' || problem === 'elsewhere';
  const isUnsent = () => JSON.stringify(changes()) !== sent;

  // --- on the server

  class Problem extends Error {}

  async function request(method, body, options) {
    const headers = { Accept: 'application/json' };
    if (body) headers['X-CSRFToken'] = value('csrfmiddlewaretoken');
    let response;
    try {
      response = await fetch(box.dataset.autosave, Object.assign(
        { method, body, headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE) }, options
      ));
    } catch (error) {
      throw new Problem(error instanceof TypeError ? 'offline' : 'failed');
    }
    if (response.type === 'opaqueredirect') throw new Problem('expired');
    return response;
  }

  // A log-in changes the token against forgery: takes the fresh one. Returns whether it has.
  async function takeToken() {
    const response = await request('GET');
    if (!response.ok) return false;
    const answer = await response.json();
    if (String(answer.user) !== box.dataset.user) throw new Problem('stranger');
    const isFresh = value('csrfmiddlewaretoken') !== answer.token;
    document.querySelectorAll('[name="csrfmiddlewaretoken"]').forEach(input => { input.value = answer.token; });
    return isFresh;
  }

  async function post(values, options) {
    const body = new FormData();
    const own = { autosave_key: key, article: box.dataset.article, base_revision: value('base_revision'), base_digests: value('base_digests') };
    Object.entries(Object.assign(own, values)).forEach(entry => body.set(entry[0], entry[1]));
    let response = await request('POST', body, options);
    if (response.status === 403 && await takeToken()) response = await request('POST', body, options);
    const answer = (response.headers.get('Content-Type') || '').startsWith('application/json') ? await response.json() : {};
    if (response.ok) return answer;
    throw Object.assign(new Problem(response.status === 403 ? 'refused' : 'failed'), { said: answer.error });
  }

  // Sends what is new, or else only a sign of life. Returns what keeps the form from being saved, if anything does.
  function beat() {
    window.clearTimeout(pauseTimer);
    window.clearTimeout(longestTimer);
    longestTimer = undefined;
    working = working.then(async () => {
      const text = JSON.stringify(changes());
      try {
        const answer = await post(text === sent ? {} : { data: text });
        showOthers(answer);
        if (text === sent) return warn(isUndecided() ? problem : '');
        if (answer.elsewhere) return warn(box.querySelector('[data-offer]') ? 'undecided' : 'elsewhere');
        sent = text;
        keepHere();
        if (text !== '{}') say('已自动保存 ' + answer.at);
        return warn('');
      } catch (error) {
        pauseTimer = window.setTimeout(beat, AGAIN);
        return warn(error.message, error.said);
      }
    });
    return working;
  }

  // --- what is said

  function say(text) {
    if (state.textContent !== text) state.textContent = text;
  }

  function warn(name, said) {
    if (!(name in ALARMS) && name) name = 'failed';
    if (problem === 'expired' && !name) say('已重新登录，接着写吧');
    problem = name;
    const text = !name ? '' : said || (isLocal ? '' : '这台设备也存不下，请先复制一份。') + ALARMS[name];
    if (alarm.firstElementChild.textContent !== text) alarm.firstElementChild.textContent = text;
    alarm.querySelector('[data-log-in]').hidden = name !== 'expired' && name !== 'stranger';
    alarm.hidden = !name;
    if (name && isUnsent()) say('文字先保存在这台设备上');
    return name;
  }

  function showOthers(answer) {
    const others = (answer.others || []).join('；'), since = box.querySelector('.keeping-since');
    if (box.querySelector('.keeping-others').textContent !== others) box.querySelector('.keeping-others').textContent = others;
    if (since.textContent !== answer.since) since.textContent = answer.since || '';
    since.hidden = !answer.since;
  }

  // --- what was typed before, and not saved

  function isNews(copy) {
    const now = asTyped();
    return Object.entries(copy.data || {}).some(entry => JSON.stringify([].concat(entry[1])) !== JSON.stringify(now[entry[0]]));
  }

  // Shows what only this device has. The server's own offers stand in the page already.
  function offerCopies() {
    const offered = Array.from(box.querySelectorAll('[data-offer]'), element => element.dataset.offer);
    copies.all().forEach(copy => {
      if (copy.user !== box.dataset.user || copy.article !== box.dataset.article) return;
      if (copy.key === key && !isNews(copy)) return;
      if (copy.synced || !isNews(copy)) {
        if (!offered.includes(copy.key)) copies.drop(copy.key);
        return;
      }
      if (box.dataset.article && offered.length && !offered.includes(copy.key)) return; // one after the other
      const replaced = box.querySelector('[data-offer="' + copy.key + '"]');
      const banner = document.getElementById('keeping-copy').content.firstElementChild.cloneNode(true);
      const when = new Date(copy.at).toLocaleString('zh-CN', { month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false });
      const title = box.dataset.article ? '' : '一篇新指南《' + (copy.data.title || '（没有标题）') + '》，';
      banner.dataset.offer = copy.key;
      banner.firstElementChild.textContent = '你在 ' + when + ' 写过' + title + (title ? '' : '的内容，') + '只保存在这台设备上，还没有保存到网站。';
      banner.copy = copy;
      if (replaced) replaced.replaceWith(banner);
      else box.prepend(banner);
      offered.push(copy.key);
    });
  }

  async function restore(banner) {
    const copy = banner.copy;
    try {
      await post({
        autosave_key: copy.key, data: JSON.stringify(copy.data), over: '1',
        base_revision: copy.base_revision, base_digests: copy.base_digests
      });
    } catch (error) {
      return warn(error.message, error.said);
    }
    copies.put(copy.key, Object.assign(copy, { synced: true }));
    sent = null; // what this page says stays on this device, to be offered in its turn
    keepHere();
    const address = new URL(location.href);
    address.searchParams.set('restore', copy.key);
    location.assign(address);
  }

  async function discard(banner) {
    try {
      await post({ autosave_key: banner.dataset.offer, discard: '1' });
    } catch (error) {
      return warn(error.message, error.said);
    }
    copies.drop(banner.dataset.offer);
    banner.remove();
    if (isUndecided()) warn('');
    offerCopies();
    beat();
  }

  box.addEventListener('click', event => {
    const banner = event.target.closest('[data-offer]');
    if (event.target.closest('[data-restore]')) restore(banner);
    else if (event.target.closest('[data-discard]')) discard(banner);
  });

  // --- when

  function onInput() {
    if (localTimer === undefined) localTimer = window.setTimeout(keepHere, LOCAL);
    window.clearTimeout(pauseTimer);
    pauseTimer = window.setTimeout(beat, PAUSE);
    if (longestTimer === undefined) longestTimer = window.setTimeout(beat, LONGEST);
  }
  form.addEventListener('input', onInput);
  // The boxes of select2 tell only jQuery.
  if (window.django && window.django.jQuery) window.django.jQuery(form).on('change', onInput);
  else form.addEventListener('change', onInput);

  let isChecking = false, isChecked = false;
  // Before the form is sent: is there anybody to receive it? Others hear of the sending only if there is.
  window.addEventListener('submit', async event => {
    if (event.target !== form || isChecked) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (isChecking) return;
    isChecking = true;
    keepHere();
    const found = await Promise.race([beat(), new Promise(resolve => window.setTimeout(resolve, QUESTION))]);
    isChecking = false;
    if (KEEP_FROM_SAVING.includes(found)) {
      alarm.focus();
      return;
    }
    isChecked = true;
    form.requestSubmit(event.submitter);
    isChecked = false;
  }, true);

  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') return beat();
    keepHere();
    const text = JSON.stringify(changes());
    if (text !== sent && text.length < BEACON && !problem) post({ data: text }, { keepalive: true }).catch(() => {});
  });
  window.addEventListener('pagehide', keepHere);
  window.addEventListener('online', beat);
  window.addEventListener('focus', () => { if (problem) beat(); });
  window.addEventListener('beforeunload', event => {
    keepHere();
    if (!isLocal && isUnsent() && !isChecking) event.preventDefault();
  });

  if (bar) bar.prepend(state); // which stays in sight
  box.querySelectorAll('[data-discard]').forEach(button => { button.hidden = false; });
  offerCopies();
  if (typed.length) keepHere();
  beat();
  window.setInterval(beat, BEAT);
})();
