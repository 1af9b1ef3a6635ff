"""Self-evaluation forms as tidy rows: labels with the value beside or below them, the money, the tasks, the tree of indicators.

A form is read by geometry and by what its labels say (``evaluation_terms``), the same way for every region.
"""

from __future__ import annotations

from jscore.pdf.grids import Cell
from jscore.tables.evaluation_fields import form_fields
from jscore.tables.evaluation_labels import head_of
from jscore.tables.evaluation_money import funding_of
from jscore.tables.evaluation_reading import Reading, Record
from jscore.tables.evaluation_tasks import tasks_of
from jscore.tables.evaluation_tree import indicators_of, tree_columns
from jscore.tables.table import Table


def read(table: Table, project_no: int | None, unread: list[Cell]) -> dict[str, list[Record]]:
    """All records of a self-evaluation form by frame; ``project_no`` is None for the department's own."""
    reading = Reading(table, unread)
    scope = "部门" if project_no is None else "项目"
    frame = "overall" if project_no is None else "projects"
    numbered = {} if project_no is None else {"project_no": project_no}
    columns, first, end = tree_columns(reading)
    indicators = indicators_of(reading, columns, first, end, scope, project_no) if columns else []
    tasks = tasks_of(reading) if table.form == "overall" else []
    money = funding_of(reading)
    head = head_of(reading, columns, money)
    funding = [{"scope": scope, "project_no": project_no, **record} for record in money]
    return {
        frame: [{**numbered, **head}], "tasks": tasks, "indicators": indicators,
        "project_funding": funding, "form_fields": list(form_fields(reading, project_no)),
    }  # fmt: skip


def fields_of(table: Table) -> list[Record]:
    """Labels and values of a self-evaluation table that is no known form: rows of frame ``form_fields``."""
    return list(form_fields(Reading(table, []), None))
