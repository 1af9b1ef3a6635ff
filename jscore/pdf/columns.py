"""Columns and rows that no rule parts, from where the text stands."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from jscore.pdf.boxes import Box
from jscore.pdf.lines import Piece
from jscore.pdf.pages import Line
from jscore.text import numbers
from jscore.text.figures import is_amount, is_figure
from jscore.text.names import TABLE_LABEL
from jscore.text.normal import nfkc

#: A line in at least so many pieces is set in columns.
PIECES = 3
#: So many lines set in columns are a table.
LINES = 3
#: In so many cells a figure stands beside another text of its cell where a rule is missing.
FEWEST_BESIDE = 2
#: Texts of two columns are so far apart (points).
MIN_GAP = 2.0
#: Share of a table's lines that must have text in a stretch for it to be a column for certain.
DENSE = 0.15
#: Share of the pitch of rows within which two lines of text are one row.
SAME_ROW = 0.6
#: The lines of one heading, and those of one name, are nearer than so much of their height.
WRAPPED, NAME_WRAPPED = 1.25, 1.35
#: Lines of one name stand as far apart, but for so much of it.
LEADING = 1.1
#: A heading and a text beside it that together are wider than so much of the pitch of columns are of two columns.
ASIDE = 1.2
#: A line of a table is shorter than so much of the table's width, unless it is in pieces, and so many lines away.
SHORT, NEAR = 0.6, 4.0

#: A mark, or a count.
_MARK = re.compile(r"[(]?\d{1,2}[).、]?")
_THOUSANDS = re.compile(r"\d{3}(\.\d+)?")
_CODE = re.compile(r"\d[\d,]{2,}")
_ORDINAL = re.compile(r"[一二三四五六七八九十]+、")
_TITLE = re.compile(r"[^。；;，,：:]{4,60}表(?:\([^()]*\))?")
#: The label of a unit that carries a project out is no unit of money.
_UNIT = re.compile(rf"(?<![施担行用目管款])单位[:：]|{numbers.STATED_UNIT}|{TABLE_LABEL}")
_NOTE = re.compile("注|备注|说明")
_LEADERS = re.compile(r"[.…·]{4,}")


def in_columns(lines: Sequence[Line]) -> int:
    """How many of the lines are set in columns; a table of contents with its leaders is not."""
    return sum(_wide_pieces(line) >= PIECES and not _LEADERS.search(line.text) for line in lines)


def _wide_pieces(line: Line) -> int:
    """In how many stretches a line is that gaps of more than a character part."""
    em = (line.box[3] - line.box[1]) / 1.1
    return 1 + sum(right[0] - left[1] > em for left, right in zip(line.pieces, line.pieces[1:], strict=False))


def table_lines(lines: Sequence[Line], fewest: int = LINES) -> list[tuple[list[Line], list[Line]]]:
    """The lines of each table of a page, between titles and units: from the first line in pieces to the last, and with
    the lines next to these that are too short for prose.
    """
    parts: list[list[Line]] = [[]]
    for line in lines:
        if is_over_table(line):
            parts.append([])
        else:
            parts[-1].append(line)
    return [(body, _with_ends(body, part)) for part in parts if in_columns(body := _body(part)) >= fewest]


def _with_ends(body: list[Line], part: list[Line]) -> list[Line]:
    """``body`` with the lines of its part above and below it up to one that is as wide as prose, or far from the next."""
    first, end = part.index(body[0]), part.index(body[-1]) + 1
    return [*reversed(lines_near(part[:first][::-1], body, body[0])), *body, *lines_near(part[end:], body, body[-1])]


def lines_near(lines: Sequence[Line], body: Sequence[Line], beside: Line | None = None) -> list[Line]:
    """The first of ``lines`` that may be of a table with the lines ``body``, beginning at the line ``beside``."""
    width = max(line.box[2] for line in body) - min(line.box[0] for line in body)
    near: list[Line] = []
    for line in lines:
        if not _is_near(line, near[-1] if near else beside or line, width):
            break
        near.append(line)
    return near


def _is_near(line: Line, beside: Line, width: float) -> bool:
    """Whether a line is set in pieces or is short, and stands within a few lines of the one beside it."""
    short = len(line.pieces) > 1 or line.box[2] - line.box[0] < SHORT * width
    return short and abs(line.box[1] - beside.box[1]) < NEAR * (line.box[3] - line.box[1])


def is_over_table(line: Line) -> bool:
    """Whether a line is the title of a table, its number or its unit."""
    return _is_title(line) or _UNIT.search(nfkc(line.text)) is not None


def _is_title(line: Line) -> bool:
    return _wide_pieces(line) == 1 and _TITLE.fullmatch(nfkc(line.text)) is not None


def _body(lines: list[Line]) -> list[Line]:
    tabular = [_wide_pieces(line) > 1 for line in lines]
    if not any(tabular):
        return []
    first = tabular.index(True)
    while first and _is_wrapped(lines[first - 1], lines[first]):
        first -= 1
    end = len(lines) - tabular[::-1].index(True)
    while end < len(lines) and _goes_on_below(lines[end], lines[first:end]):
        end += 1
    return lines[first:end]


def _goes_on_below(line: Line, body: Sequence[Line]) -> bool:
    """Whether a line is the last of a name that wraps: right below, where the names begin, and the table only if it is as short."""
    near = body[-1].box[1] - line.box[1] < NAME_WRAPPED * (line.box[3] - line.box[1])
    aside = line.box[0] > min(other.box[0] for other in body) + MIN_GAP
    short = not _NOTE.match(line.text) and line.box[2] < min(
        other.pieces[1][0] for other in body if len(other.pieces) > 1
    )
    names = (x0 for other in body for x0, _, text in other.pieces if not is_figure(text))
    return len(line.pieces) == 1 and near and (aside or short) and any(abs(line.box[0] - x0) < MIN_GAP for x0 in names)


def _is_wrapped(line: Line, below: Line) -> bool:
    """Whether a line is the first of a heading of several, those beside which stand on the line ``below``."""
    meets = sum(_meets((line.box[0], line.box[2]), (x0, x1)) for x0, x1, _ in below.pieces)
    near = line.box[1] - below.box[1] < WRAPPED * (line.box[3] - line.box[1])
    return len(line.pieces) == 1 and near and meets <= 1 and not re.search("[:：]", line.text)


def undrawn_edges(rows: Sequence[Line], pitch: float = 0.0) -> list[float]:
    """Where columns part in a ruled column that is several, given what each of its cells says, top to bottom.

    It is several where figures stand beside each other or beside a word in most of its cells with figures.  With the
    ``pitch`` of neighbours that are several, two headings side by side will do, or one that is too far from the figures.
    """
    figured = [row for row in rows if any(is_figure(text) for _, _, text in row.pieces)]
    beside = sum(
        is_figure(right[2]) and right[0] - left[1] > MIN_GAP
        for row in figured
        for left, right in list(zip(row.pieces, row.pieces[1:], strict=False))[-1:]
    )
    heads = rows[: first_data(rows)]
    headed = any(sum(len(nfkc(text)) > 1 for _, _, text in head.pieces) > 1 for head in heads)
    several = beside >= FEWEST_BESIDE and beside >= 0.5 * len(figured)
    several |= headed and sum(is_figure(row.pieces[0][2]) and len(row.pieces) > 1 for row in figured) >= FEWEST_BESIDE
    if not (several or pitch and headed and figured):
        return _beside_a_blank(heads, figured, pitch) if pitch else []
    edges = column_edges(rows)
    return [float(x) for x in edges[1:-1]] if _plausible(rows, heads, edges) else []


def side_by_side(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """The texts of a cell with figures from left to right; the lines of a name that wraps are one."""
    if not any(is_figure(text) for *_, text in pieces):
        return pieces
    texts: list[Piece] = []
    for x0, x1, text in sorted(pieces):
        before = texts[-1] if texts else (x0, x0, text)
        if x0 < before[1] and not is_figure(text) and not is_figure(before[2]):
            texts[-1] = (before[0], max(before[1], x1), before[2] + text)
        else:
            texts.append((x0, x1, text))
    return tuple(texts)


def _beside_a_blank(heads: Sequence[Line], figured: Sequence[Line], pitch: float) -> list[float]:
    """Where a column whose heading is blank parts from the one beside it whose figures are blank."""
    pieces = [piece for head in heads for piece in head.pieces]
    figures = [piece for row in figured for piece in row.pieces]
    if not pieces or not figures:
        return []
    heading, column = _hull(pieces), _hull(figures)
    before = column[1] < heading[0]  # no heading stands behind its figures
    return [_between(heading, column)] if before or _is_aside(heading, column, pitch) else []


def _plausible(rows: Sequence[Line], heads: Sequence[Line], edges: np.ndarray) -> bool:
    """Whether all columns between ``edges`` have headings, or figures that are no marks and headings that reach no
    other, and each row one text in each.
    """
    body = rows[len(heads) :]
    if any(len(set(columns)) < len(columns) for columns in (_columns_of(row, edges) for row in body)):
        return False
    headed = {column for head in heads for column in _columns_of(head, edges)}
    if not headed.issuperset(range(1, len(edges))) and not _without_headings(body, heads, edges):
        return False
    return not any(
        x0 < edge - MIN_GAP and edge + MIN_GAP < x1
        for row in body
        for x0, x1, text in row.pieces
        if any(char.isdigit() for char in text)
        for edge in edges[1:-1]
    )


def _columns_of(row: Line, edges: np.ndarray) -> list[int]:
    return [int(np.searchsorted(edges, (x0 + x1) / 2)) for x0, x1, _ in row.pieces]


def _without_headings(body: Sequence[Line], heads: Sequence[Line], edges: np.ndarray) -> bool:
    """Whether figures make columns between ``edges`` that not all have headings."""
    pieces: dict[int, list[Piece]] = {}
    for row in body:
        for column, piece in zip(_columns_of(row, edges), row.pieces, strict=True):
            pieces.setdefault(column, []).append(piece)
    marks = [all(_MARK.fullmatch(nfkc(text)) for _, _, text in under) for under in pieces.values()]
    alone = any(len(pieces.get(column, [])) < FEWEST_BESIDE for column in range(1, len(edges)))
    later = [text for row in body for _, _, text in row.pieces[1:]]
    thousands = bool(later) and all(map(_THOUSANDS.fullmatch, later))  # of figures whose groups stand far apart
    clear = all(_stands_clear(head, pieces, _columns_of(head, edges)) for head in heads)
    return not (alone or thousands or not clear or any(marks) and not all(marks))


def _stands_clear(head: Line, pieces: Mapping[int, list[Piece]], columns: list[int]) -> bool:
    """Whether no text of ``head`` reaches the figures of another column than its own."""
    others = [
        ((x0 - MIN_GAP, x1 + MIN_GAP), _hull(under))
        for (x0, x1, _), own in zip(head.pieces, columns, strict=True)
        for column, under in pieces.items()
        if column != own
    ]
    return not any(_meets(heading, hull) for heading, hull in others)


def first_data(lines: Sequence[Line]) -> int:
    """Where the headings of a table end: its first line with a figure, a code or an ordinal."""
    for i, line in enumerate(lines):
        texts = [nfkc(text) for _, _, text in line.pieces]
        if any(is_amount(text) or _CODE.fullmatch(text) for text in texts) or _ORDINAL.match(texts[0]):
            return i
    return 0


Column = tuple[float, float]


def column_edges(lines: Sequence[Line]) -> np.ndarray:
    """The edges of the columns, rising: in the middle of the white stretches between them.

    Stretches with text in many lines of data are columns.  A piece that lies across two of
    them is two texts set close together and tells nothing; one that lies in none is a
    column in which few rows have text.  A heading belongs to the column under it, to a
    column beside it that has no heading of its own, or heads a column without data.
    """
    start = first_data(lines)
    columns = _dense([(x0, x1) for line in lines[start:] for x0, x1, _ in line.pieces], len(lines) - start)
    for line in lines[start:]:
        for x0, x1, _ in line.pieces:
            columns = _with_piece(columns, x0, x1)
    numbers, heads = _numbers_and_heads(lines[:start])
    most = max((len(line.pieces) for line in heads), default=0)
    full = [i for i, line in enumerate(heads) if len(line.pieces) > most / 2]
    lowest = [*(heads[i] for i in reversed(full)), *(heads[full[-1] + 1 :] if full else ())]
    amounts = [(x0, x1) for line in lines[start:] for x0, x1, _ in _figures_behind_words(line)]
    fullest = max((*numbers, *lowest), key=lambda line: len(line.pieces), default=None)
    pitches = sorted(np.diff(sorted(x0 for x0, _, _ in fullest.pieces)).tolist()) if fullest else []
    pitch = pitches[(len(pitches) - 1) // 2] if pitches else np.inf  # of two the lower: a blank may be in the other
    for over in (lowest, numbers):
        headings = [(x0, x1) for line in over for x0, x1, _ in line.pieces]
        columns = _with_headings(sorted(columns), headings, amounts, pitch)
    for line in lines[:start]:
        for x0, x1, _ in line.pieces:
            if sum(_meets((x0, x1), column) for column in columns) == 1:
                columns = sorted(_with_piece(columns, x0, x1))
    between = [(left[1] + right[0]) / 2 for left, right in zip(columns, columns[1:], strict=False)]
    left, right = min(line.box[0] for line in lines), max(line.box[2] for line in lines)
    return np.array([left - 2, *between, right + 2])


def _numbers_and_heads(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The rows of headings that number the columns, which stand where the figures do, and those of words."""
    numbers = [line for line in lines if 2 * sum(text.isdigit() for _, _, text in line.pieces) >= len(line.pieces)]
    return numbers, [line for line in lines if line not in numbers]


