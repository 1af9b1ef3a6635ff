"""What does not hold, by its cause: relations that fail for one reason are one finding, the weightiest first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

import pandas as pd

from jscore.findings.choose import OF_TABLES
from jscore.relations.engine import SEVERITIES, shown
from jscore.relations.source import TABLES
from jscore.text.numbers import NOISE

COLUMNS = {
    "finding": "str", "severity": "str", "title": "str", "message": "str", "money": "float64", "figures": "Int64",
    "instances": "Int64", "pages": "str", "check_nos": "str",
}  # fmt: skip
#: How much a finding of each severity counts: figures that must be equal, statements that contradict, what is worth knowing.
_CERTAINTY = dict(zip(SEVERITIES, (1.0, 0.6, 0.2), strict=True))
#: A difference of this many times its tolerance is no coincidence where another is the same.
_TELLING = 50
#: A table has slipped if, put back by a row, at least so many sums and this share of them hold, and before less than half did.
_SLIPPED_SUMS, _SLIPPED_SHARE = 4, 0.9

Check = Mapping[Any, Any]


@dataclass(frozen=True)
class Cause:
    """Relations that fail for one reason, the weightiest first, and the reason in words, "" where it is what they say."""

    checks: tuple[Check, ...]
    reason: str = ""


def causes(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The findings of a report by cause, in order of weight, with ``COLUMNS``.

    ``finding`` names it for good: the relation and its subject.  ``money`` is what is at stake in 万元: the largest
    difference, a rate's being taken of its amount.  ``figures`` counts the printed figures that bear it out, ``check_nos``
    lists the relations as in frame ``checks``.
    """
    failed = frames["checks"][frames["checks"]["status"] == "fail"].to_dict("records")
    figures: dict[int, list[Check]] = defaultdict(list)
    for line in frames["check_figures"].to_dict("records"):
        figures[line["check_no"]].append(line)
    named = _printed_once(frames["check_figures"])
    rows = [_row(cause, figures, named) for cause in _grouped(failed, figures, frames)]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "weight"])
    order = ["weight", "figures"]
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)[[*COLUMNS]].astype(COLUMNS)


def _grouped(
    failed: Sequence[Check], figures: Mapping[int, Sequence[Check]], frames: Mapping[str, pd.DataFrame]
) -> list[Cause]:
    slipped = _slipped(failed, figures, frames)
    left = _without(failed, slipped)
    misprinted = _misprints([check for check in left if _is_sum(check)], figures)
    left = _without(left, misprinted)
    alike: dict[tuple[Any, int], list[Check]] = {}
    for check in left:
        same = [
            held for (check_id, _), held in alike.items() if check_id == check["check_id"] and _alike(held[0], check)
        ]
        if same:
            same[0].append(check)
        else:
            alike[check["check_id"], check["check_no"]] = [check]
    return [*slipped, *misprinted, *(Cause(tuple(same)) for same in alike.values())]


def _alike(one: Check, other: Check) -> bool:
    """Whether two failures of one relation say one thing: both in words, or of one amount (too much here, too little there)."""
    if pd.isna(one["difference"]) or pd.isna(other["difference"]):
        return bool(pd.isna(one["difference"]) and pd.isna(other["difference"]))
    return one["unit"] == "万元" and _telling(one) and _same_size(one, other)


def _same_size(one: Check, other: Check) -> bool:
    """Whether two relations fail by the same amount, within what rounding may make of both."""
    gap = abs(abs(one["difference"]) - abs(other["difference"]))
    return bool(gap <= one["tolerance"] + other["tolerance"] + NOISE)


def _telling(check: Check) -> bool:
    return bool(abs(check["difference"]) > _TELLING * check["tolerance"])


def _without(checks: Iterable[Check], known: Iterable[Cause]) -> list[Check]:
    numbers = {check["check_no"] for cause in known for check in cause.checks}
    return [check for check in checks if check["check_no"] not in numbers]


def _is_sum(check: Check) -> bool:
    return bool(check["group"] in OF_TABLES and check["unit"] == "万元" and pd.notna(check["difference"]))


# --- one figure that stands in several sums ------------------------------------------------------


def _misprints(failed: Sequence[Check], figures: Mapping[int, Sequence[Check]]) -> list[Cause]:
    """Sums that fail by the same amount and share a figure; so do those whose shared figure is printed with one value."""
    left, found = list(failed), []
    while True:
        sharing: dict[Any, list[Check]] = defaultdict(list)
        for check in left:
            for key in dict.fromkeys(_key(line) for line in figures[check["check_no"]]):
                sharing[key].append(check)
        alike = [
            (key, [other for other in checks if _same_size(check, other)])
            for key, checks in sharing.items()
            for check in checks
        ]
        key, own = max(alike, key=lambda pair: len(pair[1]), default=((), []))
        if len(own) < 2:
            break
        found.append((next(line for line in figures[own[0]["check_no"]] if _key(line) == key), own))
        left = _without(left, [Cause(tuple(own))])
    together: list[list[tuple[Check, list[Check]]]] = []
    for line, own in found:
        same = [held for held in together if _value(held[0][0]) == _value(line) and _same_size(held[0][1][0], own[0])]
        if same:
            same[0].append((line, own))
        else:
            together.append([(line, own)])
    return [_misprint(held) for held in together]


def _misprint(same: Sequence[tuple[Check, list[Check]]]) -> Cause:
    checks = [check for _, own in same for check in own]
    labels = [line["label"] for line, _ in same]
    off = shown(abs(checks[0]["difference"]), "万元")
    where = f"{labels[0]}等{len(labels)}处" if len(labels) > 1 else labels[0]
    reason = f"{where}印为{shown(abs(same[0][0]['value']), '万元')}，与{len(checks)}项勾稽关系各相差{off}"
    return Cause(tuple(checks), reason)


