"""The cover: the report, its key figures, what the checks found, its tables, links to every sheet.

Belongs here: 封面.  Does not: any figure that is not in a frame already, save for counts and the average score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from jscore import schema
from jscore.excel.fields import Formula, Link, Placed, Value, text_of
from jscore.excel.relations import counts
from jscore.excel.sheets import AMBER, BLUE, FORMATS, HEAD, RED, RULED, Book, Sheet
from jscore.excel.words import unit_word
from jscore.relations.engine import SEVERITIES
from jscore.show.analysis import main_form

Frames = Mapping[str, pd.DataFrame]
Info = Mapping[str, Any]


@dataclass(frozen=True)
class Figure:
    """A line of the cover: its value, where it is in a frame (row and column), and the page that it is printed on."""

    key: str
    value: float | None
    unit: str = "万元"
    page: int | None = None
    at: tuple[str, int, str] | None = None


def key_figures(frames: Frames) -> list[Figure]:
    """The figures of the cover, each the first of its kind in ``frames``; None where the report does not have it."""
    whole: dict[str, Any] = {"form": "01", "item": "总计"}
    spent: dict[str, Any] = {"form": main_form(frames["expenditure"]) if "expenditure" in frames else None, "level": 0}
    appropriation = _find(frames, "appropriation", "revenue", "amount", level=0, source="财政拨款收入")
    if appropriation.value is None:
        appropriation = _find(frames, "appropriation", "totals", "amount", form="04", side="收入", item="本年收入合计")
    projects = frames.get("projects", schema.empty("projects"))
    scores = projects["total_score"].dropna()
    return [
        _find(frames, "total revenue", "totals", "amount", side="收入", **whole),
        _find(frames, "total expenditure", "totals", "amount", side="支出", fund="合计", **whole),
        appropriation,
        _find(frames, "basic", "expenditure", "amount", component="基本支出", **spent),
        _find(frames, "project", "expenditure", "amount", component="项目支出", **spent),
        _find(frames, "sangong budget", "sangong", "budget", item=schema.SANGONG[0]),
        _find(frames, "sangong final", "sangong", "final", item=schema.SANGONG[0]),
        _find(frames, "department score", "overall", "total_score", unit="points"),
        Figure("project count", float(len(projects)) or None, ""),
        Figure("mean score", float(scores.mean()) if len(scores) else None, "points"),
    ]


def _find(frames: Frames, key: str, name: str, column: str, unit: str = "万元", **where: Any) -> Figure:
    """The first value in ``column`` of the rows that are as ``where`` says.

    A text need only end as ``where`` says: 总计 is also 收入总计.
    """
    rows = frames.get(name, schema.empty(name)).dropna(subset=column)
    for kind, wanted in where.items():
        same = rows[kind].str.endswith(wanted, na=False) if isinstance(wanted, str) else rows[kind] == wanted
        rows = rows[same.fillna(False)]
    if rows.empty:
        return Figure(key, None, unit)
    page = rows["page"].iloc[0]
    place = int(str(rows.index[0]))
    return Figure(key, float(rows[column].iloc[0]), unit, None if pd.isna(page) else int(page), (name, place, column))


def heading(info: Info, book: Book) -> str:
    """The title: department, year, 部门决算."""
    year = book.say("year of").format(info["year"]) if info.get("year") else ""
    made = book.say("title").format(year if book.lang == "zh" else "").strip()
    department = info.get("department")
    return " ".join(filter(None, (department, made, year if book.lang == "en" else "")))


def cover_sheet(
    book: Book,
    sheet: Sheet,
    frames: Frames,
    info: Info,
    placed: Mapping[str, Placed],
    sheets: Sequence[tuple[str, str, int | None]],
) -> None:
    """Fill 封面; ``sheets`` are the other sheets: key or name of a frame, title, rows."""
    sheet.put(0, 0, heading(info, book), font_size=16, bold=True)
    row = 2
    for title, lines in (
        (book.say("report"), _about(info, book)),
        (book.say("key figures"), [_figure(one, book, placed) for one in key_figures(frames)]),
        (book.say("findings"), _findings(book, frames, placed)),
        (book.say("sheets"), [_sheet_line(book, *one) for one in sheets]),
        (_forms_heading(info, book), _form_lines(info, book)),
    ):
        row = _section(sheet, row, title, lines)
    for col, wide in enumerate((28, 46, 26, 14)):
        sheet.sheet.set_column(col, col, wide)
    sheet.sheet.hide_gridlines(2)
    sheet.page(portrait=True)


def _section(sheet: Sheet, top: int, title: str, lines: Sequence[Sequence[Value]]) -> int:
    """Write ``title`` and ``lines`` from row ``top`` down; the row after them and a blank one."""
    for col in range(4):
        sheet.put(top, col, title if col == 0 else None, bold=True, bg_color=HEAD, bottom=1, bottom_color=RULED)
    for row, line in enumerate(lines, top + 1):
        for col, cell in enumerate(line):
            value, style = cell if isinstance(cell, tuple) else (cell, {})
            if value is not None:
                sheet.put(
                    row,
                    col,
                    value,
                    **{
                        "align": "left",
                        "indent": int(col == 2),
                        "text_wrap": isinstance(value, str) and col == 1,
                        **style,
                    },
                )
    return top + len(lines) + 2


def _about(info: Info, book: Book) -> list[list[Value]]:
    source = info.get("source") or (f"{info['report_id']}.pdf" if info.get("report_id") else None)
    return [
        [book.say("department"), text_of(info.get("department"))],
        [book.say("year"), info.get("year")],
        [book.say("source"), source],
        [book.say("page count"), info.get("page_count")],
        [book.say("money unit"), text_of(info.get("money_unit"))],
        [book.say("workbook unit"), book.say("workbook unit is")],
    ]


def _figure(one: Figure, book: Book, placed: Mapping[str, Placed]) -> list[Value]:
    if one.value is None:
        return [book.say(one.key), None, "—", ""]
    value: Value = one.value
    if one.at in book.figures:
        value = Formula(book.figures[one.at], one.value)
    elif one.key == "project count":
        value = Formula(f"COUNT({placed['projects'].whole('project_no')})", one.value)
    elif one.key == "mean score":
        value = Formula(f"AVERAGE({placed['projects'].whole('total_score')})", one.value)
    form = {"": "0", "points": "0.00"}.get(one.unit) or FORMATS[one.unit]
    page = book.say("page").format(one.page) if one.page else ""
    return [book.say(one.key), (value, {"align": "right", "num_format": form}), unit_word(one.unit, book.lang), page]


def _findings(book: Book, frames: Frames, placed: Mapping[str, Placed]) -> list[list[Value]]:
    """How many relations fail, by severity, and hold; how many formulas give what the package computed."""
    lines: list[list[Value]] = []
    if "checks" in placed:
        at, found = placed["checks"], counts(frames["checks"])
        colours = {"error": RED, "warning": AMBER, "info": (HEAD, BLUE)}
        for name, key in zip(SEVERITIES, ("errors", "warnings", "notes"), strict=True):
            formula = (
                f'COUNTIFS({at.whole("severity")},"{book.say(name)}",{at.whole("status")},"{book.say("differs")}")'
            )
            shade = {"bg_color": colours[name][0], "font_color": colours[name][1]} if found[name] else {}
            lines.append(
                [book.say(key), (Formula(formula, found[name]), {"align": "right", **shade}), book.say("see checks")]
            )
        formula = f'COUNTIFS({at.whole("status")},"{book.say("agrees")}")'
        lines.append([book.say("held"), (Formula(formula, found["held"]), {"align": "right"})])
    for key, word, place in (("formulas agree", "agrees", 1), ("formulas differ", "differs", 2)):
        if book.flags:
            made = "+".join(f'COUNTIF({flag[0]},"{book.say(word)}")' for flag in book.flags)
            count = sum(int(flag[place]) for flag in book.flags)
            note = book.say("formulas differ why") if place == 2 else None
            lines.append([book.say(key), (Formula(made, count), {"align": "right"}), note])
    return lines


def _sheet_line(book: Book, key: str, title: str, rows: int | None) -> list[Value]:
    from jscore.excel.words import WORDS

    about = book.say(f"about {key}") if f"about {key}" in WORDS else key
    return [Link(title, title), about, None if rows is None else book.say("rows").format(rows)]


def _forms(info: Info) -> Mapping[str, Mapping[str, Any]]:
    forms: Mapping[str, Mapping[str, Any]] = info.get("forms") or {}
    return forms


def _forms_heading(info: Info, book: Book) -> str:
    states = [form.get("status") for form in _forms(info).values()]
    return book.say("forms").format(*map(states.count, ("found", "empty", "missing")))


def _form_lines(info: Info, book: Book) -> list[list[Value]]:
    return [
        [
            book.say("form").format(key) if key.isdigit() else book.say("evaluation form"),
            text_of(form.get("title")),
            book.say(form["status"]) if form.get("status") else "",
            _page_range(form.get("pages") or [], book),
        ]
        for key, form in _forms(info).items()
    ]


def _page_range(pages: Sequence[int], book: Book) -> str:
    if not pages:
        return ""
    return book.say("page").format(pages[0]) if len(pages) == 1 else book.say("pages").format(min(pages), max(pages))
