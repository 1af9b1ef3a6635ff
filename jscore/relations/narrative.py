"""The narrative against the tables: every amount that both print."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jscore.narrative.terms import ALL_MONEY, ITEM, SANGONG, bare, code_of, codes_written
from jscore.relations.completeness import words_at
from jscore.relations.completions import adjusted_in_09
from jscore.relations.figures import SOURCES, TABLE_FUNDS
from jscore.relations.model import Figure, Result, Tests, at_most, in_words, total
from jscore.relations.printed import printed, table_lines
from jscore.relations.source import Source, unique
from jscore.relations.statements import Statement, finals, statements
from jscore.schema import COMPONENTS
from jscore.text.classification import ECONOMIC, LEVELS, plain_name
from jscore.text.names import table_label

TESTS = Tests()

#: A figure this near to another that it may be below of was meant to be it.
_NEAR = 0.01


@TESTS.of("narrative.blank")
def blank(source: Source) -> Iterator[Result]:
    for statement in finals(source, *_TABLE_OF):
        assert statement.term
        form = _TABLE_OF[statement.term.name]
        if (
            source.has(form)
            and statement.term.scope in _LISTED.get(statement.term.name, (ALL_MONEY,))
            and not printed(statement.term, source)
        ):
            message = f"{statement.figure.label}印为{statement.value:,.2f}万元，而{table_label(form)}该项没有数"
            yield in_words(
                statement.subject, not statement.value, message, [statement.figure], _blank_cell(source, statement)
            )


#: Terms that a table lists each on a line of its own → the table; and of whose money it does.
_TABLE_OF = {
    **dict.fromkeys(("收入", *SOURCES, "使用非财政拨款结余", "年初结转和结余"), "01"),
    **dict.fromkeys(COMPONENTS[3:6], "03"), SANGONG: "09",
}  # fmt: skip
_LISTED = {"收入": tuple(TABLE_FUNDS)}


def _blank_cell(source: Source, statement: Statement) -> list[Figure]:
    lines = source.frames["sangong"]
    rows = lines.index[lines["item"].eq(statement.term.what if statement.term else "")]
    return [
        Figure(f"公开09表 {statement.path[-1]}", None, frame="sangong", row=row, column="final") for row in rows[:1]
    ]


@TESTS.of("narrative.sangong-budget")
def sangong_budget(source: Source, results: Sequence[Result]) -> Iterator[Result]:
    """An opening budget may be another than that of the table, where a note says that this is the adjusted one."""
    adjusted = adjusted_in_09(source)
    for result in results:
        opening = result.subject.rpartition(" ")[2].startswith("年初")
        if result.holds or not (adjusted and opening):
            yield result


@TESTS.of("narrative.operating")
def operating(source: Source) -> Iterator[Result]:
    levels = source.amounts("economic", "group", "level")
    parts = levels.get(("公用经费", 0)) or levels.get(("公用经费", 1), [])
    limit = sum(part.value or 0.0 for part in parts)
    for statement in finals(source, "机关运行经费"):
        if not parts:
            continue
        same = total(statement.subject, statement.figure, parts)
        below = statement.value < limit and abs(statement.value - limit) > _NEAR * limit
        whole = parts[0] if len(parts) == 1 else limit
        yield at_most(statement.subject, statement.figure, whole, parts) if below or same.holds else same


# --- items by name --------------------------------------------------------------------------


@TESTS.of("narrative.item-known")
def item_known(source: Source) -> Iterator[Result]:
    for statement in _each_item(source):
        if statement.term and statement.value and any(_lists(source, statement.term.scope)):
            known = code_of(statement.term, source.derived(table_lines)) is not None
            near = [] if known else _nearest(source, statement)
            alike = f"；金额最近的是{near[0].label}的{near[0].value:,.2f}万元" if near else ""
            message = f"情况说明所述“{statement.path[-1]}”在决算表中没有同名的科目{alike}"
            yield in_words(statement.subject, known, message, [statement.figure], near)


def _each_item(source: Source) -> Iterator[Statement]:
    """The first statement of every item with an amount."""
    return iter(
        {(statement.term, statement.subject): statement for statement in reversed(list(finals(source, ITEM)))}.values()
    )


def _nearest(source: Source, statement: Statement) -> list[Figure]:
    """The item of a table of ``statement``'s money whose amount is that of ``statement`` or all but that."""
    by = source.amounts("expenditure", "form", "component", "function_code")
    tables = set(_lists(source, statement.term.scope)) if statement.term else set()
    items = [
        f
        for (form, column, code), figures in by.items()
        if form in tables and column == "合计" and len(code) == 7
        for f in figures
    ]
    near = min(items, key=lambda figure: abs((figure.value or 0.0) - statement.value), default=None)
    return [near] if near and abs((near.value or 0.0) - statement.value) <= _NEAR * statement.value else []


