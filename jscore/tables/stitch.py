"""Which grids are one table: fragments of a form on following pages, beneath each other or side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np

from jscore.language import tr
from jscore.pdf.columns import lines_near
from jscore.pdf.grids import Grid, grid_of_lines
from jscore.pdf.pages import Line
from jscore.tables.evaluation_terms import begun_form, cut_out, evaluation_form, forms_apart, plain_label
from jscore.tables.forms import (
    BY_KEY,
    FORMS,
    OTHER,
    UNKNOWN,
    Named,
    find_title,
    head_text,
    is_title,
    own_title,
    plain_title,
    recognise,
    title_form,
)
from jscore.tables.side_by_side import names_rows, sheets, widened
from jscore.tables.table import Table, alone, meeting, moved, other_headings
from jscore.tables.undivided import WHY, by_line, is_undivided
from jscore.text import numbers
from jscore.text.names import TABLE_LABEL
from jscore.text.normal import nfkc

_NOISE = re.compile(
    rf"^[-—–\s]*\d+[-—–\s]*$|^第\d+页.*$|^\d+/\d+$|^续表.*|单位[:：]|{numbers.STATED_UNIT}|^{TABLE_LABEL}$|^共\d+页"
)

#: So many characters of a title tell it from other lines.
FEWEST_OF_TITLE = 6
#: What a page leaves of a title that it cuts.
_END_OF_TITLE = re.compile("([收支]?[入出])?(决?算)?(情况)?(总|明细)?表")


def tables(grids: Sequence[Grid], lines: Sequence[Line]) -> list[Table]:
    """The report's tables, in order, from the grids and the lines outside them of all pages."""
    stitched: list[Table] = []
    titles_above: list[list[Line]] = []
    counts: dict[int, int] = {}
    furniture = _furniture(lines)
    loose = [line for line in lines if _spot(line) not in furniture]
    previous: Grid | None = None
    by_lines = [by_line(grid) for grid in grids]

    @cache
    def title_over(number: int) -> str:
        before = by_lines[number - 1] if number else None
        return own_title(by_lines[number], _between(before, by_lines[number], loose))

    parts = [
        part for whole in sheets(by_lines, title_over) for form in forms_apart(whole) for part in titles_apart(form)
    ]
    for grid in parts:
        between = _between(previous, grid, lines)
        above = [line for line in between if line.page == grid.page] if previous else between
        titles = [line for line in above if _spot(line) not in furniture]
        if all(_NOISE.search(nfkc(line.text)) for line in titles) and (bottom := _bottom_of_page_before(grid, between)):
            above, titles = [*bottom, *above], [*bottom, *titles]
        named = recognise(grid, titles)
        talk = _between(previous, grid, loose)
        last = stitched[-1] if stitched else None
        across = _across(titles_above[-1], titles) if last else []
        cut = find_title(across) is not None and find_title(titles_above[-1]) is None
        again = last and (not named.title or plain_title(named.title) == plain_title(last.title))
        wider = widened(last, grid) if last and (cut or again and not _says_anything(last, grid, talk)) else None
        now = recognise(wider.fragments[0], across) if wider else named
        if wider and named.title and last and not again and not _is_title_of_both(last, grid, named, now):
            wider = None
        if wider is not None:
            titles_above[-1] = across
            over = tuple(line.text for line in above)  # the unit stands over the last columns
            stitched[-1] = replace(
                wider, form=now.form, why=now.why, title=now.title or wider.title, above=(*wider.above, *over)
            )
        elif last and previous and _is_next(last, previous, grid, named, talk):
            stitched[-1] = replace(last, fragments=(*last.fragments, grid))
        else:
            counts[grid.page] = counts.get(grid.page, 0) + 1
            table_id = f"p{grid.page}-{counts[grid.page]}"
            titles_above.append(titles)
            texts = tuple(line.text for line in above)
            stitched.append(Table(table_id, named.form, named.title, (grid,), texts, why=named.why))
        previous = grid
    with_grids = {grid.page for grid in grids}
    free = [line for line in loose if line.page not in with_grids]
    whole = [_with_rest(_recognised(table), free) for table in stitched]
    return [
        replace(table, below=tuple(_below(table, grids, lines)), beside=tuple(_beside(table, loose))) for table in whole
    ]


def titles_apart(grid: Grid) -> list[Grid]:
    """A grid in which several of the nine tables are drawn as one, each below its title, as a grid each."""
    titles = [
        cell.row
        for cell in grid.cells
        if cell.row and cell.colspan == grid.cols > 1 and (form := title_form(cell.text)) and form.key.isdigit()
    ]
    top = min((cell.row for cell in grid.cells if cell.lines and cell.colspan < grid.cols), default=grid.rows)
    starts = [row for row in titles if row > top]
    edges = [0, *starts, grid.rows]
    return [_on_its_columns(cut_out(grid, a, b)) for a, b in pairwise(edges)] if starts else [grid]


