import datetime as dt
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.utils import timezone
from jinja2 import UndefinedError

PUBLIC = Path(settings.BASE_DIR) / "templates" / "public"
NIGHT = dt.datetime(2026, 3, 4, 16, 30, 5, tzinfo=dt.UTC)  # 2026-03-05 00:30:05 in Shanghai


def rendered(template, **context):
    return engines["jinja2"].from_string(template).render(context)


@pytest.mark.parametrize("path", sorted(PUBLIC.rglob("*.*ml")), ids=lambda path: path.relative_to(PUBLIC).as_posix())
def test_every_template_can_be_read(path):
    engines["jinja2"].get_template(path.relative_to(PUBLIC).as_posix())


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("{{ night|day }}", '<time datetime="2026-03-05T00:30:05+08:00">2026-03-05</time>'),
        ("{{ night|day(' 答复') }}", '<time datetime="2026-03-05T00:30:05+08:00">2026-03-05 答复</time>'),
        ("{{ night|day('<b>') }}", '<time datetime="2026-03-05T00:30:05+08:00">2026-03-05&lt;b&gt;</time>'),
        ("{{ night|minute }}", '<time datetime="2026-03-05T00:30:05+08:00">2026-03-05 00:30</time>'),
        ("{{ night|iso }}", "2026-03-05T00:30:05+08:00"),
        ("{{ night|date('Y年n月j日 H:i') }}", "2026年3月5日 00:30"),
        ("{{ night.date()|date('Y-m-d') }}", "2026-03-04"),
        ("{{ '一二三四五'|truncate(4, true, '…') }}", "一二三…"),
        ("{{ '一二三四'|truncate(4, true, '…') }}", "一二三四"),
        ("{{ 'a<b\n\nc'|linebreaks }}", "<p>a&lt;b</p>\n\n<p>c</p>"),
        ("{{ words }}", "&lt;script&gt;"),
        ("{{ url('articles:record_view', 7) }}", "/articles/7/views/"),
    ],
)
def test_what_templates_can_call(words, shown):
    assert rendered(words, night=NIGHT, words="<script>") == shown


def test_days_are_those_of_the_site(settings):
    settings.TIME_ZONE = "UTC"
    with timezone.override("Asia/Tokyo"):  # of whoever asked before
        assert rendered("{{ night|iso }}", night=NIGHT) == "2026-03-04T16:30:05+00:00"


def test_a_name_that_is_not_there_is_an_error():
    with pytest.raises(UndefinedError):
        rendered("{{ article.titel }}", article=object())
    with pytest.raises(UndefinedError):
        rendered("{% if nothing %}{% endif %}")
