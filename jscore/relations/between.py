"""Relations between the nine tables: the same money, printed in several of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jscore.relations.model import Catalogue, Figure, Result, at_most, equal, said, total, within
from jscore.relations.source import Source, only
from jscore.relations.tables import TOTALS, plain
from jscore.text.classification import CLASSES

CHECKS = Catalogue()

#: Fund of 04 → the table of its expenditure.
FUND_TABLES = {"一般公共预算财政拨款": "05", "政府性基金预算财政拨款": "07", "国有资本经营预算财政拨款": "08"}
#: Class by its plain name, also by those of earlier years.
CLASS_CODES = {plain(name): code for code, names in CLASSES.items() for name in names}
SOURCES = ("上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
#: 06 款 → the line of 09 that it is part of.
_SANGONG_LINES = {
    "30212": "因公出国（境）费", "30217": "公务接待费", "30231": "公务用车运行维护费", "31013": "公务用车购置费",
    "30913": "公务用车购置费",
}  # fmt: skip
#: The level 0 of a table by code is the row without one.
ALL = ""


def line(source: Source, form: str, side: str, *items: str, fund: str = "合计") -> Figure | None:
    """The amount of the first of ``items`` that a side of 01 or 04 prints once."""
    by = source.amounts("totals", "form", "side", "fund", "item")
    return next((f for item in items if (f := only(by.get((form, side, fund, item))))), None)


def opening_balance(source: Source, fund: str) -> Figure | None:
    """What 04 states under 年初财政拨款结转和结余 for ``fund``: the second of two lines of one name."""
    by = source.amounts("totals", "form", "side", "fund", "item")
    below = [f for name in _fund_names(fund, "") for f in by.get(("04", "收入", "合计", name), ())]
    return below[1] if len(below) == 2 else None


def appropriation(source: Source, form: str, fund: str) -> Figure | None:
    """The revenue of ``fund`` in 01 or 04: the first of two lines of one name in 04, whose second is the balance."""
    by = source.amounts("totals", "form", "side", "fund", "item")
    held = [f for name in _fund_names(fund, "收入") for f in by.get((form, "收入", "合计", name), ())]
    if len(held) == 2 and form == "04":
        balances = [f for (where, side, _, item), fs in by.items() for f in fs
                    if (where, side) == ("04", "收入") and item.startswith("年初")]  # fmt: skip
        between = balances and _row(source, held[0]) < _row(source, balances[0]) < _row(source, held[1])
        return held[0] if between else None
    return only(held)


def _fund_names(fund: str, tail: str) -> Sequence[str]:
    short = fund.replace("预算财政拨款", "财政拨款") if not fund.startswith("一般") else fund
    return tuple(dict.fromkeys((fund + tail, fund, short + tail, short)))


def _row(source: Source, figure: Figure) -> int:
    return int(source.place(figure)["row"])


def appropriations(source: Source, form: str) -> list[Figure]:
    return [figure for fund in FUND_TABLES if (figure := appropriation(source, form, fund))]


# --- 01 with 02 and 03 -------------------------------------------------------------------


@CHECKS.declare(
    "01-02.revenue", "01表收入与02表收入一致", "cross-table", "error",
    "01 表本年收入合计、财政拨款收入（三类之和）及其他各项收入等于 02 表合计行的同名栏", ("01", "02"),
)  # fmt: skip
def revenue(source: Source) -> Iterator[Result]:
    columns = source.amounts("revenue", "source", "function_code")
    for name in ("本年收入合计", *SOURCES):
        printed, other = line(source, "01", "收入", name), only(columns.get((name, ALL)))
        if printed and other:
            yield equal(name, printed, other)
    other = only(columns.get(("财政拨款收入", ALL)))
    parts = appropriations(source, "01") or [f for f in (line(source, "01", "收入", "财政拨款收入"),) if f]
    if other and parts:
        yield total("财政拨款收入", other, parts)


@CHECKS.declare(
    "01-03.expenditure", "01表支出与03表支出一致", "cross-table", "error",
    "01 表本年支出合计等于 03 表合计", ("01", "03"),
)  # fmt: skip
def expenditure(source: Source) -> Iterator[Result]:
    printed = line(source, "01", "支出", "本年支出合计")
    other = only(source.amounts("expenditure", "form", "component", "function_code").get(("03", "合计", ALL)))
    if printed and other:
        yield equal("本年支出合计", printed, other)


@CHECKS.declare(
    "01-03.classes", "01表各类支出与03表各类一致", "cross-table", "error",
    "01 表支出方各行等于 03 表同名类的合计；01 表有数的类 03 表必有", ("01", "03"),
)  # fmt: skip
def expenditure_classes(source: Source) -> Iterator[Result]:
    yield from _classes(source, "01", "合计", "03")


# --- 04 with 01, 02, 05, 07, 08 -------------------------------------------------------------


@CHECKS.declare(
    "01-04.appropriations", "04表财政拨款收入与01表一致", "cross-table", "error",
    "04 表三类财政拨款收入等于 01 表的同名收入", ("01", "04"),
)  # fmt: skip
def appropriated(source: Source) -> Iterator[Result]:
    for fund in FUND_TABLES:
        printed, other = appropriation(source, "04", fund), appropriation(source, "01", fund)
        if printed and other:
            yield equal(fund, printed, other)


@CHECKS.declare(
    "02-04.appropriations", "04表本年收入合计等于02表财政拨款收入", "cross-table", "error",
    "04 表收入方本年收入合计等于 02 表合计行的财政拨款收入", ("02", "04"),
)  # fmt: skip
def all_appropriated(source: Source) -> Iterator[Result]:
    printed = line(source, "04", "收入", "本年收入合计")
    other = only(source.amounts("revenue", "source", "function_code").get(("财政拨款收入", ALL)))
    if printed and other:
        yield equal("本年收入合计", printed, other)


@CHECKS.declare(
    "04.funds", "各类财政拨款收入加年初结转等于支出加年末结转", "cross-table", "error",
    "04 表一般公共预算、政府性基金、国有资本经营预算分别成立：本年收入 + 年初结转和结余 = 支出总计", ("04",),
)  # fmt: skip
def funds(source: Source) -> Iterator[Result]:
    for fund in FUND_TABLES:
        spent = line(source, "04", "支出", *TOTALS, fund=fund)
        received, opening = appropriation(source, "04", fund), opening_balance(source, fund)
        if spent and received and opening:
            yield total(fund, spent, (received, opening))


@CHECKS.declare(
    "04-05.expenditure", "04表各类资金支出与05、07、08表一致", "cross-table", "error",
    "04 表本年支出合计按资金来源分别等于 05（一般公共预算）、07（政府性基金）、08（国有资本经营预算）表合计", ("04", "05|07|08"),
)  # fmt: skip
def spending_by_fund(source: Source) -> Iterator[Result]:
    by = source.amounts("expenditure", "form", "component", "function_code")
    for fund, table in FUND_TABLES.items():
        printed = line(source, "04", "支出", "本年支出合计", fund=fund)
        other = only(by.get((table, "合计", ALL)))
        if printed and other:
            yield equal(f"{fund}（{table}表）", printed, other)


@CHECKS.declare(
    "04-05.classes", "04表各类支出与05、07、08表各类一致", "cross-table", "error",
    "04 表支出方各行按资金来源等于 05、07、08 表同名类的合计；04 表有数的类该表必有", ("04", "05|07|08"),
)  # fmt: skip
def spending_classes(source: Source) -> Iterator[Result]:
    for fund, table in FUND_TABLES.items():
        yield from _classes(source, "04", fund, table)


def _classes(source: Source, form: str, fund: str, table: str) -> Iterator[Result]:
    """The lines of 01 or 04 beside the classes of ``table``; a class is known by its official name, else by its own."""
    if not source.has(table):
        return
    by = source.amounts("expenditure", "form", "component", "function_code")
    rows = source.frames["expenditure"]
    rows = rows[(rows["form"] == table) & (rows["level"] == 1)].drop_duplicates("function_code")
    if rows.empty:
        return
    codes = dict(zip(rows["function_name"].map(plain), rows["function_code"], strict=True))
    whole = only(by.get((table, "合计", ALL)))
    for (where, side, of, item), figures in source.amounts("totals", "form", "side", "fund", "item").items():
        if (where, side, of) != (form, "支出", fund) or not (printed := only(figures)):
            continue
        name = plain(item)
        code = codes.get(name) or CLASS_CODES.get(name)
        other = only(by.get((table, "合计", code))) if code else None
        if other:
            yield equal(f"{item}（{table}表{code}）", printed, other)
        elif code and whole and code not in set(codes.values()):
            message = f"{printed.label}印为{printed.value:,.2f}万元，而公开{table}表没有这一类"
            yield within(f"{item}（{table}表{code}）", printed, 0.0, printed.half, (whole,), message=message)


# --- 03 with 05, 07, 08; 05 with 06; 06 with 09 ------------------------------------------------


@CHECKS.declare(
    "03-05.items", "财政拨款支出不大于全部支出", "cross-table", "error",
    "同一科目，05、07、08 表合计不大于 03 表合计", ("03", "05|07|08"),
)  # fmt: skip
def part_of_all(source: Source) -> Iterator[Result]:
    by = source.amounts("expenditure", "form", "component", "function_code")
    for (form, component, code), figures in by.items():
        printed, limit = only(figures), only(by.get(("03", "合计", code)))
        if form != "03" and component == "合计" and printed and limit:
            yield at_most(f"{form} {code or '合计'}", printed, limit)


@CHECKS.declare(
    "05-06.basic", "05表基本支出等于06表合计", "cross-table", "error",
    "05 表基本支出合计等于 06 表人员经费合计与公用经费合计之和", ("05", "06"),
)  # fmt: skip
def basic(source: Source) -> Iterator[Result]:
    printed = only(source.amounts("expenditure", "form", "component", "function_code").get(("05", "基本支出", ALL)))
    parts = basic_parts(source)
    if printed and parts:
        yield total("基本支出", printed, parts)


def basic_parts(source: Source) -> list[Figure]:
    """06's 人员经费合计 and 公用经费合计; a group whose total is not printed by its classes."""
    levels = source.amounts("economic", "group", "level")
    groups = dict.fromkeys(group for group, _ in levels)
    return [f for group in groups for f in levels.get((group, 0)) or levels.get((group, 1), [])]


