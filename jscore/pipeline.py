"""A run: PDFs in, processed folders out.

Belongs here: which PDFs are to be done, the files of a report's folder, several at once.
Does not: the steps inside a report (``reading``) or words on the screen (``cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal

from jscore import store
from jscore._version import __version__
from jscore.errors import NotebookError, ReadError
from jscore.schema import Lang

Step = Callable[[int, int], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one PDF: ``message`` is the reason of a failure, ``info`` the report.json."""

    pdf: Path
    status: Literal["done", "unchanged", "failed"]
    message: str = ""
    info: dict[str, Any] | None = None


@dataclass(frozen=True)
class Options:
    """How a run is done: ``notebooks`` is the folder of notebooks to execute, or None, ``lang`` the workbook's language."""

    out: Path
    force: bool = False
    notebooks: Path | None = None
    jobs: int = 1
    lang: Lang = "zh"


def find_pdfs(inputs: Iterable[str | Path]) -> list[Path]:
    """The PDFs named, or in the folders named, in order.

    Raises ReadError for a folder without a PDF; a path that is not there is left for the
    run to report, so that the others are still done.
    """
    found: list[Path] = []
    for path in map(Path, inputs):
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() == ".pdf" and not p.name.startswith("."))
            if not inside:
                raise ReadError(f"{path}: no PDF in this folder; put a report there or name one")
            found += inside
        else:
            found.append(path)
    return list(dict.fromkeys(found))


def run(
    pdfs: Sequence[Path], options: Options, step: Callable[[Path, int, int], None] | None = None
) -> Iterator[Outcome]:
    """Process ``pdfs``, giving each one's outcome as it is reached; ``step(pdf, done, all)`` follows the pages."""
    todo: list[Path] = []
    taken: dict[str, Path] = {}
    for pdf in pdfs:
        other = taken.setdefault(pdf.stem, pdf)
        if other != pdf:
            yield Outcome(pdf, "failed", f"{pdf}: {other} has the same name and goes to the same folder; rename one")
        else:
            todo.append(pdf)
    if options.jobs > 1 and len(todo) > 1:
        yield from _in_workers(todo, options)
    else:
        for pdf in todo:
            yield process(pdf, options, partial(step, pdf) if step else None)


def _in_workers(todo: Sequence[Path], options: Options) -> Iterator[Outcome]:
    """Outcomes of worker processes; those that a dying worker takes along are done again, each by itself."""
    spawn = get_context("spawn")
    again: list[Path] = []
    with ProcessPoolExecutor(min(options.jobs, len(todo)), spawn) as pool:
        waiting = {pool.submit(process, pdf, options): pdf for pdf in todo}
        for future in as_completed(waiting):
            if future.exception() is None:
                yield future.result()
            else:
                again.append(waiting[future])
    for pdf in again:
        with ProcessPoolExecutor(1, spawn) as pool:
            future = pool.submit(process, pdf, options)
            died = f"{pdf}: the process that read it ended ({future.exception()}); leave it out, or save it anew"
            yield Outcome(pdf, "failed", died) if future.exception() else future.result()


def process(pdf: Path, options: Options, step: Step | None = None) -> Outcome:
    """Process one PDF into its folder under ``options.out``, unless the folder is up to date."""
    folder = options.out / pdf.stem
    try:
        if folder.resolve() in pdf.resolve().parents:
            raise ReadError(f"{pdf}: lies in its own output folder, which is replaced; move it to data/raw")
        info = None if options.force else _unchanged(pdf, folder, options)
        if info is not None:
            return Outcome(pdf, "unchanged", info=info)
        return Outcome(pdf, "done", info=_make(pdf, folder, options, step))
    except ReadError as error:
        return Outcome(pdf, "failed", str(error))
    except OSError as error:
        return Outcome(pdf, "failed", f"{pdf}: {error.strerror or error}: {error.filename or folder}")
    except NotebookError as error:
        return Outcome(pdf, "failed", f"{pdf}: notebook {error}; run it in JupyterLab, or use --no-notebooks")
    except Exception as error:  # a fault of ours in one report must not stop the others
        first = (str(error).strip() or "no message").splitlines()[0]
        return Outcome(
            pdf,
            "failed",
            f"{pdf}: {type(error).__name__}: {first}; see `jscore.read` for the whole error, and report it",
        )


def _unchanged(pdf: Path, folder: Path, options: Options) -> dict[str, Any] | None:
    """The report.json of a folder that this version made from this very PDF, with all that is asked for."""
    info = store.read_info(folder)
    if info is None or not pdf.is_file() or info.get("version") != __version__:
        return None
    if info.get("sha256") != sha256(pdf.read_bytes()).hexdigest() or info.get("lang", "zh") != options.lang:
        return None
    wanted = [folder / f"{pdf.stem}.xlsx", *_html_files(folder, options)]
    return info if all(path.is_file() for path in wanted) else None


def _html_files(folder: Path, options: Options) -> list[Path]:
    names = sorted(options.notebooks.glob("*.ipynb")) if options.notebooks else []
    pages = [folder / "notebooks" / f"{path.stem}.html" for path in names]
    return [*pages, folder / "index.html"] if pages else []


def _make(pdf: Path, folder: Path, options: Options, step: Step | None) -> dict[str, Any]:
    from jscore import read
    from jscore.workbook import write_workbook

    report = read(pdf, step)
    report.info["lang"] = options.lang
    with store.whole_folder(folder) as part:
        store.write(report, part)
        write_workbook(report.frames, report.info, part / f"{pdf.stem}.xlsx", options.lang)
        if options.notebooks:
            _execute_notebooks(part, folder, options.notebooks)
    return report.info


def _execute_notebooks(part: Path, folder: Path, notebooks: Path) -> None:
    """Execute the notebooks on the unfinished folder, as if it had its name already."""
    from jscore.notebooks import execute_all

    parameters = {"REPORT": part.name, "PROCESSED": str(part.parent.resolve())}
    execute_all(notebooks, part / "notebooks", parameters, joined=part / "index.html")
