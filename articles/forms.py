import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from taggit.forms import TagWidget

from articles.correction_form import CorrectionForm
from articles.form_values import normal
from articles.models import MOST_PINNED, Article, PinnedGuide
from articles.workflow_form import NotesForm

PINS = tuple(f"pinned_{number}" for number in range(1, MOST_PINNED + 1))


def _pin(number: int) -> forms.ModelChoiceField[Article]:
    return forms.ModelChoiceField(
        Article.objects.all(),
        label=f"置顶第 {number} 篇",
        required=False,
        widget=AutocompleteSelect(
            PinnedGuide._meta.get_field("other"), admin.site, attrs={"data-width": "min(100%, 40rem)"}
        ),
    )


class LinesField(forms.CharField):
    """Text of several lines. How their ends are written, and blanks around all of it, are no change."""

    def to_python(self, value: Any) -> str:
        return normal(super().to_python(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(normal(initial), data)


class ArticleForm(CorrectionForm, NotesForm, forms.ModelForm[Article]):
    """What an editor writes. The status is not among it: that changes by the buttons below the form."""

    revision_note = forms.CharField(
        label="修订说明",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "wide"}),
        help_text="这次改了什么，写给编辑部自己看，记在修订历史里。",
    )
    pinned_1 = _pin(1)
    pinned_2 = _pin(2)
    pinned_3 = _pin(3)

    class Meta:
        model = Article
        fields = [
            *("title", "summary", "body", "category", "tags", "byline", "source", "cover", "cover_alt"),
            *("published_at", "review_by", "correction_note"),
        ]
        field_classes = {"summary": LinesField, "body": LinesField, "source": LinesField}
        widgets = {
            "title": forms.TextInput(attrs={"class": "wide"}),
            "summary": forms.Textarea(attrs={"rows": 2, "class": "wide"}),
            "body": forms.Textarea(attrs={"rows": 30, "class": "wide writing", "spellcheck": "false"}),
            "correction_note": forms.TextInput(attrs={"class": "wide"}),
            "tags": TagWidget(attrs={"class": "wide"}),
            "source": forms.Textarea(attrs={"rows": 4, "class": "wide"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._published_at: dt.datetime | None = self.instance.published_at
        if self._published_at:
            self.initial["published_at"] = self._published_at.replace(second=0, microsecond=0)  # as the form shows it
        if self.instance.pk:
            for pin in self.instance.pinned_guides.all():
                self.initial[f"pinned_{pin.position}"] = pin.other_id

    def clean_published_at(self) -> dt.datetime | None:
        """Keep the seconds, which the form does not show, of a time that was not changed."""
        typed: dt.datetime | None = self.cleaned_data["published_at"]
        return typed if "published_at" in self.changed_data else self._published_at

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        seen = {self.instance.pk}
        for name in PINS:
            other = self.cleaned_data.get(name)
            if other and other.pk in seen:
                self.add_error(name, "不能置顶这篇指南自己。" if other == self.instance else "这篇已经置顶了。")
            elif other:
                seen.add(other.pk)
        return cleaned

    def _save_m2m(self) -> None:
        if "tags" in self.changed_data:  # of what forms save so, there is nothing else
            super()._save_m2m()  # type: ignore[misc]  # missing from the stubs
        if set(PINS) & set(self.changed_data):
            others = [self.cleaned_data[name] for name in PINS if self.cleaned_data[name]]
            self.instance.pinned_guides.all().delete()
            PinnedGuide.objects.bulk_create(
                PinnedGuide(article=self.instance, other=other, position=position)
                for position, other in enumerate(others, 1)
            )
