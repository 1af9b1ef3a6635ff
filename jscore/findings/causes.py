"""What does not hold, by its cause: relations that fail for one reason are one finding, the weightiest first."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log10
from typing import Any

import pandas as pd

from jscore import schema
from jscore.findings.choose import OF_TABLES
from jscore.findings.equal_amounts import equal_amounts, grain
from jscore.findings.misprints import Misprint, key, misprints, of_money, same_size
from jscore.findings.slipped import MONEY, Slipped, slipped
from jscore.findings.spoken import spoken, spoken_label
from jscore.language import tr
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.engine import run_checks, shown
from jscore.relations.miscoded import corrected, miscoded
from jscore.relations.model import Check as Relation
from jscore.relations.source import Source
from jscore.schema import SEVERITIES
from jscore.text.names import table_label

COLUMNS = {
    "finding": "str", "severity": "str", "title": "str", "message": "str", "money": "float64", "figures": "Int64",
    "instances": "Int64", "pages": "str", "check_nos": "str",
}  # fmt: skip
#: How much a finding of each severity counts: figures that must be equal, statements that contradict, what is worth knowing.
_CERTAINTY = dict(zip(SEVERITIES, (1.0, 0.6, 0.2), strict=True))
#: A difference of this many times its tolerance is no coincidence where another is the same.
_TELLING = 50
#: What numbers a form or an indicator in a subject, and the year: other ones next year.
_NUMBERED = re.compile(r"(?<=自评表)\d+|(?<=指标)\d+|20\d\d年度?")

Check = Mapping[Any, Any]


@dataclass(frozen=True)
class Cause:
    """Relations that fail for one reason, and the reason in words, "" where it is what they say.

    ``name`` is the finding's for good; "" where it is that of the first relation and its subject.  ``complete`` says that
    the reason leaves no difference to be explained.
    """

    checks: tuple[Check, ...]
    reason: str = ""
    name: str = ""
    complete: bool = False


def causes(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The findings of a report by cause, in order of weight, with ``COLUMNS``.

    ``finding`` names it for good, the same next year: the relation and its subject, without what numbers it; a relation of
    words that fails at several subjects by itself.  ``money`` is what is at stake in 万元: the largest
    difference, a rate's being taken of its amount.  ``figures`` counts the printed figures that bear it out, ``check_nos``
    lists the relations as in frame ``checks``.
    """
    checks = frames["checks"][frames["checks"]["status"] == "fail"]
    told = spoken(checks, frames["check_figures"]).assign(stored=checks["message"])
    failed = schema.rows(told)
    figures: dict[int, list[Check]] = defaultdict(list)
    printed = frames["check_figures"]
    for line in schema.rows(printed[printed["check_no"].isin(checks["check_no"])]):
        figures[line["check_no"]].append(line)
    source = Source.of_frames(frames)
    rows = [_row(cause, figures, source) for cause in _grouped(failed, figures, source)]
    frame = pd.DataFrame(rows, columns=[*COLUMNS, "label", "weight"])
    repeated = frame["finding"].duplicated(keep=False)
    frame["finding"] = frame["finding"].where(~repeated, frame["finding"] + " " + frame["label"])
    order = ["weight", "figures"]
    return frame.sort_values(order, ascending=False, kind="stable", ignore_index=True)[[*COLUMNS]].astype(COLUMNS)


def _grouped(failed: Sequence[Check], figures: Mapping[int, Sequence[Check]], source: Source) -> list[Cause]:
    moved = [*_of_codes(failed, source), *_slipped(failed, source)]
    left = _without(failed, moved)
    misprinted = _of_misprints(left, figures)
    left = _without(left, misprinted)
    alike: list[list[Check]] = []
    for check in left:
        same = next((checks for checks in alike if _alike(checks[0], check)), None)
        if same:
            same.append(check)
        else:
            alike.append([check])
    return [*moved, *misprinted, *map(_of_one_kind, alike)]


def _of_one_kind(checks: Sequence[Check]) -> Cause:
    if len({check["check_id"] for check in checks}) == 1:
        return Cause(tuple(checks))
    return Cause(
        tuple(checks), tr("{message}；共{number}项勾稽关系相差同额", message=checks[0]["message"], number=len(checks))
    )


def _alike(check: Check, other: Check) -> bool:
    """Whether two failures say one thing: one relation in words, or one amount (too much here, too little there).

    Two relations that fail by one amount have one cause if it is not round: 12.89, not 100.00.
    """
    same_relation = check["check_id"] == other["check_id"]
    if pd.isna(check["difference"]) or pd.isna(other["difference"]):
        return bool(same_relation and pd.isna(check["difference"]) and pd.isna(other["difference"]))
    of_money = check["unit"] == other["unit"] == "万元" and _telling(check) and same_size(check, other)
    return bool(of_money and (same_relation or grain(check["difference"]) * _TELLING < abs(check["difference"])))


def _telling(check: Check) -> bool:
    return bool(abs(check["difference"]) > _TELLING * check["tolerance"])


