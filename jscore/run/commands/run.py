"""``jscore run``: process reports.

What prints nicely is imported once there is something to print: a run with nothing to do ends at once.
"""

from __future__ import annotations

import os
import shlex
import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jscore.errors import ReadError, one_line
from jscore.language import current, tr
from jscore.run.commands.lang import lang_option
from jscore.run.commands.progress import Bars, bars

if TYPE_CHECKING:
    from jscore.run.one_report import Options, Outcome, Stage
    from jscore.run.pipeline import Plan

#: Up to so many reports to be done each end with their card, more with a line each.
CARDS = 3
#: Up to so many reports that are up to date are named.
NAMED = 10

#: What is imported while reports are worked on, since it is needed once they are done.
AFTERWARDS = ("pandas", "pyarrow.parquet", "pyarrow.compute", "jscore.schema", "filelock", "rich.console", "rich.table")

OUT = Path("data/processed")


@click.command()
@click.argument("inputs", nargs=-1, metavar="[PDF|DIR ...]")
@click.option("--out", metavar="DIR", default=str(OUT), show_default=True, help="Folder of processed reports.")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    help="Reports worked on at once; with one report, notebooks.  [default: the processors there are]",
)
@click.option("--force", is_flag=True, help="Process reports again that are up to date.")
@click.option("--no-notebooks", is_flag=True, help="Leave the notebooks out.")
@lang_option
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=300,
    show_default=True,
    metavar="SECONDS",
    help="Time that a report may take to be read, beside 20 s for a page by OCR, and again to be written.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=384),
    default=2048,
    show_default=True,
    metavar="MB",
    help="Memory that the process reading a report may take.",
)
@click.option(
    "--password",
    envvar="JSCORE_PASSWORD",
    help="Password of encrypted PDFs; $JSCORE_PASSWORD does not show in the list of processes.",
)
@click.option("--no-ocr", is_flag=True, help="Leave out pages that are pictures, and say which.")
@click.option(
    "--scheduler",
    envvar="DASK_SCHEDULER_ADDRESS",
    metavar="tcp://HOST:8786",
    help="Have it done by the workers of a Dask cluster; PDFs and --out may then be addresses (s3://bucket/raw).",
)
def run(
    inputs: tuple[str, ...],
    out: str,
    jobs: int | None,
    force: bool,
    no_notebooks: bool,
    timeout: float,
    memory: int,
    password: str | None,
    no_ocr: bool,
    scheduler: str | None,
) -> None:
    """Process reports: data frames, notebooks as HTML and an Excel workbook for each.

    Without arguments every PDF in data/raw is processed.  A report that is up to date is
    left alone.  A report that cannot be read is named on standard error and leaves
    nothing behind; the exit status is then 1, and the others are still done.

    A run can be stopped at any time, and several can run at once: a report's folder holds
    the old results or the new ones, whole.
    """
    from jscore.files.addresses import path_of
    from jscore.files.raw_pdfs import find_pdfs
    from jscore.run.one_report import Options
    from jscore.run.pipeline import plan

    began = time.monotonic()
    notebooks = Path("notebooks")
    outcomes: list[Outcome] = []
    try:
        options = Options(
            path_of(out), force, notebooks if notebooks.is_dir() and not no_notebooks else None,
            jobs or (1 if scheduler else _processors()), timeout, memory, password, current(), not no_ocr,
        )  # fmt: skip
        with _stopping(), bars() as shown:
            pdfs = find_pdfs(inputs or ("data/raw",))
            _fits(pdfs, options.out, scheduler)
            planned = plan(pdfs, options)
            _say_settled(planned, options)
            outcomes += planned.settled
            beside_failed = _work(planned, options, outcomes, shown, scheduler)
    except ReadError as error:
        _complain(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        done = sum(outcome.status == "done" for outcome in outcomes)
        _complain(f"stopped; {done} done, the others are as they were; the same command goes on from here")
        sys.exit(130)
    counts = Counter(outcome.status for outcome in outcomes)
    _say_what_to_open(outcomes, options.out)
    took = f"{time.monotonic() - began:.1f}"
    told = tr("已处理{done}份，未变{unchanged}份，失败{failed}份，用时{seconds}秒")
    numbers = {status: counts[status] for status in ("done", "unchanged", "failed")}
    click.echo(told.format(**numbers, seconds=took))
    sys.exit(1 if counts["failed"] or beside_failed else 0)


def _processors() -> int:
    """The processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _stopping() -> Iterator[None]:
    """A request to end (SIGTERM) is met as Ctrl-C is."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _fits(pdfs: Sequence[Path], out: Path, scheduler: str | None) -> None:
    """Raises ReadError for an address without a cluster that reads and writes there."""
    from jscore.files.addresses import is_here

    away = next((path for path in (*pdfs, out) if not is_here(path)), None)
    if away is not None and scheduler is None:
        raise ReadError(f"{away}: addresses are for the workers of a cluster; name its --scheduler, or a folder")


def _work(planned: Plan, options: Options, outcomes: list[Outcome], shown: Bars, scheduler: str | None) -> bool:
    """Do what is to be done, saying what became of each report; whether anything beside the reports failed."""
    from jscore.files.addresses import is_here
    from jscore.run.all_reports import finish
    from jscore.run.pipeline import run as run_pipeline

    def follow(pdf: Path, stage: Stage, done: int, of: int, what: str) -> None:
        shown.follow(pdf, stage, done, of, what)
        if stage == "waiting" and not sys.stderr.isatty():
            click.echo(one_line(f"{pdf.name}: another run is at work on it; waiting"), err=True)

    failed = False
    with ExitStack() as stack:
        executor = None
        if planned.todo:
            from jscore.show.execution import Executor

            executor = stack.enter_context(Executor(options.jobs, options.password))
            if options.notebooks and scheduler is None:
                executor.warm()
            importing = threading.Thread(target=_import, args=(AFTERWARDS,))
            importing.start()
            stack.callback(importing.join)  # a program that ends in the midst of an import says so
            for outcome in run_pipeline(planned.todo, options, executor, follow, scheduler):
                shown.forget(outcome.pdf)
                shown.stop()
                _say(outcome, options, card=len(planned.todo) <= CARDS)
                outcomes.append(replace(outcome, info=None))  # many reports take no more memory than one
        if is_here(options.out):
            _say_same_year(outcomes, options.out)
        beside = options.out / tr("各报告合并")
        for made in finish(
            options.out,
            options.notebooks,
            executor,
            lambda *at: shown.follow(beside, "notebooks", *at),
            options.lang,
            _alone(options.out, scheduler),
        ):
            shown.stop()
            if made.failure:
                failed |= made.path.suffix != ".html"
                _complain(made.failure)
            elif made.path.suffix == ".html":
                click.echo(one_line(tr("{name}：已生成，在 {folder}", name=made.path.name, folder=options.out)))
        shown.forget(beside)
    return failed


def _import(modules: Sequence[str]) -> None:
    for module in modules:
        import_module(module)


def _alone(out: Path, scheduler: str | None) -> Callable[[], AbstractContextManager[object]]:
    """What keeps other runs of this scheduler from what stands in ``out`` beside the reports."""
    if scheduler is None:
        return nullcontext
    from jscore.run.cluster import alone

    return lambda: alone(out, scheduler)


def _say_what_to_open(outcomes: Sequence[Outcome], out: Path) -> None:
    """The last report that was done: the one page, that of all notebooks, the workbook."""
    done = [out / outcome.pdf.stem for outcome in outcomes if outcome.status == "done"]
    files = [folder / name for folder in done[-1:] for name in ("summary.html", "index.html", f"{folder.name}.xlsx")]
    for file in files:
        if file.is_file():
            click.echo(one_line(tr("请打开：{file}", file=file)))


def _complain(message: str) -> None:
    click.echo(one_line(f"jscore: {message}"), err=True)


def _say(outcome: Outcome, options: Options, card: bool) -> None:
    if outcome.status == "failed":
        _complain(outcome.message)
        return
    if card and outcome.info is not None:
        from jscore.findings.card_shown import print_card

        print_card(outcome.info)
        if any(outcome.info["card"]["findings"].values()):
            where = "" if options.out == OUT else f" --out {shlex.quote(str(options.out))}"
            click.echo(tr("查看发现：{command}", command=f"jscore check {shlex.quote(outcome.pdf.stem)}{where}"))
    told = tr("{name}：已处理，在 {folder}") if outcome.status == "done" else tr("{name}：未变，在 {folder}")
    click.echo(one_line(told.format(name=outcome.pdf.name, folder=options.out / outcome.pdf.stem)))
    for note in outcome.notes:
        _complain(note)


def _say_settled(planned: Plan, options: Options) -> None:
    unchanged = [outcome for outcome in planned.settled if outcome.status == "unchanged"]
    for outcome in planned.settled:
        if outcome.status == "failed" or len(unchanged) <= NAMED:
            _say(outcome, options, card=False)


def _say_same_year(outcomes: Sequence[Outcome], out: Path) -> None:
    """Mark the reports of one department and year, and say which of this run are such."""
    from jscore.library.listing import mark_same_year

    notes = mark_same_year(out)
    for outcome in outcomes:
        if outcome.status == "done" and outcome.pdf.stem in notes:
            click.echo(one_line(tr("注意：{what}", what=f"{outcome.pdf.stem}: {notes[outcome.pdf.stem]}")))