@CHECKS.declare(
    "06-09.sangong", "06表“三公”科目不大于09表决算数", "cross-table", "warning",
    "06 表因公出国（境）费用（30212）、公务接待费（30217）、公务用车运行维护费（30231）、公务用车购置（31013）"
    "不大于 09 表同项的决算数：基本支出是全部财政拨款的一部分", ("06", "09"),
)  # fmt: skip
def sangong(source: Source) -> Iterator[Result]:
    lines = source.amounts("economic", "economic_code")
    finals = source.amounts("sangong", "item", column="final")
    for code, item in _SANGONG_LINES.items():
        printed, limit = only(lines.get((code,))), only(finals.get((item,)))
        if printed and limit:
            yield at_most(f"{code} {item}", printed, limit)


@CHECKS.declare(
    "04.table-empty", "有支出的资金不应是空表", "cross-table", "warning",
    "04 表某类资金本年支出合计不为零，则 05、07、08 表中该资金的表有数；空表须确无该项支出", ("04",),
)  # fmt: skip
def spent_and_empty(source: Source) -> Iterator[Result]:
    for fund, table in FUND_TABLES.items():
        printed = line(source, "04", "支出", "本年支出合计", fund=fund)
        if printed and source.info["forms"].get(table, {}).get("status") == "empty":
            message = f"公开04表{fund}支出为{printed.value:,.2f}万元，而公开{table}表为空表"
            yield said(f"{fund}（{table}表）", not printed.value, message, [printed])
