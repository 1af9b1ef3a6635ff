"""Accounting relations (勾稽关系) of the nine tables: what must add up, and whether it does.

Belongs here: which printed amounts make another, within a table and between tables, and
the tolerance of rounded figures.  Does not: narrative and self-evaluations.

The bound is that of rounding: a sum of n printed amounts may differ from the printed
total by 0.005 × (n + 1) of the printed unit and no more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from jscore.numbers import UNITS

#: Half the last printed digit: amounts are printed with two decimals.
HALF_A_CENT = 0.005

#: Fund of 04 → the table of its expenditure.
FUND_TABLES = {"一般公共预算财政拨款": "05", "政府性基金预算财政拨款": "07", "国有资本经营预算财政拨款": "08"}
#: How 04 names the funds in its lines.
FUND_LINES = frozenset({*FUND_TABLES, "国有资本经营财政拨款", "政府性基金财政拨款"})
#: Lines of 01's and 04's revenue that add up to the year's; a line under another (其中) is none of them.
_REVENUE = frozenset({
    "一般公共预算财政拨款收入", "政府性基金预算财政拨款收入", "国有资本经营预算财政拨款收入", "财政拨款收入",
    "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入", *FUND_LINES,
})  # fmt: skip
Frames = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Amount:
    """A printed amount: the frame and index label of its row, its column, its value in 万元."""

    frame: str
    row: Any
    value: float
    column: str = "amount"


@dataclass(frozen=True)
class Relation:
    """``total`` must be the sum of ``parts``; ``name`` says why, ``subject`` of what."""

    name: str
    subject: str
    total: Amount
    parts: tuple[Amount, ...] = field(repr=False)
    tolerance: float = HALF_A_CENT

    @property
    def difference(self) -> float:
        """Printed total less the sum of the parts, in 万元, without the noise of binary fractions."""
        return round(self.total.value - sum(part.value for part in self.parts), 7)

    @property
    def holds(self) -> bool:
        return abs(self.difference) <= self.tolerance + 1e-9

    @property
    def amounts(self) -> tuple[Amount, ...]:
        return (self.total, *self.parts)


def relations(frames: Frames, units: Mapping[str, str | None], unit: str | None) -> list[Relation]:
    """Every relation of the nine tables that the frames of a report print both sides of.

    ``units`` is the money unit that each form states, ``unit`` the report's.
    """
    spent = _by(frames["expenditure"], "expenditure", "form", "function_code", "component")
    found = [
        *_across(_by(frames["revenue"], "revenue", "function_code", "source"), "本年收入合计"),
        *_across(spent, "合计", ("年初结转和结余", "本年收入", "年末结转和结余")),
        *_tree(_by(frames["revenue"], "revenue", "source", "function_code")),
        *_tree(_by(frames["expenditure"], "expenditure", "form", "component", "function_code")),
        *_balances(spent),
        *_two_sides(frames["totals"]),
        *_economic(frames["economic"]),
        *_sangong(frames["sangong"]),
        *_between(frames),
    ]  # fmt: skip
    scale = min((UNITS[u] for u in [*units.values(), unit] if u), default=0) if len(set(units.values())) == 1 else 0
    return [
        Relation(r.name, r.subject, r.total, r.parts, HALF_A_CENT * 10.0**scale * (len(r.parts) + 1))
        for r in found
        if r.parts
    ]


def share_related(frames: Frames, found: Iterable[Relation]) -> float | None:
    """The share of the printed amounts of the nine tables that stand in a relation that holds."""
    held = {(a.frame, a.row, a.column) for relation in found if relation.holds for a in relation.amounts}
    columns = {name: ["amount"] for name in ("totals", "revenue", "expenditure", "economic")} | {
        "sangong": ["budget", "final"]
    }
    printed = [
        (name, row, column)
        for name, of in columns.items()
        for column in of
        for row in frames[name].index[frames[name][column].notna()]
    ]
    return sum(key in held for key in printed) / len(printed) if printed else None


def _by(frame: pd.DataFrame, name: str, *keys: str, column: str = "amount") -> dict[tuple[Any, ...], list[Amount]]:
    """Printed amounts of a frame by the values of ``keys``, in the frame's order; missing keys are ""."""
    held = frame[frame[column].notna()]
    found: dict[tuple[Any, ...], list[Amount]] = defaultdict(list)
    values = zip(*(held[key].astype(object).where(held[key].notna(), "") for key in keys), strict=True)
    for key, row, value in zip(values, held.index, held[column], strict=True):
        found[key].append(Amount(name, row, float(value), column))
    return found


def _only(amounts: list[Amount] | None) -> Amount | None:
    return amounts[0] if amounts and len(amounts) == 1 else None


def _relation(name: str, subject: str, total: Amount | None, parts: list[Amount]) -> Iterator[Relation]:
    if total is not None and parts:
        yield Relation(name, subject, total, tuple(parts))


# --- within a table ---------------------------------------------------------------------


def _across(by: Mapping[tuple[Any, ...], list[Amount]], total: str, beside: tuple[str, ...] = ()) -> Iterator[Relation]:
    """The columns of a row add up to its total; keys are (row ..., column)."""
    rows: dict[tuple[Any, ...], dict[str, list[Amount]]] = defaultdict(dict)
    for key, amounts in by.items():
        rows[key[:-1]][key[-1]] = amounts
    for row, columns in rows.items():
        parts = [a for column, amounts in columns.items() if column != total and column not in beside for a in amounts]
        yield from _relation("a row adds across", " ".join(map(str, row)), _only(columns.get(total)), parts)


