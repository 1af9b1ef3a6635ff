"""All relations, in the order in which they are tested and documented: those that catalogue.toml declares."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import partial
from importlib import resources
from typing import Any

from jscore.relations import (
    changes,
    completeness,
    completions,
    counts,
    department,
    evaluations,
    narrative,
    parts_of_whole,
    plausibility,
    shares,
    summaries,
    tables,
    targets,
    template_words,
)
from jscore.relations.arithmetic import Row, evaluate, tolerance_of
from jscore.relations.figures import WORDS
from jscore.relations.model import Check, Result, Test
from jscore.relations.source import Source
from jscore.relations.statements import figures, listed

#: Modules with the functions that test relations of words.  A new one adds a name here.
MODULES = (
    changes,
    completeness,
    completions,
    counts,
    department,
    evaluations,
    narrative,
    parts_of_whole,
    plausibility,
    shares,
    summaries,
    tables,
    targets,
    template_words,
)


def _check(check_id: str, declared: Mapping[str, Any], function: Test | None) -> Check:
    """A relation of the table: tested by its rows, by its function, or by its function on what came of its rows."""
    rows = tuple(Row(**row) for row in declared.get("rows", ()))
    if not rows and not function:
        raise ValueError(f"catalogue.toml: {check_id} has no rows, and no function tests it")
    test = _by_rows(rows, function) if rows or not function else function
    described = {name: value for name, value in declared.items() if name not in ("rows", "needs")}
    return Check(check_id, needs=tuple(declared.get("needs", ())), test=test, tolerance=tolerance_of(rows), **described)


def _by_rows(rows: tuple[Row, ...], judge: Test | None) -> Test:
    def test(source: Source) -> Iterable[Result]:
        selected = source.derived(figures)
        results = [result for row in rows for result in evaluate(row, selected, WORDS, partial(listed, source))]
        return judge(source, results) if judge else results

    return test


def _catalogue() -> tuple[Check, ...]:
    declared = tomllib.loads((resources.files(__package__) / "catalogue.toml").read_text(encoding="utf-8"))
    functions = {check_id: test for module in MODULES for check_id, test in module.TESTS.items()}
    if unknown := functions.keys() - declared.keys():
        raise ValueError(f"catalogue.toml does not declare {', '.join(sorted(unknown))}")
    return tuple(_check(check_id, line, functions.get(check_id)) for check_id, line in declared.items())


CATALOGUE = _catalogue()