@TESTS.of("narrative.item-name")
def item_name(source: Source) -> Iterator[Result]:
    for statement in _each_item(source):
        code = code_of(statement.term, source.derived(table_lines)) if statement.term else None
        if not statement.term or not code:
            continue
        stated, listed = statement.term.what.split("/"), source.derived(table_lines).printed[code]
        off = [(a, b) for a, b in zip(stated, listed, strict=False) if b and plain_name(a) != plain_name(b)]
        words = "、".join(f"“{a}”，表中为“{b}”" for a, b in off)
        row = _name_row(source, code)
        yield in_words(statement.subject, not off, f"情况说明中编码{code}的科目写作{words}", [statement.figure], row)


@TESTS.of("narrative.items-all")
def items_all(source: Source) -> Iterator[Result]:
    told = source.derived(_told)
    by = source.amounts("expenditure", "form", "component", "function_code")
    spent = {
        code: unique(figures)
        for (form, column, code), figures in by.items()
        if (form, column, len(code)) == ("05", "合计", 7)
    }
    spent_items = {code: figure for code, figure in spent.items() if figure and figure.value}
    if spent_items and len(told & spent_items.keys()) > len(spent_items) / 2:
        for code, figure in spent_items.items():
            yield in_words(code, code in told, f"{figure.label}有支出，情况说明没有说到", [figure])


def _told(source: Source) -> set[str]:
    """The codes that the narrative tells of: by their names, however written, or under another name with their amount."""
    listed = source.derived(table_lines)
    told: set[str] = set()
    for statement in statements(source):
        told |= codes_written(statement.path[-1], listed)
        code = code_of(statement.term, listed) if statement.term and statement.term.name == ITEM else None
        told |= {code} if code else set()
    rows = source.rows_of("expenditure")
    for statement in _each_item(source):
        if statement.term and code_of(statement.term, listed) is None:
            told |= {str(rows[figure.row]["function_code"]) for figure in _nearest(source, statement)}
    return told


#: A code in brackets behind a name, or in front of one.
_CODE = re.compile(
    r"（(?P<behind>\d{1,7})(?P<level>[类款项])?）|(?<![\d.,（])(?P<front>\d{7}|\d{5}|\d{3})(?=[类款项]?[-—：“”]?[\u4e00-\u9fff])"
)
_DIGITS = {level: digits for digits, level in LEVELS.items()}


@TESTS.of("narrative.item-code")
def item_code(source: Source) -> Iterator[Result]:
    codes: dict[tuple[int, str], set[str]] = {}
    for code, names in source.derived(table_lines).printed.items():
        codes.setdefault((len(code), bare(names[-1])), set()).add(code)
    for paragraph in source.paragraphs if codes else ():
        above: dict[int, str] = {}
        text = " " * len(paragraph.number) + paragraph.text[len(paragraph.number) :]  # 1.2080101行政运行
        for match in _CODE.finditer(text):
            digits = match["behind"] or match["front"]
            level = _DIGITS.get(match["level"] or "", len(digits))
            name = _name_at(paragraph.text, match, [name for length, name in codes if length == level])
            if name is None or _is_economic(digits, name):
                continue
            known = codes[level, name]
            of_above = {
                code for code in known if all(code.startswith(other) for size, other in above.items() if size < level)
            }
            known = of_above or known
            above = {size: other for size, other in above.items() if size < level}
            above |= {level: next(iter(known))} if len(known) == 1 else {}
            place = words_at(
                f"“{match.group()}”",
                paragraph.line_at(match.start()),
                paragraph.text[max(0, match.start() - 20) : match.end() + 20],
            )
            right = any(code.endswith(digits) if len(digits) < level else code == digits for code in known)
            message = f"情况说明中科目“{name}”的编码写作{digits}，表中为{'、'.join(sorted(known))}"
            yield in_words(f"{name} {digits}", right, message, [place])


def _name_at(text: str, code: re.Match[str], names: Sequence[str]) -> str | None:
    """The longest of ``names`` that ``code`` stands behind or in front of."""
    if code["behind"]:
        words = bare(
            re.split(
                "[，。；：]|）(?!（)", re.sub("（[类款项]）$", "", text[max(0, code.start() - 60) : code.start()])
            )[-1]
        )
        at_it = [name for name in names if name and words.endswith(name)]
    else:
        words = bare(text[code.end() : code.end() + 60])
        at_it = [name for name in names if name and words.startswith(name)]
    return max(at_it, key=len, default=None)


def _is_economic(code: str, name: str) -> bool:
    return any(bare(words) == name for words in ECONOMIC.get(code, ()))


def _lists(source: Source, scope: str) -> Iterator[str]:
    """The tables with figures that list spending of ``scope``."""
    wanted = {"01": ("03", "05", "07", "08"), "04": ("05", "07", "08")}.get(scope, (scope,))
    return (table for table in wanted if table and source.has(table))


def _name_row(source: Source, code: str) -> list[Figure]:
    by = source.amounts("expenditure", "form", "component", "function_code")
    figures_of_code = next(
        (f for (_, column, listed_code), f in by.items() if listed_code == code and column == "合计"), []
    )
    return [
        Figure(figure.label, None, frame=figure.frame, row=figure.row, column="function_name")
        for figure in figures_of_code[:1]
    ]
