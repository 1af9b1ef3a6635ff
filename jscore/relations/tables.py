"""Relations within one of the nine tables: what adds up, and which codes, names and signs may stand there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from typing import Any

from jscore.relations.model import Catalogue, Figure, Result, said, total
from jscore.relations.source import FORM_OF, TABLES, Key, Source, only
from jscore.text.classification import CLASSES

CHECKS = Catalogue()

#: Columns of 07 and 08 beside 合计 that are no part of it.
BALANCES = ("年初结转和结余", "本年收入", "年末结转和结余")
#: How 04 names the funds in its lines.
FUND_LINES = frozenset({
    "一般公共预算财政拨款", "政府性基金预算财政拨款", "政府性基金财政拨款", "国有资本经营预算财政拨款", "国有资本经营财政拨款",
})  # fmt: skip
#: Lines of 01's and 04's revenue that add up to the year's; a line under another (其中) is none of them.
REVENUE_LINES = frozenset({
    "一般公共预算财政拨款收入", "政府性基金预算财政拨款收入", "国有资本经营预算财政拨款收入", "财政拨款收入",
    "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入", *FUND_LINES,
})  # fmt: skip
#: How 01 and 04 call the last line of a side.
TOTALS = ("总计", "收入总计", "支出总计")
CODED = "02|03|05|07|08"


# --- what adds up -------------------------------------------------------------------------


@CHECKS.declare(
    "table.across", "各栏相加等于合计栏", "table", "error",
    "02、03、05、07、08 表每行各栏之和等于该行合计；04 表支出每行三类资金之和等于该行合计", ("02|03|04|05|07|08",),
)  # fmt: skip
def across(source: Source) -> Iterator[Result]:
    revenue = source.amounts("revenue", "row", "function_code", "source")
    yield from _across("02", revenue, "本年收入合计")
    spent = source.amounts("expenditure", "form", "row", "function_code", "component")
    for form in ("03", "05", "07", "08"):
        own = {key[1:]: figures for key, figures in spent.items() if key[0] == form}
        yield from _across(form, own, "合计", BALANCES)
    lines = source.amounts("totals", "form", "side", "row", "item", "fund")
    own = {key[2:]: figures for key, figures in lines.items() if key[:2] == ("04", "支出")}
    yield from _across("04 支出", own, "合计")


def _across(
    form: str, by: Mapping[Key, Sequence[Figure]], whole: str, beside: tuple[str, ...] = ()
) -> Iterator[Result]:
    """The columns of a row add up to its total; keys are (row, what, column)."""
    rows: dict[Key, dict[str, Sequence[Figure]]] = defaultdict(dict)
    for (*row, column), figures in by.items():
        rows[tuple(row)][column] = figures
    for (_, what), columns in rows.items():
        parts = [f for column, figures in columns.items() if column != whole and column not in beside for f in figures]
        printed = only(columns.get(whole))
        if printed and parts:
            yield total(f"{form} {what or '合计'}", printed, parts)


@CHECKS.declare(
    "table.codes", "项合计等于款、款合计等于类、类合计等于总计", "table", "error",
    "02、03、05、07、08 表按科目编码逐级相加，各栏分别成立", (CODED,),
)  # fmt: skip
def codes(source: Source) -> Iterator[Result]:
    yield from tree("02", source.amounts("revenue", "source", "function_code"))
    spent = source.amounts("expenditure", "form", "component", "function_code")
    for form in ("03", "05", "07", "08"):
        yield from tree(form, {key[1:]: figures for key, figures in spent.items() if key[0] == form})


def tree(form: str, by: Mapping[Key, Sequence[Figure]]) -> Iterator[Result]:
    """Items add up to sections, sections to classes, classes to 合计; keys are (column ..., code)."""
    below: dict[Key, list[Figure]] = defaultdict(list)
    for (*column, code), figures in by.items():
        if code:
            below[(*column, code[:-2] if len(code) > 3 else "")] += figures
    for (*column, code), parts in below.items():
        printed = only(by.get((*column, code)))
        if printed:
            yield total(" ".join((form, code or "合计", *column)), printed, parts)


@CHECKS.declare(
    "table.balance", "年初结转加本年收入等于本年支出加年末结转", "table", "error",
    "07、08 表每行：年初结转和结余 + 本年收入 − 年末结转和结余 = 本年支出合计", ("07|08",),
)  # fmt: skip
def balance(source: Source) -> Iterator[Result]:
    by = source.amounts("expenditure", "form", "function_code", "component")
    for form, code in dict.fromkeys((form, code) for form, code, _ in by):
        spent, opening, revenue, closing = (only(by.get((form, code, name))) for name in ("合计", *BALANCES))
        parts = [figure for figure in (opening, revenue, closing and closing.times(-1)) if figure]
        if spent and (revenue or opening):
            yield total(f"{form} {code or '合计'}", spent, parts)


@CHECKS.declare(
    "table.lines", "各行相加等于本年合计", "table", "error",
    "01、04 表收入、支出两方（04 表支出按资金来源分别）各行之和等于本年收入（支出）合计", ("01|04",),
)  # fmt: skip
def lines(source: Source) -> Iterator[Result]:
    for subject, side, column in _sides(source):
        year = _position(column, "本年收入合计", "本年支出合计")
        printed = column[year][1] if year is not None else None
        parts = [f for item, f in column[:year] if f and (side == "支出" or item in REVENUE_LINES)]
        if printed and parts:
            result = total(subject, printed, parts)
            # A line of no known name may be revenue of its own or part of the one above it.
            others = [f for item, f in column[:year] if f and f not in parts and f.value]
            with_others = total(subject, printed, [*parts, *others])
            yield with_others if others and not result.holds and with_others.holds else result


@CHECKS.declare(
    "table.grand-total", "本年合计与结转结余相加等于总计", "table", "error",
    "01、04 表收入、支出两方：本年合计 + 使用结余、年初（或年末）结转和结余、结余分配 = 总计", ("01|04",),
)  # fmt: skip
def grand_total(source: Source) -> Iterator[Result]:
    for subject, _, column in _sides(source):
        year, end = _position(column, "本年收入合计", "本年支出合计"), _position(column, *TOTALS)
        if year is None or end is None or year > end:
            continue
        parts = [f for item, f in column[year:end] if f and item not in FUND_LINES]
        if (printed := column[end][1]) and parts:
            yield total(subject, printed, parts)


@CHECKS.declare(
    "table.opening-funds", "年初结转和结余等于各类资金之和", "table", "error",
    "04 表收入方：年初财政拨款结转和结余等于其下三类资金之和", ("04",),
)  # fmt: skip
def opening_funds(source: Source) -> Iterator[Result]:
    for subject, _, column in _sides(source):
        year, end = _position(column, "本年收入合计", "本年支出合计"), _position(column, *TOTALS)
        below = column[year + 1 : end] if year is not None and end is not None else []
        opening = only([f for item, f in below if f and item.startswith("年初")])
        parts = [f for item, f in below if f and item in FUND_LINES]
        if opening and parts:
            yield total(subject, opening, parts)


@CHECKS.declare(
    "table.both-sides", "收入总计等于支出总计", "table", "error", "01、04 表两方总计相等", ("01|04",),
)  # fmt: skip
def both_sides(source: Source) -> Iterator[Result]:
    by = source.amounts("totals", "form", "item", "fund", "side")
    for form in ("01", "04"):
        received, spent = (
            next((f for item in TOTALS if (f := only(by.get((form, item, "合计", side))))), None)
            for side in ("收入", "支出")
        )
        if received and spent:
            yield total(form, spent, (received,))


def _sides(source: Source) -> Iterator[tuple[str, str, list[tuple[str, Figure | None]]]]:
    """Each column of 01 and 04: its subject, its side, its items with their figures (None: blank)."""
    totals = source.frames["totals"]
    by_row = {f.row: f for figures in source.amounts("totals", "form").values() for f in figures}
    for key, column in totals.groupby(["form", "side", "fund"], sort=False):
        form, side, fund = map(str, key)
        items = [(item, by_row.get(row)) for row, item in column["item"].items()]
        yield " ".join((form, side, fund) if form == "04" else (form, side)), side, items


def _position(column: Sequence[tuple[str, object]], *items: str) -> int | None:
    return next((i for i, (item, _) in enumerate(column) if item in items), None)


@CHECKS.declare(
    "table.economic", "款合计等于类，类合计等于人员经费、公用经费合计", "table", "error",
    "06 表：款之和等于类，人员经费、公用经费各类之和等于其合计", ("06",),
)  # fmt: skip
def economic(source: Source) -> Iterator[Result]:
    coded = source.amounts("economic", "economic_code")
    yield from (r for r in tree("06", {k: f for k, f in coded.items() if k[0]}) if r.subject != "06 合计")
    levels = source.amounts("economic", "group", "level")
    for group in dict.fromkeys(group for group, _ in levels):
        printed, parts = only(levels.get((group, 0))), levels.get((group, 1), [])
        if printed and parts:
            yield total(f"06 {group}合计", printed, parts)


@CHECKS.declare(
    "table.sangong", "“三公”经费各项相加等于合计", "table", "error",
    "09 表预算数、决算数：因公出国（境）费 + 公务接待费 + 公务用车购置及运行费 = 合计", ("09",),
)  # fmt: skip
def sangong(source: Source) -> Iterator[Result]:
    yield from _sangong(source, "合计", ("因公出国（境）费", "公务接待费", "公务用车购置及运行费"))


@CHECKS.declare(
    "table.cars", "公务用车购置费与运行维护费相加等于公务用车购置及运行费", "table", "error",
    "09 表预算数、决算数：公务用车购置费 + 公务用车运行维护费 = 公务用车购置及运行费", ("09",),
)  # fmt: skip
def cars(source: Source) -> Iterator[Result]:
    yield from _sangong(source, "公务用车购置及运行费", ("公务用车购置费", "公务用车运行维护费"))


def _sangong(source: Source, whole: str, items: Sequence[str]) -> Iterator[Result]:
    for column, word in (("budget", "预算数"), ("final", "决算数")):
        by = source.amounts("sangong", "item", column=column)
        printed, parts = only(by.get((whole,))), [f for item in items if (f := only(by.get((item,))))]
        if printed and parts:
            yield total(f"09 {whole} {word}", printed, parts)


# --- codes, names, signs --------------------------------------------------------------------


@CHECKS.declare(
    "table.class-name", "类级科目名称与编码相符", "table", "warning",
    "类级编码的名称是《政府收支分类科目》的名称（历年曾用名亦可）；有无“支出”二字不论", (CODED,),
)  # fmt: skip
def class_name(source: Source) -> Iterator[Result]:
    for form, line in _rows(source):
        names = CLASSES.get(line["function_code"]) if line["level"] == 1 else None
        if line["level"] == 1:
            known = names or ("（没有这个类）",)
            holds = plain(line["function_name"]) in {plain(name) for name in names or ()}
            yield said(
                f"{form} {line['function_code']}", holds,
                f"公开{form}表编码{line['function_code']}的名称印为“{line['function_name']}”，应为“{known[0]}”",
                [_name_figure(form, line)],
            )  # fmt: skip


@CHECKS.declare(
    "table.one-name", "同一编码在各表中名称相同", "cross-table", "warning",
    "02、03、05、07、08 表中同一科目编码的名称一致；标点、有无“支出”二字不论", (CODED,),
)  # fmt: skip
def one_name(source: Source) -> Iterator[Result]:
    named: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for form, line in _rows(source):
        if line["level"] > 0:
            named[line["function_code"]].append((form, line))
    for code, rows in named.items():
        if len(rows) > 1:
            (first, one), others = rows[0], rows[1:]
            off = [(form, line) for form, line in others if plain(line["function_name"]) != plain(one["function_name"])]
            wrong = "、".join(f"公开{form}表“{line['function_name']}”" for form, line in off)
            yield said(
                code, not off, f"编码{code}在公开{first}表名为“{one['function_name']}”，而{wrong}",
                [_name_figure(form, line) for form, line in off or others], [_name_figure(first, one)],
            )  # fmt: skip


@CHECKS.declare(
    "table.parent", "编码的上级科目在表中", "table", "warning",
    "项级编码的前五位、款级编码的前三位是同一表中的款、类", (CODED,),
)  # fmt: skip
def parent(source: Source) -> Iterator[Result]:
    by_form: dict[str, dict[str, Row]] = defaultdict(dict)
    for form, line in _rows(source):
        by_form[form][line["function_code"] or ""] = line
    for form, held in by_form.items():
        if not any(len(code) == 3 for code in held):
            continue  # a table that lists items alone
        for code, line in held.items():
            if len(code) > 3:
                yield said(
                    f"{form} {code}", code[:-2] in held,
                    f"公开{form}表有{code}“{line['function_name']}”，而没有它的上级科目{code[:-2]}", [_name_figure(form, line)],
                )  # fmt: skip


@CHECKS.declare(
    "table.code-once", "编码不重复", "table", "error", "02、03、05、06、07、08 表中一个编码只列一次", (CODED + "|06",),
)  # fmt: skip
def code_once(source: Source) -> Iterator[Result]:
    seen: dict[Key, list[Figure]] = defaultdict(list)
    for form, line in _rows(source):
        if line["function_code"]:
            seen[(form, line["function_code"])].append(_name_figure(form, line))
    for row, printed in source.rows_of("economic").items():
        if isinstance(code := printed["economic_code"], str):
            label = f"公开06表 {code} {printed['economic_name']}"
            seen[("06", code)].append(Figure(label, None, frame="economic", row=row, column="economic_name"))
    for (form, code), figures in seen.items():
        yield said(f"{form} {code}", len(figures) == 1, f"公开{form}表编码{code}列了{len(figures)}次", figures)


@CHECKS.declare(
    "table.sign", "决算数不为负", "table", "warning",
    "九张表的收入、支出不是负数；年初、年末结转和结余与结余分配可以是", ("01|02|03|04|05|06|07|08|09",),
)  # fmt: skip
def sign(source: Source) -> Iterator[Result]:
    keyed = {"totals": ("form", "item"), "expenditure": ("form", "component")}
    by_form: dict[str, list[Figure]] = defaultdict(list)
    for frame, columns in TABLES.items():
        for column in columns:
            for key, figures in source.amounts(frame, *keyed.get(frame, ()), column=column).items():
                if not re.search("结转|结余|分配", "".join(key)):
                    by_form[key[0] if key else FORM_OF[frame]] += figures
    for form, figures in by_form.items():
        below = [figure for figure in figures if (figure.value or 0.0) < 0]
        yield from (Result(f.label, False, f.value, actual_figures=(f,), message=f"{f.label}为负数") for f in below)
        if not below:
            yield said(form, True, "")


def plain(name: str) -> str:
    """A term without brackets, punctuation and the word 支出, which some reports leave out."""
    return re.sub(r"[^\w]|支出", "", name)


Row = Mapping[Hashable, Any]


def _rows(source: Source) -> list[tuple[str, Row]]:
    """The printed rows of the tables by function code, each once, with the form; no code is None."""
    return source.derived(_coded_rows)


def _coded_rows(source: Source) -> list[tuple[str, Row]]:
    found: dict[tuple[str, int], tuple[str, Row]] = {}
    for frame in ("revenue", "expenditure"):
        for row, line in source.rows_of(frame).items():
            code = line["function_code"] if isinstance(line["function_code"], str) else None
            form = str(line.get("form", FORM_OF.get(frame)))
            found.setdefault((line["table_id"], line["row"]), (form, {**line, "function_code": code, "index": row}))
    return list(found.values())


def _name_figure(form: str, line: Row) -> Figure:
    frame = "revenue" if form == "02" else "expenditure"
    label = f"公开{form}表 {line['function_code'] or ''} {line['function_name']}"
    return Figure(label, None, frame=frame, row=line["index"], column="function_name")
