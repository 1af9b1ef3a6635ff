"""What the notebooks compute: small functions from a report's frames to a frame that answers one question.

Belongs here: joining, adding up, shares, what the narrative says beside what the tables say.  Does not: reading the
report, charts (``charts``), how a table looks (``notebooks``).

Every function takes frames of the contract, also empty or blank ones, and gives a frame whose columns are described in
``schema`` or in ``COLUMNS`` below; without figures to work on, one without rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from jscore import schema, score_columns
from jscore.card import card_rows
from jscore.narrative.paragraphs import normal
from jscore.relations import Relation, relations
from jscore.schema import Column

Frames = Mapping[str, pd.DataFrame]
Info = Mapping[str, Any]

#: Columns that are not of the contract.  The unit ``share`` is a fraction that was computed, not printed.
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("title", "text", "表名", "printed title of the form"),
        Column("status", "text", "状态", "found, empty or missing"),
        Column("pages", "text", "页", "first and last page"),
        Column("tables", "integer", "表数", "tables of the form"),
        Column("fragments", "integer", "片段", "parts that page breaks cut them into"),
        Column("begins", "text", "开头", "first cells of a table"),
        Column("frame", "text", "数据表", "name of the frame"),
        Column("label", "text", "名称", "its Chinese name"),
        Column("rows", "integer", "行数", "rows of the frame"),
        Column("relation", "text", "勾稽关系", "what must add up"),
        Column("about", "text", "对象", "of which table, code or column"),
        Column("tested", "integer", "检验", "relations tested"),
        Column("held", "integer", "成立", "relations that hold"),
        Column("revenue", "number", "收入总计", "total of the revenue side", "万元"),
        Column("expenditure", "number", "支出总计", "total of the expenditure side", "万元"),
        Column("printed", "number", "印制数", "printed total", "万元"),
        Column("computed", "number", "加总数", "sum of the printed parts", "万元"),
        Column("difference", "number", "差额", "first figure less the second", "万元"),
        Column("holds", "text", "相符", "是 if they are equal"),
        Column("in_01", "number", "01表", "amount in 收入支出决算总表", "万元"),
        Column("in_02", "number", "02表", "amount in 收入决算表", "万元"),
        Column("in_04", "number", "04表", "amount in 财政拨款收入支出决算总表", "万元"),
        Column("outside", "number", "财政拨款以外", "01 less 04: money that is no 财政拨款", "万元"),
        Column("share", "number", "占比", "part of the whole", "share"),
        Column("cumulative", "number", "累计占比", "shares down to this line, added up", "share"),
        Column("basic_share", "number", "基本支出占比", "基本支出 of 合计", "share"),
        Column("project_share", "number", "项目支出占比", "项目支出 of 合计", "share"),
        Column("stated", "number", "情况说明", "amount stated in the narrative", "万元"),
        Column("stated_share", "number", "说明占比", "share stated in the narrative", "fraction"),
        Column("yoy_change", "number", "比上年增减", "change on the year before, stated", "万元"),
        Column("yoy_rate", "number", "增减率", "rate of change on the year before, stated", "fraction"),
        Column("budget_completion", "number", "完成预算", "final accounts of the budget, stated", "fraction"),
        Column("opening", "number", "年初预算", "opening budget: stated, or stated amount / 完成预算", "万元"),
        Column("basis", "text", "依据", "what the narrative states: 完成预算, 年初预算 or both"),
        Column("last_year", "number", "上年决算（推算）", "final accounts less the stated change", "万元"),
        Column("rate", "number", "增减率（推算）", "stated change / 上年决算（推算）", "share"),
        Column("used", "number", "决算占预算", "final accounts of the budget, from the table", "share"),
        Column("number", "number", "数量", "how many, as stated", "integer"),
        Column("per_unit", "number", "平均费用（元）", "final accounts / 数量", "元"),
        Column("counted", "text", "计数对象", "what is counted, in the narrative's words"),
        Column("grade", "text", "等级", "grade of 财预〔2020〕10号"),
        Column("band", "text", "执行率区间", "range of 执行率"),
        Column("count", "integer", "个数", "how many"),
        Column("used_rate", "number", "执行率", "executed of budget, of all of them", "share"),
        Column("mean_score", "number", "平均得分", "mean of 总得分", "points"),
        Column("lowest", "number", "最低得分", "lowest 总得分", "points"),
        Column("highest", "number", "最高得分", "highest 总得分", "points"),
        Column("wanted", "text", "目标", "operator, target and unit, as printed"),
        Column("reached", "text", "完成", "actual and unit, as printed"),
        Column("full", "integer", "满分个数", "indicators that earned all their points"),
        Column("lost", "number", "失分", "points not earned", "points"),
        Column("indicators_lost", "number", "指标失分", "分值 less 得分 of the indicators", "points"),
        Column("execution_lost", "number", "预算执行率失分", "10 less 预算执行率得分", "points"),
        Column("earned", "number", "得分率", "得分 of 分值", "share"),
        Column("projects", "integer", "项目数", "projects concerned"),
        Column("what", "text", "内容", "line of the report card"),
        Column("how_many", "text", "结果", "what the report card says"),
    )
}

#: The narrative's names of lines that tables call otherwise.
OTHER_NAMES = {
    "总计": ("收入总计", "收入支出总计", "收支总计"),
    "年初结转和结余": ("上年结转和结余", "上年结转结余"),
    "年末结转和结余": ("结转和结余", "年末结转结余"),
    "本年支出合计": ("支出合计", "本年支出"),
    "本年收入合计": ("收入合计", "本年收入"),
}

#: How prose names the lines of 09.
_SANGONG_WORDS = {
    item: re.compile(words)
    for item, words in zip(
        schema.SANGONG,
        (
            r"(?:财政拨款)?(?:安排)?的?“?三公”?经费(?:财政拨款)?(?:支出)?",
            r"因公出国（境）(?:费用?|经费)?(?:支出)?",
            r"公务接待费?(?:支出)?",
            r"公务用车购置(?:费)?[及和](?:公务用车)?运行(?:维护)?费?(?:支出)?",
            r"公务用车运行(?:维护)?费?(?:支出)?",
            r"公务用车购置费?(?:支出)?",
        ),
        strict=True,
    )
}

#: What each line of 09 pays for, as the narrative counts it: words of the subject, unit.
_COUNTED = {
    "公务用车运行维护费": (r"保有量", r"辆"),
    "公务用车购置费": (r"购置(?:公务)?(?:用车|车辆)|新[购增]", r"辆"),
    "因公出国（境）费": (r"出国|团组", r"人次|人|人（次）"),
    "公务接待费": (r"(?:国内)?公务接待", r"人次|人|人（次）"),
}

#: Grades of 《项目支出绩效评价管理办法》(财预〔2020〕10号): name, lowest score.
GRADES = (
    ("优（90 分及以上）", 90.0),
    ("良（80–90 分）", 80.0),
    ("中（60–80 分）", 60.0),
    ("差（60 分以下）", float("-inf")),
)

#: Ranges of 执行率: name, lowest rate.
BANDS = (
    ("100%", 1.0),
    ("80%（含）–100%", 0.8),
    ("50%（含）–80%", 0.5),
    ("0–50%", 1e-9),
    ("0（未执行）", float("-inf")),
)

#: Points of a project's form that its 预算执行率 can earn.
EXECUTION_WEIGHT = 10.0

#: A difference of amounts below this is none: they are printed with two decimals.
SAME = 0.005


def column(name: str, of: str = "") -> Column:
    """The description of column ``name``: that of frame ``of``, of this module or of the schema; else of its name."""
    own = [c for c in schema.FRAMES[of].columns if c.name == name] if of else []
    described = [c for frame in schema.FRAMES.values() for c in frame.columns if c.name == name]
    described += [score_columns.COLUMNS[name]] if name in score_columns.COLUMNS else []
    return next(
        iter([*own, *([COLUMNS[name]] if name in COLUMNS else []), *described]),
        Column(name, "number", name, "", "万元"),
    )


def pick(frame: pd.DataFrame, wanted: str, none: Any = float("nan"), **where: Any) -> Any:
    """Column ``wanted`` of the first row that has the values ``where``; ``none`` if there is none."""
    row = row_of(frame, **where)
    return none if row is None else frame.at[row, wanted]


def row_of(frame: pd.DataFrame, **where: Any) -> Any | None:
    """Index label of the first row of ``frame`` that has the values ``where``; None if there is none."""
    for name, value in where.items():
        frame = frame[frame[name] == value]
    return None if frame.empty else frame.index[0]


def top(frame: pd.DataFrame, by: str) -> Any | None:
    """Index label of the row of ``frame`` with the largest ``by``; None if there is none."""
    values = frame[by].dropna()
    return None if values.empty else values.idxmax()


# --- what was found where ---------------------------------------------------------------


def forms(info: Info) -> pd.DataFrame:
    """Every form that is printed or announced: title, status, pages, tables and fragments."""
    found = [
        {"form": key, "title": form["title"], "status": form["status"], "pages": _from_to(form["pages"]),
         "tables": form["tables"], "fragments": form["fragments"]}
        for key, form in info["forms"].items()
    ]  # fmt: skip
    return pd.DataFrame(found, columns=["form", "title", "status", "pages", "tables", "fragments"])


def unknown_tables(info: Info) -> pd.DataFrame:
    """Ruled tables that are none of the published forms: where they are and how they begin."""
    found = [{**table, "pages": _from_to(table["pages"])} for table in info["unknown_tables"]]
    return pd.DataFrame(found, columns=["table_id", "pages", "begins"])


def unread(info: Info) -> pd.DataFrame:
    """Cells whose figures could not be read."""
    return pd.DataFrame(list(info["unread"]), columns=["page", "table_id", "row", "col", "text"])


def report_card(info: Info) -> pd.DataFrame:
    """The report card, a line a row: what, how_many."""
    return pd.DataFrame(card_rows(info), columns=["what", "how_many"])


def frame_sizes(frames: Frames) -> pd.DataFrame:
    """How many rows each frame has, and from which pages."""
    sizes = [
        {"frame": name, "label": schema.FRAMES[name].label if name in schema.FRAMES else "", "rows": len(frame),
         "pages": _from_to(sorted(frame["page"].dropna().unique())) if "page" in frame else ""}
        for name, frame in frames.items()
    ]  # fmt: skip
    return pd.DataFrame(sizes, columns=["frame", "label", "rows", "pages"])


def _from_to(pages: Sequence[int]) -> str:
    return "–".join(str(page) for page in dict.fromkeys((*pages[:1], *pages[-1:])))


def both_sides(totals: pd.DataFrame) -> pd.DataFrame:
    """总计 of both sides of 01 and 04, which must be equal."""
    lines = totals[(totals["item"] == "总计") & (totals["fund"] == "合计")]
    sides = lines.pivot_table(index="form", columns="side", values="amount", aggfunc="first", dropna=False)
    sides = sides.reindex(columns=["收入", "支出"]).dropna().reset_index()
    sides.columns = pd.Index(["form", "revenue", "expenditure"])
    return sides.assign(**_compared(sides["revenue"], sides["expenditure"]))


def identities(frames: Frames, info: Info) -> pd.DataFrame:
    """The accounting relations of the nine tables, by kind: how many were tested, how many hold."""
    found = pd.DataFrame(
        [{"relation": r.name, "held": r.holds} for r in _relations(frames, info)], columns=["relation", "held"]
    )
    by_kind = found.groupby("relation", sort=False)["held"].agg(tested="size", held="sum").reset_index()
    return by_kind.astype({"tested": "Int64", "held": "Int64"})


def broken(frames: Frames, info: Info) -> pd.DataFrame:
    """The accounting relations that do not hold: the printed total beside the sum of its printed parts."""
    failing = [
        {"relation": r.name, "about": r.subject, "page": frames[r.total.frame].at[r.total.row, "page"],
         "printed": r.total.value, "computed": r.total.value - r.difference, "difference": r.difference}
        for r in _relations(frames, info)
        if not r.holds
    ]  # fmt: skip
    return pd.DataFrame(failing, columns=["relation", "about", "page", "printed", "computed", "difference"])


def _relations(frames: Frames, info: Info) -> list[Relation]:
    return relations(frames, info["money_units"], info["money_unit"])


def value_cell(cells: pd.DataFrame, table_id: str, label: str) -> Any | None:
    """Index label of the cell right of the one whose text contains ``label`` in table ``table_id``; None if none."""
    own = cells[cells["table_id"] == table_id]
    for heading in own[own["text"].str.contains(label, regex=False, na=False)].itertuples():
        after = own[(own["row"] == heading.row) & (own["col"] > heading.col)]
        if len(after):
            return after["col"].idxmin()
    return None


# --- tables by code ---------------------------------------------------------------------


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


def main_form(expenditure: pd.DataFrame) -> str | None:
    """03 支出决算表, or 05 where the report has no figures in 03; None without either."""
    printed = set(expenditure.loc[expenditure["amount"].notna(), "form"])
    return next((form for form in ("03", "05") if form in printed), None)


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
    own = tree[tree["level"] == tree["level"].min()].drop(columns=["level", "function_code", "function_name"])
    return own.astype("float64").sum(min_count=1)


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
    found = pd.DataFrame(rows).reindex(columns=["form", "合计", "基本支出", "项目支出"])
    found = found.astype({"合计": "float64", "基本支出": "float64", "项目支出": "float64"})
    return found.assign(project_share=found["项目支出"].fillna(0.0) / found["合计"])


def largest(tree: pd.DataFrame, total: str = "合计", count: int = 10) -> pd.DataFrame:
    """The ``count`` largest 项 of a tree, with cumulative shares."""
    items = tree[tree["level"] == 3].sort_values(total, ascending=False, kind="stable").head(count)
    return items.drop(columns="level").assign(cumulative=items["share"].cumsum())


# --- tables beside each other and beside the narrative ----------------------------------


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
    subjects = facts["subject"].map(_last_part)
    columns = {
        "stated": "amount",
        "stated_share": "share",
        **{m: m for m in ("yoy_change", "yoy_rate", "budget_completion")},
    }
    rows = []
    for item, known in names.items():
        words = {_last_part(name) for name in known}
        own = facts[subjects.isin(words) & facts["unit"].isin(("万元", "fraction"))]
        opening = facts[subjects.isin({f"{word} 年初预算" for word in words})]
        said = {name: pick(own, "value", measure=measure) for name, measure in columns.items()}
        page = own["page"].iloc[0] if len(own) else pd.NA
        rows.append({"item": item, **said, "opening": pick(opening, "value", measure="amount"), "page": page})
    found = pd.DataFrame(rows, columns=["item", *columns, "opening", "page"])
    return found.astype({**dict.fromkeys([*columns, "opening"], "float64"), "page": "Int64"})


def _last_part(subject: str) -> str:
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
    said = stated(narrative, _item_subjects(tree, narrative)).rename(columns={"item": "function_code"})
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


def _item_subjects(tree: pd.DataFrame, narrative: pd.DataFrame) -> dict[str, tuple[str, ...]]:
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


def _compared(first: pd.Series[float], second: pd.Series[float]) -> dict[str, Any]:
    difference = (first - second).round(6)
    return {"difference": difference, "holds": (difference.abs() < SAME).map({True: "是", False: "否"})}


# --- 三公 -------------------------------------------------------------------------------


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
    own = _sangong_facts(narrative)
    names = {item: tuple(own.loc[own["item"] == item, "subject"]) for item in schema.SANGONG}
    lines = sangong.loc[sangong[["budget", "final"]].notna().any(axis=1), ["item", "final"]]
    found = lines.merge(stated(own, names), on="item", how="left")
    found["difference"] = (found["final"].fillna(0.0) - found["stated"]).round(6)
    found["last_year"] = (found["final"] - found["yoy_change"]).round(6)
    found["rate"] = found["yoy_change"] / found["last_year"].where(found["last_year"] != 0)
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
    return found[columns]


def _sangong_facts(narrative: pd.DataFrame) -> pd.DataFrame:
    """The facts about lines of 09, with their ``item``, in the chapters on 三公."""
    facts = narrative[narrative["section"].str.contains("三公", na=False)]
    items = facts["subject"].map(lambda subject: _sangong_item(_last_part(subject)))
    return facts.assign(item=items).dropna(subset="item")


def _sangong_item(name: str) -> str | None:
    return next((item for item, words in _SANGONG_WORDS.items() if words.fullmatch(name)), None)


def sangong_counts(narrative: pd.DataFrame) -> pd.DataFrame:
    """What the narrative counts in its chapters on 三公 and on cars: groups, trips, guests, cars."""
    counts = narrative[narrative["measure"] == "count"]
    own = counts["section"].str.contains("三公", na=False)
    cars = counts["section"].str.contains("国有资[产本]", na=False) & (counts["unit"] == "辆") & (counts["value"] > 0)
    counts = counts[own | cars]
    return pd.DataFrame(
        {
            "counted": counts["subject"].map(_last_part),
            "number": counts["value"],
            "unit": counts["unit"],
            "page": counts["page"],
        }
    )


def sangong_per_unit(sangong: pd.DataFrame, narrative: pd.DataFrame) -> pd.DataFrame:
    """Final accounts of 09 per car kept, car bought, traveller and guest, where the narrative counts them."""
    facts = narrative[(narrative["measure"] == "count") & narrative["section"].str.contains("三公", na=False)]
    parts = facts["subject"].map(_last_part)
    rows = []
    for item, (words, units) in _COUNTED.items():
        counted = facts[parts.str.contains(words) & facts["unit"].str.fullmatch(units)]
        if len(counted):
            fact, cost = counted.iloc[0], pick(sangong, "final", item=item)
            rows.append(
                {"item": item, "final": cost, "counted": _last_part(fact["subject"]), "number": fact["value"],
                 "unit": fact["unit"], "per_unit": cost * 10_000 / fact["value"] if fact["value"] else float("nan"), "page": fact["page"]}
            )  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "final", "counted", "number", "unit", "per_unit", "page"])


# --- self-evaluations -------------------------------------------------------------------


def by_grade(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects by grade of their total score: how many, their money, the score's mean."""
    return _grouped(projects, "total_score", "grade", GRADES)


