"""Tables beside each other, and beside what the narrative states."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from jscore import schema
from jscore.narrative.paragraphs import normal
from jscore.show.analysis.terms import pick
from jscore.show.analysis.trees import by_source

#: The narrative's names of lines that tables call otherwise.
OTHER_NAMES = {
    "总计": ("收入总计", "收入支出总计", "收支总计"),
    "年初结转和结余": ("上年结转和结余", "上年结转结余"),
    "年末结转和结余": ("结转和结余", "年末结转结余"),
    "本年支出合计": ("支出合计", "本年支出"),
    "本年收入合计": ("收入合计", "本年收入"),
}


def revenue_across_tables(totals: pd.DataFrame, revenue: pd.DataFrame) -> pd.DataFrame:
    """The lines of 01's revenue side beside 02 and 04; what 01 has more than 04 is no 财政拨款."""
    side = totals[(totals["side"] == "收入") & (totals["fund"] == "合计")]
    sources = by_source(revenue).set_index("source")["amount"]
    names = {
        "一般公共预算财政拨款收入": ("一般公共预算财政拨款",),
        "政府性基金预算财政拨款收入": ("政府性基金预算财政拨款", "政府性基金财政拨款"),
        "国有资本经营预算财政拨款收入": ("国有资本经营预算财政拨款", "国有资本经营财政拨款"),
        **dict.fromkeys(schema.SOURCES[2:], ()),
        "本年收入合计": ("本年收入合计",),
        "年初结转和结余": ("年初财政拨款结转和结余",),
        "总计": ("总计",),
    }
    rows = [
        {
            "item": item,
            "in_01": _line(side, "01", (item,)),
            "in_02": sources.get(item, float("nan")),
            "in_04": _line(side, "04", others),
        }
        for item, others in names.items()
    ]
    found = pd.DataFrame(rows)
    outside = (found["in_01"] - found["in_04"].fillna(0.0)).where(found["in_01"].notna())
    return found.assign(outside=outside.round(6)).dropna(subset=["in_01", "in_02", "in_04"], how="all")


def _line(side: pd.DataFrame, form: str, names: Sequence[str]) -> float:
    amounts = side.loc[(side["form"] == form) & side["item"].isin(names), "amount"]
    return float(amounts.iloc[0]) if len(amounts) else float("nan")


def stated(narrative: pd.DataFrame, names: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """What the narrative states first of each item: ``names`` are its subjects, or the last part of them.

    Columns: item, stated, stated_share, yoy_change, yoy_rate, budget_completion, opening, page; NaN where not stated.
    """
    facts = narrative[narrative["unit"] != "分"]
    subjects = facts["subject"].map(last_part)
    columns = {
        "stated": "amount",
        "stated_share": "share",
        **{m: m for m in ("yoy_change", "yoy_rate", "budget_completion")},
    }
    rows = []
    for item, known in names.items():
        words = {last_part(name) for name in known}
        own = facts[subjects.isin(words) & facts["unit"].isin(("万元", "fraction"))]
        opening = facts[subjects.isin({f"{word} 年初预算" for word in words})]
        said = {name: pick(own, "value", measure=measure) for name, measure in columns.items()}
        page = own["page"].iloc[0] if len(own) else pd.NA
        rows.append({"item": item, **said, "opening": pick(opening, "value", measure="amount"), "page": page})
    found = pd.DataFrame(rows, columns=["item", *columns, "opening", "page"])
    return found.astype({**dict.fromkeys([*columns, "opening"], "float64"), "page": "Int64"})


def last_part(subject: str) -> str:
    """The last part of a subject (``whole > part``), without the level after a name."""
    part = subject.split(" > ")[-1]
    head, space, role = part.partition(" ")
    head = head if "（项）" in head else re.sub(r"（[类款项]）$", "", head)
    return normal(head) + space + role


def beside_narrative(lines: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """``lines`` (item, amount) beside what the narrative states of them; lines without either are left out."""
    names = {item: (item, *OTHER_NAMES.get(item, ())) for item in lines["item"]}
    said = stated(narrative, names).drop(columns=["opening"])
    both = lines.reset_index(drop=True).merge(said, on="item", how="left", validate="1:1")
    difference = (both["amount"].where(both["amount"].notna(), 0.0) - both["stated"]).round(6)
    both.insert(3, "difference", difference)
    return both.dropna(subset=["amount", "stated"], how="all")


def revenue_beside_narrative(totals: pd.DataFrame, revenue: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """总计, 本年收入合计 and every source of revenue, as 01 and 02 print them and as the narrative states them."""
    across = revenue_across_tables(totals, revenue).set_index("item")
    sources = by_source(revenue).set_index("source")["amount"]
    amounts = across["in_01"].combine_first(sources).reindex(["总计", *schema.SOURCES, "年初结转和结余"])
    return beside_narrative(amounts.rename_axis("item").rename("amount").reset_index(), narrative)


def completion_by_item(tree: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """Every 项 of an expenditure tree beside its sentence: the amount stated, the opening budget, how much was spent.

    Where prose gives only 完成预算, the opening budget follows from it; where it gives only the opening budget, 完成预算
    does.  ``basis`` says which was stated.
    """
    items = tree[tree["level"] == 3]
    said = stated(narrative, item_subjects(tree, narrative)).rename(columns={"item": "function_code"})
    found = items[["function_code", "function_name", "合计"]].merge(said, on="function_code", how="left")
    found = found.rename(columns={"合计": "amount"})
    rate, budget = found["budget_completion"], found["opening"]
    basis = rate.notna().map({True: "完成预算", False: ""}) + budget.notna().map({True: "年初预算", False: ""})
    found["basis"] = basis.replace("完成预算年初预算", "两者")
    found["opening"] = budget.fillna((found["stated"] / rate.where(rate > 0)).round(2))
    found["budget_completion"] = rate.fillna(found["stated"] / budget.where(budget > 0))
    found["difference"] = (found["amount"] - found["stated"]).round(6)
    columns = [
        "function_code",
        "function_name",
        "amount",
        "stated",
        "difference",
        "opening",
        "budget_completion",
        "basis",
        "page",
    ]
    return found.dropna(subset=["stated", "budget_completion"], how="all")[columns]


def item_subjects(tree: pd.DataFrame, narrative: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """The subjects of every 项 by code: …（类）…（款）…（项）; with another 款 where 类 and 项 name one subject only."""
    names = dict(zip(tree["function_code"], tree["function_name"], strict=True))
    subjects = [subject for subject in dict.fromkeys(narrative["subject"]) if subject.endswith("（项）")]
    found = {}
    for code, name in names.items():
        if len(code) == 7:
            head, end = f"{names.get(code[:3], '')}（类）", f"（款）{name}（项）"
            path = f"{head}{names.get(code[:5], '')}{end}"
            alike = [subject for subject in subjects if subject.startswith(head) and subject.endswith(end)]
            found[code] = (path, *alike) if len(alike) == 1 else (path,)
    return found
