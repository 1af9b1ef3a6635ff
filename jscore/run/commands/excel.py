"""``jscore excel``: workbooks from processed reports."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jscore.language import Lang


@click.command()
@click.argument("report_ids", nargs=-1, metavar="[REPORT_ID ...]")
@click.option("--all", "all_years", is_flag=True, help="One workbook across all processed reports, years side by side.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of processed reports.  [default: data/processed]",
)
@click.option(
    "--to",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder to write the workbooks into; else each report's own folder, and for --all that of the reports.",
)
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    help="Language of a workbook; else that of a report's last run, and Chinese for --all.",
)
def excel(report_ids: tuple[str, ...], all_years: bool, out: Path | None, to: Path | None, lang: Lang | None) -> None:
    """Write Excel workbooks from processed reports.

    With --all one workbook, years.xlsx, lays all reports side by side: a line a row, a column a year, change and rate
    as live formulas.  With REPORT_IDs the workbook of each of these reports is written anew; what was filled in beside
    its findings is kept.  A workbook is written whole or not at all.
    """
    from jscore.errors import ReadError

    if all_years == bool(report_ids):
        raise click.UsageError("give --all, or one or more REPORT_IDs (the names of the folders in data/processed)")
    failed = False
    for report_id in report_ids or ("",):
        try:
            _all_years(out, to, lang) if all_years else _of_a_report(report_id, out, to, lang)
        except ReadError as error:
            failed = True
            click.echo(f"jscore: {error}", err=True)
        except OSError as error:
            failed = True
            way_out = "close it in Excel, or use --to" if isinstance(error, PermissionError) else "use --to"
            click.echo(f"jscore: {error.filename or to or out}: {error.strerror or error}; {way_out}", err=True)
    sys.exit(1 if failed else 0)


def _all_years(out: Path | None, to: Path | None, lang: Lang | None) -> None:
    from jscore.errors import ReadError
    from jscore.excel.years import Years, write_years
    from jscore.language import sign, tr, using
    from jscore.library import years
    from jscore.library.store import processed_folder

    listed = years.reports(out)
    if not listed["counts"].any():
        raise ReadError("no processed report with a department and a year; run `jscore run` first")
    compared = years.compared(out)
    forms = {str(name): years.common_form(series) for name, series in compared.series.groupby("department")}
    main = [(topic, key, forms if common else None) for topic, key, common in years.MAIN_LINES]
    path = (to or processed_folder(out)) / "years.xlsx"
    laid_out = Years(
        listed, compared.series, compared.changes, compared.stated, years.projects(out), years.TOPICS, main, years.RATED
    )
    ids = list(listed.loc[listed["counts"], "report_id"])
    with using(lang):
        write_years(path, laid_out)
        told = tr(
            "{path}：{number}份报告（{reports}）", path=_from_here(path), number=len(ids), reports=sign("、").join(ids)
        )
    click.echo(told)


def _of_a_report(report_id: str, out: Path | None, to: Path | None, lang: Lang | None) -> None:
    from jscore.library.store import load, processed_folder, seal, write_info

    report = load(report_id, out)
    folder = processed_folder(out) / report_id
    workbook = folder / f"{report_id}.xlsx"
    path = (to or folder) / workbook.name
    lang = lang or report.info.get("lang", "zh")
    path.parent.mkdir(parents=True, exist_ok=True)
    report.to_excel(path, lang, answered=path if path.is_file() else workbook)
    if to is None and lang != report.info.get("lang"):
        write_info({**report.info, "lang": lang}, folder)
    if to is None:
        seal(folder)
    click.echo(f"{_from_here(path)}: {report_id}")


def _from_here(path: Path) -> Path:
    """``path`` from the working directory, where it lies in there."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
