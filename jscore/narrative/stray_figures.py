"""Figures that stand in no table and in no sentence: what is left of a report's ink, page by page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from typing import Any

from jscore.language import N_, tr
from jscore.narrative.paragraphs import UNREADABLE, Paragraph
from jscore.pdf.pages import Line
from jscore.text.figures import is_amount, is_figure
from jscore.text.names import TABLE_LABEL
from jscore.text.normal import nfkc
from jscore.text.signs import VEILED

WHY = N_("不在任何表和句子中")
#: Near the foot of a page (points) a bare number counts it, and so near its highest line.
FOOT, HEAD = 90.0, 30.0

#: A number that is a figure wherever it stands; a shorter one may be one of many things where no table is.
_LONG = re.compile(r"\d{5}|^(?!(19|20)\d\d$)\d{4}$")
#: A line with a date, a year, or the number of a table.
_NO_FIGURE = re.compile(rf"(19|20)\d\d(年|[-/.]\d)|\d月|^(19|20)\d\d$|^{TABLE_LABEL}")
#: What is not legible of a figure: some of its digits, or all before a unit, which may go on in the next line, or behind a verb.
_UNREADABLE = re.compile(
    rf"(?:(?=[\s{VEILED}]*[\d.,%])(?:{UNREADABLE.pattern})%?|{VEILED}+(?=[万亿]?\n?[万亿]?元|\n?%)|(?<=[占为计达约]){VEILED}+)"
)
_SENTENCE = re.compile("[，。；：:]")


def stray_figures(
    lines: Sequence[Line], all_paragraphs: Iterable[Paragraph], tables: Iterable[int], elsewhere: Iterable[Line]
) -> list[dict[str, Any]]:
    """{"page", "text", "why"} of figures of ``lines`` that are in no sentence of ``all_paragraphs``.

    On the pages ``tables`` any number is a figure, on others an amount or a share.  ``elsewhere`` are lines that are
    accounted for; running heads and page numbers are in no paragraph and are none.
    """
    with_table = set(tables)
    known = {id(line) for line in elsewhere}
    page_lines: dict[int, list[Line]] = {}
    for line in lines:
        page_lines.setdefault(line.page, []).append(line)
    told = {id(line) for paragraph in all_paragraphs for line in paragraph.lines}
    candidates = [(line, text) for paragraph in all_paragraphs for line, text in _of_paragraph(paragraph, page_lines)]
    candidates += [(line, line.text) for line in _bare(lines) if id(line) not in told]
    unreadable = [
        {"page": line.page, "text": match[0].strip(), "why": tr("有字未能读出")}
        for line, following in zip_longest(lines, lines[1:])
        for match in _UNREADABLE.finditer(_with_what_follows(line, following))
    ]
    return unreadable + [
        {"page": line.page, "text": text.strip(), "why": tr(WHY)}
        for line, text in candidates
        if id(line) not in known and (line.page in with_table or is_amount(text) or _LONG.search(nfkc(text)))
    ]


def _with_what_follows(line: Line, following: Line | None) -> str:
    """The text of a line, and what may be a unit that the next begins with."""
    text = nfkc(line.text).rstrip()
    if following is None or not text.endswith((VEILED, "万", "亿")):
        return text
    return f"{text}\n{nfkc(following.text).lstrip()[:2]}"


def _of_paragraph(paragraph: Paragraph, page_lines: dict[int, list[Line]]) -> Iterator[tuple[Line, str]]:
    """The figures of a paragraph that no words go on with: all of one without a sentence, else those in the margin."""
    is_sentence = _SENTENCE.search(paragraph.text) is not None
    for line in paragraph.lines:
        if _NO_FIGURE.search(nfkc(line.text)):
            continue
        for x0, x1, text in line.pieces:
            if is_figure(text) and not (is_sentence and _within(x0, x1, line, page_lines[line.page])):
                yield line, text


def _within(x0: float, x1: float, line: Line, lines: Sequence[Line]) -> bool:
    """Whether any other line of a page that is more than a figure has text above or below what stands from ``x0`` to ``x1``."""
    return any(
        other is not line and other.box[0] < x1 and x0 < other.box[2] and not is_figure(other.text) for other in lines
    )


def _bare(lines: Sequence[Line]) -> Iterator[Line]:
    """Lines that are a bare number and do not count pages: neither at a page's edge nor as far from its number as others."""
    bare = [line for line in lines if re.fullmatch(r"\d{1,3}", nfkc(line.text))]
    apart = Counter(int(nfkc(line.text)) - line.page for line in bare)
    highest = max((line.box[3] for line in lines), default=0.0)
    for line in bare:
        at_edge = line.box[1] < FOOT or line.box[3] > highest - HEAD
        if not at_edge and apart[int(nfkc(line.text)) - line.page] == 1:
            yield line