def _figures_behind_words(line: Line) -> Sequence[Piece]:
    """The figures that a line ends in: no codes, where there are names."""
    words = [i for i, (_, _, text) in enumerate(line.pieces) if not is_figure(text)]
    return line.pieces[words[-1] + 1 :] if words else line.pieces


def _hull(pieces: Sequence[Piece]) -> Column:
    return min(x0 for x0, _, _ in pieces), max(x1 for _, x1, _ in pieces)


def _between(column: Column, other: Column) -> float:
    """The middle of the gap between two columns."""
    return (min(column[1], other[1]) + max(column[0], other[0])) / 2


def _is_aside(heading: Column, column: Column, pitch: float) -> bool:
    """Whether a heading stands too far from a column to be its, however both are aligned."""
    reach = max(heading[1], column[1]) - min(heading[0], column[0])
    return not _meets(heading, column) and reach > ASIDE * pitch


def fit_in(lines: Sequence[Line], edges: Sequence[float]) -> bool:
    """Whether lines without headings have no more than one text in each of the columns between ``edges``."""
    if (
        first_data(lines)
        or lines[0].box[0] < edges[0] - MIN_GAP
        or max(line.box[2] for line in lines) > edges[-1] + 2 * MIN_GAP
    ):
        return False
    columns = [np.searchsorted(edges, [(x0 + x1) / 2 for x0, x1, _ in line.pieces]).tolist() for line in lines]
    return all(len(set(of_line)) == len(of_line) for of_line in columns)


