"""Fields for a single picture, such as a cover: what is uploaded comes through the gate."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import models

from articles.image_gate import let_in
from articles.images import WIDEST, ImageProblem


class PictureFormField(forms.FileField):
    """Takes a picture and gives the model the one encoded anew, under a name of ours."""

    def __init__(self, *, widest: int = WIDEST, **kwargs: Any) -> None:
        self.widest = widest
        super().__init__(**kwargs)

    def to_python(self, data: Any) -> Any:
        upload = super().to_python(data)
        if upload is None:
            return None
        try:
            picture = let_in(upload, widest=self.widest, variants=False)
        except ImageProblem as problem:
            raise ValidationError(str(problem)) from problem
        return ContentFile(picture.files[picture.address.name], f"{picture.address.key}.{picture.address.suffix}")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "accept": ACCEPT}


class PictureField(models.ImageField):
    """An ImageField whose uploads come through the gate; to the database it is the same."""

    def __init__(self, *args: Any, widest: int = WIDEST, **kwargs: Any) -> None:
        self.widest = widest
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, _, arguments, options = super().deconstruct()
        return name, "django.db.models.ImageField", arguments, options

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": PictureFormField, "widest": self.widest, **kwargs})


# What a browser offers to choose. A phone that is asked for these turns its HEIC pictures into JPEG by itself.
ACCEPT = "image/jpeg,image/png,image/webp,image/gif,image/avif"
