"""Which reports a command is about: PDFs, report ids, and folders of either."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jscore.errors import ReadError
from jscore.files.raw_pdfs import ANNOTATED, find_pdfs
from jscore.language import current
from jscore.library import store
from jscore.reading import read
from jscore.report import Report

RAW = Path("data/raw")
#: Frames that findings are read from.
_FRAMES = ("checks", "check_figures")


@dataclass(frozen=True)
class Source:
    """A report to read from its PDF, or, without one, to load from its folder in ``processed``."""

    report_id: str
    pdf: Path | None = None
    processed: Path | None = None

    @property
    def annotated(self) -> Path | None:
        """The annotated copy in the report's folder, if there is one."""
        path = self.processed and self.processed / self.report_id / f"{self.report_id}{ANNOTATED}"
        return path if path is not None and path.is_file() else None

    def report(self, step: Callable[[Path, int, int], None] | None = None) -> Report:
        """The report; raises ReadError, with one line for the user, if it cannot be had."""
        if self.pdf is not None:
            pdf = self.pdf
            return read(pdf, (lambda done, count: step(pdf, done, count)) if step else None)
        report = store.load(self.report_id, self.processed)
        if report.info.get("lang", "zh") != current() and report.path is not None and report.path.is_file():
            pdf = report.path  # what does not hold is said in the language of the run: it is found again in this one
            return read(pdf, (lambda done, count: step(pdf, done, count)) if step else None)
        if not set(_FRAMES) <= set(report.frames):
            raise ReadError(
                f"{self.report_id}: processed by an earlier version, without checks; run `jscore run` again"
            )
        return report


def find(inputs: Sequence[str], out: Path | None = None) -> tuple[list[Source], list[str]]:
    """The reports that ``inputs`` name, each once, and a line for each input that names none.

    ``out`` is the folder of processed reports (``store.processed_folder``).  Without inputs: all that are processed, or,
    if none is, the PDFs in data/raw.
    """
    processed = store.processed_folder(out)
    sources: list[Source] = []
    wrong: list[str] = []
    default = processed if store.reports(processed) else RAW
    if not inputs and not default.is_dir():
        wrong.append(f"no processed report in {processed} and no folder {RAW}; name a PDF")
        return sources, wrong
    for text in inputs or [str(default)]:
        try:
            sources += _named(text, processed)
        except ReadError as error:
            wrong.append(str(error))
    return list(dict.fromkeys(sources)), wrong


def _named(text: str, processed: Path) -> Iterator[Source]:
    path = Path(text)
    if path.is_dir() and store.read_info(path) is not None:
        yield Source(path.resolve().name, processed=path.resolve().parent)
    elif path.is_dir() and (folders := store.reports(path)):
        yield from (Source(folder.name, processed=path) for folder in folders)
    elif path.is_dir() or path.is_file() or path.suffix.lower() == ".pdf":
        yield from (Source(pdf.stem, pdf=pdf) for pdf in find_pdfs([path]))
    elif path.name != text:
        raise ReadError(f"{text}: no such PDF or folder; name one, or a report in {processed}")
    else:
        yield Source(text, processed=processed)
