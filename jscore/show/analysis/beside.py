"""Tables beside each other, and beside what the narrative states."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from jscore import schema
from jscore.narrative import terms
from jscore.narrative.terms import Statement
from jscore.show.analysis.trees import by_source

ItemOf = Callable[[Statement], str | None]

#: Lines of the tables by whose money and term; a source of revenue has its own name.
_ITEMS = {
    (terms.ALL_MONEY, "收入总计"): "总计", (terms.ALL_MONEY, "收支总计"): "总计",
    (terms.ALL_MONEY, "收入"): "本年收入合计", (terms.ALL_MONEY, "支出"): "本年支出合计",
    (terms.APPROPRIATED, "收入"): "财政拨款收入",
    (terms.ALL_MONEY, "年初结转和结余"): "年初结转和结余", (terms.ALL_MONEY, "年末结转和结余"): "年末结转和结余",
}  # fmt: skip
_MEASURES = ("yoy_change", "yoy_rate", "budget_completion")


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
    lines = pd.DataFrame(rows)
    outside = (lines["in_01"] - lines["in_04"].fillna(0.0)).where(lines["in_01"].notna())
    return lines.assign(outside=outside.round(6)).dropna(subset=["in_01", "in_02", "in_04"], how="all")


def _line(side: pd.DataFrame, form: str, names: Sequence[str]) -> float:
    amounts = side.loc[(side["form"] == form) & side["item"].isin(names), "amount"]
    return float(amounts.iloc[0]) if len(amounts) else float("nan")


def stated(
    statements: Iterable[Statement], items: Iterable[str], item_of: ItemOf, pages: Mapping[Hashable, Any]
) -> pd.DataFrame:
    """What ``statements`` say first of each of ``items``, told by ``item_of``; ``pages`` by the statements' rows.

    Columns: item, stated, stated_share, yoy_change, yoy_rate, budget_completion, opening, page; NaN where not stated.
    """
    by_item: dict[str, dict[str, Any]] = {item: {"item": item} for item in items}
    for statement in statements:
        row = by_item.get(item_of(statement) or "")
        if row is None or statement.unit not in ("万元", "fraction"):
            continue
        if not statement.role:
            column = {"amount": "stated", "share": "stated_share"}.get(statement.measure, statement.measure)
            row.setdefault(column, statement.value)
            row.setdefault("page", pages[statement.row])
        elif statement.role == "年初预算" and statement.measure == "amount":
            row.setdefault("opening", statement.value)
    columns = ["stated", "stated_share", *_MEASURES, "opening"]
    frame = pd.DataFrame(list(by_item.values())).reindex(columns=["item", *columns, "page"])
    return frame.astype({"item": "str", **dict.fromkeys(columns, "float64"), "page": "Int64"})


def beside_narrative(lines: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """``lines`` (item, amount) beside what the narrative states of them; lines without either are left out."""
    statements = terms.statements(narrative, terms.listed_lines({}))
    said_of = stated(statements, lines["item"], _item_of, narrative["page"].to_dict()).drop(columns=["opening"])
    both = lines.reset_index(drop=True).merge(said_of, on="item", how="left", validate="1:1")
    difference = (both["amount"].where(both["amount"].notna(), 0.0) - both["stated"]).round(6)
    both.insert(3, "difference", difference)
    return both.dropna(subset=["amount", "stated"], how="all")


def _item_of(statement: Statement) -> str | None:
    if statement.term is None:
        return None
    return (
        statement.term.name
        if statement.term.name in schema.SOURCES
        else _ITEMS.get((statement.term.scope, statement.term.name))
    )


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
    listed = terms.listed_lines({"expenditure": pd.concat([tree.assign(form=form) for form in terms.TABLES])})
    stated_of = stated(
        terms.statements(narrative, listed),
        items["function_code"],
        lambda statement: (
            terms.code_of(statement.term, listed) if statement.term and statement.term.name == terms.ITEM else None
        ),
        narrative["page"].to_dict(),
    ).rename(columns={"item": "function_code"})
    items_beside = items[["function_code", "function_name", "合计"]].merge(stated_of, on="function_code", how="left")
    items_beside = items_beside.rename(columns={"合计": "amount"})
    rate, budget = items_beside["budget_completion"], items_beside["opening"]
    basis = rate.notna().map({True: "完成预算", False: ""}) + budget.notna().map({True: "年初预算", False: ""})
    items_beside["basis"] = basis.replace("完成预算年初预算", "两者")
    items_beside["opening"] = budget.fillna((items_beside["stated"] / rate.where(rate > 0)).round(2))
    items_beside["budget_completion"] = rate.fillna(items_beside["stated"] / budget.where(budget > 0))
    items_beside["difference"] = (items_beside["amount"] - items_beside["stated"]).round(6)
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
    return items_beside.dropna(subset=["stated", "budget_completion"], how="all")[columns]
