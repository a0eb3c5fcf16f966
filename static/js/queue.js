// The moderators' queue with script: the same forms are sent without leaving the page, and single keys press them.
(function () {
  'use strict';
  const queue = document.getElementById('queue');
  const said = document.querySelector('[data-said]');
  const FAILED = '没有发送成功，请刷新页面再试。';
  const KEPT = 4000; // milliseconds for which a refused card stays to say who was first
  const SAID = 8000; // milliseconds for which a message covers the corner of the page
  // One after another: an undo means the decision that was pressed before it, even if that is still on its way.
  let sending = Promise.resolve();
  let silence;

  const find = selector => queue.querySelector(selector);
  const cards = () => Array.from(queue.querySelectorAll('.queue-card:not([aria-busy])'));
  const boxOf = card => card.querySelector('[form="queue-bulk"]');
  const current = () => document.activeElement.closest('.queue-card:not([aria-busy])');

  function say(text) {
    said.textContent = text;
    window.clearTimeout(silence);
    silence = window.setTimeout(() => { said.textContent = ''; }, SAID);
  }

  function focus(card) {
    if (!card) return;
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: 'nearest' });
  }

  function neighbour(card, step) {
    const all = cards();
    if (!card) return all[0];
    return all[all.indexOf(card) + step];
  }

  function showFigures(answer) {
    Object.keys(answer.figures).forEach(name => {
      find('[data-figure="' + name + '"]').textContent = answer.figures[name];
    });
    const undo = document.getElementById('queue-undo');
    undo.elements.event.value = answer.undoable || '';
    undo.hidden = !answer.undoable;
  }

  async function post(form, data) {
    const response = await fetch(form.action, { method: 'POST', body: data, headers: { Accept: 'application/json' } });
    if (response.redirected || !(response.headers.get('Content-Type') || '').startsWith('application/json')) {
      throw new Error(FAILED);
    }
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    showFigures(answer);
    return answer;
  }

  // Brings in the queue as it is now, and goes to one of its comments, or to the first.
  async function refresh(id) {
    const response = await fetch(location.pathname, { headers: { Accept: 'text/html' } });
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('queue');
    if (!fresh) throw new Error(FAILED);
    queue.replaceChildren(...document.importNode(fresh, true).childNodes);
    prepare();
    focus((id && document.getElementById('comment-' + id)) || find('.queue-card, .queue-empty'));
  }

  function leave(card) {
    const next = neighbour(card, 1) || neighbour(card, -1);
    const hadFocus = card.contains(document.activeElement);
    card.remove();
    if (hadFocus) focus(next);
  }

  function refuse(card, why) {
    const note = card.querySelector('.queue-refused');
    card.querySelector('form').hidden = true;
    boxOf(card).disabled = true;
    note.textContent = why + '。';
    note.hidden = false;
    window.setTimeout(() => {
      leave(card);
      if (!find('.queue-card')) enqueue(() => refresh());
    }, KEPT);
  }

  function enqueue(work) {
    sending = sending.then(work).catch(error => {
      queue.querySelectorAll('[aria-busy]').forEach(card => card.removeAttribute('aria-busy'));
      say(error instanceof TypeError ? '网络不通，' + FAILED : error.message);
    });
  }

  function decide(form, chosen, decision) {
    const data = new FormData(form);
    data.set('decision', decision);
    find('[data-all] input').checked = false;
    const last = chosen[chosen.length - 1];
    const next = cards().filter(card => !chosen.includes(card));
    const after = next.find(card => last.compareDocumentPosition(card) & Node.DOCUMENT_POSITION_FOLLOWING);
    chosen.forEach(card => {
      card.setAttribute('aria-busy', 'true');
      boxOf(card).checked = false;
    });
    focus(after || next[next.length - 1]);
    enqueue(async () => {
      const answer = await post(form, data);
      const refused = Object.keys(answer.refused);
      chosen.forEach(card => {
        const why = answer.refused[card.dataset.comment];
        if (why) refuse(card, why);
        else card.remove();
      });
      say([answer.done.length || !refused.length ? answer.message : '', ...refused.map(pk => answer.refused[pk])].join(' '));
      if (!find('.queue-card')) await refresh();
    });
  }

  function undo() {
    enqueue(async () => {
      const form = document.getElementById('queue-undo');
      if (!form.elements.event.value) return say('没有可以撤销的决定。');
      const answer = await post(form, new FormData(form));
      await refresh(answer.done[0]);
      say([answer.message, ...Object.values(answer.refused)].join(' '));
    });
  }

  function openReasons(card) {
    const details = card.querySelector('details');
    details.open = true;
    details.querySelector('[data-digit]').focus();
  }

  const KEYS = {
    j: card => focus(neighbour(card, 1) || card),
    k: card => focus(neighbour(card, -1) || card),
    u: undo,
    a: card => card && card.querySelector('[value="approve"]').click(),
    s: card => card && card.querySelector('[value="advert"]').click(),
    f: card => card && card.querySelector('[value="featured"]').click(),
    r: card => card && openReasons(card)
  };

  function isField(element) {
    return element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);
  }

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isField(event.target)) return;
    const card = current();
    const details = card && card.querySelector('details[open]');
    const reason = details && /^[1-9]$/.test(event.key) && details.querySelector('[data-digit="' + event.key + '"]');
    const moves = event.key === 'j' || event.key === 'k';
    if (event.repeat && !moves) return; // a key held down decides once
    if (reason) reason.click();
    else if (details && event.key === 'Escape') {
      details.open = false;
      focus(card);
    } else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key](card);
    else return;
    event.preventDefault();
  });

  queue.addEventListener('submit', event => {
    event.preventDefault();
    const form = event.target;
    if (form.id === 'queue-undo') return undo();
    const one = form.closest('.queue-card');
    const chosen = one ? [one] : cards().filter(card => boxOf(card).checked);
    if (!chosen.length) return say('请先勾选评论。');
    if (!chosen.some(card => card.hasAttribute('aria-busy'))) decide(form, chosen, event.submitter.value);
  });

  queue.addEventListener('change', event => {
    if (!event.target.closest('[data-all]')) return;
    cards().forEach(card => {
      boxOf(card).checked = event.target.checked;
    });
  });

  // Shows what only works with script.
  function prepare() {
    queue.querySelectorAll('[data-keys], [data-all]').forEach(element => {
      element.hidden = false;
    });
  }

  prepare();
})();
