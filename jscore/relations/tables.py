"""Relations of words in the nine tables: which codes, names and signs may stand there, which tables may be empty."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from jscore.relations import figures
from jscore.relations.miscoded import miscoded
from jscore.relations.model import Figure, Result, Tests, equal, in_words
from jscore.relations.source import FORM_OF, TABLES, Key, Source
from jscore.text.classification import CLASSES, plain_name
from jscore.text.names import table_label

TESTS = Tests()

CODED = "02|03|05|07|08"


@TESTS.of("table.class-name")
def class_name(source: Source) -> Iterator[Result]:
    for form, line in _rows(source):
        names = CLASSES.get(line["function_code"]) if line["level"] == 1 else None
        if line["level"] == 1:
            known = names or ("（没有这个类）",)
            holds = plain_name(line["function_name"]) in {plain_name(name) for name in names or ()}
            yield in_words(
                f"{form} {line['function_code']}",
                holds,
                f"{table_label(form)}编码{line['function_code']}的名称印为“{line['function_name']}”，应为“{known[0]}”",
                [_name_figure(form, line)],
            )


@TESTS.of("table.one-name")
def one_name(source: Source) -> Iterator[Result]:
    named: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for form, line in _rows(source):
        if line["level"] > 0:
            named[line["function_code"]].append((form, line))
    for code, rows in named.items():
        if len(rows) > 1:
            (first, first_line), others = rows[0], rows[1:]
            off = [
                (form, line)
                for form, line in others
                if plain_name(line["function_name"]) != plain_name(first_line["function_name"])
            ]
            wrong = "、".join(f"{table_label(form)}“{line['function_name']}”" for form, line in off)
            yield in_words(
                code,
                not off,
                f"编码{code}在{table_label(first)}名为“{first_line['function_name']}”，而{wrong}",
                [_name_figure(form, line) for form, line in off or others],
                [_name_figure(first, first_line)],
            )


@TESTS.of("table.one-code")
def one_code(source: Source) -> Iterator[Result]:
    misprints = {(misprint.form, misprint.code): misprint for misprint in miscoded(source)}
    for form, line in _rows(source):
        misprint = misprints.get((form, line["function_code"])) if line["level"] > 0 else None
        if misprint and plain_name(misprint.name) == plain_name(line["function_name"]):
            others = "、".join(map(table_label, misprint.where))
            message = f"{table_label(form)}“{misprint.name}”的编码印为{misprint.code}，{others}为{misprint.right}"
            yield in_words(f"{form} {misprint.code}", False, message, [_name_figure(form, line)])
    if not misprints:
        yield in_words("各表编码", True, "")


@TESTS.of("table.parent")
def parent(source: Source) -> Iterator[Result]:
    by_form: dict[str, dict[str, Row]] = defaultdict(dict)
    for form, line in _rows(source):
        by_form[form][line["function_code"] or ""] = line
    for form, lines in by_form.items():
        if not any(len(code) == 3 for code in lines):
            continue  # a table that lists items alone
        for code, line in lines.items():
            if len(code) > 3:
                yield in_words(
                    f"{form} {code}",
                    code[:-2] in lines,
                    f"{table_label(form)}有{code}“{line['function_name']}”，而没有它的上级科目{code[:-2]}",
                    [_name_figure(form, line)],
                )


@TESTS.of("table.code-once")
def code_once(source: Source) -> Iterator[Result]:
    seen: dict[Key, list[Figure]] = defaultdict(list)
    for form, line in _rows(source):
        if line["function_code"]:
            seen[(form, line["function_code"])].append(_name_figure(form, line))
    for row, printed in source.rows_of("economic").items():
        if isinstance(code := printed["economic_code"], str):
            label = f"公开06表 {code} {printed['economic_name']}"
            seen[("06", code)].append(Figure(label, None, frame="economic", row=row, column="economic_name"))
    for (form, code), rows in seen.items():
        yield in_words(f"{form} {code}", len(rows) == 1, f"{table_label(form)}编码{code}列了{len(rows)}次", rows)


@TESTS.of("table.sign")
def sign(source: Source) -> Iterator[Result]:
    keyed = {"totals": ("form", "item"), "expenditure": ("form", "component")}
    by_form: dict[str, list[Figure]] = defaultdict(list)
    for frame, columns in TABLES.items():
        for column in columns:
            for key, printed in source.amounts(frame, *keyed.get(frame, ()), column=column).items():
                if not re.search("结转|结余|分配", "".join(key)):
                    by_form[key[0] if key else FORM_OF[frame]] += printed
    for form, printed in by_form.items():
        below = [figure for figure in printed if (figure.value or 0.0) < 0]
        yield from (Result(f.label, False, f.value, actual_figures=(f,), message=f"{f.label}为负数") for f in below)
        if not below:
            yield in_words(form, True, "")


#: Two tables that list the same money print the same figures: so many, all but this share of them.
_SAME, _OTHER = 12, 0.05


@TESTS.of("03-05.same-money")
def same_money(source: Source) -> Iterator[Result]:
    coded = source.amounts("expenditure", "form", "component", "function_code")
    of_all, of_general = (
        {key[1:]: figures[0] for key, figures in coded.items() if key[0] == form and len(figures) == 1}
        for form in ("03", "05")
    )
    both = of_all.keys() & of_general.keys()
    spent = {(part, code) for part, code in both if of_all[part, code].value or of_general[part, code].value}
    off = [key for key in spent if of_all[key].value != of_general[key].value]
    whole = ("合计", figures.ALL)
    all_general = whole in both and equal("", of_general[whole], of_all[whole]).holds
    if not all_general or len(spent) < _SAME or len(off) > max(1, _OTHER * len(spent)):
        return
    for key in sorted(spent):
        general, every = of_general[key], of_all[key]
        message = (
            f"{general.label}印为{general.value:,.2f}万元，{every.label}印为{every.value:,.2f}万元，"
            "而两表列的是同一笔钱"
        )
        result = equal(f"{key[1] or '合计'} {key[0]}", general, every, message=message)
        yield replace(result, holds=key not in off)


Row = Mapping[str, Any]


def _rows(source: Source) -> list[tuple[str, Row]]:
    """The printed rows of the tables by function code, each once, with the form; no code is None."""
    return source.derived(_coded_rows)


def _coded_rows(source: Source) -> list[tuple[str, Row]]:
    by_place: dict[tuple[str, int], tuple[str, Row]] = {}
    for frame in ("revenue", "expenditure"):
        for row, line in source.rows_of(frame).items():
            code = line["function_code"] if isinstance(line["function_code"], str) else None
            form = str(line.get("form", FORM_OF.get(frame)))
            by_place.setdefault((line["table_id"], line["row"]), (form, {**line, "function_code": code, "index": row}))
    return list(by_place.values())


def _name_figure(form: str, line: Row) -> Figure:
    frame = "revenue" if form == "02" else "expenditure"
    label = f"{table_label(form)} {line['function_code'] or ''} {line['function_name']}"
    return Figure(label, None, frame=frame, row=line["index"], column="function_name")


@TESTS.of("04.table-empty")
def spent_and_empty(source: Source) -> Iterator[Result]:
    for fund, table in figures.FUND_TABLES.items():
        printed = figures.line(source, "04", "支出", "本年支出合计", fund=fund)
        if printed and source.info["forms"].get(table, {}).get("status") == "empty":
            message = f"公开04表{fund}支出为{printed.value:,.2f}万元，而{table_label(table)}为空表"
            yield in_words(f"{fund}（{table}表）", not printed.value, message, [printed])
