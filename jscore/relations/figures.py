"""Every printed amount of the nine tables and of the self-evaluation forms in one tidy frame, for relations to select from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from jscore import schema
from jscore.narrative.terms import CLASS, ECONOMIC, ITEM, SANGONG
from jscore.relations.forms import Evaluations, Scored, printed
from jscore.relations.model import Figure
from jscore.relations.source import FORM_OF, TABLES, Source, unique
from jscore.tables.evaluation_terms import source as kind_of_money
from jscore.text import names
from jscore.text.classification import CLASS_CODES, plain_name
from jscore.text.numbers import half_of_column

#: Fund of 04 → the table of its expenditure, and back.
FUND_TABLES = {"一般公共预算财政拨款": "05", "政府性基金预算财政拨款": "07", "国有资本经营预算财政拨款": "08"}
TABLE_FUNDS = {table: fund for fund, table in FUND_TABLES.items()}
#: Fund by the names of its lines.
FUND_OF = {
    **{fund: fund for fund in FUND_TABLES},
    **{fund.replace("预算财政拨款", "财政拨款"): fund for fund in list(FUND_TABLES)[1:]},
}
#: Sources of revenue beside appropriations.
SOURCES = schema.SOURCES[2:]
#: Lines of 01's and 04's revenue that add up to the year's; a line under another (其中) is none of them.
REVENUE_LINES = frozenset({"财政拨款收入", *SOURCES, *FUND_OF, *(f"{fund}收入" for fund in FUND_TABLES)})
#: How 01 and 04 call the last line of a side.
TOTALS = ("总计", "收入总计", "支出总计")
#: Columns of 07 and 08 beside 合计 that are no part of it.
BALANCES = ("年初结转和结余", "本年收入", "年末结转和结余")
#: The code of the whole of a table.
ALL = ""
#: 06 款 → the item of 09 that it is part of.
_SANGONG_CODES = {
    "30212": "因公出国（境）费", "30217": "公务接待费", "30231": "公务用车运行维护费", "31013": "公务用车购置费",
    "30913": "公务用车购置费",
}  # fmt: skip
#: Item of 09 → the one that it is part of.
_ABOVE = {
    "因公出国（境）费": "合计", "公务接待费": "合计", "公务用车购置及运行费": "合计",
    "公务用车购置费": "公务用车购置及运行费", "公务用车运行维护费": "公务用车购置及运行费",
}  # fmt: skip
#: The columns of 09.
SANGONG_COLUMNS = {"budget": "预算数", "final": "决算数"}
_BASIC = re.compile(r"^基本支出|^(?:人员|公用)经费")
_GROUPS = ("人员经费", "公用经费")
#: Columns of a table of funding.
_FUNDED = ("opening_budget", "budget", "executed")

#: What a row of ``figures`` says of its figure.
COLUMNS = (
    "form",      # 01 to 09, project, overall, narrative
    "kind",      # of the tables: table; of the forms: project, indicator, task, department; told: a project's paragraph; funding: a source of money; stated: other prose
    "side",      # 01, 04: 收入 or 支出
    "line",      # code, or item; "" the whole of a table by codes
    "name",      # how results call the line
    "up",        # the line that this one is part of
    "row",       # the printed row, or the form's
    "column",    # the column's term; of the forms: the frame's column; of a paragraph: what it states; of other prose: the measure
    "widest",    # 03, or without it 05, 07 and 08: the tables that together list all spending
    "whole",     # whether the column is the total of the others
    "level",
    "top",       # 06: whether the line is one of those that all of the table adds up from
    "where",     # 01, 04: the side, as results call it
    "part",      # 01, 04: line, year (本年合计), balance, fund (of a balance), total
    "source",    # where revenue is from
    "fund", "table",  # a fund, and the table of its spending
    "code",      # 01, 04: the code of the class, by the names that ``table`` prints, else by the official ones
    "absent",    # 01, 04: whether ``table`` prints classes, but not this one
    "item",      # 06, 09, prose: the item of 09
    "group",     # 06 and tasks: 人员经费 or 公用经费
    "number",    # the project's, or that of the project of the same name
    "term", "role",  # of prose: the term of the accounts, and what is behind it (年初预算)
    "counted",   # of prose: what it counts of trips, guests and cars
    "unit",      # of prose: the unit
    "sentence",  # of prose: the sentence as printed
    "statement", # of prose: the Statement
    "figure",    # the Figure; None for a blank of a form
)  # fmt: skip


#: Words in the conditions of rows.
WORDS = {
    "balances": list(BALANCES), "inflow": list(BALANCES[:2]), "outflow": BALANCES[2], "revenue": list(REVENUE_LINES),
    "coded": ["02", "03", "05", "07", "08"], "funds": list(FUND_TABLES.values()), "sources": ["本年收入合计", *SOURCES],
    "named": [CLASS, ITEM, SANGONG, ECONOMIC, "人员经费", "公用经费", "机关运行经费"],
}  # fmt: skip


Record = dict[str, Any]


def figures_of_tables(source: Source) -> list[Record]:
    """The amounts of the nine tables with ``COLUMNS``; blanks are left out."""
    return with_columns([*_totals(source), *_coded(source), *_economic(source), *_sangong(source)])


def figures_of_forms(source: Source) -> list[Record]:
    """The figures of the self-evaluation forms, and of the paragraphs about them, with ``COLUMNS``."""
    return with_columns(_evaluated(source))


def with_columns(records: Iterable[Record]) -> list[Record]:
    """``records`` with all ``COLUMNS``."""
    blank = {**dict.fromkeys(COLUMNS), "whole": False, "widest": False, "top": False, "absent": False}
    return [blank | record for record in records]


def _rows(source: Source, frame: str, column: str = "amount") -> Iterator[tuple[dict[Any, Any], Record]]:
    """The rows of a table's frame that have an amount, with the form, the printed row and the figure of each."""
    rows = source.rows_of(frame)
    for row, figure in source.figures(frame, column).items():
        line = rows[row]
        yield (
            line,
            {"form": line.get("form", FORM_OF.get(frame)), "kind": "table", "row": line["row"], "figure": figure},
        )