def _dense(pieces: list[Column], lines: int) -> list[Column]:
    """Stretches in which many lines have text."""
    origin = min(x0 for x0, _ in pieces)
    cover = np.zeros(int(max(x1 for _, x1 in pieces) - origin) + 2)
    for x0, x1 in pieces:
        cover[int(x0 - origin) : int(x1 - origin) + 1] += 1
    dense = cover > max(1, DENSE * lines)
    changes = np.flatnonzero(np.diff(np.concatenate([[False], dense, [False]]).astype(int)))
    return [(origin + a, origin + b) for a, b in zip(changes[::2].tolist(), changes[1::2].tolist(), strict=True)]


def _meets(column: Column, other: Column) -> bool:
    return column[0] < other[1] and other[0] < column[1]


def _with_piece(columns: list[Column], x0: float, x1: float) -> list[Column]:
    met = [column for column in columns if _meets((x0, x1), column)]
    if len(met) > 1:
        return columns
    others = [column for column in columns if column not in met]
    wider = (min([x0, *(a for a, _ in met)]), max([x1, *(b for _, b in met)]))
    return columns if any(_meets(wider, other) for other in others) else [*others, wider]


def _with_headings(columns: list[Column], headings: list[Column], amounts: list[Column], pitch: float) -> list[Column]:
    def strange(heading: Column, column: Column) -> bool:
        """Whether a heading is another column's: amounts stand wholly before it, or texts about a column aside."""
        before = column[1] < heading[0] and any(_meets(amount, column) for amount in amounts)
        return before or _is_aside(heading, column, pitch)

    in_order = [(min(a, x), max(b, y)) for (a, b), (x, y) in zip(columns, sorted(headings), strict=False)]
    apart = all(left[1] < right[0] for left, right in zip(in_order, in_order[1:], strict=False))
    strangers = any(map(strange, sorted(headings), columns))
    if len(columns) == len(headings) and apart and not strangers:
        return in_order  # each over its own column, however they are aligned
    headed = [any(_meets(heading, column) for heading in headings) for column in columns]
    for heading in headings:
        if any(_meets(heading, column) for column in columns):
            columns = sorted(_with_piece(columns, *heading))
            continue
        at = sum(column[0] < heading[0] for column in columns)
        room = _room(heading, headings)
        beside = [
            i
            for i in (at - 1, at)
            if 0 <= i < len(columns)
            and not headed[i]
            and room[0] < sum(columns[i]) / 2 < room[1]
            and not strange(heading, columns[i])
        ]
        if beside:
            nearest = min(beside, key=lambda i: max(columns[i][0] - heading[1], heading[0] - columns[i][1]))
            columns[nearest] = (min(columns[nearest][0], heading[0]), max(columns[nearest][1], heading[1]))
            headed[nearest] = True
        else:
            columns.insert(at, heading)
            headed.insert(at, True)
    return columns


