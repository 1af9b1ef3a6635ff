"""The records of every frame that tables print, which table each form is read from, and what of the tables is in no frame."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jscore import schema
from jscore.language import tr
from jscore.pdf.grids import Cell
from jscore.tables import accounts, basic_spending, evaluations, sangong, two_sides, undivided
from jscore.tables.evaluation_terms import (
    FUNDING,
    HEAD,
    SOURCE,
    TREE,
    is_evaluation,
    label_and_amount,
    labels_figure,
    term,
)
from jscore.tables.evaluation_tree import FIGURES
from jscore.tables.forms import BY_KEY, FORMS, OTHER, UNKNOWN, form_label, plain_title, title_form
from jscore.tables.headings import Row
from jscore.tables.ledger import FIGURES_BEHIND, ROWS, Ledger, Lost, beside, doubtful_rows, label_of, summed_rows
from jscore.tables.table import Table
from jscore.text import numbers
from jscore.text.figures import is_amount
from jscore.text.normal import nfkc
from jscore.text.numbers import APART
from jscore.text.signs import VEILED

Record = dict[str, Any]

#: Form → frame and the function that reads it.  A new form adds a line here and one in ``forms``.
READERS: dict[str, tuple[str, Callable[[Ledger], list[Record]]]] = {
    "01": ("totals", two_sides.totals),
    "02": ("revenue", accounts.revenue),
    "03": ("expenditure", accounts.expenditure),
    "04": ("totals", two_sides.totals),
    "05": ("expenditure", accounts.expenditure),
    "06": ("economic", basic_spending.economic),
    "07": ("expenditure", accounts.expenditure),
    "08": ("expenditure", accounts.expenditure),
    "09": ("sangong", sangong.sangong),
}
#: Frames of the self-evaluation forms.
_EVALUATIONS = ("overall", "tasks", "projects", "indicators")
#: What is no word, no operator and no unit of an indicator: a figure, or one beside or between their letters.
_NO_WORD = re.compile(r"[\d,.%]*\d[\d,.%]*")
_NONE = {
    "operator": re.compile(r".*\d.*"),
    "unit": re.compile("\\d.*|.*[\u4e00-\u9fff]\\d.*|.*\\d[.]\\d.*"),
}
#: What no self-evaluation form states as a figure.
_WORDS = (
    "level1", "level2", "level3", "operator", "unit", "cause", "among_causes", "reason", "improvement", "goal", "outcome",
    "task",
)  # fmt: skip
#: Digits of the tree that are of no other column: the points of a part, the ordinal of an indicator.
_NUMBERED = re.compile(r"\([^()]*\)|^指标\d:")
#: Words that say what a share behind them is, as 完成率 and 达到 do.
_SHARE_OF = re.compile(r"[率度比例达到至为占超过于约近成升降长增减少][\d.,]*%$")
#: Digits of a label that are no value of it: an ordinal, a year, the points in brackets.
_OF_LABEL = re.compile(r"^\d{1,2}[.,、]|(?:19|20)\d\d年?|\([^()]*\)")
#: A line over a table that is a money unit and nothing else, or what it leaves of 单位 above.
_UNIT_ALONE = re.compile(rf"[(位:]*(?:人民币)?({numbers.MONEY})[)]?")

#: What a line leaves of a money unit that goes on below.
_UNIT_BEGUN = re.compile("(?:^|[位:(])(亿|百万|百|万|千)$")

LostCell = tuple[str, Lost]


@dataclass
class Frames:
    """Records by frame, and the cells of figures that are missing in them or may be wrong, each with its table and why."""

    records: dict[str, list[Record]] = field(default_factory=lambda: {name: [] for name in schema.FRAMES})
    unread: list[LostCell] = field(default_factory=list)
    not_understood: list[LostCell] = field(default_factory=list)
    doubtful: list[LostCell] = field(default_factory=list)
    without_indicators: list[str] = field(default_factory=list)

    @property
    def places(self) -> dict[str, list[dict[str, tuple[int, int]]]]:
        """For each record of a frame, the cell (row, col) that a column's value was read from, where its ``col`` tells not."""
        return {name: [record.get("at", {}) for record in records] for name, records in self.records.items()}


