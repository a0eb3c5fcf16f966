// Counts a reading once the guide has been in view for a while. Keeps and sends nothing about the reader.
(function () {
  'use strict';
  var READ_AFTER = 5000; // ms
  var article = document.querySelector('[data-views-url]');
  if (!article || !navigator.sendBeacon) return;
  var timer = null;
  function watch() {
    clearTimeout(timer);
    if (document.visibilityState === 'hidden') return;
    timer = setTimeout(function () {
      document.removeEventListener('visibilitychange', watch);
      navigator.sendBeacon(article.getAttribute('data-views-url'));
    }, READ_AFTER);
  }
  document.addEventListener('visibilitychange', watch);
  watch();
})();