def _room(heading: Column, headings: list[Column]) -> Column:
    """How far a heading's column can reach: halfway to the headings beside it."""
    middle = sum(heading) / 2
    others = [sum(other) / 2 for other in headings if not _meets(heading, other)]
    left = max((x for x in others if x < middle), default=-1e9)
    right = min((x for x in others if x > middle), default=1e9)
    return (left + middle) / 2, (middle + right) / 2


def row_edges(lines: Sequence[Line], rules: Sequence[Box], columns: np.ndarray) -> np.ndarray:
    """Where rows part, falling: at the rules between the lines, or where two lines stand further apart than those of a name
    that wraps; ``columns`` are the edges between columns.
    """
    top, bottom = lines[0].box[3] + 2, lines[-1].box[1] - 2
    y = np.array([(line.box[1] + line.box[3]) / 2 for line in lines])
    drawn = _full_rules(lines, [rule for rule in rules if y[-1] < rule[1] < y[0]])
    if len(drawn) > 0.3 * len(lines):
        return np.array([top, *drawn, bottom])
    start = first_data(lines)
    rows = [i for i in range(start, len(lines)) if len(lines[i].pieces) > 1]
    pitch = np.median(-np.diff(y[rows])) if len(rows) > 1 else 0.0
    parted = np.flatnonzero(-np.diff(y) > (_of_wrapped_names(lines[start:], y[start:], columns) or SAME_ROW * pitch))
    return np.concatenate([[top], (y[parted] + y[parted + 1]) / 2, [bottom]])