def _coded(source: Source) -> Iterator[Record]:
    for frame, names_of in (("revenue", "source"), ("expenditure", "component")):
        for line, record in _rows(source, frame):
            code = _text(line["function_code"])
            column, fund = _text(line[names_of]), TABLE_FUNDS.get(record["form"])
            yield {
                **record, "line": code, "name": code or "合计", "column": column, "level": line["level"],
                "up": (code[:-2] if len(code) > 3 else "") if code else None, "fund": fund,
                "table": record["form"], "code": code, "widest": record["form"] == "03" or not source.has("03"), "whole": column in ("合计", "本年收入合计"),
                "source": column if frame == "revenue" else None,
            }  # fmt: skip


def _economic(source: Source) -> Iterator[Record]:
    lines_with_amount = list(_rows(source, "economic"))
    totalled = {line["group"] for line, _ in lines_with_amount if line["level"] == 0}
    for line, record in lines_with_amount:
        code, group, level = line["economic_code"], _text(line["group"]), line["level"]
        coded = isinstance(code, str)
        yield {
            **record, "line": code if coded else group, "name": code if coded else f"{group}合计", "level": level,
            "up": None if level == 0 else code[:-2] if coded and len(code) > 3 else group,
            "group": group, "top": level == 0 or (level == 1 and group not in totalled), "item": _SANGONG_CODES.get(code),
        }  # fmt: skip


def _sangong(source: Source) -> Iterator[Record]:
    for column in TABLES["sangong"]:
        for line, record in _rows(source, "sangong", column):
            item = _text(line["item"])
            yield {
                **record,
                "line": item,
                "name": item,
                "item": item,
                "column": SANGONG_COLUMNS[column],
                "up": _ABOVE.get(item),
            }


# --- 01 and 04 ------------------------------------------------------------------------------


