"""The year before, as a report states it itself: 比上年增加 5 万元, 增长 4.30%, 上年决算数 …

Belongs here: which line such a sentence is about, the amount of the year before that follows from it, how far rounding
may have moved it, whether the report of the year before has it.  Does not: reading prose (``narrative``).

A sentence is about a line only where its words name the line and the amount that it states is the line's, within
rounding; a change that is part of a reason, or that could be about two tables, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd

from jscore import schema
from jscore.analysis.beside import item_subjects, last_part
from jscore.analysis.sangong import sangong_facts
from jscore.numbers import UNITS
from jscore.years.figures import EXPENDITURE, PROSE, REVENUE, SANGONG, TOTALS, WHOLE, each, together
from jscore.years.which import records

How = Literal["amount", "change", "rate"]
Target = tuple[str, str, str]

#: Topics that sentences state changes of.
STATED_TOPICS = (TOTALS, REVENUE, EXPENDITURE, SANGONG)
_LAST_YEAR = " 上年"
_PRINTED = re.compile(r"(?P<whole>[\d,]+)(?:\.(?P<decimals>\d+))?\s*(?P<unit>亿元|百万元|万元|千元|百元|元|[亿万]|%)?")

#: Lines by the words of prose, each with what else such a sentence may call it.
_BOTH = ((TOTALS, "01", "收入总计"), (TOTALS, "01", "支出总计"))
_APPROPRIATION = ((TOTALS, "04", "财政拨款收入总计"), (TOTALS, "04", "财政拨款支出总计"))
_NAMED: dict[str, tuple[Target, ...]] = {
    "收入总计": ((TOTALS, "01", "收入总计"),), "支出总计": ((TOTALS, "01", "支出总计"),),
    "收入支出总计": _BOTH, "收支总计": _BOTH, "收、支总计": _BOTH,
    "本年收入合计": ((TOTALS, "01", "本年收入合计"),), "本年收入": ((TOTALS, "01", "本年收入合计"),),
    "收入合计": ((TOTALS, "01", "本年收入合计"),),
    "本年支出合计": ((TOTALS, "01", "本年支出合计"),), "本年支出": ((TOTALS, "01", "本年支出合计"),),
    "支出合计": ((TOTALS, "01", "本年支出合计"),),
    "财政拨款收入支出总计": _APPROPRIATION, "财政拨款收支总计": _APPROPRIATION,
    "财政拨款收入总计": _APPROPRIATION[:1], "财政拨款支出总计": _APPROPRIATION[1:],
    "财政拨款支出": ((TOTALS, "04", "财政拨款支出"),),
    "财政拨款收入": ((TOTALS, "04", "财政拨款收入"), (REVENUE, "02", "财政拨款收入")),
    "一般公共预算财政拨款支出": ((EXPENDITURE, "05", WHOLE),), "一般公共预算支出": ((EXPENDITURE, "05", WHOLE),),
    "政府性基金预算财政拨款支出": ((EXPENDITURE, "07", WHOLE),), "政府性基金预算支出": ((EXPENDITURE, "07", WHOLE),),
    "国有资本经营预算财政拨款支出": ((EXPENDITURE, "08", WHOLE),), "国有资本经营预算支出": ((EXPENDITURE, "08", WHOLE),),
    "机关运行经费": ((TOTALS, PROSE, "机关运行经费"),),
    **{source: ((REVENUE, "02", source),) for source in schema.SOURCES[2:]},
}  # fmt: skip
#: Which table a chapter is about, by its heading.
_FORMS = (("政府性基金", "07"), ("国有资本经营", "08"), ("财政拨款", "05"))

COLUMNS = {
    "report_id": "str", "department": "str", "year": "Int64", "topic": "str", "form": "str", "key": "str", "item": "str",
    "value": "float64", "prior_year": "Int64", "how": "str", "stated": "float64", "prior": "float64",
    "half_step": "float64", "agrees": "str", "page": "Int64", "printed": "str", "sentence": "str",
}  # fmt: skip
CHECKED = {"reported": "float64", "difference": "float64", "tolerance": "float64", "status": "str"}


@dataclass(frozen=True)
class Prior:
    """The amount of the year before, how it follows, and what rounding may have moved it by."""

    how: How
    stated: float
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
    found, known = [], []
    for frames, own in each(processed, department, wanted):
        known.append(own)
        if "narrative" in frames and len(own):
            who = {name: own[name].iloc[0] for name in ("report_id", "department", "year")}
            found.append(stated_by(frames, own).assign(**who, prior_year=who["year"] - 1))
    own = together(known)
    if not found:
        return own, pd.DataFrame(columns=[*COLUMNS, *CHECKED]).astype(COLUMNS | CHECKED)
    return own, _checked(pd.concat(found, ignore_index=True), own)


def stated_by(frames: Mapping[str, pd.DataFrame], lines: pd.DataFrame) -> pd.DataFrame:
    """The year before of the ``lines`` of one report, as its ``frames`` state it: topic to sentence of ``stated``."""
    rows: dict[Target, dict[str, Any]] = {}
    by_target = {(row["topic"], row["form"], row["key"]): row for row in records(lines)}
    for targets, facts in _about(frames, by_target):
        for target in targets:
            line = by_target[target]
            prior = _prior(line["value"], line["half_step"], facts)
            if prior is not None and target not in rows:
                fact = facts[facts["measure"].isin(["yoy_change", "yoy_rate"]) | facts["last_year"]].iloc[0]
                rows[target] = {
                    **{name: line[name] for name in ("topic", "form", "key", "item", "value")},
                    "how": prior.how, "stated": prior.stated, "prior": prior.value, "half_step": prior.half_step,
                    "agrees": prior.agrees, **{name: fact[name] for name in ("page", "printed", "sentence")},
                }  # fmt: skip
    return pd.DataFrame(list(rows.values()), columns=[name for name in COLUMNS if name not in _WHO])


_WHO = ("report_id", "department", "year", "prior_year")


def half_of(printed: str | None, default: float = 0.005) -> float:
    """Half the last place of a figure as printed, in 万元 or as a fraction: 0.005 for 538.34 万元, 0.00005 for 4.30%."""
    found = _PRINTED.search(printed or "")
    if not found or found["unit"] is None:
        return default
    places = len(found["decimals"] or "")
    unit = {"%": -2, "亿": 4, "万": 0}.get(found["unit"], UNITS.get(found["unit"], 0))
    return float(0.5 * 10.0 ** (unit - places))


def _about(
    frames: Mapping[str, pd.DataFrame], lines: Mapping[Target, Mapping[str, Any]]
) -> Iterator[tuple[list[Target], pd.DataFrame]]:
    """The facts of each subject of a chapter that states something of the year before, with the lines it is about."""
    facts = frames["narrative"]
    last_year = facts["subject"].str.endswith(_LAST_YEAR)
    facts = facts.assign(subject=facts["subject"].str.removesuffix(_LAST_YEAR), last_year=last_year)
    compares = facts["measure"].isin(["yoy_change", "yoy_rate"]) & facts["unit"].isin(["万元", "fraction"]) | last_year
    keys = facts["section"].fillna("") + "\n" + facts["subject"]
    facts = facts[keys.isin(set(keys[compares]))]
    if facts.empty:
        return
    subjects = _subjects(facts, lines)
    for (section, subject), own in facts.groupby(["section", "subject"], sort=False, dropna=False):
        targets = [target for target in subjects.get((str(section), str(subject)), ()) if target in lines]
        amounts = own[(own["measure"] == "amount") & (own["unit"] == "万元") & ~own["last_year"]]
        if len(amounts):
            targets = [target for target in targets if _same(lines[target], amounts)]
        elif len({target[2] for target in targets}) > 1:
            targets = []
        if targets:
            yield targets, own


def _subjects(
    facts: pd.DataFrame, lines: Mapping[Target, Mapping[str, Any]]
) -> dict[tuple[str, str], tuple[Target, ...]]:
    """The lines that a subject in a chapter may be about."""
    tree = pd.DataFrame(
        [{"function_code": key, "function_name": line["item"], "level": line["level"]}
         for (topic, _, key), line in lines.items() if topic == EXPENDITURE and key != WHOLE],
        columns=["function_code", "function_name", "level"],
    ).drop_duplicates("function_code")  # fmt: skip
    codes = {subject: code for code, subjects in item_subjects(tree, facts).items() for subject in subjects}
    codes |= {
        name + role: code
        for code, name in tree.loc[tree["level"] == 1, ["function_code", "function_name"]].itertuples(index=False)
        for role in ("", "（类）")
    }
    cars = sangong_facts(facts)
    items = dict(zip(cars["fact_no"], cars["item"], strict=True))
    found: dict[tuple[str, str], tuple[Target, ...]] = {}
    for row in records(facts):
        section, subject = str(row["section"]), str(row["subject"])
        if item := items.get(row["fact_no"]):
            found[section, subject] = ((SANGONG, "09", item),)
        elif code := codes.get(subject):
            form = next((form for words, form in _FORMS if words in section), "03")
            found[section, subject] = ((EXPENDITURE, form, code),)
        elif " > " not in subject:
            found[section, subject] = _NAMED.get(last_part(subject), ())
    return found


def _same(line: Mapping[str, Any], amounts: pd.DataFrame) -> bool:
    """Whether one of the stated ``amounts`` is that of ``line``, within the rounding of both."""
    return any(
        abs(value - line["value"]) <= half_of(printed) + line["half_step"] + 1e-9
        for value, printed in zip(amounts["value"], amounts["printed"], strict=True)
    )


def _prior(value: float, half: float, facts: pd.DataFrame) -> Prior | None:
    """The amount of the year before: as stated, else the value less the change, else by the rate."""
    before = facts[facts["last_year"] & (facts["measure"] == "amount") & (facts["unit"] == "万元")]
    change = facts[(facts["measure"] == "yoy_change") & (facts["unit"] == "万元") & ~facts["last_year"]]
    rate = facts[(facts["measure"] == "yoy_rate") & ~facts["last_year"]]
    if len(before):
        fact = before.iloc[0]
        return Prior("amount", fact["value"], fact["value"], half_of(fact["printed"]))
    by_rate = _by_rate(value, half, rate.iloc[0]) if len(rate) else None
    if len(change):
        fact = change.iloc[0]
        prior = Prior("change", fact["value"], round(value - fact["value"], 6), half + half_of(fact["printed"]))
        if by_rate is None:
            return prior
        agrees = abs(prior.value - by_rate.value) <= prior.half_step + by_rate.half_step + 1e-9
        return Prior(prior.how, prior.stated, prior.value, prior.half_step, "是" if agrees else "否")
    return by_rate


def _by_rate(value: float, half: float, fact: pd.Series) -> Prior | None:
    """The amount of the year before by a stated rate; None for a fall of about 100%, which leaves it open."""
    rate, step = float(fact["value"]), half_of(fact["printed"], 0.00005)
    if 1 + rate - step <= 0.001:
        return None
    prior = value / (1 + rate)
    bounds = [(value + sign * half) / (1 + rate - sign * step) for sign in (-1, 1)]
    return Prior("rate", rate, round(prior, 6), max(abs(bound - prior) for bound in bounds))


def _checked(found: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """``found`` beside the lines of the reports of the years before; a line that their table does not list is 0."""
    keys = ["department", "topic", "form", "key"]
    before = known.assign(prior_year=known["year"])[[*keys, "prior_year", "value", "half_step"]]
    before = before.rename(columns={"value": "reported", "half_step": "reported_half"})
    both = found.merge(before, on=[*keys, "prior_year"], how="left")
    tables = before[before["form"] != PROSE].groupby([*keys[:3], "prior_year"], as_index=False)["reported_half"].min()
    there = both[[*keys[:3], "prior_year"]].merge(tables, on=[*keys[:3], "prior_year"], how="left")["reported_half"]
    absent = both["reported"].isna() & there.notna().to_numpy()  # its table of that year has no such line: nothing
    both["reported"] = both["reported"].mask(absent, 0.0)
    both["reported_half"] = both["reported_half"].mask(absent, there.to_numpy())
    both["difference"] = (both["prior"] - both["reported"]).round(6)
    both["tolerance"] = both["half_step"] + both["reported_half"]
    holds = both["difference"].abs() <= both["tolerance"] + 1e-9
    both["status"] = holds.map({True: "pass", False: "fail"}).where(both["reported"].notna(), "skipped")
    return both[[*COLUMNS, *CHECKED]].astype(COLUMNS | CHECKED)
