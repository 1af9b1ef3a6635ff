"""The year before, as a report states it itself: 比上年增加 5 万元, 增长 4.30%, 上年决算数 …

A sentence is about a line only where its words name the line and the amount that it states is the line's, within
rounding; a change that is part of a reason, or that could be about two tables, is left alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from jscore import schema
from jscore.library.years.yearly_lines import EXPENDITURE, PROSE, REVENUE, SANGONG, TOTALS, WHOLE, Line, each, together
from jscore.narrative import terms
from jscore.schema import SOURCES
from jscore.text.numbers import NOISE, half_digit

How = Literal["amount", "change", "rate"]
Target = tuple[str, str, str]
#: A row of frame ``narrative``; ``last_year``: its amount is that of the year before.
Fact = Mapping[str, Any]

#: Topics that sentences state changes of.
STATED_TOPICS = (TOTALS, REVENUE, EXPENDITURE, SANGONG)

#: Lines by whose money and term; a term of both sides is about either.
_LINES: dict[tuple[str, str], tuple[Target, ...]] = {
    (terms.ALL_MONEY, "收入总计"): ((TOTALS, "01", "收入总计"),),
    (terms.ALL_MONEY, "支出总计"): ((TOTALS, "01", "支出总计"),),
    (terms.ALL_MONEY, "收支总计"): ((TOTALS, "01", "收入总计"), (TOTALS, "01", "支出总计")),
    (terms.ALL_MONEY, "收入"): ((TOTALS, "01", "本年收入合计"),),
    (terms.ALL_MONEY, "支出"): ((TOTALS, "01", "本年支出合计"),),
    (terms.APPROPRIATED, "收入总计"): ((TOTALS, "04", "财政拨款收入总计"),),
    (terms.APPROPRIATED, "支出总计"): ((TOTALS, "04", "财政拨款支出总计"),),
    (terms.APPROPRIATED, "收支总计"): ((TOTALS, "04", "财政拨款收入总计"), (TOTALS, "04", "财政拨款支出总计")),
    (terms.APPROPRIATED, "收入"): ((TOTALS, "04", "财政拨款收入"), (REVENUE, "02", "财政拨款收入")),
    (terms.APPROPRIATED, "支出"): ((TOTALS, "04", "财政拨款支出"),),
    **{(fund, "支出"): ((EXPENDITURE, fund, WHOLE),) for fund in (terms.GENERAL, terms.GOVERNMENT, terms.CAPITAL)},
}  # fmt: skip
#: The table of a scope's spending by code.
_SPENDING = {terms.ALL_MONEY: "03", terms.APPROPRIATED: "05"}

COLUMNS = {
    "report_id": "str", "department": "str", "year": "Int64", "topic": "str", "form": "str", "key": "str", "item": "str",
    "value": "float64", "prior_year": "Int64", "how": "str", "stated": "float64", "prior": "float64",
    "half_step": "float64", "agrees": "str", "page": "Int64", "printed": "str", "sentence": "str",
}  # fmt: skip
CHECKED = {"reported": "float64", "difference": "float64", "tolerance": "float64", "status": "str"}


@dataclass(frozen=True)
class Prior:
    """The amount of the year before, how it follows, from which fact, and what rounding may have moved it by."""

    how: How
    fact: Fact
    value: float
    half_step: float
    agrees: str = ""


def stated(processed: str | Path | None = None, department: str | None = None) -> pd.DataFrame:
    """The year before of every line that a report states it of, checked against the report of that year.

    Columns: report_id, department, year, topic, form, key, item (the line), value (the line in the report's own year),
    prior_year, how (``amount`` 上年数, ``change`` 增减额, ``rate`` 增减率: what was stated), stated, prior (the amount of
    the year before that follows), half_step (what rounding may have moved it by), agrees (是 or 否 where change and
    rate are both stated: whether they give the same, within rounding), page, printed, sentence, and
    reported (the line in the report of the year before), difference (prior less reported), tolerance,
    status (``pass``, ``fail``, or ``skipped`` where that report or its line is missing).  Amounts are in 万元.
    """
    return lines_and_stated(processed, department, STATED_TOPICS)[1]


def lines_and_stated(
    processed: str | Path | None, department: str | None, topics: Iterable[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """``lines`` of ``topics`` and ``stated`` of those of them that sentences state, every report read once."""
    wanted = tuple(topics)
    statements: list[dict[str, Any]] = []
    known: list[Line] = []
    for rows, report_lines in each(processed, department, wanted):
        known += report_lines
        if report_lines and rows.get("narrative"):
            who = {name: report_lines[0][name] for name in ("report_id", "department", "year")}
            statements += [
                {**row, **who, "prior_year": who["year"] - 1} for row in stated_by(rows["narrative"], report_lines)
            ]
    lines = together(known)
    if not statements:
        return lines, pd.DataFrame(columns=[*COLUMNS, *CHECKED]).astype(COLUMNS | CHECKED)
    return lines, _checked(pd.DataFrame(statements).astype(COLUMNS), lines)


def stated_by(narrative: Sequence[Line], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The year before of the ``lines`` of one report, as its ``narrative`` states it: topic to sentence of ``stated``."""
    rows: dict[Target, dict[str, Any]] = {}
    by_target = {(row["topic"], row["form"], row["key"]): row for row in lines}
    for targets, facts in _about(narrative, by_target):
        for target in targets:
            line = by_target[target]
            prior = _prior(line["value"], line["half_step"], facts)
            if prior is not None and target not in rows:
                rows[target] = {
                    **{name: line[name] for name in ("topic", "form", "key", "item", "value")},
                    "how": prior.how, "stated": prior.fact["value"], "prior": prior.value, "half_step": prior.half_step,
                    "agrees": prior.agrees, **{name: prior.fact[name] for name in ("page", "printed", "sentence")},
                }  # fmt: skip
    return list(rows.values())


def _about(
    narrative: Sequence[Line], lines: Mapping[Target, Mapping[str, Any]]
) -> Iterator[tuple[list[Target], list[Fact]]]:
    """The facts of each subject of a chapter that states something of the year before, with the lines it is about."""
    listed = terms.listed_lines({"expenditure": _expenditure(lines)})
    told = terms.statements(schema.from_records("narrative", narrative), listed)
    grouped: dict[tuple[str, tuple[str, ...]], tuple[terms.Term | None, list[Fact]]] = {}
    for fact, statement in zip(narrative, told, strict=True):
        if statement.role in ("", "上年"):
            known = grouped.setdefault((statement.section, statement.path), (statement.term, []))
            known[1].append({**fact, "last_year": statement.role == "上年"})
    for term, facts in grouped.values():
        targets = [target for target in _targets(term, listed) if target in lines] if term else []
        amounts = _of(facts, "amount", "万元")
        if amounts:
            targets = [target for target in targets if _same(lines[target], amounts)]
        elif len({target[2] for target in targets}) > 1:
            targets = []
        if targets and any(fact["last_year"] or fact["measure"] in ("yoy_change", "yoy_rate") for fact in facts):
            yield targets, facts


def _expenditure(lines: Mapping[Target, Mapping[str, Any]]) -> pd.DataFrame:
    """The lines of the tables of spending as ``terms.listed_lines`` reads them."""
    rows = [
        (form, key, line["item"], line["level"])
        for (topic, form, key), line in lines.items()
        if topic == EXPENDITURE and key != WHOLE
    ]
    return pd.DataFrame(rows, columns=["form", "function_code", "function_name", "level"])


def _targets(term: terms.Term, listed: terms.Lines) -> tuple[Target, ...]:
    """The lines that ``term`` may mean."""
    if term.name == terms.SANGONG:
        return ((SANGONG, "09", term.what),)
    if term.name in (terms.CLASS, terms.ITEM):
        code = terms.code_of(term, listed)
        return ((EXPENDITURE, _SPENDING.get(term.scope, term.scope), code),) if code else ()
    if term.name == "机关运行经费":
        return ((TOTALS, PROSE, term.name),)
    if term.name in SOURCES:
        return ((REVENUE, "02", term.name),)
    return _LINES.get((term.scope, term.name), ())


def _of(facts: Iterable[Fact], measure: str, unit: str, last_year: bool = False) -> list[Fact]:
    return [
        fact for fact in facts if (fact["measure"], fact["unit"], bool(fact["last_year"])) == (measure, unit, last_year)
    ]


def _same(line: Mapping[str, Any], amounts: Iterable[Fact]) -> bool:
    """Whether one of the stated ``amounts`` is that of ``line``, within the rounding of both."""
    return any(
        abs(fact["value"] - line["value"]) <= half_digit(fact["printed"], "万元") + line["half_step"] + NOISE
        for fact in amounts
    )


def _prior(value: float, half: float, facts: Sequence[Fact]) -> Prior | None:
    """The amount of the year before: as stated, else the value less the change, else by the rate.

    Where several are stated (a reason may state one, too) it is the change that the rate agrees with; without one None.
    """
    before = [
        Prior("amount", f, f["value"], half_digit(f["printed"], "万元")) for f in _of(facts, "amount", "万元", True)
    ]
    rates = [prior for f in _of(facts, "yoy_rate", "fraction") if (prior := _by_rate(value, half, f)) is not None]
    by_rate = _common(rates)
    changes = [
        Prior("change", f, round(value - f["value"], 6), half + half_digit(f["printed"], "万元"))
        for f in _of(facts, "yoy_change", "万元")
    ]
    if before:
        return _common(before)
    if not changes:
        return by_rate
    agreeing = [change for change in changes if by_rate is not None and _agree(change, by_rate)]
    change = _common(changes) or _common(agreeing)
    if change is None or by_rate is None:
        return change
    return replace(change, agrees="是" if agreeing else "否")


def _common(priors: Sequence[Prior]) -> Prior | None:
    """The first of ``priors`` if all give the same amount."""
    return priors[0] if priors and len({prior.value for prior in priors}) == 1 else None


def _agree(prior: Prior, other: Prior) -> bool:
    return abs(prior.value - other.value) <= prior.half_step + other.half_step + NOISE


def _by_rate(value: float, half: float, fact: Fact) -> Prior | None:
    """The amount of the year before by a stated rate; None for a fall of about 100%, which leaves it open."""
    rate, step = float(fact["value"]), half_digit(fact["printed"], "%")
    if 1 + rate - step <= 0.001:
        return None
    prior = value / (1 + rate)
    bounds = [(value + sign * half) / (1 + rate - sign * step) for sign in (-1, 1)]
    return Prior("rate", fact, round(prior, 6), max(abs(bound - prior) for bound in bounds))


def _checked(statements: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """``statements`` beside the lines of the reports of the years before; a line that their table does not list is 0."""
    keys = ["department", "topic", "form", "key"]
    before = known.assign(prior_year=known["year"])[[*keys, "prior_year", "value", "half_step"]]
    before = before.rename(columns={"value": "reported", "half_step": "reported_half"})
    both = statements.merge(before, on=[*keys, "prior_year"], how="left")
    tables = before[before["form"] != PROSE].groupby([*keys[:3], "prior_year"], as_index=False)["reported_half"].min()
    there = both[[*keys[:3], "prior_year"]].merge(tables, on=[*keys[:3], "prior_year"], how="left")["reported_half"]
    absent = both["reported"].isna() & there.notna().to_numpy()  # its table of that year has no such line: nothing
    both["reported"] = both["reported"].mask(absent, 0.0)
    both["reported_half"] = both["reported_half"].mask(absent, there.to_numpy())
    both["difference"] = (both["prior"] - both["reported"]).round(6)
    both["tolerance"] = both["half_step"] + both["reported_half"]
    holds = both["difference"].abs() <= both["tolerance"] + NOISE
    both["status"] = holds.map({True: "pass", False: "fail"}).where(both["reported"].notna(), "skipped")
    return both[[*COLUMNS, *CHECKED]].astype(COLUMNS | CHECKED)
