// Builds the desk around the text area of the body. Without this script the form is a plain one.
(function () {
  'use strict';
  const area = document.getElementById('id_body'), template = document.getElementById('desk-template');
  if (!area || !template) return;
  const desk = template.content.firstElementChild.cloneNode(true);
  const form = area.form, views = Array.from(desk.querySelectorAll('[data-view]'));
  const phone = desk.querySelector('[data-phone]'), said = desk.querySelector('.desk-said');
  const ROOM_FOR_BOTH = 720; // pixels
  area.parentNode.insertBefore(desk, area);
  desk.querySelector('.desk-write').append(area);
  form.classList.add('has-desk');

  function remembered(name) { try { return localStorage.getItem(name); } catch (error) { return null; } }
  function remember(name, value) { try { localStorage.setItem(name, value); } catch (error) { /* private mode */ } }

  const parts = {area: area, desk: desk, form: form, editing: Desk.editing(area)};
  parts.say = function (words, isError) {
    said.textContent = words;
    said.classList.toggle('is-error', Boolean(isError));
  };
  parts.showWriting = function () { if (desk.dataset.view === 'read') look('write'); };
  parts.uploads = Desk.uploads(parts);
  parts.withoutPlaceholders = parts.uploads.withoutPlaceholders;
  parts.openLinks = Desk.links(parts).open;
  parts.openPictures = Desk.pictures(parts).open;
  Desk.toolbar(parts);
  Desk.counts(parts);
  const preview = Desk.preview(parts);

  // How much is seen of text and preview; side by side only where there is room.
  let chosen = remembered('desk-view') || 'write';
  function look(view) {
    const hasRoom = form.clientWidth >= ROOM_FOR_BOTH;
    const now = view === 'both' && !hasRoom ? 'write' : view;
    desk.dataset.view = form.dataset.view = now;
    views.forEach(function (button) { button.setAttribute('aria-pressed', button.dataset.view === now); });
    views.find(function (button) { return button.dataset.view === 'both'; }).hidden = !hasRoom;
    phone.hidden = now === 'write' || !hasRoom;
    preview.now();
  }
  function narrow(isNarrow) {
    phone.setAttribute('aria-pressed', isNarrow);
    desk.classList.toggle('is-phone', isNarrow);
  }
  views.forEach(function (button) {
    button.addEventListener('click', function () {
      chosen = button.dataset.view;
      remember('desk-view', chosen);
      look(chosen);
    });
  });
  phone.addEventListener('click', function () {
    const isNarrow = phone.getAttribute('aria-pressed') !== 'true';
    remember('desk-phone', isNarrow ? '1' : '');
    narrow(isNarrow);
  });
  narrow(remembered('desk-phone') === '1');
  look(chosen);
  let width = form.clientWidth;
  new ResizeObserver(function () {
    if (form.clientWidth === width) return;
    width = form.clientWidth;
    look(chosen);
  }).observe(form);
})();