def _without(checks: Iterable[Check], known: Iterable[Cause]) -> list[Check]:
    numbers = {check["check_no"] for cause in known for check in cause.checks}
    return [check for check in checks if check["check_no"] not in numbers]


# --- one figure that stands in several sums ------------------------------------------------------


def _of_misprints(failed: Sequence[Check], figures: Mapping[int, Sequence[Check]]) -> list[Cause]:
    """The figures that several relations fail for; those that are printed with one value and off by one amount together."""
    together: list[list[Misprint]] = []
    for misprint in misprints(failed, figures):
        same = next((group for group in together if _one_error(group[0], misprint)), None)
        if same:
            same.append(misprint)
        else:
            together.append([misprint])
    return [_misprint(same) for same in together]


def _one_error(first: Misprint, other: Misprint) -> bool:
    of_amounts = all(map(of_money, (first.checks[0], other.checks[0])))
    return of_amounts and _value(first.line) == _value(other.line) and same_size(first.checks[0], other.checks[0])


def _misprint(same: Sequence[Misprint]) -> Cause:
    checks = [check for misprint in same for check in misprint.checks]
    labels = [misprint.line["label"] for misprint in same]
    line, value = same[0].line, next((misprint.value for misprint in same if misprint.value is not None), None)
    called = spoken_label(labels[0])
    unit: str = line["unit"] if pd.notna(line["unit"]) else checks[0]["unit"]
    where = tr("{first}等{number}处", first=called, number=len(labels)) if len(labels) > 1 else called
    printed, number = shown(abs(line["value"]), unit), len(checks)
    if all(of_money(check) and same_size(check, checks[0]) for check in checks):
        off = shown(abs(checks[0]["difference"]), "万元")
        reason = tr(
            "{where}印为{printed}，与{number}项勾稽关系各相差{off}",
            where=where,
            printed=printed,
            number=number,
            off=off,
        )
    elif value is not None:
        right = shown(round(value, 4 if unit == "fraction" else 6), unit)
        reason = tr(
            "{where}印为{printed}，与{number}项勾稽关系不符；如为{right}则都相符",
            where=where, printed=printed, number=number, right=right,
        )  # fmt: skip
    else:
        reason = tr("{where}印为{printed}，与{number}项勾稽关系不符", where=where, printed=printed, number=number)
    return Cause(tuple(checks), reason, f"{checks[0]['check_id']} {_NUMBERED.sub('', labels[0])}")


def _value(line: Check) -> float:
    return round(abs(line["value"]), 6) if pd.notna(line["value"]) else 0.0


# --- a code that is misprinted ---------------------------------------------------------------------


#: Relations of prose that know items by their names in the tables.
_BY_NAME = ("narrative.items", "narrative.item-known", "narrative.item-name", "narrative.items-all")


def _of_codes(failed: Sequence[Check], source: Source) -> list[Cause]:
    """Misprinted codes with the relations of the tables that would hold with the right ones."""
    left = [check for check in failed if check["group"] in OF_TABLES or check["check_id"] in _BY_NAME]
    moved = []
    for misprint in miscoded(source) if left else ():
        mended = _mended(left, source, corrected(source, misprint))
        own = next(
            (
                check
                for check in mended
                if check["subject"] == f"{misprint.form} {misprint.code}" and check["check_id"] == "table.one-code"
            ),
            None,
        )
        if own:
            reason = (
                own["message"]
                if len(mended) == 1
                else tr("{message}；共{number}项勾稽关系因此不符", message=own["message"], number=len(mended))
            )
            moved.append(Cause(tuple(mended), reason, f"table.one-code {table_label(misprint.form)} {misprint.name}"))
            left = _without(left, moved)
    return moved


def _mended(failed: Sequence[Check], source: Source, right: Source) -> list[Check]:
    """The relations of ``failed`` that the frames of ``source`` break and those of ``right`` do not; what needs the text is left out."""
    known = {check["check_id"] for check in failed if check["group"] != "completeness"}
    relations = [relation for relation in CATALOGUE if relation.check_id in known]
    before, after = _broken(source, relations), _broken(right, relations)
    return [check for check in failed if (check["check_id"], check["subject"]) in before - after]


def _broken(source: Source, relations: Sequence[Relation]) -> set[tuple[str, str]]:
    tested = schema.rows(run_checks(source, relations)[0])
    return {(check["check_id"], check["subject"]) for check in tested if check["status"] == "fail"}


# --- a table whose amounts stand a row too high or too low ------------------------------------------


def _slipped(failed: Sequence[Check], source: Source) -> list[Cause]:
    """The relations that would hold if the amounts of a table that stand a row beside their lines stood beside them."""
    moved: list[Cause] = []
    for slip in slipped(source) if any(check["group"] in MONEY for check in failed) else ():
        mended = _mended(_without(failed, moved), source, slip.corrected(source))
        if mended:
            reason = tr("{what}；{number}项勾稽关系因此不符", what=_moved_rows(slip, source), number=len(mended))
            side = slip.columns[0] if len(slip.columns) == 1 else ""
            moved.append(Cause(tuple(mended), reason, f"table.slipped {table_label(slip.form)}{side}", True))
    return moved


