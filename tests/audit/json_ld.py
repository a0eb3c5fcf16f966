"""JSON-LD on every page: it parses, says what schema.org knows, and has what search engines require.

The table below is the part of schema.org's vocabulary that this site speaks. A type or property that is new on the site
is added here from its page at schema.org; that is the moment to see whether the type really has the property.
"""

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from tests.audit.crawl import Answer, Crawl
from tests.audit.report import Report

CONTEXT = "https://schema.org"
HEADLINE = 110  # characters, the most that Google shows
GUIDE = re.compile(r"/articles/\d+-")

Node = dict[str, Any]

THING = "name description url image sameAs identifier mainEntityOfPage"
CREATIVE_WORK = (
    f"{THING} about abstract author citation commentCount dateCreated dateModified datePublished headline inLanguage "
    "isAccessibleForFree isPartOf keywords license publisher text thumbnailUrl"
)
WEB_PAGE = f"{CREATIVE_WORK} breadcrumb lastReviewed mainEntity primaryImageOfPage reviewedBy speakable"
ORGANISATION = f"{THING} contactPoint email foundingDate logo parentOrganization publishingPrinciples telephone"
SAID = f"{CREATIVE_WORK} upvoteCount downvoteCount parentItem"

# type: (required properties, other properties)
VOCABULARY = {
    "AboutPage": ("name", WEB_PAGE),
    "Answer": ("text", SAID),
    "Article": (
        "headline datePublished dateModified author publisher",
        f"{CREATIVE_WORK} articleBody articleSection wordCount",
    ),
    "BreadcrumbList": ("itemListElement", f"{THING} numberOfItems"),
    "CollectionPage": ("name", WEB_PAGE),
    "ContactPage": ("name", WEB_PAGE),
    "DefinedTerm": ("name", f"{THING} alternateName inDefinedTermSet termCode"),
    "DefinedTermSet": ("name", f"{CREATIVE_WORK} hasDefinedTerm"),
    "EntryPoint": ("urlTemplate", THING),
    "ImageObject": ("url", f"{CREATIVE_WORK} caption contentUrl height width"),
    "ItemList": ("itemListElement", f"{THING} itemListOrder numberOfItems"),
    "ListItem": ("position", f"{THING} item"),
    "Organization": ("name", ORGANISATION),
    "Person": ("name", f"{THING} affiliation hasCredential jobTitle worksFor"),
    "QAPage": ("mainEntity", WEB_PAGE),
    "Question": ("name answerCount", f"{SAID} acceptedAnswer suggestedAnswer"),
    "SearchAction": ("target query-input", THING),
    "WebPage": ("", WEB_PAGE),
    "WebSite": ("name url", f"{CREATIVE_WORK} alternateName potentialAction"),
}
ADDRESSES = {"url", "item", "mainEntityOfPage", "image", "logo", "isPartOf"}  # as text they are addresses


def audit(found: Crawl) -> Report:
    report = Report()
    counts: dict[str, int] = {}
    for page in found.pages:
        types: set[str] = set()
        for block in page.markup.json_ld:
            problems, nodes = check(block, found.base)
            report.failures += [f"{page.path}: {problem}" for problem in problems]
            types |= {str(node.get("@type")) for node in nodes}
        for name in types:
            counts[name] = counts.get(name, 0) + 1
        report.failures += [f"{page.path}: {problem}" for problem in _missing(page, types)]
    report.lines += [f"{name} on {count} pages" for name, count in sorted(counts.items())]
    return report


def _missing(page: Answer, types: set[str]) -> list[str]:
    """Every guide says what it is and where it stands."""
    wanted = {"Article", "BreadcrumbList"} if page.status == 200 and GUIDE.match(page.path) else set()
    return [f"no {name}" for name in sorted(wanted - types)]


def check(block: str, base: str) -> tuple[list[str], list[Node]]:
    """Return what is wrong with a block of JSON-LD, and the nodes in it that have a type."""
    try:
        data = json.loads(block)
    except ValueError as error:
        return [f"no JSON: {error}"], []
    tops = data if isinstance(data, list) else [data]
    problems = [
        f"@context is {top.get('@context') if isinstance(top, dict) else top!r}"
        for top in tops
        if not isinstance(top, dict) or top.get("@context") != CONTEXT
    ]
    nodes = list(_nodes(tops))
    if not nodes:
        problems.append("nothing has a type")
    for node in nodes:
        problems += [f"{node['@type']}: {problem}" for problem in _node_problems(node, base)]
    return problems, nodes


