"""``jscore ls``: the processed reports."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jscore.errors import one_line
from jscore.language import N_, tr
from jscore.language.words import in_numbers
from jscore.run.commands.lang import lang_option

if TYPE_CHECKING:
    from jscore.library.listing import Listed

HEADINGS = (N_("报告"), N_("部门"), N_("年度"), N_("页数"), N_("表"), N_("发现"), N_("处理时间"))
#: Width under which a report takes several lines instead of a row.
NARROW = 100


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder of processed reports.  [default: data/processed]")
@click.option("--json", "as_json", is_flag=True, help="As JSON, with the forms by name and all notes.")
@lang_option
def ls(out: Path | None, as_json: bool) -> None:
    """List the processed reports: department, year, pages, forms, findings, when.

    Forms are counted as found, empty (present, without figures) and missing (announced,
    not there); findings are the relations that do not hold, by their severity.  What to
    know before a report is used stands under it: that its PDF was changed or is gone, that
    another version made it, that there is another of the same department and year.
    """
    from jscore.library.listing import listed
    from jscore.library.store import processed_folder

    folder = processed_folder(out)
    if out is not None and not folder.is_dir():
        click.echo(one_line(f"jscore: {folder}: no such folder; name one that `jscore run` wrote to"), err=True)
        sys.exit(1)
    reports = listed(folder)
    if as_json:
        click.echo(json.dumps([report.as_dict() for report in reports], ensure_ascii=False, indent=1))
    elif not reports:
        click.echo(one_line(f"{folder}: no processed reports; put PDFs into data/raw and run `jscore run`"), err=True)
    else:
        _show(reports)


def _show(reports: list[Listed]) -> None:
    """Rows where they fit, or where nobody looks (a file, a pipe)."""
    if _terminal() and shutil.get_terminal_size().columns < NARROW:
        for report in reports:
            _block(report)
    else:
        _rows(reports)


def _cells(report: Listed) -> tuple[str, ...]:
    return tuple(
        map(
            one_line,
            (
                report.report_id,
                report.department or "?",
                str(report.year or "?"),
                str(report.pages),
                _forms(report),
                _findings(report),
                (report.processed or "?")[:16].replace("T", " "),
            ),
        )
    )


def _forms(report: Listed) -> str:
    numbers = {"found": len(report.found), "empty": len(report.empty), "missing": len(report.missing)}
    return in_numbers({status: number for status, number in numbers.items() if number}) or tr("无")


def _findings(report: Listed) -> str:
    return in_numbers({severity: number for severity, number in report.findings.items() if number}) or tr("无")


def _rows(reports: list[Listed]) -> None:
    """A row a report, its notes under it, the columns as wide as what stands in them."""
    from rich.cells import cell_len, set_cell_size

    lines = [tuple(map(tr, HEADINGS)), *map(_cells, reports)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    for line, notes in zip(lines, [[], *(report.notes for report in reports)], strict=True):
        click.echo("  ".join(map(set_cell_size, line, widths)).rstrip())
        for note in notes:
            click.echo(one_line("  " + tr("注意：{what}", what=note)))


def _block(report: Listed) -> None:
    name, department, year, pages, forms, findings, done = _cells(report)
    for line in (
        name,
        "  " + tr("{department} {year}，{pages}页，{done}", department=department, year=year, pages=pages, done=done),
        "  " + tr("表：{forms}", forms=forms),
        "  " + tr("发现：{findings}", findings=findings),
    ):
        click.echo(line)
    for note in report.notes:
        click.echo(one_line("  " + tr("注意：{what}", what=note)))


def _terminal() -> bool:
    return sys.stdout.isatty()
