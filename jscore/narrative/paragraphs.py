"""Lines of text joined into paragraphs, each under its headings."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from jscore import schema
from jscore.pdf.pages import Line
from jscore.text.signs import VEILED

#: Full-width figures and half-width punctuation become one writing; every character stays one character.
_NORMAL = str.maketrans("０１２３４５６７８９％．－＋−();:", "0123456789%.-+-（）；：")
_LIST_COMMA = re.compile(r",(?!\d{3}(?!\d))|(?<!\d),")
#: A figure parts of which are out of sight, or drawn over each other.
UNREADABLE = re.compile(rf"(?<![\d.,\s{VEILED}])[\d.,\s]*{VEILED}[\d.,\s{VEILED}]*")
_YEAR = re.compile(r"20\d\d年?")

#: How headings and items are numbered, from a part of the report down to an item of an item.
_NUMBER = re.compile(
    r"(第[一二三四五六七八九十]{1,3}部分[：:、]?)|([一二三四五六七八九十]{1,3}[、.])|(（[一二三四五六七八九十]{1,3}）[、.]?)"
    r"|(\d{1,2}(?:、|\.(?!\d)|\.(?=20\d\d年|(?:\d{5}|\d{7})[“\u4e00-\u9fff](?<![万亿元个]))))|(（\d{1,2}）[、.]?)|([①-⑳])"
)
PART, CHAPTER, SECTION, ITEM = 0, 1, 2, 3

_PAGE_NUMBER = re.compile(r"[-—–·•~\s]+\d{1,3}[-—–·•~\s]+|第\s*\d{1,3}\s*页(.{0,4}共.*页)?|\d{1,3}\s*/\s*\d{1,3}")
_ENDS = tuple("。；：！？")
#: What begins no paragraph: before it a figure is not shown, or was never filled in.
_GOES_ON = re.compile(r"万元|%|[，；。]")
_HEADING_END = re.compile(r"(?:情况|说明|结果|综述|职责|职能|概况|构成|事项)$")
_SENTENCE_END = re.compile(r"[。！？](?![”’」』）》])")

#: Titles of parts and chapters that state no accounts, and of chapters that do.
_NO_ACCOUNTS = re.compile(
    r"职责|职能|概况|机构|构成|编制|人员情况|基本情况|重点工作|主要工作|名词|解释|目录|附[件表录]|表$|报表"
)
_STATES_ACCOUNTS = re.compile(r"(?:情况|说明|分析)$")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph, whatever lines and pages it runs over.

    ``text`` is for reading: no white space, figures half-width, punctuation full-width.
    ``printed`` is the text as printed, its line breaks removed; character i of ``text``
    stands at ``at[i]`` of ``printed`` and on ``lines[owner[i]]``.  ``number`` is its
    numbering (``（一）``), ``level`` what that numbers (None: no numbering), ``head`` what
    stands between it and the first full stop or colon.  ``section`` names the headings
    above (or its own), ``accounts`` says whether they announce accounts.
    """

    lines: tuple[Line, ...]
    text: str
    printed: str
    at: tuple[int, ...]
    owner: tuple[int, ...]
    number: str
    level: int | None
    head: str
    is_heading: bool = False
    section: str = ""
    accounts: bool = True

    def line_at(self, position: int) -> Line:
        """The line that character ``position`` of ``text`` stands on."""
        return self.lines[self.owner[position]]

    def as_printed(self, start: int, end: int) -> str:
        """Characters ``start`` to ``end`` of ``text``, as printed."""
        return self.printed[self.at[start] : self.at[end - 1] + 1]