def _totals(source: Source) -> Iterator[Record]:
    columns: dict[tuple[str, str, str], list[tuple[str, Record | None]]] = {}
    with_amount = {record["figure"].row: record for _, record in _rows(source, "totals")}
    for row, line in source.rows_of("totals").items():
        key = (line["form"], _text(line["side"]), _text(line["fund"]))
        columns.setdefault(key, []).append((_text(line["item"]), with_amount.get(row)))
    for (form, side, fund), lines in columns.items():
        parts = _parts([item for item, _ in lines])
        appropriated = any(_fund(item) for item, _ in lines)
        for (item, record), part in zip(lines, parts, strict=True):
            if record:
                yield {
                    **record, "side": side, "where": " ".join((form, side, fund) if form == "04" else (form, side)),
                    "line": item, "name": item, "column": fund, "part": part,
                    "whole": fund == "合计", **_money(form, side, fund, item, appropriated),
                    **(_class(source, form, fund, item) if side == "支出" else {}),
                }  # fmt: skip


def _parts(items: Sequence[str]) -> list[str]:
    """What each line of a side is: a line of the year, the year's sum, a balance, a fund of it, the total."""
    year, end = _position(items, "本年收入合计", "本年支出合计"), _position(items, *TOTALS)
    opening = next((place for place, item in enumerate(items) if item.startswith("年初")), len(items))
    parts = []
    for place, item in enumerate(items):
        if place in (year, end):
            parts.append("year" if place == year else "total")
        elif place < (opening if year is None else year):
            parts.append("line")
        else:
            after = end is None or place > end
            parts.append("" if year is None or after else "fund" if item in FUND_OF else "balance")
    return parts


def _position(items: Sequence[str], *names_: str) -> int | None:
    return next((place for place, item in enumerate(items) if item in names_), None)


def _money(form: str, side: str, column: str, item: str, appropriated: bool) -> Record:
    """Whose money a line is, and where it is from."""
    if side == "支出":
        fund = column if form == "04" and column in FUND_TABLES else None
        return {"fund": fund, "table": FUND_TABLES.get(fund or "", "03")}
    fund = _fund(item)
    if fund or (item == "财政拨款收入" and not appropriated):
        return {"fund": fund, "source": "财政拨款收入"}
    return {"source": item if item in ("本年收入合计", *SOURCES) else None}


def _fund(item: str) -> str | None:
    return FUND_OF.get(item) or FUND_OF.get(item.removesuffix("收入"))


def _text(value: Any) -> str:
    """A term; "" for a missing one."""
    return value if isinstance(value, str) else ""


def _class(source: Source, form: str, column: str, item: str) -> Record:
    """The code of a class of spending in the table that lists it, and whether that table leaves it out."""
    table = "03" if form == "01" else FUND_TABLES.get(column, "")
    printed = source.derived(_classes).get(table, {}) if source.has(table or "-") else {}
    code = (printed.get(plain_name(item)) or CLASS_CODES.get(plain_name(item))) if printed else None
    return {"code": _text(code) or None, "absent": bool(code) and code not in printed.values()}


def _classes(source: Source) -> dict[str, dict[str, str]]:
    """Table → plain name → code of the classes that it prints."""
    classes: dict[str, dict[str, str]] = {}
    for line in source.rows_of("expenditure").values():
        if line["level"] == 1:
            classes.setdefault(line["form"], {})[plain_name(_text(line["function_name"]))] = line["function_code"]
    return classes


# --- the self-evaluations -------------------------------------------------------------------