def _on_its_columns(grid: Grid) -> Grid:
    """A grid without the edges of columns that none of its cells has."""
    edges = sorted({edge for cell in grid.cells for edge in (cell.col, cell.end_col)})
    at = {edge: i for i, edge in enumerate(edges)}
    cells = tuple(replace(cell, col=at[cell.col], colspan=at[cell.end_col] - at[cell.col]) for cell in grid.cells)
    return replace(grid, cells=cells, cols=len(edges) - 1, xs=tuple(grid.xs[edge] for edge in edges))


def _across(first: Sequence[Line], rest: Sequence[Line]) -> list[Line]:
    """The lines above the first columns of a sheet and the ``rest``, one where they stand at one height: a title may be cut."""

    def beside(line: Line, others: Sequence[Line]) -> list[Line]:
        return [other for other in others if abs(other.box[1] - line.box[1]) < 1]

    whole = [replace(line, text=line.text + "".join(other.text for other in beside(line, rest))) for line in first]
    alone = [line for line in rest if not beside(line, first)]
    return sorted((*whole, *alone), key=lambda line: -line.box[1])


def _is_title_of_both(table: Table, grid: Grid, named: Named, both: Named) -> bool:
    """Whether a title over ``grid`` is that of ``both`` it and ``table``, which has none: it stands in the middle of a sheet."""
    untitled = table.form == UNKNOWN and not table.title
    return untitled and both.form in BY_KEY and (named.form == UNKNOWN or not names_rows(grid))


def _says_anything(table: Table, grid: Grid, talk: Sequence[Line]) -> bool:
    """Whether over ``grid``, on its page, anything is said but the title of ``table``."""
    above = [nfkc(line.text) for line in talk if line.page == grid.page]
    title = plain_title(table.title)
    return any(len(text) > 5 and not _NOISE.search(text) and plain_title(text) != title for text in above)


def _with_rest(table: Table, lines: Sequence[Line]) -> Table:
    """A form without rules with what of it stands at the top of the next page; ``lines`` are of pages without tables."""
    last = table.fragments[-1]
    following = [line for line in lines if line.page == last.page + 1]
    if not table.undivided or not following or is_title(following[0].text):
        return table
    rest = lines_near(following, [Line("", last.box, last.page)])
    if not any(len(line.pieces) > 1 for line in rest):
        return table
    return replace(table, fragments=(*table.fragments, grid_of_lines(rest)))


def _recognised(table: Table) -> Table:
    """A self-evaluation form whose first fragment alone did not show what it is, or whose cells no rules part."""
    if not table.form.isdigit() and is_undivided(table.fragments):
        fragments = tuple(fragment.by_line or fragment for fragment in table.fragments)
        return replace(table, fragments=fragments, form=UNKNOWN, why=tr(WHY), undivided=True)
    form = evaluation_form([row.cells for row in table.rows], table.title) if table.form in (UNKNOWN, OTHER) else ""
    return replace(table, form=form) if form else table


def _spot(line: Line) -> tuple[str, int]:
    """A line's words and height on the page, without its figures."""
    return re.sub(r"[\d一二三四五六七八九十]", "", nfkc(line.text)), round(line.box[1] / 4)


def _furniture(lines: Sequence[Line]) -> set[tuple[str, int]]:
    """Running headers and footers: the same words at the same height on three pages or more, and no title."""
    pages: dict[tuple[str, int], set[int]] = {}
    for line in lines:
        pages.setdefault(_spot(line), set()).add(line.page)
    often = (spot for spot, on in pages.items() if len(on) >= 3)
    return {spot for spot in often if title_form(spot[0]) is None and not _END_OF_TITLE.fullmatch(spot[0])}


def _between(previous: Grid | None, grid: Grid, lines: Sequence[Line]) -> list[Line]:
    """Lines after ``previous`` (or from the top of the page) down to ``grid``."""
    start = (previous.page, -previous.box[1]) if previous else (grid.page, -1e9)
    end = (grid.page, 1 - grid.box[3])
    return [line for line in lines if start <= (line.page, -(line.box[1] + line.box[3]) / 2) <= end]


def _bottom_of_page_before(grid: Grid, between: list[Line]) -> list[Line]:
    """The last lines of the page before, where a title may stand alone; not those of a list of tables."""
    last = [line for line in between if line.page == grid.page - 1][-3:]
    ends = [nfkc(line.text) for line in last if line.text.rstrip().endswith("表") or title_form(line.text)]
    return last if sum(not re.fullmatch(TABLE_LABEL, text) for text in ends) == 1 else []


def _below(table: Table, grids: Sequence[Grid], lines: Sequence[Line]) -> list[str]:
    """Up to eight lines under a table on its last page, above the next grid."""
    last = table.fragments[-1]
    floor = max((g.box[3] for g in grids if g.page == last.page and g.box[3] <= last.box[1] + 1), default=-1e9)
    return [line.text for line in lines if line.page == last.page and floor < line.box[1] < last.box[1]][:8]