def normal(text: str) -> str:
    """``text`` without white space, figures half-width and punctuation full-width; of what is not legible no part."""
    text = UNREADABLE.sub(lambda match: VEILED * len(match[0]), "".join(text.split()).translate(_NORMAL))
    return _LIST_COMMA.sub("，", text)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of ``text``; a full stop inside quotes or brackets ends none."""
    start = 0
    for stop in _SENTENCE_END.finditer(text):
        yield start, stop.end()
        start = stop.end()
    if start < len(text):
        yield start, len(text)


def paragraphs(lines: Iterable[Line]) -> list[Paragraph]:
    """The paragraphs of a report, in reading order, each with the headings above it."""
    kept = _without_furniture(list(lines))
    return _under_headings(_paragraph(group) for group in _groups(kept))


def prose(all_paragraphs: Iterable[Paragraph]) -> pd.DataFrame:
    """Frame ``prose`` of paragraphs: their lines as printed, in reading order, with page and box."""
    records = [
        {
            "paragraph_no": number,
            "section": paragraph.section,
            "text": line.text,
            "page": line.page,
            **dict(zip(schema.BOX, line.box, strict=True)),
        }
        for number, paragraph in enumerate(all_paragraphs, 1)
        for line in paragraph.lines
        if line.text.strip()
    ]
    return schema.from_records("prose", records)


# --- what does not belong to the text ------------------------------------------------------


def _without_furniture(lines: list[Line]) -> list[Line]:
    """``lines`` without page numbers and without the headers and footers that pages share."""
    by_page: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        by_page[line.page].append(line)
    edges = [(line, page) for page in by_page.values() for line in {id(x): x for x in (*page[:2], *page[-2:])}.values()]
    seen = Counter(_shared_key(line) for line, _ in edges)
    drop = {
        id(line)
        for line, page in edges
        if _is_page_number(line, page) or (_shared_key(line) and seen[_shared_key(line)] >= 3)
    }
    return [line for line in lines if id(line) not in drop]


def _shared_key(line: Line) -> tuple[str, int] | None:
    """What is the same of a running header on every page: its words and its height; None for running text."""
    words = re.sub(r"[\d\s]", "", line.text)
    return None if len(words) < 4 or re.search(r"[，。；：%]", normal(words)) else (words, round(line.box[1] / 4))


def _is_page_number(line: Line, page: Sequence[Line]) -> bool:
    text = line.text.strip().translate(_NORMAL)
    if _PAGE_NUMBER.fullmatch(text):
        return True
    if not re.fullmatch(r"\d{1,3}", text) or len(page) < 2:
        return False
    # A bare number may be the rest of an amount: only away from the text is it a page number.
    at = next(i for i, other in enumerate(page) if other is line)
    near = page[at - 1] if at else page[1]
    return _gap(near, line) > 2.5 * _em(line) or line.box[0] > min(other.box[0] for other in page) + 6 * _em(line)


def _em(line: Line) -> float:
    return (line.box[3] - line.box[1]) / 1.1


def _gap(first: Line, second: Line) -> float:
    return abs(first.box[1] - second.box[1])


# --- lines to paragraphs ------------------------------------------------------------------


def _groups(lines: list[Line]) -> Iterator[list[Line]]:
    """The lines of each paragraph."""
    margins = _margins(lines)
    group: list[Line] = []
    for line in lines:
        if group and _begins(line, group, margins):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _margins(lines: list[Line]) -> dict[int, tuple[float, float]]:
    """Left and right edge of the text on each page.

    A page of indented lines only takes the left edge of the others.
    """
    edges: dict[int, tuple[float, float]] = {}
    weight: Counter[float] = Counter()
    for line in lines:
        left, right = edges.get(line.page, (line.box[0], line.box[2]))
        edges[line.page] = (min(left, line.box[0]), max(right, line.box[2]))
    for line in lines:
        weight[edges[line.page][0]] += 1
    usual = weight.most_common(1)[0][0] if weight else 0.0
    return {page: (min(left, usual), right) for page, (left, right) in edges.items()}


def _begins(line: Line, group: list[Line], margins: dict[int, tuple[float, float]]) -> bool:
    """Whether ``line`` begins a paragraph after ``group``.

    An indent tells, or a number after a full stop.  A line at the margin after a full stop
    in a short line begins one only where paragraphs are not indented.
    """
    before, text = group[-1], normal(line.text)
    numbered = _NUMBER.match(text)
    if _GOES_ON.match(text):
        return False
    if _indented(line, margins) or (line.page == before.page and _gap(before, line) > 4 * _em(line)):
        return True
    short = (margins[before.page][1] - before.box[2]) / _em(line)
    if normal(before.text).endswith(_ENDS) and (numbered or (short > 1.5 and not _indented(group[0], margins))):
        return True
    is_title = len(group) == 1 and _HEADING_END.search(before.text) and _NUMBER.match(normal(before.text))
    return short > 4 and bool(is_title or (numbered and (numbered.lastindex or 0) - 1 <= SECTION))


def _indented(line: Line, margins: dict[int, tuple[float, float]]) -> bool:
    return line.box[0] - margins[line.page][0] > 1.2 * _em(line)


def _paragraph(lines: list[Line]) -> Paragraph:
    printed = "".join(line.text for line in lines)
    whose = [i for i, line in enumerate(lines) for _ in line.text]
    at = tuple(i for i, char in enumerate(printed) if not char.isspace())
    text = normal(printed)
    numbered = _NUMBER.match(text)
    number = numbered.group() if numbered else ""
    head = re.split(r"[。：]", text[len(number) :], maxsplit=1)[0]
    level = numbered.lastindex - 1 if numbered and numbered.lastindex else None
    return Paragraph(tuple(lines), text, printed, at, tuple(whose[i] for i in at), number, level, head)


# --- headings -------------------------------------------------------------------------------


def _under_headings(unplaced: Iterable[Paragraph]) -> list[Paragraph]:
    """Each paragraph with its section, and whether that states accounts."""
    placed = []
    titles: dict[int, str] = {}
    accounts = True
    for paragraph in unplaced:
        level, heading = paragraph.level, _is_heading(paragraph)
        if level is not None and level <= ITEM:
            titles = {key: title for key, title in titles.items() if key < level}
        if level is not None and heading:
            titles[level] = paragraph.number + paragraph.head
            accounts = _announces_accounts(paragraph.head, level, accounts)
        section = " / ".join(title for key, title in titles.items() if key != PART) or titles.get(PART, "")
        placed.append(Paragraph(**{**vars(paragraph), "is_heading": heading, "section": section, "accounts": accounts}))
    return placed


def _is_heading(paragraph: Paragraph) -> bool:
    """A numbered title without figures; one that numbers items stands alone, without a text."""
    if paragraph.level is None or paragraph.level > ITEM or not paragraph.head:
        return False
    if paragraph.level == PART:
        return len(paragraph.head) <= 60
    title = paragraph.head if paragraph.level < ITEM else paragraph.text[len(paragraph.number) :]
    return (
        len(paragraph.head) <= 45
        and not re.search(r"[，；]", paragraph.head)
        and not re.search(r"\d", _YEAR.sub("", title))
    )


def _announces_accounts(title: str, level: int, before: bool) -> bool:
    """Whether accounts are stated under ``title``; sections and items follow their chapter."""
    if level > CHAPTER:
        return before
    if _NO_ACCOUNTS.search(title) and not (level == PART and title.endswith("说明")):
        return False
    return True if level == PART else before or bool(_STATES_ACCOUNTS.search(title))
