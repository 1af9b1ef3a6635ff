"""The arithmetic relations of the nine tables and of the self-evaluation forms, as a table."""

from __future__ import annotations

from jscore.relations.arithmetic import Relation, Row
from jscore.relations.figures import BALANCES, FUND_TABLES, REVENUE_LINES, SOURCES, figures

#: Words in the conditions below.
WORDS = {
    "balances": list(BALANCES), "inflow": list(BALANCES[:2]), "outflow": BALANCES[2], "revenue": list(REVENUE_LINES),
    "coded": ["02", "03", "05", "07", "08"], "funds": list(FUND_TABLES.values()), "sources": ["本年收入合计", *SOURCES],
}  # fmt: skip

RELATIONS = (
    # --- within a table ---
    Relation(
        "table.across", "各栏相加等于合计栏", "table", "error",
        "02、03、05、07、08 表每行各栏之和等于该行合计；04 表支出每行三类资金之和等于该行合计", ("02|03|04|05|07|08",), (
            Row("total", "{form} {name}", "form row line", "form in @coded and whole",
                "form in @coded and not whole and column not in @balances"),
            Row("total", "04 支出 {name}", "row line", "form == '04' and side == '支出' and whole",
                "form == '04' and side == '支出' and not whole"),
        )),
    Relation(
        "table.codes", "项合计等于款、款合计等于类、类合计等于总计", "table", "error",
        "02、03、05、07、08 表按科目编码逐级相加，各栏分别成立", ("02|03|05|07|08",),
        (Row("total", "{form} {name} {column}", "form column line=up", "form in @coded", "form in @coded"),)),
    Relation(
        "table.balance", "年初结转加本年收入等于本年支出加年末结转", "table", "error",
        "07、08 表每行：年初结转和结余 + 本年收入 − 年末结转和结余 = 本年支出合计", ("07|08",),
        (Row("total", "{form} {name}", "form line", "form in @coded and whole", "column in @inflow", "column == @outflow"),)),
    Relation(
        "table.lines", "各行相加等于本年合计", "table", "error",
        "01、04 表收入、支出两方（04 表支出按资金来源分别）各行之和等于本年收入（支出）合计", ("01|04",),
        (Row("total", "{where}", "where", "part == 'year'", "part == 'line' and (side == '支出' or line in @revenue)",
             maybe="part == 'line' and side == '收入' and line not in @revenue"),)),
    Relation(
        "table.grand-total", "本年合计与结转结余相加等于总计", "table", "error",
        "01、04 表收入、支出两方：本年合计 + 使用结余、年初（或年末）结转和结余、结余分配 = 总计", ("01|04",),
        (Row("total", "{where}", "where", "part == 'total'", "part in ['year', 'balance']"),)),
    Relation(
        "table.opening-funds", "年初结转和结余等于各类资金之和", "table", "error",
        "04 表收入方：年初财政拨款结转和结余等于其下三类资金之和", ("04",),
        (Row("total", "{where}", "where", "part == 'balance' and line.str.startswith('年初')", "part == 'fund'"),)),
    Relation(
        "table.both-sides", "收入总计等于支出总计", "table", "error", "01、04 表两方总计相等", ("01|04",),
        (Row("equal", "{form}", "form", "part == 'total' and side == '支出' and whole", "part == 'total' and side == '收入' and whole"),)),
    Relation(
        "table.economic", "款合计等于类，类合计等于人员经费、公用经费合计", "table", "error",
        "06 表：款之和等于类，人员经费、公用经费各类之和等于其合计", ("06",),
        (Row("total", "06 {name}", "line=up", "form == '06'", "form == '06'"),)),
    Relation(
        "table.sangong", "“三公”经费各项相加等于合计", "table", "error",
        "09 表预算数、决算数：因公出国（境）费 + 公务接待费 + 公务用车购置及运行费 = 合计", ("09",),
        (Row("total", "09 {name} {column}", "column line=up", "form == '09' and line == '合计'", "form == '09'"),)),
    Relation(
        "table.cars", "公务用车购置费与运行维护费相加等于公务用车购置及运行费", "table", "error",
        "09 表预算数、决算数：公务用车购置费 + 公务用车运行维护费 = 公务用车购置及运行费", ("09",),
        (Row("total", "09 {name} {column}", "column line=up", "form == '09' and line != '合计'", "form == '09'"),)),
    # --- between tables ---
    Relation(
        "01-02.revenue", "01表收入与02表收入一致", "cross-table", "error",
        "01 表本年收入合计、财政拨款收入（三类之和）及其他各项收入等于 02 表合计行的同名栏", ("01", "02"), (
            Row("equal", "{source}", "source", "form == '01' and source in @sources", "form == '02' and line == ''"),
            Row("total", "{source}", "source", "form == '02' and line == '' and source == '财政拨款收入'", "form == '01'"),
        )),
    Relation(
        "01-03.expenditure", "01表支出与03表支出一致", "cross-table", "error", "01 表本年支出合计等于 03 表合计", ("01", "03"),
        (Row("equal", "本年支出合计", "whole", "form == '01' and line == '本年支出合计'", "form == '03' and line == '' and whole"),)),
    Relation(
        "01-03.classes", "01表各类支出与03表各类一致", "cross-table", "error",
        "01 表支出方各行等于 03 表同名类的合计；01 表有数的类 03 表必有", ("01", "03"), (
            Row("equal", "{line}（{table}表{code}）", "code", "form == '01' and code.notna()", "form == '03' and whole"),
            Row("nothing", "{line}（{table}表{code}）", "whole", "form == '01' and absent", "form == '03' and line == '' and whole",
                message="{actual.label}印为{actual.value:,.2f}万元，而公开{table}表没有这一类"),
        )),
    Relation(
        "01-04.appropriations", "04表财政拨款收入与01表一致", "cross-table", "error", "04 表三类财政拨款收入等于 01 表的同名收入",
        ("01", "04"),
        (Row("equal", "{fund}", "fund", "form == '04' and side == '收入' and part == 'line'",
             "form == '01' and side == '收入' and part == 'line'"),)),
    Relation(
        "02-04.appropriations", "04表本年收入合计等于02表财政拨款收入", "cross-table", "error",
        "04 表收入方本年收入合计等于 02 表合计行的财政拨款收入", ("02", "04"),
        (Row("equal", "本年收入合计", "kind", "form == '04' and line == '本年收入合计'",
             "form == '02' and line == '' and column == '财政拨款收入'"),)),
    Relation(
        "04.funds", "各类财政拨款收入加年初结转等于支出加年末结转", "cross-table", "error",
        "04 表一般公共预算、政府性基金、国有资本经营预算分别成立：本年收入 + 年初结转和结余 = 支出总计", ("04",),
        (Row("total", "{fund}", "fund", "form == '04' and side == '支出' and part == 'total'",
             "form == '04' and side == '收入' and part in ['line', 'fund']", least=2),)),
    Relation(
        "04-05.expenditure", "04表各类资金支出与05、07、08表一致", "cross-table", "error",
        "04 表本年支出合计按资金来源分别等于 05（一般公共预算）、07（政府性基金）、08（国有资本经营预算）表合计", ("04", "05|07|08"),
        (Row("equal", "{fund}（{table}表）", "fund", "form == '04' and line == '本年支出合计'",
             "form in @funds and line == '' and whole"),)),
    Relation(
        "04-05.classes", "04表各类支出与05、07、08表各类一致", "cross-table", "error",
        "04 表支出方各行按资金来源等于 05、07、08 表同名类的合计；04 表有数的类该表必有", ("04", "05|07|08"), (
            Row("equal", "{line}（{table}表{code}）", "fund code", "form == '04' and code.notna()", "form in @funds and whole"),
            Row("nothing", "{line}（{table}表{code}）", "fund", "form == '04' and absent", "form in @funds and line == '' and whole",
                message="{actual.label}印为{actual.value:,.2f}万元，而公开{table}表没有这一类"),
        )),
    Relation(
        "03-05.items", "财政拨款支出不大于全部支出", "cross-table", "error", "同一科目，05、07、08 表合计不大于 03 表合计",
        ("03", "05|07|08"), (Row("at_most", "{form} {name}", "line", "form in @funds and whole", "form == '03' and whole"),)),
    Relation(
        "05-06.basic", "05表基本支出等于06表合计", "cross-table", "error",
        "05 表基本支出合计等于 06 表人员经费合计与公用经费合计之和", ("05", "06"),
        (Row("total", "基本支出", "kind", "form == '05' and line == '' and column == '基本支出'", "form == '06' and top"),)),
    Relation(
        "06-09.sangong", "06表“三公”科目不大于09表决算数", "cross-table", "warning",
        "06 表因公出国（境）费用（30212）、公务接待费（30217）、公务用车运行维护费（30231）、公务用车购置（31013）"
        "不大于 09 表同项的决算数：基本支出是全部财政拨款的一部分", ("06", "09"),
        (Row("at_most", "{line} {item}", "item", "form == '06'", "form == '09' and column == '决算数'"),)),
)  # fmt: skip

CHECKS = [relation.check(figures, WORDS) for relation in RELATIONS]
