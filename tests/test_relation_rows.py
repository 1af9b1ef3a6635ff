"""Rows of the catalogue, on figures made up for each way of putting them beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from jscore.narrative.terms import APPROPRIATED, GENERAL, Term
from jscore.relations.arithmetic import Figures, Row, evaluate
from jscore.relations.figures import with_columns
from jscore.relations.model import Figure, Result
from jscore.relations.printed import printed
from tests import made


def line(value: float | None, **columns: Any) -> dict[str, Any]:
    figure = None if value is None else Figure(str(value), value, 0.005)
    return {"form": "01", "line": str(value), "figure": figure, **columns}


def results(row: Row, lines: Sequence[dict[str, Any]], *ways: Sequence[float]) -> list[Result]:
    beside = [[Figure(str(value), value, 0.005) for value in way] for way in ways]
    return list(evaluate(row, Figures(with_columns(lines)), {}, lambda *_: beside))


@pytest.mark.parametrize(("more", "holds"), [(2.0, True), (3.0, False)])
def test_parts_that_may_count_do_where_they_make_the_sum(more: float, holds: bool) -> None:
    row = Row("total", "sum", "part == 'year'", each="form", parts="part == 'line'", maybe="part == 'other'")
    lines = [line(10, part="year"), line(8, part="line"), line(more, part="other")]
    assert [result.holds for result in results(row, lines)] == [holds]


def test_sums_leave_out_what_is_blank_and_what_is_printed_twice() -> None:
    row = Row("at_most", "sum", "form == 'project'", parts="form == '03'", added=True)
    spent = [line(value, form="project") for value in (1.0, 2.0, None)]
    limits = [line(2.99, form="03"), line(7.0, form="03", line="x"), line(7.0, form="03", line="x")]
    (result,) = results(row, [*spent, *limits])
    assert (result.actual, result.expected, result.holds, result.limit) == (3.0, 2.99, True, True)
    assert len(result.actual_figures) == 2 and len(result.expected_figures) == 1
    assert results(row, [*spent, *limits[1:]]) == []


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ([(1, 4), (1, 2)], 0.5),
        ([(1, 4), (2, 3)], 0.25),
        ([(1, 4), (0.5009, 1)], 0.5009),
        ([(1, 2, 3)], None),
        ([], None),
    ],
    ids=["one fits", "none fits", "one is cut off", "another number of parts", "nothing beside"],
)
def test_of_several_ways_one_that_fits_is_enough(ways: list[tuple[float, ...]], expected: float | None) -> None:
    row = Row("ratio", "share", "form == '01'", beside="whole")
    share = {**line(0.5), "figure": Figure("share", 0.5, 0.0005)}
    ways = [tuple(value * 1000 for value in way) for way in ways]
    assert [result.expected for result in results(row, [share], *ways)] == ([] if expected is None else [expected])


def test_a_rate_of_change_is_of_the_year_before() -> None:
    row = Row("change", "rate", "form == '01'", beside="change")
    rate = {**line(0.25), "figure": Figure("rate", 0.25, 0.00005)}
    assert [result.holds for result in results(row, [rate], (200.0, 1000.0))] == [True]
    assert [result.holds for result in results(row, [rate], (200.0, 1001.0))] == [False]
    assert results(row, [rate], (200.0, 200.0)) == []


@pytest.mark.parametrize(
    ("term", "amounts"),
    [
        (Term("总支出"), [[223.21], [215.21], [215.21]]),
        (Term("年末结转和结余", "", APPROPRIATED), [[6.0]]),
        (Term("年初结转和结余", "", GENERAL), []),
        (Term("结余分配"), []),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_a_term_has_the_amounts_that_tables_print_of_it(term: Term, amounts: list[list[float]]) -> None:
    assert [[figure.value for figure in parts] for parts in printed(term, made.source())] == amounts
