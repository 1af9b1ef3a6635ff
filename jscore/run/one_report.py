"""One report of a run: its PDF in, its processed folder out, and what became of it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jscore._version import __version__
from jscore.errors import NotebookError, ReadError
from jscore.files import folders
from jscore.files.raw_pdfs import ANNOTATED, content_hash
from jscore.library import store
from jscore.run.all_reports import is_of_a_report
from jscore.summary import FILES as SUMMARY

if TYPE_CHECKING:
    from jscore.report import Report
    from jscore.schema import Lang

#: What a report is at: behind another run, pages read (done, of), files written, notebooks executed.
Stage = Literal["waiting", "reading", "writing", "notebooks"]
Tell = Callable[[Stage, int, int], None]
Status = Literal["done", "unchanged", "failed"]


@dataclass(frozen=True)
class Outcome:
    """What became of one PDF: ``message`` is the reason of a failure, ``info`` the report.json."""

    pdf: Path
    status: Status
    message: str = ""
    info: dict[str, Any] | None = None


@dataclass(frozen=True)
class Options:
    """How a run is done.

    ``notebooks`` is the folder of notebooks to execute, or None; ``jobs`` how many processes
    work at once; ``timeout`` the seconds that reading a report may take, and writing it again
    as many; ``memory`` the megabytes that its process may take; ``lang`` the workbook's language;
    ``ocr`` whether pages that are pictures are read.
    """

    out: Path
    force: bool = False
    notebooks: Path | None = None
    jobs: int = 1
    timeout: float = 300
    memory: int = 2048
    password: str | None = field(default=None, repr=False)
    lang: Lang = "zh"
    ocr: bool = True


def process(pdf: Path, options: Options, tell: Tell = lambda *_: None) -> Outcome:
    """Process one PDF into its folder under ``options.out``, unless the folder is up to date; in this process."""
    folder = options.out / pdf.stem
    try:
        if folder.resolve() in pdf.resolve().parents:
            raise ReadError(f"{pdf}: lies in its own output folder, which is replaced; move it to data/raw")
        with folders.locked(folder, lambda: tell("waiting", 0, 0)):
            info = unchanged(pdf, folder, options)
            if info is not None:
                return Outcome(pdf, "unchanged", info=info)
            return Outcome(pdf, "done", info=_make(pdf, folder, options, tell))
    except Exception as error:  # a fault of ours in one report must not stop the others
        return failure(pdf, error, folder)


def failure(pdf: Path, error: Exception, folder: Path) -> Outcome:
    """The outcome of a PDF that ``error`` befell: one line that names the file and the way out."""
    if isinstance(error, ReadError):
        message = str(error)
    elif isinstance(error, NotebookError):
        message = f"{pdf}: notebook {error}; run it in JupyterLab, or use --no-notebooks"
    elif isinstance(error, OSError) and _code(error) == errno.ENAMETOOLONG:
        message = f"{pdf}: its name is too long for a folder and the files in it; rename it"
    elif isinstance(error, OSError) and _code(error) in (errno.ENOSPC, errno.EDQUOT):
        message = f"{pdf}: no space left on the disk of {folder}; make room, or choose another --out"
    elif isinstance(error, OSError):
        reason = (os.strerror(_code(error)) if _code(error) else "") or _first_line(error)
        message = f"{pdf}: {reason}: {error.filename or folder}; mend that, or choose another --out"
    elif isinstance(error, MemoryError):
        message = f"{pdf}: not enough memory to read it; close other programs, or leave it out"
    else:
        message = (
            f"{pdf}: {type(error).__name__}: {_first_line(error)}; see `jscore.read` for the whole error, and report it"
        )
    return Outcome(pdf, "failed", message)


def _code(error: OSError) -> int:
    """The system's number of an error, which some libraries only write into the text."""
    return error.errno or (errno.ENOSPC if os.strerror(errno.ENOSPC) in str(error) else 0)


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no message").splitlines()[0]


def unchanged(pdf: Path, folder: Path, options: Options) -> dict[str, Any] | None:
    """The report.json of a whole folder that this version made from this very PDF, with all that is asked for."""
    if options.force:
        return None
    info = store.read_info(folder)
    if info is None or not pdf.is_file() or info.get("version") != __version__ or not store.is_whole(folder, info):
        return None
    if info.get("lang", "zh") != options.lang:
        return None
    wanted = {f"{pdf.stem}.xlsx", *SUMMARY, *_pages(options)}
    return info if wanted <= info["files"].keys() and info.get("sha256") == content_hash(pdf) else None


def _pages(options: Options) -> list[str]:
    """The notebooks' pages in a report's folder."""
    names = sorted(options.notebooks.glob("*.ipynb")) if options.notebooks else []
    pages = [f"notebooks/{path.stem}.html" for path in names if is_of_a_report(path)]
    return [*pages, "index.html"] if pages else []


def _make(pdf: Path, folder: Path, options: Options, tell: Tell) -> dict[str, Any]:
    """Read ``pdf`` and write its folder; the report.json."""
    import camelot.image_processing  # noqa: F401  imported before the clock runs, as all that reading needs
    import pandera.pandas  # noqa: F401

    from jscore.excel import write_workbook
    from jscore.reading import read
    from jscore.summary import write_summary
    from jscore.summary.facts import summary
    from jscore.summary.sentences import headlines

    if folder.exists() and any(folder.iterdir()) and store.read_info(folder) is None:
        raise ReadError(f"{folder}: not a folder that jscore made; move it away, or choose another --out")
    tell("reading", 0, 0)
    report = read(pdf, lambda done, count: tell("reading", done, count), password=options.password, ocr=options.ocr)
    report.info["lang"] = options.lang
    tell("writing", 0, 0)
    with folders.whole_folder(folder) as part:
        _annotate(report, part / f"{pdf.stem}{ANNOTATED}")
        report.info["headlines"] = list(headlines(summary(report.frames, report.info), options.lang))
        store.write(report, part)
        book = f"{pdf.stem}.xlsx"
        write_workbook(report.frames, report.info, part / book, options.lang, answered=folder / book)
        write_summary(report.frames, report.info, part, options.lang)
        if options.notebooks:
            tell("notebooks", 0, 0)
            _execute_notebooks(part, options)
        return store.seal(part)


def _annotate(report: Report, target: Path) -> None:
    """The annotated copy; a PDF that can be read but not copied is no reason to do without all the rest."""
    try:
        report.annotate(target)
    except ReadError as error:
        report.info["warnings"].append(f"no annotated copy: {error}")


def _execute_notebooks(part: Path, options: Options) -> None:
    """Execute the notebooks on the unfinished folder, as if it had its name already."""
    from jscore.show.notebooks import execute_all

    assert options.notebooks is not None
    parameters = {"REPORT": part.name, "PROCESSED": str(part.parent.resolve())}
    joined = part / "index.html"
    execute_all(options.notebooks, part / "notebooks", parameters, options.jobs, is_of_a_report, joined)