def _tree(by: Mapping[tuple[Any, ...], list[Amount]]) -> Iterator[Relation]:
    """Items add up to sections, sections to classes, classes to 合计; keys are (column ..., code)."""
    below: dict[tuple[Any, ...], list[Amount]] = defaultdict(list)
    for (*column, code), amounts in by.items():
        if code:
            below[(*column, code[:-2] if len(code) > 3 else "")] += amounts
    for key, parts in below.items():
        yield from _relation("codes add up", " ".join(map(str, key)), _only(by.get(key)), parts)


def _balances(by: Mapping[tuple[Any, ...], list[Amount]]) -> Iterator[Relation]:
    """07 and 08: opening balance and revenue are spent or kept; keys are (form, code, component)."""
    rows = dict.fromkeys((form, code) for form, code, _ in by)
    for form, code in rows:
        spent, opening, revenue, closing = (
            _only(by.get((form, code, name))) for name in ("合计", "年初结转和结余", "本年收入", "年末结转和结余")
        )
        if revenue is None and opening is None:
            continue
        less = [Amount(closing.frame, closing.row, -closing.value)] if closing else []
        parts = [a for a in (opening, revenue) if a] + less
        yield from _relation("opening and revenue are spent or kept", f"{form} {code}", spent, parts)


def _two_sides(totals: pd.DataFrame) -> Iterator[Relation]:
    for (form, side, fund), column in totals.groupby(["form", "side", "fund"], sort=False):
        yield from _side(column, str(form), str(side), str(fund))
    spending = totals[(totals["form"] == "04") & (totals["side"] == "支出")]
    yield from _across(_by(spending, "totals", "form", "row", "fund"), "合计")
    sums = _by(totals[totals["item"] == "总计"], "totals", "form", "fund", "side")
    for form in ("01", "04"):
        yield from _relation(
            "both sides have one total",
            form,
            _only(sums.get((form, "合计", "收入"))),
            sums.get((form, "合计", "支出"), []),
        )


def _side(column: pd.DataFrame, form: str, side: str, fund: str) -> Iterator[Relation]:
    """The lines of one side add up to 本年合计, and that with the balances to 总计."""
    items = column["item"].tolist()
    year = next((i for i, item in enumerate(items) if item in ("本年收入合计", "本年支出合计")), None)
    total = next((i for i, item in enumerate(items) if item == "总计"), None)
    if year is None or total is None or year > total:
        return
    amounts = [
        None if pd.isna(value) else Amount("totals", row, float(value)) for row, value in column["amount"].items()
    ]
    above = [
        a for item, a in zip(items[:year], amounts[:year], strict=True) if a and (side == "支出" or item in _REVENUE)
    ]
    between = list(zip(items, amounts, strict=True))[year + 1 : total]
    balances = [a for item, a in between if a and item not in FUND_LINES]
    opening = [a for item, a in between if a and item.startswith("年初")]
    subject = f"{form} {side} {fund}"
    year_amount = amounts[year]
    yield from _relation("lines add up to the year", subject, year_amount, above)
    yield from _relation(
        "year and balances add up", subject, amounts[total], [a for a in (year_amount,) if a] + balances
    )
    yield from _relation(
        "funds add up to the balance", subject, _only(opening), [a for item, a in between if a and item in FUND_LINES]
    )


def _economic(economic: pd.DataFrame) -> Iterator[Relation]:
    coded = economic[economic["level"] > 0]
    yield from (r for r in _tree(_by(coded, "economic", "economic_code")) if r.subject)
    levels = _by(economic[economic["level"] < 2], "economic", "group", "level")
    for group in dict.fromkeys(group for group, _ in levels):
        yield from _relation("codes add up", group, _only(levels.get((group, 0))), levels.get((group, 1), []))


def _sangong(sangong: pd.DataFrame) -> Iterator[Relation]:
    for column in ("budget", "final"):
        by = {item: _only(found) for (item,), found in _by(sangong, "sangong", "item", column=column).items()}
        parts = [a for item in ("因公出国（境）费", "公务接待费", "公务用车购置及运行费") if (a := by.get(item))]
        yield from _relation("items add up", f"09 {column}", by.get("合计"), parts)
        both = [a for item in ("公务用车运行维护费", "公务用车购置费") if (a := by.get(item))]
        yield from _relation("cars add up", f"09 {column}", by.get("公务用车购置及运行费"), both)


# --- between tables ---------------------------------------------------------------------


def _between(frames: Frames) -> Iterator[Relation]:
    line = _by(frames["totals"], "totals", "form", "side", "fund", "item")
    revenue = _by(frames["revenue"], "revenue", "source", "function_code")
    spent = _by(frames["expenditure"], "expenditure", "form", "component", "function_code")
    for source in ("本年收入合计", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入"):
        yield from _relation(
            "01 is 02", source, _only(line.get(("01", "收入", "合计", source))), revenue.get((source, ""), [])
        )
    for form, fund, table in (("01", "合计", "03"), *(("04", fund, table) for fund, table in FUND_TABLES.items())):
        year = _only(line.get((form, "支出", fund, "本年支出合计")))
        yield from _relation(f"{form} is {table}", fund, year, spent.get((table, "合计", ""), []))
    names = frames["expenditure"]
    classes = names[(names["level"] == 1) & (names["component"] == "合计")]
    for (table, code), name in zip(
        zip(classes["form"], classes["function_code"], strict=True), classes["function_name"], strict=True
    ):
        for form, fund in (
            (("01", "合计"),) if table == "03" else tuple(("04", f) for f, t in FUND_TABLES.items() if t == table)
        ):
            amount = _only(line.get((form, "支出", fund, name)))
            yield from _relation(f"{form} is {table}", name, amount, spent.get((table, "合计", code), []))
    economic = _by(frames["economic"], "economic", "level")
    yield from _relation("05 is 06", "基本支出", _only(spent.get(("05", "基本支出", ""))), economic.get((0,), []))
