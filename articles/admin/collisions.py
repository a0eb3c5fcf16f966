"""Two editors save the same guide: what does not overlap is brought together, of the rest the second one decides."""

import json
import uuid
from typing import Any, NamedTuple

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.formats import date_format

from articles import autosaves, form_values, revisions, three_way
from articles.admin.desk import logged_in
from articles.differences import Row, compare
from articles.form_values import Values
from articles.models import Article

KEY, BASE_REVISION, BASE_DIGESTS = "autosave_key", "base_revision", "base_digests"  # hidden inputs of the form
CARRIED = {"_popup", "_to_field"}  # of the names that begin with _, which are those of buttons otherwise


class Attempt:
    """What somebody tries to save, field by field held against what is saved and what was when the form was opened."""

    def __init__(self, form: forms.BaseForm, data: QueryDict, files: Any) -> None:
        self.form, self.data = form, data
        self.theirs = form_values.before(form)
        self.digests = _digests_in(data)  # how it was
        self.base_revision = number(data.get(BASE_REVISION))
        self.unanswered = self._take_answers()
        self.mine = form_values.sent(form.fields, data, files)
        changed_by_both = [name for name in form.fields if self._is_theirs(name) and self._is_mine(name)]
        self.taken = [name for name in form.fields if self._is_theirs(name) and not self._is_mine(name)]
        self.clashing = [name for name in form.fields if name in {*self.unanswered, *changed_by_both}]

    def take_over(self, newest: int | None) -> None:
        """Let the data say what only others have changed, as if the form had been opened just now."""
        for name in self.taken:
            form_values.put(self.form.fields[name], name, self.theirs[name], self.data)
        self.data[BASE_DIGESTS] = digests_of(self.theirs)
        self.data[BASE_REVISION] = str(newest or "")

    def label(self, name: str) -> str:
        return str(self.form.fields[name].label or name)

    def shown(self, name: str) -> tuple[str, str]:
        """Return what others and we have made of a field, for people."""
        field = self.form.fields[name]
        return _shown(field, self.theirs[name]), _shown(field, self.mine[name] or self.theirs[name])

    def _is_theirs(self, name: str) -> bool:
        """Whether others have changed the field, and not to what we say, too."""
        is_changed = self.digests.get(name) not in {None, form_values.digest(self.theirs[name])}
        return is_changed and self.mine[name] not in {None, self.theirs[name]}

    def _is_mine(self, name: str) -> bool:
        return form_values.digest(self.mine[name]) != self.digests.get(name)

    def _take_answers(self) -> list[str]:
        """Do as was chosen on the page of a collision. Return the fields of which nothing was chosen."""
        unanswered = []
        for name in set(self.data.getlist("clash")) & set(self.form.fields):
            choice = self.data.get(f"choice-{name}")
            if choice == "theirs":
                form_values.put(self.form.fields[name], name, self.theirs[name], self.data)
            elif choice == "edited":
                self.data[name] = self.data.get(f"edited-{name}", "")
            elif choice != "mine":
                unanswered.append(name)
        return unanswered


class Clash(NamedTuple):
    """A field that both have changed, each to something else."""

    name: str
    label: str
    rows: list[Row]
    is_text: bool
    is_file: bool
    merged: bool  # whether `edited` is both changes in one text
    edited: str  # what editing by hand begins with