@dataclass(frozen=True)
class Choice:
    """The tables that frames are read from; those that repeat a form; and those that are named as no form, and why."""

    read: list[Table]
    repeated: list[Table]
    others: list[Table]

    @property
    def unknown(self) -> list[Table]:
        return [table for table in self.read if table.form == UNKNOWN]


def choose(tables: Sequence[Table]) -> Choice:
    """Of several tables of a form the one to read: by its title, then by how many columns it has, then the first."""
    best = {
        key: _best(BY_KEY[key].better, candidates) for key, candidates in _by_form(tables).items() if key != "project"
    }
    read: list[Table] = []
    repeated: list[Table] = []
    others: list[Table] = []
    for table in tables:
        chosen = best.get(table.form)
        if table.form == OTHER:
            others.append(table)
        elif chosen is None or chosen is table:
            read.append(table)
        elif _kind_of_title(table) == _kind_of_title(chosen):
            repeated.append(table)
        else:
            others.append(table)
    return Choice(read, repeated, others)


def _by_form(tables: Sequence[Table]) -> dict[str, list[Table]]:
    forms: dict[str, list[Table]] = {}
    for table in tables:
        if table.form in BY_KEY:
            forms.setdefault(table.form, []).append(table)
    return forms


def _best(better: re.Pattern[str] | None, tables: list[Table]) -> Table:
    named = [table for table in tables if better and better.search(plain_title(table.title))] or tables
    same = {_kind_of_title(table) for table in named}
    return named[0] if len(same) == 1 else max(named, key=lambda table: len(table.xs))


#: Before what a title says of its table: whose it is, and of which year.
_WHOSE = re.compile("^.*?(?=一般公共|公共财政|政府性基金|国有资本|财政拨款|收入|支出|收支|三公)")


def _kind_of_title(table: Table) -> str:
    """A title without whose table it is: that of a department and that of its office alone are the same table twice."""
    return _WHOSE.sub("", plain_title(table.title), count=1)


def other_tables(choice: Choice) -> list[Record]:
    """The tables that are none of the nine, or not the one that is read: table_id, title, pages and why."""
    read = {table.form: table for table in choice.read}
    return [
        {
            "table_id": table.table_id,
            "title": table.title,
            "pages": table.pages,
            "why": table.why or tr("{form}取自表{table}", form=form_label(table.form), table=read[table.form].table_id),
        }
        for table in choice.others
    ]


# --- money units ---------------------------------------------------------------------------


def money_units(tables: Iterable[Table]) -> tuple[str | None, dict[str, str | None]]:
    """The report's money unit, and the unit that each of the nine tables states (None: none)."""
    stated = {table.form: _stated_unit(table) for table in tables if table.form in READERS}
    known = [unit for unit in stated.values() if unit]
    return (known[0] if len(set(known)) == 1 else None), stated


def _stated_unit(table: Table) -> str | None:
    texts = [
        *reversed(table.above),
        *(cell.text for row in table.rows[:3] for cell in row.cells if not _headed(table, cell)),
    ]
    stated = next((unit for unit in map(numbers.stated_unit, texts) if unit), None)
    above = [nfkc(text) for text in table.above]
    alone = next((match.group(1) for text in above if (match := _UNIT_ALONE.fullmatch(text))), None)
    begun = next((match.group(1) for text in above if (match := _UNIT_BEGUN.search(text))), "")
    return stated or (begun + alone if alone == "元" else alone) or _unit_of_columns(table)


def _unit_of_columns(table: Table) -> str | None:
    """The unit that headings of columns state; one is not the unit of amounts whose own headings state none."""
    units = table.column_units
    amounts = {cell.col for row in table.data_rows for cell in row.cells if is_amount(cell.text)}
    return next((unit for unit in units if unit), None) if all(units[col] for col in amounts) else None


def _headed(table: Table, cell: Cell) -> bool:
    """Whether a cell heads columns of the table: a unit in it is theirs alone."""
    return any(cell is head or cell == head for heads in table.head_cells for head in heads)


# --- records -------------------------------------------------------------------------------


