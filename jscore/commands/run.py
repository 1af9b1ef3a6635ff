"""``jscore run``: process reports.

Belongs here: options, progress and messages.  Does not: the work itself (``pipeline``).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from jscore.pipeline import Options, Outcome
    from jscore.schema import Lang


@click.command()
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path), metavar="[PDF|DIR ...]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("data/processed"),
    show_default=True,
    help="Folder of processed reports.",
)
@click.option("--jobs", type=click.IntRange(min=1), default=1, show_default=True, help="Reports read at once.")
@click.option("--force", is_flag=True, help="Process reports again that are up to date.")
@click.option("--no-notebooks", is_flag=True, help="Leave the notebooks out.")
@click.option(
    "--lang",
    type=click.Choice(["zh", "en"]),
    default="zh",
    show_default=True,
    help="Language of the workbook's headings.",
)
def run(inputs: tuple[Path, ...], out: Path, jobs: int, force: bool, no_notebooks: bool, lang: Lang) -> None:
    """Process reports: data frames, notebooks as HTML and an Excel workbook for each.

    Without arguments every PDF in data/raw is processed.  A report that is up to date is
    left alone.  A report that cannot be read is named on standard error and leaves
    nothing behind; the exit status is then 1, and the others are still done.
    """
    from jscore.errors import ReadError
    from jscore.pipeline import Options, find_pdfs
    from jscore.pipeline import run as run_pipeline

    notebooks = Path("notebooks")
    options = Options(out, force, notebooks if notebooks.is_dir() and not no_notebooks else None, jobs, lang)
    failed = False
    try:
        pdfs = find_pdfs(inputs or (Path("data/raw"),))
    except ReadError as error:
        click.echo(f"jscore: {error}", err=True)
        sys.exit(1)
    with _progress() as step:
        for outcome in run_pipeline(pdfs, options, step):
            failed |= outcome.status == "failed"
            if outcome.status == "failed":
                click.echo(f"jscore: {outcome.message}", err=True)
            else:
                _say(outcome, options)
    sys.exit(1 if failed else 0)


def _say(outcome: Outcome, options: Options) -> None:
    from jscore.card import print_card

    folder = options.out / outcome.pdf.stem
    if outcome.status == "unchanged":
        click.echo(f"{outcome.pdf.name}: unchanged, in {folder}")
    elif outcome.info is not None:
        print_card(outcome.info)
        click.echo(f"{outcome.pdf.name}: done, in {folder}")


@contextmanager
def _progress() -> Iterator[Callable[[Path, int, int], None]]:
    """A progress bar over the pages on standard error, where that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("pages"))
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        bars: dict[Path, TaskID] = {}

        def step(pdf: Path, done: int, count: int) -> None:
            if pdf not in bars:
                bars[pdf] = progress.add_task(pdf.name, total=count)
            progress.update(bars[pdf], completed=done)
            if done == count:
                progress.update(bars[pdf], description=f"{pdf.name}: frames, workbook, notebooks")

        yield step