def _evaluated(source: Source) -> Iterator[Record]:
    evaluations = source.evaluations
    for form in evaluations.projects:
        yield from _form("project", "project", form.label, form.figures, number=form.number, row=form.number)
    for indicator in evaluations.indicators:
        whose = "project" if indicator.line["scope"] == "项目" else "overall"
        yield from _form(
            whose,
            "indicator",
            indicator.label,
            indicator.figures,
            number=indicator.line["project_no"],
            row=indicator.row,
        )
    tasks, forms = evaluations.tasks, evaluations.projects
    pairs = names.pairs([task.line["task"] for task in tasks], [form.name for form in forms])
    numbers = {pair.first: forms[pair.second].number for pair in pairs}
    basic = [task for task in tasks if _BASIC.search(task.line["task"])]
    named = "".join(task.line["task"] for task in basic)
    all_basic = ("人员" in named) == ("公用" in named)  # one of the two alone is not all
    for place, task in enumerate(tasks):
        more = {"number": numbers.get(place), "row": task.row, "group": _group(task) if task in basic else None}
        yield from _form("overall", "task", task.label, task.figures, top=all_basic and task in basic, **more)
    yield from _form("overall", "department", "部门整体自评表", evaluations.department, row=0)
    yield from _funding(evaluations)
    paired = {id(paragraph): form for paragraph, form, _ in evaluations.pairs}
    for place, told in enumerate(evaluations.told):
        its_form = paired.get(id(told))
        name, number = (its_form.label, its_form.number) if its_form else (told.label, None)
        titled = {what: told.titled(what) for what in told.figures}
        yield from _form("narrative", "told", name, titled, line=told.label, row=place, number=number)


def _funding(evaluations: Evaluations) -> Iterator[Record]:
    """Amounts of the tables of funding: of the whole, and of each source that a table lists with any."""
    halves = {name: float(half_of_column(evaluations.frames["project_funding"][name])) for name in _FUNDED}
    tables: set[str] = set()
    for row, line in evaluations.records("project_funding"):
        label = "部门整体自评表" if line["scope"] == "部门" else f"自评表{line['project_no']}"
        figures = printed("project_funding", row, line, f"{label}{line['source'] or ''}", halves)
        first = line["table_id"] not in tables
        tables.add(line["table_id"])
        listed = any(figures.values()) and line["source"] and kind_of_money(line["source"]) != "total"
        if first or listed:
            yield from _form("", "funding", line["table_id"], figures, whole=first, row=row)


def _form(form: str, kind: str, label: str, figures_: Mapping[str, Any], **more: Any) -> Iterator[Record]:
    for column, figure in figures_.items():
        yield {"form": form, "kind": kind, "line": label, "name": label, "column": column, "figure": figure, **more}


def _group(task: Scored) -> str | None:
    return next((group for group in _GROUPS if group in task.line["task"]), None)


# --- lines of the accounts ------------------------------------------------------------------


def line(source: Source, form: str, side: str, *items: str, fund: str = "合计") -> Figure | None:
    """The amount of the first of ``items`` that a side of 01 or 04 prints once."""
    by = source.amounts("totals", "form", "side", "fund", "item")
    return next((f for item in items if (f := unique(by.get((form, side, fund, item))))), None)


def appropriation(source: Source, form: str, fund: str) -> Figure | None:
    """The revenue of ``fund`` in 01 or 04; 04 prints its opening balance under the same name further down."""
    return unique(source.derived(_appropriated).get((form, fund)))


def appropriations(source: Source, form: str) -> list[Figure]:
    """The revenue of each fund in 01 or 04, as far as it is printed."""
    return [figure for fund in FUND_TABLES if (figure := appropriation(source, form, fund))]


def _appropriated(source: Source) -> dict[tuple[str, str], list[Figure]]:
    appropriated: dict[tuple[str, str], list[Figure]] = {}
    record: Record
    for record in source.derived(figures_of_tables):
        if record["side"] == "收入" and record["part"] == "line" and record["fund"]:
            appropriated.setdefault((record["form"], record["fund"]), []).append(record["figure"])
    return appropriated


def basic_parts(source: Source) -> list[Figure]:
    """06's 人员经费合计 and 公用经费合计; a group whose total is not printed by its classes."""
    levels = source.amounts("economic", "group", "level")
    groups = dict.fromkeys(group for group, _ in levels)
    return [f for group in groups for f in levels.get((group, 0)) or levels.get((group, 1), [])]