def read_tables(choice: Choice, unit: str | None, units: dict[str, str | None], presumed: str = "万元") -> Frames:
    """The records of all tables; one that states no unit takes the report's, or ``presumed`` where none is stated at all.

    Without a unit ("") amounts are unread.
    """
    made = Frames()
    unstated = unit or ("" if any(units.values()) else presumed)
    projects = 0
    for table in choice.read:
        if table.form in READERS:
            _read_account(made, table, units[table.form] or unstated)
        elif table.form in BY_KEY:
            projects += table.form == "project"
            _read_evaluation(made, table, projects if table.form == "project" else None)
    for table in (*choice.unknown, *choice.others):
        if table.undivided:
            made.records["form_fields"] += undivided.fields(table.cells, table.table_id)
        elif table.form not in BY_KEY and is_evaluation(table.title, [cell.text for cell in table.cells]):
            made.records["form_fields"] += evaluations.fields_of(table)
    return made


def _read_account(made: Frames, table: Table, unit: str) -> None:
    frame, reader = READERS[table.form]
    ledger = Ledger(table, unit)
    records = reader(ledger)
    if ledger.in_brackets and (sign := _sign_by_sums(table, unit, ledger.in_brackets)):
        ledger = Ledger(table, unit, sign)
        records = reader(ledger)
    incomplete = [record for record in records if _incomplete(frame, record)]
    for record in incomplete:
        records.remove(record)
        ledger.lose((c for c in table.rows[record["row"]].cells if c.col == record["col"]), tr("所在的行或列没有名称"))
    made.records[frame] += records
    made.unread += [(table.table_id, lost) for lost in ledger.unread]
    made.not_understood += [(table.table_id, lost) for lost in ledger.homeless(records)]
    made.doubtful += [(table.table_id, lost) for lost in (*ledger.doubtful, *ledger.twice(records))]
    cells = {cell.place: cell for cell in table.cells}
    why = tr("表中多数行分项之和不等于合计，可能有一列错位")
    for line in doubtful_rows(frame, table.form, records, unit):
        made.doubtful += [
            (table.table_id, Lost(cells[r["row"], r["col"]], why)) for r in line if r["amount"] is not None
        ]


def _sign_by_sums(table: Table, unit: str, columns: set[int]) -> int:
    """The sign with which figures of ``columns``, all in brackets, make the totals of their rows, as with the other none do; or 0."""
    frame, reader = READERS[table.form]
    failing = {}
    for sign in (1, -1):
        tested, failed = summed_rows(frame, table.form, reader(Ledger(table, unit, sign)), unit)
        failing[sign] = [line in failed for line in tested if any(r["col"] in columns and r["amount"] for r in line)]
    ways = [sign for sign in failing if len(failing[sign]) >= ROWS and not any(failing[sign]) and all(failing[-sign])]
    return ways[0] if len(ways) == 1 else 0


def _incomplete(frame: str, record: Record) -> bool:
    return any(record.get(column.name) in (None, "") for column in schema.FRAMES[frame].columns if column.required)


def _read_evaluation(made: Frames, table: Table, project_no: int | None) -> None:
    unread: list[Cell] = []
    read = evaluations.read(table, project_no, unread)
    if not read["indicators"]:
        made.without_indicators.append(table.table_id)
    for frame, records in read.items():
        for record in [record for record in records if _incomplete(frame, record)]:
            records.remove(record)
            unread += [c for c in table.rows[record["row"]].cells if c.col == record.get("col", c.col)]
        made.records[frame] += records
    made.unread += [(table.table_id, Lost(cell, tr("应为数字，所印不是数字"))) for cell in unread]
    doubtful = [*_mixed(table, read, unread), *_mixed_rates(table, read["indicators"])]
    known = [*unread, *(lost.cell for lost in doubtful)]
    doubtful += (lost for lost in _of_blank_columns(table, read["indicators"]) if lost.cell not in known)
    made.doubtful += [(table.table_id, lost) for lost in doubtful]
    taken = {cell for records in read.values() for record in records for cell in record.get("taken", ())}
    taken |= {(field["row"], field["col"]) for field in read.get("form_fields", ()) if field["understood"]}
    taken |= {cell.place for cell in unread}
    # In the tree, beside the money, an amount of no frame and the scores of the whole form whole numbers are figures too: points, say, under a heading nobody knows.
    columns = {(field["row"], field["col"]) for field in read.get("form_fields", ()) if field["in_columns"]}
    in_labels = {cell.place for row in table.rows for cell in row.cells if _value_in_label(row, cell)}
    columns |= {
        cell.place
        for row in table.rows
        if any(
            labels_figure(c.text) or is_amount(c.text) and c.place not in taken or c.place in in_labels
            for c in row.cells
        )
        for cell in row.cells
    }
    made.not_understood += [(table.table_id, lost) for lost in beside(table)]
    made.not_understood += [
        (table.table_id, Lost(cell, tr("没有数据框收这样的数字"), label_of(row)))
        for row in table.rows
        for cell in row.cells
        if cell.place not in taken
        and (
            is_amount(cell.text)
            or label_and_amount(cell.text)
            or cell.place in in_labels
            or cell.place in columns
            and (numbers.decimal(cell.text) is not None or _amount_behind(cell.text))
        )
    ]


