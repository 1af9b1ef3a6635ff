"""Tables by code, as trees of 类, 款 and 项 with shares."""

from __future__ import annotations

import pandas as pd

from jscore import schema


def revenue_tree(revenue: pd.DataFrame) -> pd.DataFrame:
    """02 as a tree of 类, 款 and 项: a column a source that has figures, and each line's share of 本年收入合计."""
    return _tree(revenue, "source", "本年收入合计")


def expenditure_tree(expenditure: pd.DataFrame, form: str | None) -> pd.DataFrame:
    """Form 03, 05, 07 or 08 as a tree of 类, 款 and 项: a column a component that has figures, and shares.

    ``share`` is of the form's 合计; ``basic_share`` and ``project_share`` are of the line's own.
    """
    tree = _tree(expenditure[expenditure["form"] == form], "component", "合计")
    for part, name in (("基本支出", "basic_share"), ("项目支出", "project_share")):
        amounts = tree[part].fillna(0.0) if part in tree else pd.Series(0.0, index=tree.index)
        tree[name] = amounts / tree["合计"].where(tree["合计"] != 0)
    return tree


def economic_tree(economic: pd.DataFrame) -> pd.DataFrame:
    """06 as a tree of 类 and 款, lines with an amount only, with each line's share of 基本支出."""
    rows = economic[economic["amount"].notna() & (economic["amount"] != 0) & (economic["level"] > 0)]
    rows = rows.sort_values("economic_code", kind="stable")
    whole = rows.loc[rows["level"] == 1, "amount"].sum()
    columns = ["economic_code", "economic_name", "level", "group", "amount"]
    return rows[columns].assign(share=rows["amount"] / whole if whole else float("nan"))


def _tree(rows: pd.DataFrame, columns: str, total: str) -> pd.DataFrame:
    """Amounts by code, a column a value of ``columns`` that has figures, ``total`` first."""
    keys = ["function_code", "function_name", "level"]
    rows = rows.assign(function_code=rows["function_code"].fillna(""))
    printed = rows[rows["amount"].notna()]
    if printed.empty or total not in set(printed[columns]):
        return pd.DataFrame(columns=[*keys, total, "share"]).astype(
            {"level": "Int64", total: "float64", "share": "float64"}
        )
    tree = rows.pivot_table(index=keys, columns=columns, values="amount", aggfunc="first", sort=False)
    tree = tree[[total, *(name for name in tree if name != total and tree[name].fillna(0).any())]]
    tree = tree.reset_index().rename_axis(columns=None)
    whole = _whole(tree)[total]
    return tree.assign(share=tree[total] / whole if whole else float("nan"))


def _whole(tree: pd.DataFrame) -> pd.Series[float]:
    """The amounts of the whole table by column: those of 合计, or of all 类 where it prints no 合计."""
    top = tree[tree["level"] == tree["level"].min()].drop(columns=["level", "function_code", "function_name"])
    return top.astype("float64").sum(min_count=1)


def by_source(revenue: pd.DataFrame) -> pd.DataFrame:
    """Revenue of the year by source, with shares of 本年收入合计; sources that the table leaves blank are missing."""
    tree = revenue_tree(revenue)
    if tree.empty:
        return pd.DataFrame(columns=["source", "amount", "share"]).astype({"amount": "float64", "share": "float64"})
    whole = _whole(tree)
    amounts = whole.reindex(schema.SOURCES).rename_axis("source").rename("amount").reset_index()
    return amounts.assign(share=amounts["amount"] / whole["本年收入合计"])


def by_form(expenditure: pd.DataFrame) -> pd.DataFrame:
    """合计, 基本支出 and 项目支出 of each of the tables 03, 05, 07 and 08 that has figures."""
    trees = {form: expenditure_tree(expenditure, form) for form in sorted(set(expenditure["form"]))}
    rows = [{"form": form, **_whole(tree)} for form, tree in trees.items() if len(tree)]
    wholes = pd.DataFrame(rows).reindex(columns=["form", "合计", "基本支出", "项目支出"])
    wholes = wholes.astype({"合计": "float64", "基本支出": "float64", "项目支出": "float64"})
    return wholes.assign(project_share=wholes["项目支出"].fillna(0.0) / wholes["合计"])


def largest(tree: pd.DataFrame, total: str = "合计", count: int = 10) -> pd.DataFrame:
    """The ``count`` largest 项 of a tree, with cumulative shares."""
    items = tree[tree["level"] == 3].sort_values(total, ascending=False, kind="stable").head(count)
    return items.drop(columns="level").assign(cumulative=items["share"].cumsum())
