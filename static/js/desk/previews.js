// Copies the link to a draft.
(function () {
  'use strict';
  var field = document.querySelector('[data-copied]');
  var button = document.querySelector('[data-copy]');
  if (!field || !button) return;
  var status = document.querySelector('[data-copy-status]');
  button.hidden = false;
  button.addEventListener('click', function () {
    field.select();
    var copied = navigator.clipboard ? navigator.clipboard.writeText(field.value) : Promise.reject();
    copied.catch(function () {
      if (!document.execCommand('copy')) throw new Error('refused'); // pages without https
    }).then(function () {
      status.textContent = '已复制。';
    }, function () {
      status.textContent = '没能复制，请自己选中复制。';
    });
  });
})();
