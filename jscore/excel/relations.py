"""The sheet of the checks: what fails first, and every relation computed anew from the figures on the other sheets.

Belongs here: 核对.  Does not: any relation (``jscore.relations``).
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from math import copysign
from typing import Any

import pandas as pd

from jscore import schema
from jscore.excel.columns import Series
from jscore.excel.fields import Field, Placed, plain
from jscore.excel.sheets import AMBER, HEAD, INK, RED, Book
from jscore.relations.engine import SEVERITIES
from jscore.schema import Column
from jscore.text.numbers import NOISE

Frames = Mapping[str, pd.DataFrame]

#: The words of ``status`` in the workbook.
STATUS = {"pass": "agrees", "fail": "differs", "skipped": "skipped"}
#: A formula of more figures than this is too long to be read.
MOST = 120


def sorted_checks(checks: pd.DataFrame) -> pd.DataFrame:
    """Frame ``checks``, those that fail first, most severe first, then the others in order."""
    rank = checks["severity"].map({name: place for place, name in enumerate(SEVERITIES)})
    rank = rank.where(checks["status"] == "fail", len(SEVERITIES))
    return checks.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)


def checks_sheet(book: Book, frames: Frames) -> Placed:
    """核对: severity, verdict, relation, figures, and the verdict again by formulas."""
    checks = sorted_checks(frames["checks"])
    described = {column.name: column for column in schema.FRAMES["checks"].columns}
    units = list(checks["unit"].fillna(""))

    def printed(name: str) -> Field:
        column = described[name]
        return Field(column, plain(checks[name], column.kind), units=units if column.unit == "see unit" else None)

    def worded(name: str, words: Mapping[str, str]) -> Field:
        return Field(described[name], [book.say(words.get(value, value)) for value in checks[name]])

    fields = [
        printed("check_no"),
        worded("severity", {}),
        worded("status", STATUS),
        worded("group", {"narrative": "narrative group"}),
        printed("title"), printed("subject"),
        *_figures(book, frames, checks, units),
        printed("tolerance"), printed("unit"),
        *_verdicts(book, checks),
        printed("pages"), printed("message"), printed("check_id"),
    ]  # fmt: skip
    sheet = book.add(book.say("checks"))
    placed = sheet.list(fields, across=1)
    sheet.flag(placed, "status", list(fields[2].values))
    sheet.flag(placed, "holds", list(next(one.values for one in fields if one.name == "holds")))
    agree = next(one for one in fields if one.name == "as_jscore")
    sheet.flag(placed, "as_jscore", list(agree.values), counted=True)
    failing = int((checks["status"] == "fail").sum())
    if failing:
        colours = {book.say("error"): RED, book.say("warning"): AMBER, book.say("info"): (HEAD, INK)}
        top = Placed(placed.title, placed.top, placed.places, failing)
        sheet.mark(top, "severity", colours)
    return placed


def _figures(book: Book, frames: Frames, checks: pd.DataFrame, units: list[str]) -> list[Field]:
    """What the printed figures make of the one under test, that one, and their difference, as formulas over the sheets."""
    expected, actual = Series(), Series()
    used = _used(book, frames)
    for line in checks.to_dict("records"):
        parts, own = (used.get((line["check_no"], role), []) for role in ("expected", "actual"))
        made, printed = plain([line["expected"], line["actual"]])
        expected.add(made, _formula(made, parts))
        actual.add(printed, _formula(printed, own) if len(own) == 1 else None)
    described = {column.name: column for column in schema.FRAMES["checks"].columns}
    differences = plain(checks["difference"])
    formulas = [
        None if value is None else 'IF(OR([expected]="",[actual]=""),"",ROUND([actual]-[expected],9))'
        for value in differences
    ]
    return [
        Field(described["expected"], expected.values, expected.formulas, units),
        Field(described["actual"], actual.values, actual.formulas, units),
        Field(described["difference"], differences, formulas, units),
    ]


#: A figure of a check: its value there, its address in the workbook, its value at that address.
_Figure = tuple[float | None, str | None, float | None]


def _used(book: Book, frames: Frames) -> dict[tuple[int, str], list[_Figure]]:
    """The figures of each check and role."""
    found: dict[tuple[int, str], list[_Figure]] = {}
    figures = frames.get("check_figures", schema.empty("check_figures"))
    columns = ["check_no", "role", "value", "frame", "frame_row", "column"]
    for check_no, role, value, frame, row, column in figures[columns].itertuples(index=False):
        address = held = None
        if not pd.isna(frame) and not pd.isna(row):
            address = book.figures.get((frame, int(row), column))
            held = plain([frames[frame][column].iloc[int(row)]])[0] if address else None
        found.setdefault((check_no, role), []).append((None if pd.isna(value) else float(value), address, held))
    return found


def _formula(value: float | None, figures: list[_Figure]) -> str | None:
    """``value`` as a signed sum, or a quotient, of figures in the workbook; None where it is neither."""
    if value is None or not 0 < len(figures) <= MOST:
        return None
    if any(address is None or held is None or figure is None for figure, address, held in figures):
        return None
    known = [(figure or 0.0, str(address), held or 0.0) for figure, address, held in figures]
    signed = all(abs(abs(figure) - abs(held)) < NOISE for figure, _, held in known)
    if signed and abs(sum(figure for figure, _, _ in known) - value) < 1e-7:
        terms = [
            ("-" if copysign(1, figure) != copysign(1, held) else "+") + address for figure, address, held in known
        ]
        return f"ROUND({''.join(terms).removeprefix('+')},9)"
    if len(known) == 2 and known[1][2] and abs(known[0][2] / known[1][2] - value) < NOISE:
        return f"{known[0][1]}/{known[1][1]}"
    return None


def _verdicts(book: Book, checks: pd.DataFrame) -> list[Field]:
    """Whether each relation holds by the formulas, and whether that is what the package found."""
    yes, no = book.say("agrees"), book.say("differs")
    holds, same = Series(), Series()
    for line in checks.to_dict("records"):
        limit = bool(line["limit"])
        # A relation that is more than a difference within its bound is left to the package.
        known = _found(line, limit) == line["status"]
        distance = "[difference]" if limit else "ABS([difference])"
        holds.add(
            (yes if line["status"] == "pass" else no) if known else None,
            f'IF([difference]="","",IF({distance}<=[tolerance]+1E-9,"{yes}","{no}"))' if known else None,
        )
        same.add(yes if known else None, f'IF([holds]=[status],"{yes}","{no}")' if known else None)
    return [
        holds.field(Column("holds", "text", "公式核对", "whether the relation holds, by the formulas")),
        same.field(Column("as_jscore", "text", "与程序一致", "whether the formulas find what the package found")),
    ]


def _found(line: Mapping[Hashable, Any], limit: bool) -> str | None:
    """What the formulas find of a check, as ``status`` says it; None without figures."""
    difference, tolerance = plain([line["difference"], line["tolerance"]])
    if difference is None or tolerance is None:
        return None
    return "pass" if (difference if limit else abs(difference)) <= tolerance + NOISE else "fail"


def counts(checks: pd.DataFrame) -> dict[str, int]:
    """How many relations fail, by severity, and how many hold."""
    failed = checks["severity"][checks["status"] == "fail"]
    return {
        **{name: int((failed == name).sum()) for name in SEVERITIES},
        "held": int((checks["status"] == "pass").sum()),
    }