def _nodes(value: Any) -> Iterator[Node]:
    if isinstance(value, list):
        for one in value:
            yield from _nodes(one)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        yield from _nodes(list(value.values()))


def _node_problems(node: Node, base: str) -> list[str]:
    name = node["@type"]
    if name == "FAQPage":
        return ["is for pages on which nobody but the site answers; questions of readers are a QAPage"]
    if not isinstance(name, str) or name not in VOCABULARY:
        return ["not in the table of what this site says"]
    required, other = (set(words.split()) for words in VOCABULARY[name])
    given = {key for key in node if not key.startswith("@")}
    problems = [f"no {key}" for key in sorted(required) if node.get(key) in (None, "", [])]
    problems += [f"has no property {key}" for key in sorted(given - required - other)]
    for key, value in node.items():
        if key.startswith("date") and not _is_moment(value):
            problems.append(f"{key} {value!r} is no ISO date with time and zone")
        if key in ADDRESSES and isinstance(value, str) and not _is_address(value):
            problems.append(f"{key} {value!r} is no absolute address")
        if key == "@id" and not str(value).startswith((f"{base}/", "tag:")):
            problems.append(f"@id {value!r} is not of this site")
    return problems + RULES.get(name, lambda _: [])(node)


def _breadcrumbs(node: Node) -> list[str]:
    items = node.get("itemListElement")
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        return ["itemListElement is no list of ListItem"]
    problems = [f"contains a {item.get('@type')}" for item in items if item.get("@type") != "ListItem"]
    if (positions := [item.get("position") for item in items]) != list(range(1, len(items) + 1)):
        problems.append(f"positions are {positions}")
    problems += [f"item {number} has no name" for number, item in enumerate(items, 1) if not item.get("name")]
    # The last is the page itself and needs no address.
    return problems + [
        f"item {number} leads nowhere" for number, item in enumerate(items[:-1], 1) if not item.get("item")
    ]


def _article(node: Node) -> list[str]:
    problems = []
    if len(node.get("headline", "")) > HEADLINE:
        problems.append(f"headline of {len(node['headline'])} characters, more than {HEADLINE}")
    for role in ("author", "publisher"):
        problems += [
            f"{role} has no name"
            for person in _as_list(node.get(role))
            if not isinstance(person, dict) or not ({"name", "@id"} & set(person))
        ]
    dates = [node.get("datePublished"), node.get("dateModified")]
    if all(map(_is_moment, dates)) and dt.datetime.fromisoformat(dates[1]) < dt.datetime.fromisoformat(dates[0]):
        problems.append("modified before it was published")
    return problems


def _qa_page(node: Node) -> list[str]:
    question = node.get("mainEntity")
    if not isinstance(question, dict) or question.get("@type") != "Question":
        return ["mainEntity is not one Question"]
    return []


def _question(node: Node) -> list[str]:
    answers = [answer for key in ("acceptedAnswer", "suggestedAnswer") for answer in _as_list(node.get(key))]
    if not answers:
        return ["neither acceptedAnswer nor suggestedAnswer"]
    problems = ["an answer is no Answer" for answer in answers if _type_of(answer) != "Answer"]
    if len(_as_list(node.get("acceptedAnswer"))) > 1:
        problems.append("more than one acceptedAnswer")
    if node.get("answerCount") != len(answers):
        problems.append(f"answerCount is {node.get('answerCount')!r} with {len(answers)} answers")
    return problems


RULES: dict[str, Callable[[Node], list[str]]] = {
    "Article": _article,
    "BreadcrumbList": _breadcrumbs,
    "QAPage": _qa_page,
    "Question": _question,
}


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _type_of(value: Any) -> Any:
    return value.get("@type") if isinstance(value, dict) else None


def _is_moment(value: Any) -> bool:
    try:
        return dt.datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        return False


def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