def _beside(table: Table, lines: Sequence[Line]) -> Iterator[tuple[int, Line]]:
    """Lines at the height of a row of ``table``, outside its rules, each with the row."""
    first = 0
    for fragment in table.fragments:
        x0, y0, x1, y1 = fragment.box
        for line in lines:
            middle = (line.box[1] + line.box[3]) / 2
            if line.page == fragment.page and y0 < middle < y1 and (line.box[2] < x0 + 1 or line.box[0] > x1 - 1):
                # cells of several rows begin above
                at = max((cell.row for cell in fragment.cells if cell.box[1] <= middle <= cell.box[3]), default=0)
                yield first + at, line
        first += fragment.rows


def _is_next(table: Table, previous: Grid, grid: Grid, named: Named, between: list[Line]) -> bool:
    """Whether ``grid`` is the next fragment of ``table``, whose last fragment is ``previous``."""
    if previous.engine != "text" or not is_undivided(table.fragments):
        return _goes_on(table, previous, grid, named, between)
    # the columns of a form without rules tell nothing
    titled = any(is_title(line.text) for line in between if line.page == grid.page)
    follows = grid.engine == "text" and grid.page == previous.page + 1
    return follows and named.form in (UNKNOWN, OTHER) and not titled and not begun_form(grid)


def _goes_on(table: Table, previous: Grid, grid: Grid, named: Named, between: list[Line]) -> bool:
    """Whether ``grid`` is the next fragment of a ruled table, by its title, its headings and its columns."""
    form = BY_KEY.get(table.form) or BY_KEY.get(begun_form(table.fragments[0]))
    above = [line for line in between if line.page == grid.page]
    title = own_title(grid, above)
    again = bool(title) and plain_title(title) == plain_title(table.title)
    if form is not None and form.starts is not None:
        first = plain_label(next((cell.text for cell in grid.cells if cell.lines), ""))
        if (
            form.starts.search(first)
            or (named.title and named.form != table.form)
            or named.form in ("project", "overall")
        ):
            return False
    elif named.title:
        return not other_headings(table, grid) and (
            (named.form == table.form not in (OTHER, UNKNOWN) or again)
            and grid.page <= previous.page + 1
            and not _starts_over(table, grid)
        )
    elif (
        named.form not in (UNKNOWN, OTHER, table.form)
        and alone(grid).heading_rows
        and not _alike(named.form, table, grid)
    ):
        return False
    if any(is_title(line.text) and title_form(line.text) is None for line in above) and not again:
        return False
    if (form is None or form.starts is None) and other_headings(table, grid):
        return False
    if any(_begins_other_title(line.text, table.title) for line in above):
        return False
    talk = [line for line in between if not _NOISE.search(nfkc(line.text)) and len(nfkc(line.text)) > 5]
    if len(talk) > 1 or any(nfkc(line.text).startswith(("注", "备注", "说明")) for line in talk):
        return False
    base, edges = np.array(table.fragments[0].xs), np.array(grid.xs)
    if table.form == UNKNOWN and form is not None:  # of a form that has but begun only the borders tell
        base, edges = base[[0, -1]], edges[[0, -1]]
    met = meeting(base, moved(edges, base))
    return met >= max(2, 0.7 * min(len(base), len(edges))) or _same_headings(table.fragments[0], grid)


def _begins_other_title(text: str, title: str) -> bool:
    """Whether a line is what a page leaves of the title of another of the nine tables than the one called ``title``."""
    begun = plain_title(text)
    return (
        len(begun) >= FEWEST_OF_TITLE
        and any(form.title.startswith(begun) for form in FORMS if form.key.isdigit())
        and begun not in plain_title(title)
    )


def _same_headings(first: Grid, second: Grid) -> bool:
    """Whether two grids of as many columns begin with the same two rows of headings."""
    return first.cols == second.cols and head_text(first, 2) == head_text(second, 2) != ""


def _alike(key: str, table: Table, grid: Grid) -> bool:
    """Whether a grid whose headings sign form ``key`` may be another fragment of ``table``, whose headings they also fit."""
    return table.form in BY_KEY and key in BY_KEY and BY_KEY[table.form].marks.match(head_text(grid)) is not None


def _starts_over(table: Table, grid: Grid) -> bool:
    """Whether a grid repeats a row of ``table``: another unit's table of the same form."""
    again = Table("", table.form, "", (grid,), ())
    firsts = [[row.texts[0] for row in rows if row.texts] for rows in (table.data_rows, again.data_rows)]
    codes = [{text for text in texts if re.fullmatch(r"\d{5}|\d{7}", text)} for texts in firsts]
    return bool(codes[0] & codes[1]) or bool(firsts[0]) and firsts[0][:1] == firsts[1][:1]
