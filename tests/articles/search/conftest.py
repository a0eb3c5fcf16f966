import pytest

from articles import search
from articles.models import Article
from tests.factories import ArticleFactory, CategoryFactory


@pytest.fixture
def publish(db):
    """Put guides on the website, and into the index as the commit of an editor would."""

    def publish(*titles: str, **fields) -> list[Article]:
        category = fields.pop("category", None) or CategoryFactory()
        fields = {"summary": "", "body": "正文。", **fields}
        guides = [ArticleFactory(published=True, title=title, category=category, **fields) for title in titles]
        search.update([guide.pk for guide in guides])
        return guides

    return publish


@pytest.fixture
def titles():
    """Return the titles that a search finds, in order."""

    def titles(text: str, **options) -> list[str]:
        return [hit.article.title for hit in search.find(text, **options).hits]

    return titles
