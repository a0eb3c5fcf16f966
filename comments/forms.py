"""What a reader fills in."""

from typing import Any

from django import forms
from django.core import signing

from articles.models import Article
from comments.models import Comment
from comments.posting import judge
from comments.screening import Verdict

FASTEST_SECONDS = 3  # nobody reads the form and writes faster
OLDEST_SECONDS = 24 * 60 * 60
SHORTEST, LONGEST = 5, 1000  # characters


_signer = signing.TimestampSigner(salt="comments.started")


class CommentForm(forms.Form):
    """A reader's question or comment. No account, no address: what identifies a person is masked or refused."""

    nickname = forms.CharField(label="昵称（可以不填）", max_length=20, required=False)
    body = forms.CharField(
        label="你的问题或评论",
        min_length=SHORTEST,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "请写下你的问题或评论。",
            "min_length": f"太短了，至少写 {SHORTEST} 个字，别人才能帮上忙。",
            "max_length": f"太长了，请控制在 {LONGEST} 个字以内。",
        },
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    started = forms.CharField(required=False, widget=forms.HiddenInput)
    # People do not see this field; programs fill it in.
    website = forms.CharField(label="请留空", required=False, widget=forms.TextInput(attrs={"tabindex": "-1"}))

    def __init__(self, *args: Any, article: Article, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.article = article
        self.verdict: Verdict | None = None

    @property
    def is_by_program(self) -> bool:
        return bool(self.cleaned_data.get("website"))

    @property
    def token(self) -> str:
        """What tells when the reader got the form to see; after an error still the first time."""
        sent = str(self.data.get("started", ""))
        return sent if self._was_shown_within(OLDEST_SECONDS, sent) else _signer.sign(str(self.article.pk))

    def clean_nickname(self) -> str:
        nickname = str(self.cleaned_data["nickname"]).strip()
        if nickname and judge(nickname).findings:
            raise forms.ValidationError("昵称里不要放联系方式、广告或个人信息。")
        if "律师" in nickname:
            raise forms.ValidationError("昵称里不要写“律师”。专家请联系编辑开通账号。")
        return nickname

    def clean_body(self) -> str:
        body = "\n".join(line.strip() for line in str(self.cleaned_data["body"]).splitlines()).strip()
        self.verdict = judge(body)
        if self.verdict.action == "reject":
            raise forms.ValidationError("这里不能发广告，也不能公布别人的信息。改一改再发，已经写的都还在。")
        return body

    def clean_parent(self) -> Comment | None:
        number = self.cleaned_data["parent"]
        if number is None:
            return None
        parent = Comment.objects.can_be_answered().filter(article=self.article, pk=number).first()
        if parent is None:
            raise forms.ValidationError("要回复的评论不在了，或者不能回复。去掉回复也可以直接发。")
        return parent

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        token = cleaned.get("started", "")
        if not self._was_shown_within(OLDEST_SECONDS, token):
            raise forms.ValidationError("页面放得太久了，请再点一次“发送”。")
        if not self.errors and self._was_shown_within(FASTEST_SECONDS, token):
            raise forms.ValidationError("发得太快了，请再看一遍，然后点“发送”。")
        return cleaned

    def _was_shown_within(self, seconds: int, token: str) -> bool:
        try:
            return _signer.unsign(token, max_age=seconds) == str(self.article.pk)
        except signing.BadSignature:
            return False
