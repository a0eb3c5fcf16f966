// What is typed at the desk and not saved, on this device: a copy for each page of a form, by the page's key.
(function () {
  'use strict';
  const PREFIX = 'debtfaq.copy.';
  const KEPT = 30 * 24 * 60 * 60 * 1000; // milliseconds

  const names = () => Object.keys(window.localStorage).filter(name => name.startsWith(PREFIX));

  function read(name) {
    try {
      return JSON.parse(window.localStorage.getItem(name)) || {};
    } catch (error) {
      return {};
    }
  }

  const copies = {
    // Returns whether the browser could keep it.
    put(key, copy) {
      try {
        window.localStorage.setItem(PREFIX + key, JSON.stringify(copy));
        return true;
      } catch (error) {
        return false;
      }
    },
    drop(key) {
      try {
        window.localStorage.removeItem(PREFIX + key);
      } catch (error) { /* a browser that keeps nothing has nothing to forget */ }
    },
    // The newest first.
    all() {
      try {
        return names().map(name => Object.assign({ key: name.slice(PREFIX.length) }, read(name))).sort((a, b) => b.at - a.at);
      } catch (error) {
        return [];
      }
    }
  };
  window.localCopies = copies;

  // The server names the page whose text it has just saved.
  const saved = /(?:^|; )saved_form=([0-9a-f-]+)/.exec(document.cookie);
  if (saved) copies.drop(saved[1]);
  // Others may use this device after a log-out; what was typed long ago is nobody's any more.
  const isLogOut = location.pathname.endsWith('/logout/');
  copies.all().forEach(copy => {
    if (isLogOut || !(copy.at > Date.now() - KEPT)) copies.drop(copy.key);
  });
})();
