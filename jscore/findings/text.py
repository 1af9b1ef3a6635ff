"""Findings as text for a terminal or a pipe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from jscore.findings.choose import Count, clean
from jscore.findings.spoken import spoken_label
from jscore.fonts import CLOSING, width
from jscore.language import N_, current, sign, tr
from jscore.language.words import in_numbers, word
from jscore.relations.engine import shown
from jscore.schema import SEVERITIES

COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}
#: Figures of a relation that compares numbers, as they are called.
_NUMBERS = {"expected": N_("应为"), "actual": N_("印为"), "difference": N_("相差"), "tolerance": N_("舍入误差至多")}
#: A space at which no line is broken.
_STICK = "\u00a0"
#: Marks that end no line, and that begin none.
_OPENING = frozenset("（《〈「『【〔“‘([{" + _STICK)


def check_lines(checks: pd.DataFrame, columns: int | None = None) -> Iterator[tuple[str, str]]:
    """Lines of the rows of ``checks``, which are in order, each with its colour ("" for none).

    ``columns`` is where lines are broken; without it they are not, so that a line is a fact to search for.
    """
    kinds = checks["severity"].where(checks["status"] == "fail", checks["status"])
    for kind, of_kind in checks.groupby(kinds, sort=False):
        yield "", ""
        yield tr("{kind}：{number}", kind=word(str(kind)), number=f"{len(of_kind):,}"), COLOURS.get(str(kind), "")
        for group, alike in of_kind.groupby("group", sort=False):
            yield f"  {word(str(group))}", ""
            for title, tested in alike.groupby("title", sort=False):
                heading_ = clean(title) + (tr("（{number}处）", number=f"{len(tested):,}") if len(tested) > 1 else "")
                yield from ((line, "") for line in wrapped(f"    {heading_}", "    ", columns))
                for check in tested.to_dict("records"):
                    yield from ((line, "") for line in _of_check(check, columns))


def _of_check(check: Mapping[Any, Any], columns: int | None) -> Iterator[str]:
    """The lines of one relation: its number, subject and pages, what does not hold, its figures."""
    number = f"{check['check_no']:>8}  "
    texts = [
        _on(spoken_label(clean(check["subject"])), check["pages"]),
        clean(check["message"]),
        numbers(check),
    ]
    for place, text in enumerate(filter(None, texts)):
        indent = " " * len(number)
        yield from wrapped((indent if place else number) + text, indent, columns)


def by_cause(causes: pd.DataFrame, checks: pd.DataFrame, columns: int | None = None) -> Iterator[tuple[str, str]]:
    """Lines of the findings by cause, the weightiest first, each with its colour; broken at ``columns`` as those of ``lines``.

    A cause is its severity, the number of its relation or how many there are, what is wrong and the pages; where there are
    several, they stand below, the number, subject, pages and figures of each.
    """
    failed = {check["check_no"]: check for check in checks[checks["status"] == "fail"].to_dict("records")}
    if failed:
        yield "", ""
        yield (
            tr("按原因共{causes}条（{relations}项勾稽关系不成立）", causes=len(causes), relations=f"{len(failed):,}"),
            "",
        )
    for cause in causes.to_dict("records"):
        of_cause = [failed[int(number)] for number in cause["check_nos"].split(", ")]
        counted = str(of_cause[0]["check_no"]) if len(of_cause) == 1 else f"{len(of_cause)} ×"
        severity = word(cause["severity"])
        start = f"{severity}{' ' * (8 - width(severity))}{counted:>6}  "
        colour = COLOURS[cause["severity"]]
        yield from (
            (line, colour) for line in wrapped(start + _on(cause["message"], cause["pages"]), " " * 16, columns)
        )
        for check in of_cause if len(of_cause) > 1 else ():
            told = " ".join(filter(None, (_on(spoken_label(clean(check["subject"])), check["pages"]), numbers(check))))
            yield from ((line, "") for line in wrapped(f"{check['check_no']:>22}  {told}", " " * 24, columns))


def _on(text: object, pages: object) -> str:
    """``text`` and the pages that it is about."""
    where = clean(pages)
    return clean(text) + (tr("（第{pages}页）", pages=where) if where else "")


def numbers(check: Mapping[Any, Any]) -> str:
    """The figures of a row of ``checks``, "" where words are compared or nothing could be tested.

    应为4,136.74万元，印为4,135.37，相差-1.37，舍入误差至多0.015
    """
    if check["status"] == "skipped" or pd.isna(check["actual"]) or pd.isna(check["expected"]):
        return ""
    unit = "" if check["unit"] == "fraction" else check["unit"]
    named = [(tr(told), shown(check[name], check["unit"])) for name, told in _NUMBERS.items() if pd.notna(check[name])]
    space = "" if current() == "zh" else " "
    parts = (f"{name}{space}{text.removesuffix(unit) if place else text}" for place, (name, text) in enumerate(named))
    return clean(sign("，").join(parts))


def wrapped(text: str, indent: str, columns: int | None) -> list[str]:
    """``text`` broken into lines of at most ``columns``; those after the first begin with ``indent``."""
    broken, line = [], ""
    for piece in pieces(text) if columns else [text]:
        if columns and line.strip() and width(line + piece.rstrip()) > columns:
            broken.append(line.rstrip())
            line = indent + piece.lstrip()
        else:
            line += piece
    return [part.replace(_STICK, " ") for part in (*broken, line.rstrip())]


def pieces(text: str) -> list[str]:
    """``text`` in pieces that stay whole: words of Latin letters and digits, a Chinese character with its marks."""
    pieces: list[str] = []
    for character in text:
        before = pieces[-1][-1] if pieces else " "
        latin = character.isascii() and before.isascii() and before != " "
        if pieces and (character in CLOSING or character in " " + _STICK or before in _OPENING or latin):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def heading(info: dict[str, Any]) -> str:
    """The line that opens a report: its id, department and year."""
    return f"{clean(info['report_id'])}: {clean(info['department']) or '?'} {info['year'] or '?'}"


def total(counts: Sequence[Count]) -> str:
    """The line that closes several reports: how many, and their findings by severity."""
    sums = {name: sum(counted.failed[name] for counted in counts) for name in SEVERITIES}
    return tr("{number}份报告：{parts}", number=len(counts), parts=in_numbers(sums))
