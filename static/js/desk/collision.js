// Who edits a text by hand means that text to be kept.
document.querySelectorAll('.collision-field textarea').forEach(textarea => {
  textarea.addEventListener('input', () => {
    textarea.closest('fieldset').querySelector('[value="edited"]').checked = true;
  });
});
