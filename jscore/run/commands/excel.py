"""``jscore excel``: workbooks from processed reports.

Belongs here: options and messages.  Does not: the sheets (``workbook``, ``years_workbook``).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jscore.schema import Lang


@click.command()
@click.argument("report_ids", nargs=-1, metavar="[REPORT_ID ...]")
@click.option("--all", "across", is_flag=True, help="One workbook across all processed reports, years side by side.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; else years.xlsx, or <REPORT_ID>.xlsx in the report's folder.",
)
@click.option(
    "--processed",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of processed reports; else data/processed here or above.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="Language of a report's headings; else that of its last run.",
)
def excel(
    report_ids: tuple[str, ...], across: bool, out: Path | None, processed: Path | None, lang: Lang | None
) -> None:
    """Write Excel workbooks from processed reports.

    With --all one workbook lays all reports side by side: a line a row, a column a year, change and rate as live
    formulas.  With REPORT_IDs the workbook of each of these reports is written anew.  A workbook is written whole or
    not at all.
    """
    from jscore.errors import ReadError

    if across == bool(report_ids):
        raise click.UsageError("give --all, or one or more REPORT_IDs (the names of the folders in data/processed)")
    if out is not None and len(report_ids) > 1:
        raise click.UsageError("--out takes one report; leave it out to write each into its own folder")
    failed = False
    for report_id in report_ids or ("",):
        try:
            _across(out, processed) if across else _of_a_report(report_id, out, processed, lang)
        except ReadError as error:
            failed = True
            click.echo(f"jscore: {error}", err=True)
        except OSError as error:
            failed = True
            way_out = "close it in Excel, or use --out" if isinstance(error, PermissionError) else "use --out"
            click.echo(f"jscore: {error.filename or out}: {error.strerror or error}; {way_out}", err=True)
    sys.exit(1 if failed else 0)


def _across(out: Path | None, processed: Path | None) -> None:
    from jscore.excel.years_workbook import write_years
    from jscore.library.store import processed_folder

    path = out or processed_folder(processed) / "years.xlsx"
    ids = write_years(path, processed)
    click.echo(f"{_from_here(path)}: {len(ids)} report{'s' if len(ids) > 1 else ''} ({', '.join(ids)})")


def _of_a_report(report_id: str, out: Path | None, processed: Path | None, lang: Lang | None) -> None:
    from jscore.library.store import load, processed_folder, seal, write_info

    report = load(report_id, processed)
    folder = processed_folder(processed) / report_id
    path = out or folder / f"{report_id}.xlsx"
    lang = lang or report.info.get("lang", "zh")
    path.parent.mkdir(parents=True, exist_ok=True)
    report.to_excel(path, lang)
    if out is None and lang != report.info.get("lang"):
        write_info({**report.info, "lang": lang}, folder)
    if out is None:
        seal(folder)
    click.echo(f"{_from_here(path)}: {report_id}")


def _from_here(path: Path) -> Path:
    """``path`` from the working directory, where it lies in there."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