def _key(line: Check) -> tuple[Any, ...]:
    return line["frame"], line["frame_row"], line["column"]


def _value(line: Check) -> float:
    return round(abs(line["value"]), 6) if pd.notna(line["value"]) else 0.0


# --- a table whose amounts stand a row too high or too low ------------------------------------------


def _slipped(
    failed: Sequence[Check], figures: Mapping[int, Sequence[Check]], frames: Mapping[str, pd.DataFrame]
) -> list[Cause]:
    """The sums of a column of 02, 03, 05, 07 or 08 that fail because its amounts stand a row beside their codes."""
    causes_found = []
    by_column: dict[tuple[str, str], list[Check]] = defaultdict(list)
    for check in failed:
        if _is_sum(check):
            places = {
                (line["frame"], line["frame_row"]) for line in figures[check["check_no"]] if line["role"] == "actual"
            }
            for frame, row in places:
                if frame in ("revenue", "expenditure"):
                    line = frames[frame].loc[row]
                    by_column[frame, str(line.get("form", "02"))].append(check)
    for (name, form), checks in by_column.items():
        frame = frames[name]
        table = frame[frame["form"] == form] if "form" in frame else frame
        column = "component" if "component" in table else "source"
        moved = [rows for _, of_column in table.groupby(column, sort=False) if (rows := _rows_moved(of_column))]
        if moved:
            reason = f"公开{form}表的金额与科目错开一行，涉及{max(moved)}行，{len(checks)}项勾稽关系因此不符"
            causes_found.append(Cause(tuple(checks), reason))
    return causes_found


def _rows_moved(column: pd.DataFrame) -> int:
    """How many rows of a column have slipped by one; 0 if none have."""
    codes = [code if isinstance(code, str) else "" for code in column["function_code"]]
    amounts = column["amount"].fillna(0.0).tolist()
    before, sums = _sums_that_hold(codes, amounts)
    if sums < _SLIPPED_SUMS or 2 * before >= sums:
        return 0
    best = 0, 0
    for start in range(len(amounts)):
        for put_back in (
            [*amounts[:start], *amounts[start + 1 :], 0.0],
            [*amounts[:start], 0.0, *amounts[start:-1]],
        ):
            held, _ = _sums_that_hold(codes, put_back)
            best = max(best, (held, len(amounts) - start))
    return best[1] if best[0] >= _SLIPPED_SHARE * sums - 1 and best[0] > before else 0


def _sums_that_hold(codes: Sequence[str], amounts: Sequence[float]) -> tuple[int, int]:
    below: dict[str, list[float]] = defaultdict(list)
    for code, amount in zip(codes, amounts, strict=True):
        if code:
            below[code[:-2] if len(code) > 3 else ""].append(amount)
    whole = dict(zip(codes, amounts, strict=True))
    sums = [(code, parts) for code, parts in below.items() if code in whole]
    held = sum(abs(whole[code] - sum(parts)) <= 0.005 * (len(parts) + 1) + NOISE for code, parts in sums)
    return held, len(sums)


# --- weight and words --------------------------------------------------------------------------


def _row(cause: Cause, figures: Mapping[int, Sequence[Check]], named: Callable[[Check], str]) -> dict[str, Any]:
    money = [_money(check, figures[check["check_no"]]) for check in cause.checks]
    first = cause.checks[money.index(max(money))]
    severity = min((check["severity"] for check in cause.checks), key=SEVERITIES.index)
    more = f"（同类共{len(cause.checks)}处）" if len(cause.checks) > 1 and not cause.reason else ""
    pages = {int(page) for check in cause.checks for page in str(check["pages"] or "").split(", ") if page.isdigit()}
    shared = {_key(line) for check in cause.checks for line in figures[check["check_no"]]}
    return {
        "finding": f"{first['check_id']} {first['subject']}", "severity": severity, "title": first["title"],
        "message": f"{cause.reason or first['message']}{more}{named(first)}", "money": max(money), "figures": len(shared),
        "instances": len(cause.checks), "pages": ", ".join(map(str, sorted(pages))),
        "check_nos": ", ".join(str(check["check_no"]) for check in cause.checks),
        "weight": _CERTAINTY[severity] * (log10(1 + max(money)) + 1e-3),
    }  # fmt: skip


def _money(check: Check, figures: Sequence[Check]) -> float:
    """What is at stake in 万元; 0 where words or points are compared."""
    if pd.isna(check["difference"]):
        return 0.0
    if check["unit"] == "fraction":
        amounts = [abs(line["value"]) for line in figures if line["unit"] == "万元" and pd.notna(line["value"])]
        return abs(check["difference"]) * max(amounts, default=0.0)
    return abs(check["difference"]) if check["unit"] == "万元" else 0.0


def _printed_once(figures: pd.DataFrame) -> Callable[[Check], str]:
    """Says which one printed amount a difference is equal to, "" where none is, or several are."""
    amounts = figures[figures["frame"].isin(list(TABLES)) & figures["value"].notna()]
    labels = Counter(zip(amounts["value"].abs().round(6), amounts["label"], strict=True))
    by_value: dict[float, set[str]] = defaultdict(set)
    for value, label in labels:
        by_value[value].add(label)

    def named(check: Check) -> str:
        if check["unit"] != "万元" or pd.isna(check["difference"]) or not _telling(check):
            return ""
        same = by_value.get(round(abs(check["difference"]), 6), set())
        return f"；差额与{next(iter(same))}相同" if len(same) == 1 else ""

    return named
