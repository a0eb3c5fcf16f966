"""Where an editor tells readers what was corrected."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.formats import date_format


class CorrectionForm(forms.BaseModelForm[Any]):
    """Part of the form of a guide. The field begins empty for every correction: the last note is not for the next."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.shown_note: str = self.instance.correction_note
        field = self.fields.get("correction_note")
        if field and self.instance.corrected_at:
            self.initial["correction_note"] = ""
            if self.shown_note:
                when = date_format(timezone.localtime(self.instance.corrected_at), "Y年n月j日")
                field.help_text = f"告诉读者这一次改了什么、为什么改。读者现在看到的是 {when} 的：{self.shown_note}"