def _amount_behind(text: str) -> bool:
    """Whether an amount stands at the end of words, without a blank or a unit, or a share of which they say nothing."""
    behind = FIGURES_BEHIND.search(text.removesuffix("%"))
    of_words = text.endswith("%") and _SHARE_OF.search(text)
    return behind is not None and is_amount(behind[0]) and not of_words


def _value_in_label(row: Row, label: Cell) -> bool:
    """Whether a figure that is no footnote's mark stands at a label, or among its words: of several digits, or where its value beside is blank."""
    text = _OF_LABEL.sub("", nfkc(label.text))
    figure, words = re.sub(r"[^\d%]", "", text), re.sub(r"[\d.,%]", "", text)
    if len(figure) > 1 and ":" not in text and any(term(part, words) for part in (HEAD, FUNDING, SOURCE, TREE)):
        return True
    beside = next((cell for cell in row.cells if cell.col == label.end_col), None)
    ends = label.text[-1:].isdecimal() and labels_figure(label.text)
    return ends and beside is not None and not beside.lines


def _mixed(table: Table, read: Mapping[str, list[Record]], unread: Sequence[Cell]) -> Iterator[Lost]:
    """The cells of a self-evaluation form that print two texts of figures, or a figure where words are expected."""
    words = {
        (record["row"], str(record[name]))
        for records in read.values()
        for record in records
        for name in _WORDS
        if record.get(name) and _NONE.get(name, _NO_WORD).fullmatch(nfkc(str(record[name])))
    }
    for row in table.rows:
        for cell in row.cells:
            if cell in unread:
                continue
            if VEILED in cell.text:
                yield Lost(cell, tr("有字未能读出"), label_of(row))
            elif APART in cell.text or _figure_beside(cell) or _number_behind(cell):
                yield Lost(cell, tr("一格中有两段文字"), label_of(row))
            elif (row.index, cell.text) in words:
                yield Lost(cell, tr("应为文字，所印是数字"), label_of(row))


def _mixed_rates(table: Table, indicators: Sequence[Record]) -> Iterator[Lost]:
    """The completions of a form without a percent sign that are read as percentages where most are fractions, or the reverse."""
    places = {record["at"]["completion"] for record in indicators if "completion" in record["at"]}
    bare = [
        (row, cell, value)
        for row in table.rows
        for cell in row.cells
        if cell.place in places and (value := numbers.decimal(cell.text))
    ]
    fractions = [(row, cell) for row, cell, value in bare if abs(value) <= numbers.HIGHEST_FRACTION]
    percentages = [(row, cell) for row, cell, value in bare if abs(value) > numbers.HIGHEST_FRACTION]
    for row, cell in min(fractions, percentages, key=len):
        yield Lost(cell, tr("本表的完成程度有的印为比率，有的印为百分数"), label_of(row))


def _of_blank_columns(table: Table, indicators: Sequence[Record]) -> Iterator[Lost]:
    """The cells that print digits in a row without a figure that most rows have: it may stand against theirs or their words."""
    cells = {cell.place: cell for cell in table.cells}
    why = tr("本行有一栏空白而他行多有数字，此格可能混入该栏的数字")
    rows: dict[int, Record] = {}
    for name in FIGURES:
        under = [(record, cells[record["at"][name]]) for record in indicators if name in record["at"]]
        blank = [record for record, cell in under if not cell.lines and record[name] is None]
        if len(blank) * 2 < len(under):
            rows |= {record["row"]: record for record in blank}
    for cell in cells.values():
        beside = any(cell.place in record["taken"] or cell.row <= row < cell.end_row for row, record in rows.items())
        if beside and re.search(r"\d", _NUMBERED.sub("", nfkc(cell.text))):
            yield Lost(cell, why, label_of(table.rows[cell.row]))


