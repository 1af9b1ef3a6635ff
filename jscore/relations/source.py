"""What checks are made from: the frames of a report, its ``info`` and its text, looked up by what they are about."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from jscore import schema
from jscore.language import N_
from jscore.narrative.paragraphs import Paragraph
from jscore.pdf.pages import Line
from jscore.relations.forms import Evaluations
from jscore.relations.model import Figure, Result, lacks
from jscore.schema import BOX, Frames
from jscore.text.names import table_label
from jscore.text.numbers import decimal, decimals, half_digit, half_of

Key = tuple[Any, ...]
T = TypeVar("T")

#: Frames of the nine tables, with the columns that hold amounts.
TABLES: dict[str, tuple[str, ...]] = {
    "totals": ("amount",), "revenue": ("amount",), "expenditure": ("amount",), "economic": ("amount",),
    "sangong": ("budget", "final"),
}  # fmt: skip
#: The form of a row of a frame that has no column ``form``.
FORM_OF = {"revenue": "02", "economic": "06", "sangong": "09"}
#: Where else an amount of a relation may stand: in its row, in its column.
_WAYS = ("row", "col")
#: What the numbers of a column count, in words of the field.
_UNITS = {
    (frame.name, column.name): {"points": "分"}.get(column.unit, column.unit)
    for frame in schema.FRAMES.values()
    for column in frame.columns
}
#: What a figure of the narrative says of its subject, where that is not the subject itself.
MEASURES = {
    "share": N_("占比"), "yoy_change": N_("比上年增减"), "yoy_rate": N_("比上年增减率"), "budget_completion": N_("预算完成率"), "score": N_("得分"),
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A report as checks see it.

    ``info`` is the content of report.json so far, ``places`` say for each row of a frame in which cell (row, col) of its
    table a column is printed, ``paragraphs`` and ``lines`` are the text outside the tables.
    """

    frames: Frames
    info: Mapping[str, Any]
    places: Mapping[str, Sequence[Mapping[str, tuple[int, int]]]] = field(default_factory=dict, repr=False)
    paragraphs: Sequence[Paragraph] = field(default=(), repr=False)
    lines: Sequence[Line] = field(default=(), repr=False)

    @classmethod
    def of_frames(cls, frames: Frames) -> Source:
        """A report of which only the frames are known, as it was processed; what is not in them (text, places) is left out."""
        all_frames = {name: frames[name] if name in frames else schema.empty(name) for name in schema.FRAMES}
        forms = {
            form: {"status": "found"}
            for name in TABLES
            for form in (all_frames[name]["form"].unique() if "form" in all_frames[name] else [FORM_OF[name]])
            if len(all_frames[name])
        }
        unread: list[Any] = []
        info = {"forms": forms, "money_unit": None, "money_units": {}, "unread": unread, "not_understood": unread}
        return cls(all_frames, info)

    # --- which forms there are -----------------------------------------------------------

    def has(self, need: str) -> bool:
        """Whether the report has what ``need`` names: a form with figures, or a narrative."""
        if need == "narrative":
            return not self.frames["narrative"].empty
        return any(self.info["forms"].get(form, {}).get("status") == "found" for form in need.split("|"))

    def derived(self, make: Callable[[Source], T]) -> T:
        """What ``make`` makes of the report, made once for all checks."""
        if make not in self._derived:
            self._derived[make] = make(self)
        return self._derived[make]

    @cached_property
    def _derived(self) -> dict[Callable[[Source], Any], Any]:
        return {}

    # --- the nine tables -------------------------------------------------------------------

    @cached_property
    def half(self) -> float:
        """Half the last digit of the amounts of the nine tables, in 万元.

        Digits are those that the report prints most of: a table that happens to hold whole amounts is no coarser.
        Two decimals are what the forms ask for, and are taken where nothing says otherwise.
        """
        cells = self.frames["cells"]
        printed = zip(cells["form"].tolist(), cells["text"].tolist(), strict=True)
        texts = {text for form, text in printed if isinstance(text, str) and isinstance(form, str) and form.isdigit()}
        places = max((count for text in texts if (count := decimals(text)) is not None), default=2)
        units = {unit for unit in self.info["money_units"].values() if unit} or {self.info["money_unit"] or "万元"}
        return min(float(half_of(places, unit)) for unit in units)

    def amounts(self, frame: str, *keys: str, column: str = "amount") -> dict[Key, list[Figure]]:
        """Printed amounts of a table's frame by the values of ``keys``, in the frame's order; missing keys are ""."""
        cache = self._cache
        if (frame, column, *keys) not in cache:
            cache[(frame, column, *keys)] = self._amounts(frame, keys, column)
        return cache[(frame, column, *keys)]

    @cached_property
    def _cache(self) -> dict[Key, dict[Key, list[Figure]]]:
        return {}

    def _amounts(self, name: str, keys: Sequence[str], column: str) -> dict[Key, list[Figure]]:
        amounts: dict[Key, list[Figure]] = defaultdict(list)
        for row, figure in self.figures(name, column).items():
            line = self.rows_of(name)[row]
            amounts[tuple(word if (word := line[key]) == word else "" for key in keys)].append(figure)
        return amounts

    def figures(self, name: str, column: str = "amount") -> dict[Hashable, Figure]:
        """The printed amounts of a column of a table's frame by index label; blanks are left out."""
        if (name, column) not in self._figures:
            self._figures[name, column] = {
                row: Figure(_label(name, line, column), float(line[column]), self.half, name, row, column)
                for row, line in self.rows_of(name).items()
                if line[column] == line[column]
            }
        return self._figures[name, column]

    @cached_property
    def _figures(self) -> dict[tuple[str, str], dict[Hashable, Figure]]:
        return {}

    @cached_property
    def evaluations(self) -> Evaluations:
        """The figures of the self-evaluation forms."""
        return Evaluations(self.frames, self.paragraphs, self.fact)

    # --- the narrative -----------------------------------------------------------------------

    def fact(self, row: Hashable) -> Figure:
        """The figure of row ``row`` of the narrative; ``half`` is that of its own last digit, 0 for a count.

        A sum of 0 without decimals is no rounded one: nothing was spent, and its digits are those of the tables.
        """
        line = self.rows_of("narrative")[row]
        label = f"情况说明“{line['subject']}”{MEASURES.get(line['measure'], '')}"
        value, half = float(line["value"]), half_digit(str(line["printed"]))
        half = min(half, self.half) if not value and line["unit"] == "万元" else half
        return Figure(label, value, half, "narrative", row, "value")

    # --- where things are printed --------------------------------------------------------------

    def place(self, figure: Figure) -> dict[str, Any]:
        """Page, box, unit and printed text of a figure; table_id, row and col too if it stands in a table."""
        if not figure.frame:
            box = dict(zip(BOX, figure.box or (None,) * 4, strict=True))
            return {"printed": figure.text, "page": figure.page, **box}
        key = (figure.frame, figure.row, figure.column, figure.value is None)
        if key not in self._places:
            self._places[key] = self._place(figure)
        return self._places[key]

    @cached_property
    def _places(self) -> dict[Key, dict[str, Any]]:
        return {}

    def _place(self, figure: Figure) -> dict[str, Any]:
        line = self.rows_of(figure.frame)[figure.row]
        if figure.frame == "narrative":
            return {name: line[name] for name in ("unit", "printed", "page", *BOX)}
        at = self._at(figure, line)
        row_cells = self._cells[line["table_id"]].get(at[0], {})
        cells = [row_cells[at[1]]] if at[1] in row_cells else list(row_cells.values())
        cells = [cell for cell in cells if cell["page"] == cells[0]["page"]]  # a row that a page cuts
        box = _box_around(cells) if len(cells) > 1 else {name: cells[0][name] for name in BOX} if cells else {}
        return {
            "printed": cells[0]["text"] if len(cells) == 1 else None, "page": cells[0]["page"] if cells else line["page"],
            "table_id": line["table_id"], "row": at[0], "col": at[1], "unit": _UNITS.get((figure.frame, figure.column)), **box,
        }  # fmt: skip

    def _at(self, figure: Figure, line: Mapping[Any, Any]) -> tuple[int, int | None]:
        """Row and column of the figure's cell; no column for words, and where only the row is known."""
        if figure.value is None:
            return line["row"], None
        places = self.places.get(figure.frame, ())
        at = places[figure.row].get(figure.column) if isinstance(figure.row, int) and figure.row < len(places) else None
        return at or (line["row"], line.get("col"))

    def rows_of(self, frame: str) -> dict[Hashable, dict[str, Any]]:
        """The rows of a frame by index label; what is missing is NaN, which is not equal to itself."""
        if frame not in self._rows:
            self._rows[frame] = dict(zip(self.frames[frame].index, schema.rows(self.frames[frame]), strict=True))
        return self._rows[frame]

    @cached_property
    def _rows(self) -> dict[str, dict[Hashable, dict[str, Any]]]:
        return {}

    @cached_property
    def _cells(self) -> dict[str, dict[int, dict[int | None, dict[str, Any]]]]:
        """The printed cells of each table by row, then column."""
        names = ("page", *BOX, "text")
        cells = self.frames["cells"]
        by_table: dict[str, dict[int, dict[int | None, dict[str, Any]]]] = defaultdict(lambda: defaultdict(dict))
        keys = zip(*(cells[name].tolist() for name in ("table_id", "row", "col")), strict=True)
        values = zip(*(cells[name].tolist() for name in names), strict=True)
        for (table, row, col), value in zip(keys, values, strict=True):
            by_table[table][row][col] = dict(zip(names, value, strict=True))
        return by_table

    def unread_beside(self, result: Result) -> str:
        """The text of a figure that could not be read, or belongs to no frame, and may be why ``result`` fails; "" without one.

        What is no number counts in each row and column that the figures of the relation stand in: others there may be wrong
        for it.  A number counts where it may be what their sum lacks; one that belongs to no frame, where two of them and
        more are added up along its row, or down its column, which is open where it stands among words.
        """
        figures = [figure for figure in result.figures if figure.frame in TABLES]
        lines = [(figure.frame, self.rows_of(figure.frame)[figure.row]) for figure in figures]
        along = Counter((frame, line["table_id"], way, line[way]) for frame, line in lines for way in _WAYS)
        unread, no_frame = self._lost
        beside: list[str] = []
        for (frame, table, way, at), number in along.items():
            lost = [str(cell["text"]) for cell in unread.get(table, ()) if cell[way] == at]
            if no_number := next((text for text in lost if decimal(text) is None), ""):
                return no_number
            added = number > 1 and not self._is_whole(frame)
            cells = no_frame.get(table, ()) if added else ()
            texts = [(str(cell["text"]), cell[way] == at) for cell in cells]
            beside += lost
            beside += [text for text, here in texts if here or way == "col" and decimal(text) is None]
        units = {self.info["money_units"].get(str(line.get("form", FORM_OF.get(frame)))) for frame, line in lines}
        unit = (next(iter(units)) if len(units) == 1 else None) or self.info["money_unit"] or "万元"
        if not lacks(result, beside, unit):
            return ""
        return next((text for text in beside if lacks(result, [text], unit)), " ".join(beside))

    def _is_whole(self, frame: str) -> bool:
        """Whether each line that a frame may have is there: a further row of its table is none."""
        return frame == "sangong" and set(schema.SANGONG) <= set(self.frames[frame]["item"])

    @cached_property
    def _lost(self) -> list[dict[str, list[Mapping[str, Any]]]]:
        """The unread cells and those of no frame, each by table."""
        lost = []
        for name in ("unread", "not_understood"):
            by_table: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
            for cell in self.info[name]:
                by_table[cell["table_id"]].append(cell)
            lost.append(by_table)
        return lost


def _box_around(cells: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    ends = zip((min, min, max, max), BOX, strict=True)
    return {name: end(cell[name] for cell in cells) for end, name in ends}


def unique(figures: Sequence[Figure] | None) -> Figure | None:
    """The figure of a key that only one has; where several have it, which one is meant is open."""
    return figures[0] if figures and len(figures) == 1 else None


#: What names an amount, beside its form.
_NAMED_BY = {
    "totals": ("side", "item", "fund"), "revenue": ("function_code", "function_name", "source"),
    "expenditure": ("function_code", "function_name", "component"), "economic": ("economic_code", "economic_name"),
    "sangong": ("item",),
}  # fmt: skip


def _label(name: str, line: Mapping[str, Any], column: str) -> str:
    """What an amount of the tables is, as the report would call it: 公开02表 2080101 行政运行 本年收入合计."""
    words = dict.fromkeys(str(word) for part in _NAMED_BY[name] if (word := line[part]) == word)
    last = {"budget": "预算数", "final": "决算数"}.get(column, "")
    return " ".join(word for word in (table_label(line.get("form", FORM_OF.get(name))), *words, last) if word)