def by_execution(projects: pd.DataFrame) -> pd.DataFrame:
    """Projects by their 执行率 (printed): how many, their money, and which scores they report."""
    return _grouped(projects, "execution_rate", "band", BANDS)


def _grouped(projects: pd.DataFrame, by: str, name: str, limits: Sequence[tuple[str, float]]) -> pd.DataFrame:
    rows = projects.dropna(subset=by)
    groups = rows[by].map(lambda value: next(label for label, lowest in limits if value >= lowest))
    found = (
        rows.groupby(groups)
        .agg(
            count=("project_no", "size"), budget=("budget", "sum"), executed=("executed", "sum"),
            mean_score=("total_score", "mean"), lowest=("total_score", "min"), highest=("total_score", "max"),
        )
        .reindex([label for label, _ in limits if label in set(groups)])
        .rename_axis(name)
        .reset_index()
    )  # fmt: skip
    found.insert(4, "used_rate", found["executed"] / found["budget"].where(found["budget"] > 0))
    return found


def ranking(projects: pd.DataFrame) -> pd.DataFrame:
    """The projects with money, 执行率 and score, highest score first."""
    columns = ["project_no", "project", "budget", "executed", "execution_rate", "total_score", "page"]
    return projects.sort_values("total_score", ascending=False, kind="stable")[columns]


