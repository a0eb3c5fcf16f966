"""What is said when a guide is moved on, typed beside the buttons of its form."""

from typing import Any

from django import forms

from articles.models import StatusChange

LONGEST = StatusChange._meta.get_field("reason").max_length


class Note(forms.CharField):
    """Words about a guide that are none of it."""

    def __init__(self, label: str, placeholder: str) -> None:
        attrs = {"rows": 2, "placeholder": placeholder, "maxlength": LONGEST}
        super().__init__(label=label, max_length=LONGEST, required=False, widget=forms.Textarea(attrs=attrs))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class NotesForm(forms.Form):
    """Part of the form of a guide. A guide is sent back with a note only; without, the form comes back as typed."""

    return_note = Note("退回说明", "要改什么、为什么，作者打开指南时会看到")
    withdraw_reason = Note("撤下原因", "例如：法条已经修改")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if "_return" in self.data and not self.cleaned_data.get("return_note") and "return_note" not in self.errors:
            self.add_error("return_note", "退回时请写明要改什么。")
        for name in self.errors:
            if isinstance(field := self.fields.get(name), Note):
                field.widget.attrs["autofocus"] = True  # it stands at the end of a long form
        return cleaned
