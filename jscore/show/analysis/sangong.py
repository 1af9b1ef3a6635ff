"""三公: lines of 09, what the narrative counts and states of them."""

from __future__ import annotations

import re

import pandas as pd

from jscore import schema
from jscore.narrative import terms
from jscore.show.analysis.beside import stated
from jscore.show.analysis.terms import pick

#: What each line of 09 pays for, as the narrative counts it: line, words of the subject, unit.  Cars are counted twice:
#: those kept at the end of the year, and those that the money is said to have been spent on.
_COUNTED = (
    ("公务用车运行维护费", r"保有量$", r"辆"),
    ("公务用车运行维护费", r"(?<!购置及)运行(?:维护)?费[^>]* > (?!购置|新购|新增)[^>]*(?:用车|车辆)$", r"辆"),
    ("公务用车购置费", r"(?:购置(?:公务)?(?:用车|车辆)|新[购增])[^>]*$", r"辆"),
    ("因公出国（境）费", r"(?:出国|团组)[^>]*$", r"人次|人|人（次）"),
    ("公务接待费", r"(?:国内)?公务接待[^>]*$", r"人次|人|人（次）"),
)


def sangong_lines(sangong: pd.DataFrame) -> pd.DataFrame:
    """09 with what was left of each budget, the part of it spent and the share of the year's total."""
    lines = sangong.loc[sangong[["budget", "final"]].notna().any(axis=1), ["item", "budget", "final"]]
    final, budget = lines["final"], lines["budget"]
    total = pick(lines, "final", item="合计")
    return lines.assign(
        difference=(final.fillna(0.0) - budget.fillna(0.0)).round(6),
        used=final.fillna(0.0) / budget.where(budget > 0),
        share=final / total if total else float("nan"),
    )


def sangong_beside_narrative(sangong: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """09 beside the amounts, 完成预算 and changes on the year before that the narrative states.

    ``last_year`` is final accounts less the stated change, ``rate`` the change as a part of it.
    """
    statements = [
        statement for statement in terms.statements(narrative, terms.listed_lines({})) if "三公" in statement.section
    ]
    stated_of = stated(
        statements,
        schema.SANGONG,
        lambda statement: statement.term.what if statement.term else None,
        narrative["page"].to_dict(),
    )
    lines = sangong.loc[sangong[["budget", "final"]].notna().any(axis=1), ["item", "final"]]
    beside = lines.merge(stated_of, on="item", how="left")
    beside["difference"] = (beside["final"].fillna(0.0) - beside["stated"]).round(6)
    beside["last_year"] = (beside["final"] - beside["yoy_change"]).round(6)
    beside["rate"] = beside["yoy_change"] / beside["last_year"].where(beside["last_year"] != 0)
    columns = [
        "item",
        "final",
        "stated",
        "difference",
        "budget_completion",
        "yoy_change",
        "yoy_rate",
        "last_year",
        "rate",
        "page",
    ]
    return beside[columns]


def sangong_counts(narrative: pd.DataFrame) -> pd.DataFrame:
    """What the narrative counts in its chapters on 三公 and on cars: groups, trips, guests, cars."""
    counts = narrative[narrative["measure"] == "count"]
    of_sangong = counts["section"].str.contains("三公", na=False)
    cars = counts["section"].str.contains("国有资[产本]", na=False) & (counts["unit"] == "辆") & (counts["value"] > 0)
    counts = counts[of_sangong | cars]
    return pd.DataFrame(
        {
            "counted": counts["subject"].map(_last_part),
            "number": counts["value"],
            "unit": counts["unit"],
            "page": counts["page"],
        }
    )


def _last_part(subject: str) -> str:
    return subject.rpartition(" > ")[2]


def sangong_per_unit(sangong: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """Final accounts of 09 per car kept, car run, car bought, traveller and guest, where the narrative counts them."""
    facts = narrative[(narrative["measure"] == "count") & narrative["section"].str.contains("三公", na=False)]
    rows = []
    for item, words, units in _COUNTED:
        named = pd.Series([bool(re.search(words, subject)) for subject in facts["subject"]], facts.index, dtype=bool)
        counted = facts[named & facts["unit"].str.fullmatch(units)]
        if len(counted):
            fact, cost = counted.iloc[0], pick(sangong, "final", item=item)
            rows.append(
                {"item": item, "final": cost, "counted": _last_part(fact["subject"]), "number": fact["value"],
                 "unit": fact["unit"], "per_unit": cost * 10_000 / fact["value"] if fact["value"] else float("nan"), "page": fact["page"]}
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "final", "counted", "number", "unit", "per_unit", "page"])


def other_matters(narrative: pd.DataFrame) -> pd.DataFrame:
    """What the narrative states of 机关运行经费, 政府采购 and 国有资产: section, subject, measure, value, unit, page.

    What is counted and is none of is left out, ``value`` is as it would be printed.
    """
    named = narrative["section"].str.extract(r"(机关运行经费|政府采购|国有资产)", expand=False)
    rows = narrative[named.notna() & ~((narrative["measure"] == "count") & (narrative["value"] == 0))]
    formats = {"万元": "{:,.2f}", "fraction": "{:.2%}"}
    value = [
        formats.get(unit, "{:,.10g}").format(number) for unit, number in zip(rows["unit"], rows["value"], strict=True)
    ]
    return pd.DataFrame(
        {
            "matter": named[rows.index],
            "subject": rows["subject"].str.split(" > ").str[-1],
            "measure": rows["measure"],
            "stated_value": pd.Series(value, rows.index, dtype="str"),
            "unit": rows["unit"].replace("fraction", ""),
            "page": rows["page"],
        }
    ).reset_index(drop=True)