def _figure_beside(cell: Cell) -> bool:
    """Whether a cell that is no sentence prints an amount and, apart from it, another figure."""
    texts = (
        [text for _, _, text in cell.pieces] if len(cell.lines) == 1 and not re.search("[，。；]", cell.text) else []
    )
    amounts = [text for text in texts if is_amount(text) and numbers.decimal(text) is not None]
    return bool(amounts) and any(re.search(r"\d", text) for text in texts if text not in amounts[:1])


def _number_behind(cell: Cell) -> bool:
    """Whether a bare number stands behind a figure with its unit, which is all else that a cell prints (388人次  15)."""
    text = "".join(nfkc(cell.text).split())
    return len(cell.lines) == 1 and re.fullmatch(r"\D?\d[\d.,]*(%|[^\W\d_年月比至到]{1,4})\d+", text) is not None


def named_cells(lost_cells: Iterable[LostCell]) -> list[Record]:
    """Cells as ``report.json`` names them: table, place, page, text and why."""
    return [
        {
            "table_id": table_id, "row": lost.cell.row, "col": lost.cell.col, "page": lost.cell.page, "text": lost.cell.text,
            "why": lost.why, "label": lost.label,
        }
        for table_id, lost in lost_cells
    ]  # fmt: skip


def cells(tables: Iterable[Table], others: Sequence[Table]) -> list[Record]:
    """The records of frame ``cells``: every printed cell of every table."""
    return [
        {
            "table_id": table.table_id, "form": OTHER if table in others else table.form, "row": cell.row, "col": cell.col,
            "rowspan": cell.rowspan, "colspan": cell.colspan, "page": cell.page,
            **dict(zip(schema.BOX, cell.shown or cell.box, strict=True)), "text": cell.text,
        }
        for table in tables for cell in table.cells
    ]  # fmt: skip


# --- forms ---------------------------------------------------------------------------------


def forms(choice: Choice, made: Frames, texts: Iterable[str]) -> dict[str, Record]:
    """For every form that is printed, or announced by one of ``texts``: its pages, its status and its printed title."""
    elsewhere = {nfkc(table.title) for table in choice.others}
    announced = {form.key for text in texts if (form := title_form(text)) and not _elsewhere(text, elsewhere)}
    stated: dict[str, Record] = {}
    for form in sorted(FORMS, key=lambda form: (not form.key.isdigit(), form.key)):
        tables = [table for table in choice.read if table.form == form.key]
        if tables:
            stated[form.key] = {
                "title": tables[0].title or form.title,
                "status": "found" if any(map(_prints_figures, tables)) or _has_figures(made, tables) else "empty",
                "pages": sorted({page for table in tables for page in table.pages}),
                "tables": len(tables),
                "fragments": sum(len(table.fragments) for table in tables),
            }
        elif form.key in announced:
            stated[form.key] = {"title": form.title, "status": "missing", "pages": [], "tables": 0, "fragments": 0}
    return stated


def _elsewhere(text: str, titles: set[str]) -> bool:
    """Whether a line names a table that is printed and is none of the nine."""
    return any(title and title in nfkc(text) for title in titles)


def _prints_figures(table: Table) -> bool:
    """Whether a table prints an amount that is no mere number of a line or code."""
    return any(is_amount(cell.text) for row in table.data_rows for cell in row.cells)


def _has_figures(made: Frames, tables: Sequence[Table]) -> bool:
    """Whether any figure of the form's tables was read, or said to be in no frame."""
    ids = {table.table_id for table in tables}
    lost = any(table_id in ids for table_id, _ in (*made.unread, *made.not_understood))
    numbers_of = {
        name: [column.name for column in schema.FRAMES[name].columns if column.kind == "number"]
        for name in (*_EVALUATIONS, *dict(READERS.values()))
    }
    return lost or any(
        record["table_id"] in ids and any(record.get(column) is not None for column in columns)
        for name, columns in numbers_of.items()
        for record in made.records[name]
    )