class CollisionMixin(admin.ModelAdmin[Article]):
    """Holds what is saved against what others have saved since the form was opened; the form carries how it was then.

    Only digests of it: whether a field has changed is all there is to know, whatever kind of field it is.
    """

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        if request.method != "POST" or object_id is None or BASE_DIGESTS not in request.POST:
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            article = self._locked(request, unquote(object_id))
            collision = None
            if article is None:
                self._keep_for_a_new_guide(request)
            elif self.has_change_permission(request, article):
                collision = self._settle(request, article)
            return collision or super().changeform_view(request, object_id, form_url, extra_context)

    def get_form(self, request: HttpRequest, obj: Article | None = None, change: bool = False, **kwargs: Any) -> Any:
        """Return the class of the form, made once for a request: whoever asks for it means all fields of the page."""
        made = request.__dict__.setdefault("_guide_forms", {})
        key = (obj and obj.pk, change)
        if key not in made:
            made[key] = super().get_form(request, obj, change, **kwargs)
        return made[key]

    def _locked(self, request: HttpRequest, pk: str) -> Article | None:
        """Return the guide as it is now, and let nobody else save it before we have."""
        if not pk.isdecimal() or not Article.objects.select_for_update().filter(pk=pk).values_list("pk").first():
            return None
        return self.get_object(request, pk)

    def _keep_for_a_new_guide(self, request: HttpRequest) -> None:
        """Keep what was typed into a guide that somebody has deleted meanwhile."""
        key = key_of(request.POST)
        if key and self.has_add_permission(request):
            names = form_values.all_names(self.get_form(request).base_fields)
            data = {name: form_values.normal(request.POST[name]) for name in names if name in request.POST}
            autosaves.keep(logged_in(request), None, autosaves.Typed(key, data, None))
            self.message_user(request, "你写的内容没有丢：点“增加指南”，就能把它恢复成一篇新的。", messages.WARNING)

    def _settle(self, request: HttpRequest, article: Article) -> HttpResponse | None:
        """Let the form sent take over what only others have changed, or return the page that asks what to keep."""
        form = self.get_form(request, article, change=True)(instance=article)
        attempt = Attempt(form, request.POST.copy(), request.FILES)
        attempt.take_over(revisions.newest_id(article))
        if not attempt.clashing:
            request.POST = attempt.data  # type: ignore[assignment]
            if attempt.taken:
                fields = "、".join(f"“{attempt.label(name)}”" for name in attempt.taken)
                who = _who(request, article, attempt.base_revision)
                self.message_user(request, f"{who}同时改了{fields}，已和你的修改合在一起。", messages.INFO)
            return None
        kept = form_values.typed(form, attempt.data) | {BASE_DIGESTS: request.POST[BASE_DIGESTS]}
        typed = autosaves.Typed(key_of(attempt.data), kept, attempt.base_revision)
        autosaves.keep(logged_in(request), article, typed)
        return self._collision(request, article, attempt)

    def _collision(self, request: HttpRequest, article: Article, attempt: Attempt) -> HttpResponse:
        before = _before(article, attempt.base_revision)
        context = {
            **self.admin_site.each_context(request),
            "title": "别人同时改了这篇指南",
            "opts": self.opts,
            "original": article,
            "who": _who(request, article, attempt.base_revision),
            "clashes": [_clash(attempt, name, before) for name in attempt.clashing],
            "carried": [
                (name, value) for name, values in attempt.data.lists() if _is_carried(name) for value in values
            ],
            "files": [file.name for file in request.FILES.values() if isinstance(file, UploadedFile)],
            "is_again": "clash" in attempt.data,
        }
        return TemplateResponse(request, "admin/articles/article/collision.html", context)


def _clash(attempt: Attempt, name: str, before: Any) -> Clash:
    field = attempt.form.fields[name]
    theirs, mine = attempt.shown(name)
    base = form_values.normal(getattr(before, name, ""))
    is_known = form_values.digest(((base,),)) == attempt.digests.get(name)  # else no revision says how it was
    is_unanswered = name in attempt.unanswered
    merged = three_way.merge(base, mine, theirs) if is_known and not is_unanswered else None
    by_hand = form_values.normal(attempt.data.get(f"edited-{name}", mine)) if is_unanswered else mine
    return Clash(
        name=name,
        label=attempt.label(name),
        rows=compare(theirs, mine),
        is_text=isinstance(field, forms.CharField),
        is_file=isinstance(field.widget, forms.FileInput),
        merged=merged is not None,
        edited=by_hand if merged is None else merged,
    )


def _before(article: Article, base_revision: int | None) -> Any:
    """Return the revision on which the form was based: the first one if there was none yet."""
    if base_revision is None:
        return article.history.last()
    return article.history.filter(history_id=base_revision).first()


def key_of(data: QueryDict) -> str:
    """Return by what key the page goes from which `data` came; an empty one if it is none of ours."""
    try:
        return str(uuid.UUID(data.get(KEY, "")))
    except ValueError:
        return ""


def digests_of(values: dict[str, Values]) -> str:
    """Return how the fields are, to be carried by the form."""
    return json.dumps({name: form_values.digest(each) for name, each in values.items()})


def _digests_in(data: QueryDict) -> dict[str, str]:
    try:
        found = json.loads(data.get(BASE_DIGESTS, ""))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _is_carried(name: str) -> bool:
    is_button_or_answer = name.startswith(("_", "choice-", "edited-")) or name in {"clash", "csrfmiddlewaretoken"}
    return name in CARRIED or not is_button_or_answer


def _shown(field: forms.Field, values: Values) -> str:
    if isinstance(field, forms.ModelChoiceField) and field.queryset is not None and values[0][0].isdecimal():
        return str(field.queryset.filter(pk=values[0][0]).first() or "")
    return " ".join(value for each in values for value in each)


def _who(request: HttpRequest, article: Article, base_revision: int | None) -> str:
    """Return who has saved the guide last, and when."""
    newest = article.history.select_related("history_user").first()
    if newest is None or newest.pk == base_revision or newest.history_user is None:
        return "有人"
    user = newest.history_user
    name = "你在另一个窗口" if user == request.user else user.get_full_name() or user.get_username()
    at = date_format(timezone.localtime(newest.history_date), "H:i")
    return f"{name}（{at} 保存）"


def number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None
