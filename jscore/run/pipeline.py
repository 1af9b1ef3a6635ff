"""A run: which PDFs are to be done, and doing them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jscore.errors import ReadError
from jscore.files import folders
from jscore.files.addresses import is_here
from jscore.files.raw_pdfs import report_id
from jscore.language import tr
from jscore.library import store
from jscore.library.partitions import FOLDER
from jscore.run.one_report import Options, Outcome, Stage, failure, has_pages, read_before

if TYPE_CHECKING:
    from jscore.show.execution import Executor

#: Called with a PDF, its stage, how much of it is done, of how much, and what is at work.
Follow = Callable[[Path, Stage, int, int, str], None]


@dataclass(frozen=True)
class Plan:
    """What a run has to do, and what is settled already: PDFs that are up to date or cannot be done."""

    todo: list[Path]
    settled: list[Outcome]


def plan(pdfs: Sequence[Path], options: Options) -> Plan:
    """Which of ``pdfs`` are new or changed, by their content and this package's version.

    What a run that was killed left in ``options.out`` is removed.
    """
    with suppress(OSError):
        _tidy(options.out)
    todo: list[Path] = []
    settled: list[Outcome] = []
    taken: dict[str, Path] = {}
    for pdf in pdfs:
        try:
            other = taken.setdefault(report_id(pdf), pdf)
            if other != pdf:
                raise ReadError(tr("{pdf}: 与{other}同名，会写入同一文件夹，请改名", pdf=pdf, other=other))
            if report_id(pdf).casefold() == FOLDER:
                raise ReadError(tr("{pdf}: 文件夹{folder}用于全部报告，请改名", pdf=pdf, folder=FOLDER))
            if not (is_here(pdf) and is_here(options.out)):
                todo.append(pdf)  # whoever fetches it sees whether it is there and was done
                continue
            if not pdf.exists():
                raise ReadError(tr("{path}: 没有这个文件，请给出现有的PDF", path=pdf))
            info = None if options.force else read_before(pdf, options.out / pdf.stem, options)
        except (ReadError, OSError) as error:
            settled.append(failure(pdf, error, options.out))
            continue
        if info is None or not has_pages(info, options):
            todo.append(pdf)
        else:
            settled.append(Outcome(pdf, "unchanged"))
    return Plan(todo, settled)


def _tidy(out: Path) -> None:
    """Remove what killed runs and killed workers left in ``out``."""
    folders.clear(out, lambda folder: (store.read_info(folder) or {}).get("report_id"))


def run(
    todo: Sequence[Path],
    options: Options,
    executor: Executor | None = None,
    follow: Follow = lambda *_: None,
    scheduler: str | None = None,
) -> Iterator[Outcome]:
    """Process ``todo`` in worker processes, giving each one's outcome as it is reached; ``follow`` hears of the stages.

    ``executor`` executes the notebooks; with the address of a Dask ``scheduler`` all is done by its workers.  Raises
    ReadError if ``options.out`` cannot be written to, or the scheduler does not answer.
    """
    if scheduler is not None:
        from jscore.run import cluster

        outcomes = cluster.run(todo, options, scheduler)
    else:
        from jscore.run import workers

        outcomes = workers.run(todo, options, executor, follow)
    if not is_here(options.out):
        yield from outcomes
        return
    made = not options.out.exists()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReadError(f"{options.out}: cannot be written to ({error.strerror}); choose another --out") from error
    try:
        yield from outcomes
    finally:
        with suppress(OSError):
            _tidy(options.out)
            if made:
                options.out.rmdir()  # if nothing came of any report
