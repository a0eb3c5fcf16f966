"""What WordPress does to the text of a post before it is a page: short codes, bare line breaks, marks of blocks."""

import re
from collections.abc import Callable
from dataclasses import dataclass

BLOCKS = (
    "table|thead|tfoot|caption|col|colgroup|tbody|tr|td|th|div|dl|dd|dt|ul|ol|li|pre|form|blockquote|address|p|h[1-6]"
    "|hr|fieldset|legend|section|article|aside|header|footer|nav|figure|figcaption|details|summary|iframe|video|audio"
)
# Short codes that are known by their names; others by what they look like.
KNOWN = {"gallery", "audio", "video", "playlist", "embed", "caption", "wp_caption", "more", "nextpage", "toc"}

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_IS_BLOCKS = re.compile(r"<!--\s*wp:")
_KEPT = re.compile(r"<(pre|code|script|style)\b[^>]*>.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_CAPTION = re.compile(r"\[(?:wp_)?caption\b([^\]]*)\](.*?)\[/(?:wp_)?caption\]", re.DOTALL)
_CAPTION_WORDS = re.compile(r"""caption=(["'])(.*?)\1""", re.DOTALL)
_CODE = re.compile(r"(\[?)\[(/?)([A-Za-z][\w-]{1,40})((?:\s[^\[\]]*)?)\](\]?)")
_BEFORE_BLOCK = re.compile(rf"(<(?:{BLOCKS})(?=[\s/>]))", re.IGNORECASE)
_AFTER_BLOCK = re.compile(rf"(</(?:{BLOCKS})\s*>|<hr\b[^>]*>)", re.IGNORECASE)
_IS_BLOCK = re.compile(rf"</?(?:{BLOCKS})(?=[\s/>])", re.IGNORECASE)
_TAG_OF_LINES = re.compile(r"<[a-zA-Z/][^<>]*\n[^<>]*>")
_PLACE = re.compile("\ue000(\\d+)\ue001")


@dataclass(frozen=True)
class Html:
    html: str
    lost: list[str]  # the short codes that were taken out


def as_html(text: str) -> Html:
    """Return the text of a post as whole HTML."""
    is_classic = not _IS_BLOCKS.search(text)
    kept: list[str] = []

    def put_away(match: re.Match[str]) -> str:
        kept.append(match[0])
        return f"\ue000{len(kept) - 1}\ue001"

    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ue000", "").replace("\ue001", "")
    text = _KEPT.sub(put_away, text)
    text = _TAG_OF_LINES.sub(lambda match: match[0].replace("\n", " "), text)
    text = _COMMENT.sub("\n\n" if is_classic else "", text)
    text, lost = _without_codes(_CAPTION.sub(_figure, text))
    text = _paragraphs(text, kept, has_breaks=is_classic)
    return Html(_PLACE.sub(lambda match: kept[int(match[1])], text), lost)


def _figure(match: re.Match[str]) -> str:
    """Return a caption in the manner of HTML 5. Of old, its words were an attribute."""
    words = _CAPTION_WORDS.search(match[1])
    picture, _, below = match[2].rpartition(">")
    caption = words[2] if words else below.strip()
    return f"\n\n<figure>{picture}><figcaption>{caption}</figcaption></figure>\n\n" if picture else f"\n\n{caption}\n\n"


def _without_codes(text: str) -> tuple[str, list[str]]:
    closed = {name for _, slash, name, _, _ in _CODE.findall(text) if slash}
    lost: dict[str, None] = {}

    def take_out(match: re.Match[str]) -> str:
        before, _, name, attributes, after = match.groups()
        if before and after:
            return match[0][1:-1]  # [[gallery]] is how to write about a short code
        is_code = name in KNOWN or name in closed or "=" in attributes or "_" in name or "-" in name
        if not is_code:
            return match[0]
        lost[f"短代码 [{name}]"] = None
        return f"{before}{after}"

    return _CODE.sub(take_out, text), list(lost)


def _paragraphs(text: str, kept: list[str], *, has_breaks: bool) -> str:
    """Make paragraphs of what stands between blank lines, and in the classic editor's text line breaks of others."""
    break_: Callable[[str], str] = (lambda part: part.replace("\n", "<br>\n")) if has_breaks else str
    text = _AFTER_BLOCK.sub(r"\1\n\n", _BEFORE_BLOCK.sub(r"\n\n\1", text))
    parts = (part.strip() for part in re.split(r"\n\s*\n", text))
    return "\n\n".join(part if _is_block(part, kept) else f"<p>{break_(part)}</p>" for part in parts if part)


def _is_block(part: str, kept: list[str]) -> bool:
    place = _PLACE.fullmatch(part)
    opening = kept[int(place[1])] if place else part
    return bool(_IS_BLOCK.match(opening))