def points_lost(projects: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Where every project lost its points: indicators, 预算执行率, 减分项; most first, projects that lost none left out."""
    own = indicators[indicators["scope"] == "项目"]
    missed = (own["weight"] - own["score"]).groupby(own["project_no"]).sum()
    lost = pd.DataFrame(
        {
            "project_no": projects["project_no"],
            "project": projects["project"],
            "total_score": projects["total_score"],
            "indicators_lost": projects["project_no"].map(missed).astype("float64"),
            "execution_lost": EXECUTION_WEIGHT - projects["execution_score"],
            "deduction": projects["deduction"],
        }
    )
    lost["lost"] = lost[["indicators_lost", "execution_lost", "deduction"]].sum(axis=1).round(6)
    return lost[lost["lost"] > SAME].sort_values("lost", ascending=False, kind="stable")


def by_kind(indicators: pd.DataFrame, scope: str = "项目") -> pd.DataFrame:
    """Indicators of ``scope`` by 一级 and 二级指标: how many, how many with full points, points earned and lost."""
    rows = _scored(indicators, scope).fillna({"level1": "", "level2": ""})
    rows = rows.assign(full=rows["lost"] <= SAME, order=rows.groupby("level1", sort=False).ngroup())
    found = (
        rows.sort_values("order", kind="stable")
        .groupby(["level1", "level2"], sort=False)
        .agg(
            count=("lost", "size"),
            full=("full", "sum"),
            weight=("weight", "sum"),
            score=("score", "sum"),
            lost=("lost", "sum"),
        )
        .reset_index()
    )
    return found.assign(earned=found["score"] / found["weight"].where(found["weight"] > 0))


def missed_indicators(indicators: pd.DataFrame, projects: pd.DataFrame, scope: str = "项目") -> pd.DataFrame:
    """Indicators of ``scope`` that did not earn all their points, with what the form says of why; most lost first."""
    rows = _scored(indicators, scope)
    rows = rows[rows["lost"] > SAME].sort_values("lost", ascending=False, kind="stable")
    names = projects.drop_duplicates("project_no").set_index("project_no")["project"]
    rows = rows.assign(project=rows["project_no"].map(names))
    operator, target, unit, actual = (rows[name].fillna("") for name in ("operator", "target", "unit", "actual"))
    rows = rows.assign(
        wanted=(operator + " " + target + " " + unit).str.strip(), reached=(actual + " " + unit).str.strip()
    )
    columns = [
        "project_no",
        "project",
        "level2",
        "level3",
        "wanted",
        "reached",
        "weight",
        "score",
        "lost",
        "cause",
        "reason",
        "page",
    ]
    return rows[columns]


def by_cause(indicators: pd.DataFrame, scope: str = "项目") -> pd.DataFrame:
    """Points that indicators of ``scope`` lost, by the cause ticked; 未勾选 if none is."""
    rows = _scored(indicators, scope)
    rows = rows[rows["lost"] > SAME].assign(cause=lambda frame: frame["cause"].fillna("未勾选"))
    found = rows.groupby("cause", sort=False).agg(
        count=("lost", "size"), projects=("project_no", "nunique"), lost=("lost", "sum")
    )
    found = found.sort_values("lost", ascending=False, kind="stable").reset_index()
    whole = found["lost"].sum()
    return found.assign(share=found["lost"] / whole if whole else float("nan"))


def _scored(indicators: pd.DataFrame, scope: str) -> pd.DataFrame:
    """The indicators of ``scope`` that have weight and score, with the points they lost."""
    rows = indicators[indicators["scope"] == scope].dropna(subset=["weight", "score"])
    return rows.assign(lost=(rows["weight"] - rows["score"]).round(6))
