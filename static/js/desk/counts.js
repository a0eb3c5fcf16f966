// How long it is: characters and reading time of the body, and whether title and short answer fit.
Desk.counts = function (parts) {
  'use strict';
  const PER_MINUTE = 400; // characters that people read of such texts
  const LIMITS = {
    title: {good: [8, 30], few: '短了，读者看不出讲什么', many: '长了，搜索结果里会被截断'},
    summary: {good: [15, 120], few: '短了，最好两句话说清答案', many: '长了，最好两句话以内'},
  };

  const shown = parts.desk.querySelector('[data-count]');
  function countBody() {
    const count = Desk.text.count(parts.area.value);
    shown.textContent = count + ' 字' + (count ? '，阅读约 ' + Math.ceil(count / PER_MINUTE) + ' 分钟' : '');
  }
  parts.area.addEventListener('input', countBody);
  countBody();

  Object.keys(LIMITS).forEach(function (name) {
    const field = parts.form.elements[name], limit = LIMITS[name];
    if (!field) return;
    const hint = document.createElement('p');
    hint.className = 'length-hint';
    hint.id = 'id_' + name + '_length';
    field.after(hint);
    field.setAttribute('aria-describedby', ((field.getAttribute('aria-describedby') || '') + ' ' + hint.id).trim());
    function tell() {
      const count = Array.from(field.value.trim()).length;
      const verdict = !count ? '' : count < limit.good[0] ? limit.few : count > limit.good[1] ? limit.many : '';
      hint.textContent = count + ' 字' + (verdict ? '，' + verdict : '，以 ' + limit.good.join('—') + ' 字为宜');
      hint.classList.toggle('is-off', Boolean(verdict));
    }
    field.addEventListener('input', tell);
    tell();
  });
};
