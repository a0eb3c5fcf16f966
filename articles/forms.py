from django import forms
from taggit.forms import TagWidget

from articles.models import Article


class ArticleForm(forms.ModelForm[Article]):
    """What an editor writes. The status is not among it: that changes by the buttons below the form."""

    class Meta:
        model = Article
        fields = [
            *("title", "summary", "body", "category", "tags", "byline", "source", "cover", "cover_alt"),
            *("published_at", "correction_note"),
        ]
        widgets = {
            "title": forms.TextInput(attrs={"class": "wide"}),
            "summary": forms.Textarea(attrs={"rows": 3, "class": "wide"}),
            "body": forms.Textarea(attrs={"rows": 30, "class": "wide writing", "spellcheck": "false"}),
            "correction_note": forms.TextInput(attrs={"class": "wide"}),
            "tags": TagWidget(attrs={"class": "wide"}),
            "source": forms.Textarea(attrs={"rows": 4, "class": "wide"}),
        }
