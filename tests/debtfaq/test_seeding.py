import pytest

from articles.models import Article
from debtfaq.content_revision import number_in
from debtfaq.seeding_rows import count_on, write_rows
from tests.factories import ArticleFactory

ODD = ["tab\t", "line\nline\r\n", "back\\slash \\N \\. \\t", "'\"", "", "逾期 𠮷", "\\N"]


@pytest.mark.django_db(transaction=True)
def test_rows_are_read_as_they_were_written():
    """Whatever the database takes them by; and readers see what was written."""
    example = ArticleFactory()
    names = [field.attname for field in Article._meta.concrete_fields]
    common = {name: getattr(example, name) for name in names}
    toc = [{"level": 2, "id": "a", "text": text} for text in ODD]
    written = [
        common | {"id": example.pk + n, "slug": f"odd-{n}", "body": text, "summary": text, "toc": toc[:n]}
        for n, text in enumerate(ODD, 1)
    ]
    before = number_in("default")
    write_rows(Article, names, [[row[name] for name in names] for row in written])
    count_on(Article)
    assert list(Article.objects.exclude(pk=example.pk).order_by("pk").values(*names)) == written
    assert number_in("default") == before + 1
    assert ArticleFactory().pk > written[-1]["id"]
