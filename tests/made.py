"""A small report as frames, made by hand, in which every relation of the nine tables holds."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

import pandas as pd

from jscore import schema
from jscore.relations.source import Source

FUNDS = schema.FUNDS
#: code, name, basic, project of 05 (items), and of 07 and 08.
GENERAL = (
    ("2080101", "行政运行", 100.01, 0.0), ("2080102", "一般行政管理事务", 0.0, 50.02), ("2210201", "住房公积金", 20.03, 0.0),
)  # fmt: skip
GOVERNMENT = (("2120803", "城市建设支出", 0.0, 30.04), ("2120899", "其他国有土地使用权出让收入安排的支出", 0.0, 10.05))
CAPITAL = (("2230105", "国有企业退休人员社会化管理补助支出", 0.0, 5.06),)
NAMES = {
    "208": "社会保障和就业支出", "20801": "人力资源和社会保障管理事务", "221": "住房保障支出", "22102": "住房改革支出",
    "212": "城乡社区支出", "21208": "国有土地使用权出让收入安排的支出", "223": "国有资本经营预算支出", "22301": "解决历史遗留问题",
}  # fmt: skip
Item = tuple[str, str, float, float]


def source(**change: Any) -> Source:
    """The report; ``change`` replaces parts of ``info``."""
    frames = {name: frame.copy(deep=False) for name, frame in _frames().items()}
    forms = {
        key: {"status": "found", "pages": [int(key)]} for key in ("01", "02", "03", "04", "05", "06", "07", "08", "09")
    }
    info = {
        "forms": forms, "money_unit": "万元", "money_units": dict.fromkeys(forms, "万元"), "unread": [],
        "not_understood": [], "doubtful": [], "unknown_tables": [], "other_tables": [], "repeated_tables": [],
    }  # fmt: skip
    return Source(frames, info | change)


@cache
def _frames() -> dict[str, pd.DataFrame]:
    frames = {name: schema.empty(name) for name in schema.FRAMES}
    frames |= {
        name: schema.from_records(name, records)
        for name, records in (
            ("totals", _totals()), ("revenue", _revenue()), ("expenditure", _expenditure()), ("economic", _economic()),
            ("sangong", _sangong()),
        )
    }  # fmt: skip
    frames["cells"] = schema.from_records("cells", _cells(frames))
    return frames


def _placed(form: str, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"page": int(form), "table_id": f"p{int(form)}t1", **row} for row in rows]


def _summed(items: Iterable[Item]) -> list[tuple[str, str, int, float, float]]:
    """Items with their sections, classes and 合计: code, name, level, basic, project."""
    sums: dict[str, list[float]] = {}
    names = dict(NAMES)
    for code, name, basic, project in items:
        names[code] = name
        for key in ("", code[:3], code[:5], code):
            held = sums.setdefault(key, [0.0, 0.0])
            held[0] += basic
            held[1] += project
    levels = {0: 0, 3: 1, 5: 2, 7: 3}
    return [
        (code, names.get(code, "合计"), levels[len(code)], round(basic, 2), round(project, 2))
        for code, (basic, project) in sorted(sums.items())
    ]


def _expenditure() -> list[dict[str, Any]]:
    tables = {"03": (*GENERAL, *GOVERNMENT, *CAPITAL), "05": GENERAL, "07": GOVERNMENT, "08": CAPITAL}
    found = []
    for form, items in tables.items():
        for row, (code, name, level, basic, project) in enumerate(_summed(items), 2):
            values = {"合计": round(basic + project, 2), "基本支出": basic, "项目支出": project}
            if form == "07":
                received = round(basic + project + 1, 2)
                values |= {"年初结转和结余": 2.0, "本年收入": received, "年末结转和结余": 3.0} if level == 3 else {}
            found += _placed(form, [
                {"form": form, "function_code": code, "function_name": name, "level": level, "component": component,
                 "amount": amount, "row": row, "col": col}
                for col, (component, amount) in enumerate(values.items(), 2)
            ])  # fmt: skip
    return found


def _revenue() -> list[dict[str, Any]]:
    found = []
    for row, (code, name, level, basic, project) in enumerate(_summed((*GENERAL, *GOVERNMENT, *CAPITAL)), 2):
        other = 7.0 if code in ("", "208", "20801", "2080101") else 0.0
        given = round(basic + project, 2)
        values = {"本年收入合计": round(given + other, 2), "财政拨款收入": given, "其他收入": other}
        found += _placed("02", [
            {"function_code": code, "function_name": name, "level": level, "source": column, "amount": amount,
             "row": row, "col": col}
            for col, (column, amount) in enumerate(values.items(), 2)
        ])  # fmt: skip
    return found


#: Spending by fund: 05 170.06, 07 40.09, 08 5.06, in all 215.21.
SPENT = {"一般公共预算财政拨款": 170.06, "政府性基金预算财政拨款": 40.09, "国有资本经营预算财政拨款": 5.06}


def _totals() -> list[dict[str, Any]]:
    classes = {
        "社会保障和就业支出": ("05", 150.03),
        "住房保障支出": ("05", 20.03),
        "城乡社区支出": ("07", 40.09),
        "国有资本经营预算支出": ("08", 5.06),
    }
    revenue = {**{f"{fund}收入": amount for fund, amount in SPENT.items()}, "其他收入": 7.0}
    one = [("收入", item, "合计", amount) for item, amount in revenue.items()]
    one += [
        ("收入", "本年收入合计", "合计", 222.21),
        ("收入", "年初结转和结余", "合计", 1.0),
        ("收入", "总计", "合计", 223.21),
    ]
    one += [("支出", item, "合计", amount) for item, (_, amount) in classes.items()]
    one += [
        ("支出", "本年支出合计", "合计", 215.21),
        ("支出", "年末结转和结余", "合计", 8.0),
        ("支出", "总计", "合计", 223.21),
    ]
    found = _placed("01", (
        {"form": "01", "side": side, "item": item, "fund": fund, "amount": amount, "row": row, "col": 1}
        for row, (side, item, fund, amount) in enumerate(one, 1)
    ))  # fmt: skip
    return found + _placed("04", _fourth(classes))


def _fourth(classes: dict[str, tuple[str, float]]) -> list[dict[str, Any]]:
    tables = {"05": FUNDS[1], "07": FUNDS[2], "08": FUNDS[3]}
    left = [("收入", fund, {"合计": amount}) for fund, amount in SPENT.items()]
    left += [("收入", "本年收入合计", {"合计": 215.21}), ("收入", "年初财政拨款结转和结余", {"合计": 6.0})]
    left += [("收入", fund, {"合计": 2.0}) for fund in SPENT] + [("收入", "总计", {"合计": 221.21})]
    right = [("支出", item, {"合计": amount, tables[table]: amount}) for item, (table, amount) in classes.items()]
    right += [
        ("支出", "本年支出合计", {"合计": 215.21, **SPENT}),
        ("支出", "年末财政拨款结转和结余", {"合计": 6.0, **dict.fromkeys(SPENT, 2.0)}),
        ("支出", "总计", {"合计": 221.21, **{fund: round(amount + 2, 2) for fund, amount in SPENT.items()}}),
    ]
    return [
        {"form": "04", "side": side, "item": item, "fund": fund, "amount": amount, "row": row, "col": col}
        for row, (side, item, amounts) in enumerate((*left, *right), 1)
        for col, (fund, amount) in enumerate(amounts.items(), 1)
    ]


def _economic() -> list[dict[str, Any]]:
    lines = (
        ("", "人员经费合计", 0, "人员经费", 90.02), ("301", "工资福利支出", 1, "人员经费", 90.02), ("30101", "基本工资", 2, "人员经费", 60.01),
        ("30102", "津贴补贴", 2, "人员经费", 30.01), ("", "公用经费合计", 0, "公用经费", 30.02), ("302", "商品和服务支出", 1, "公用经费", 30.02),
        ("30212", "因公出国（境）费用", 2, "公用经费", 1.0), ("30231", "公务用车运行维护费", 2, "公用经费", 29.02),
    )  # fmt: skip
    return _placed("06", (
        {"economic_code": code, "economic_name": name, "level": level, "group": group, "amount": amount, "row": row, "col": 2}
        for row, (code, name, level, group, amount) in enumerate(lines, 1)
    ))  # fmt: skip


def _sangong() -> list[dict[str, Any]]:
    lines = {
        "合计": (46.0, 43.06), "因公出国（境）费": (2.0, 1.01), "公务接待费": (3.0, 2.03), "公务用车购置及运行费": (41.0, 40.02),
        "公务用车购置费": (11.0, 11.0), "公务用车运行维护费": (30.0, 29.02),
    }  # fmt: skip
    return _placed("09", (
        {"item": item, "budget": budget, "final": final, "row": row, "col": 2}
        for row, (item, (budget, final)) in enumerate(lines.items(), 1)
    ))  # fmt: skip


def _cells(frames: dict[str, pd.DataFrame]) -> list[dict[str, Any]]:
    """A cell for every amount, printed with two decimals."""
    found = []
    for name in ("totals", "revenue", "expenditure", "economic", "sangong"):
        column = "final" if name == "sangong" else "amount"
        for line in frames[name].to_dict("records"):
            top = 800.0 - 12 * line["row"]
            found.append({
                "table_id": line["table_id"], "form": line["table_id"][1:-2].zfill(2), "row": line["row"], "col": line["col"],
                "rowspan": 1, "colspan": 1, "page": line["page"], "x0": 60.0 * line["col"], "x1": 60.0 * line["col"] + 60,
                "y0": top - 12, "y1": top, "text": f"{line[column]:,.2f}",
            })  # fmt: skip
    return found
