// Gives every box of select2 the name of its label, which select2 itself leaves out while the box is empty.
// jQuery calls it after what makes the boxes, which was put into the same queue before.
if (window.django && django.jQuery) django.jQuery(function () {
  'use strict';
  document.querySelectorAll('.select2-selection[aria-labelledby]').forEach(function (box) {
    var select = box.closest('.select2').previousElementSibling;
    var label = select && document.querySelector('label[for="' + select.id + '"]');
    if (!label) return;
    label.id = label.id || select.id + '-label';
    box.querySelector('.select2-selection__rendered').setAttribute('aria-labelledby', label.id);
    box.setAttribute('aria-labelledby', label.id + ' ' + box.getAttribute('aria-labelledby'));
  });
});
