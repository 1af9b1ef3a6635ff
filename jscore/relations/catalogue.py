"""All relations, in the order in which they are tested and documented: those that catalogue.toml declares."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module, resources
from typing import Any

from jscore.relations import changes, completions, parts_of_whole, shares
from jscore.relations.arithmetic import Line, Row, evaluate, tolerance_of
from jscore.relations.figures import WORDS
from jscore.relations.model import Check, Figure, Result, Test
from jscore.relations.source import Source
from jscore.relations.statements import Statement, figures, final_of_change, listed, listed_in_whole

#: Modules with the functions that test relations of words.  A new one adds a name here.
MODULES = (
    "changes", "completeness", "completions", "counts", "department", "evaluations", "narrative", "parts_of_whole", "plausibility",
    "shares", "summaries", "tables", "targets", "template_words", "years",
)  # fmt: skip

#: What finds the figures that a figure of the narrative is held against, by the name that ``beside`` of a row has.
BESIDE: dict[str, Callable[[Source, Statement], Iterable[Sequence[Figure]]]] = {
    "listed": listed, "column of its whole": listed_in_whole, "year before and change": changes.year_before, "change": changes.change,
    "last year": changes.last_year,
    "stated budget": completions.stated_completion, "listed budget": completions.listed_completion,
    "adjusted budget": completions.adjusted_completion, "final less budget": completions.final_and_budget, "final over budget": completions.final_over_budget,
    "change against budget": completions.change_against_budget, "named whole": shares.of_named,
    "implied whole": shares.of_implied, "parts": parts_of_whole.complete_parts, "first": parts_of_whole.first_stated,
    "final": final_of_change,
}  # fmt: skip


def _check(check_id: str, declared: Mapping[str, Any], function: Test | None) -> Check:
    """A relation of the table: tested by its rows, by its function, or by its function on what came of its rows."""
    rows = tuple(Row(**row) for row in declared.get("rows", ()))
    if unknown := {row.beside for row in rows} - {"", *BESIDE}:
        raise ValueError(f"catalogue.toml: {check_id} names {', '.join(sorted(unknown))}, which finds nothing")
    if not rows and not function:
        raise ValueError(f"catalogue.toml: {check_id} has no rows, and no function tests it")
    test = _by_rows(rows, function) if rows or not function else function
    described = {name: value for name, value in declared.items() if name not in ("rows", "rows_of", "needs")}
    return Check(check_id, needs=tuple(declared.get("needs", ())), test=test, tolerance=tolerance_of(rows), **described)


def _by_rows(rows: tuple[Row, ...], judge: Test | None) -> Test:
    def test(source: Source) -> Iterable[Result]:
        selected = source.derived(figures)

        def beside(name: str, line: Line) -> Iterable[Sequence[Figure]]:
            return BESIDE[name](source, line["statement"])

        results = [result for row in rows for result in evaluate(row, selected, WORDS, beside)]
        return judge(source, results) if judge else results

    return test


def _catalogue() -> tuple[Check, ...]:
    declared = tomllib.loads((resources.files(__package__) / "catalogue.toml").read_text(encoding="utf-8"))
    modules = [import_module(f"{__package__}.{name}") for name in MODULES]
    functions = {check_id: test for module in modules for check_id, test in module.TESTS.items()}
    if unknown := functions.keys() - declared.keys():
        raise ValueError(f"catalogue.toml does not declare {', '.join(sorted(unknown))}")
    for line in declared.values():
        line["rows"] = [
            *line.get("rows", ()),
            *(row for other in line.get("rows_of", ()) for row in declared[other]["rows"]),
        ]
    return tuple(_check(check_id, line, functions.get(check_id)) for check_id, line in declared.items())


CATALOGUE = _catalogue()