def _moved_rows(slip: Slipped, source: Source) -> str:
    """Which amounts have slipped, how they stand, and one that shows how they have to."""
    longest = max(slip.places, key=len)
    lines = {place: source.rows_of(place[0])[place[1]] for places in slip.places for place in places}
    ends = [lines[longest[0]], lines[longest[-1]]]
    shown_at = (
        place
        for places in slip.places
        for place in places
        if slip.right[place] and lines[place][place[2]] != slip.right[place]
    )
    example = next(place for place in shown_at if pd.notna(slip.right[place]))
    printed = lines[example][example[2]]
    words = {
        "table": table_label(slip.form), "pages": "–".join(dict.fromkeys(str(line["page"]) for line in ends)),
        "first": _line_label(ends[0]), "last": _line_label(ends[1]), "rows": len(longest),
        "columns": "、".join(slip.columns), "line": _line_label(lines[example]),
        "printed": shown(printed, "万元") if pd.notna(printed) else tr("空白"), "right": shown(slip.right[example], "万元"),
    }  # fmt: skip
    columns = tr("“{columns}”栏", **words) if slip.columns else tr("各栏")
    if slip.down:
        return tr(
            "{table}第{pages}页{in_columns}“{first}”至“{last}”共{rows}行的金额比科目低一行，每行的数应为下一行所印："
            "如“{line}”印为{printed}，应为{right}", in_columns=columns, **words
        )  # fmt: skip
    return tr(
        "{table}第{pages}页{in_columns}“{first}”至“{last}”共{rows}行的金额比科目高一行，每行的数应为上一行所印："
        "如“{line}”印为{printed}，应为{right}", in_columns=columns, **words
    )  # fmt: skip


def _line_label(line: Check) -> str:
    """What a line of a table is called: its code and name, or its item."""
    parts = (line.get(name) for name in ("function_code", "function_name", "economic_code", "economic_name", "item"))
    return " ".join(part for part in parts if isinstance(part, str))


# --- weight and words --------------------------------------------------------------------------


def _row(cause: Cause, figures: Mapping[int, Sequence[Check]], source: Source) -> dict[str, Any]:
    money = [_money(check, figures[check["check_no"]]) for check in cause.checks]
    first = cause.checks[money.index(max(money))]
    severity = min((check["severity"] for check in cause.checks), key=SEVERITIES.index)
    more = tr("（同类共{number}处）", number=len(cause.checks)) if len(cause.checks) > 1 and not cause.reason else ""
    equal = "" if cause.complete or _told_already(first) else equal_amounts(first, figures[first["check_no"]], source)
    pages = {int(page) for check in cause.checks for page in str(check["pages"] or "").split(", ") if page.isdigit()}
    shared = {key(line) for check in cause.checks for line in figures[check["check_no"]]}
    return {
        "finding": cause.name or _name(cause, figures, source), "severity": severity, "title": first["title"],
        "message": f"{cause.reason or first['message']}{more}{equal}", "money": max(money), "figures": len(shared),
        "instances": len(cause.checks), "pages": ", ".join(map(str, sorted(pages))),
        "label": _NUMBERED.sub("", next(iter(figures[first["check_no"]]), {"label": ""})["label"]),
        "check_nos": ", ".join(str(check["check_no"]) for check in cause.checks),
        "weight": _CERTAINTY[severity] * (log10(1 + max(money)) + 1e-3),
    }  # fmt: skip


def _name(cause: Cause, figures: Mapping[int, Sequence[Check]], source: Source) -> str:
    check = cause.checks[0]
    if pd.isna(check["subject"]) or (len(cause.checks) > 1 and pd.isna(check["difference"])):
        return str(check["check_id"])
    subject = _NUMBERED.sub("", check["subject"])
    of_indicator = next(
        (line["frame_row"] for line in figures[check["check_no"]] if line["frame"] == "indicators"), None
    )
    if of_indicator is not None and subject.startswith("自评表指标"):
        number = source.frames["indicators"].loc[of_indicator, "project_no"]
        names = source.frames["projects"].loc[lambda frame: frame["project_no"] == number, "project"]
        subject = f"{''.join(names.head(1))} {subject}"
    return f"{check['check_id']} {subject}"


def _told_already(check: Check) -> bool:
    """Whether the message names the amount of the difference, beside saying that it is the difference."""
    if pd.isna(check["difference"]):
        return True
    amount = shown(abs(check["difference"]), "万元")
    return amount in check["stored"].replace(f"相差{amount}", "").replace(f"相差-{amount}", "")


def _money(check: Check, figures: Sequence[Check]) -> float:
    """What is at stake in 万元; 0 where words or points are compared."""
    if pd.isna(check["difference"]):
        return 0.0
    if check["unit"] == "fraction":
        amounts = [abs(line["value"]) for line in figures if line["unit"] == "万元" and pd.notna(line["value"])]
        return abs(check["difference"]) * max(amounts, default=0.0)
    return abs(check["difference"]) if check["unit"] == "万元" else 0.0