def _of_wrapped_names(body: Sequence[Line], y: np.ndarray, columns: np.ndarray) -> float:
    """How far lines of one row stand apart at most where names wrap; 0 where none does, or where rows stand as near."""
    printed: dict[int, list[tuple[int, str]]] = {}
    for i, line in enumerate(body):
        for column, (_, _, text) in zip(_columns_of(line, columns), line.pieces, strict=True):
            printed.setdefault(column, []).append((i, text))
    begin: list[tuple[int, int]] = []
    wrapped: list[float] = []
    for texts in printed.values():
        above = ["", *(text for _, text in texts)]
        begins = [i for (i, text), last in zip(texts, above, strict=False) if _begins_row(text, last)]
        begin += pairwise(begins)
        wrapped += [y[i] - y[k] for (i, text), (k, _) in pairwise(texts) if i < k not in begins and not is_figure(text)]
    if not (begin and wrapped):
        return 0.0
    furthest = LEADING * min(wrapped)
    parted = [(-np.diff(y[first : last + 1])).max(initial=0) > furthest for first, last in begin]
    return furthest if all(parted) else 0.0


def _begins_row(text: str, above: str) -> bool:
    """Whether a text stands once in a row: a figure that is not the rest of the one above, a code, an item with its ordinal."""
    rest = is_figure(above) and numbers.is_rest(above, text)
    return is_figure(text) and not rest or _ORDINAL.match(nfkc(text)) is not None


def _full_rules(lines: Sequence[Line], rules: Sequence[Box]) -> list[float]:
    """Heights, falling, at which rules run across the table; a shorter one parts headings, not rows."""
    width = max(line.box[2] for line in lines) - min(line.box[0] for line in lines)
    reach: dict[int, list[Box]] = {}
    for rule in rules:
        reach.setdefault(round(rule[1]), []).append(rule)
    full = [y for y, at in reach.items() if sum(rule[2] - rule[0] for rule in at) > 0.8 * width]
    return sorted((sum(rule[1] for rule in reach[y]) / len(reach[y]) for y in full), reverse=True)
