"""One report of a run: its PDF in, its processed folder out, and what became of it."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jscore._version import __version__
from jscore.errors import ReadError, first_line
from jscore.files import folders
from jscore.files.raw_pdfs import ANNOTATED, content_hash
from jscore.language import tr, using
from jscore.library import store
from jscore.ocr import installed
from jscore.run.all_reports import is_of_a_report
from jscore.run.beside import Beside
from jscore.summary import FILES as SUMMARY

if TYPE_CHECKING:
    from jscore.language import Lang
    from jscore.report import Report
    from jscore.show.execution import Executed, Task

#: What a report is at: behind another run, pages read (done, of), files written, notebooks executed (done, of, which).
Stage = Literal["waiting", "reading", "writing", "notebooks"]
Tell = Callable[[Stage, int, int, str], None]
#: Begins to execute notebooks; what it gives waits for them.
Submit = Callable[[Sequence["Task"]], Callable[[], "list[Executed]"]]
Status = Literal["done", "unchanged", "failed"]

#: What is imported late by what writes the one page.
SUMMARY_NEEDS = ("jscore.summary.pdf", "fpdf", "jinja2", "matplotlib.font_manager", "uharfbuzz")


@dataclass(frozen=True)
class Outcome:
    """What became of one PDF: ``message`` is the reason of a failure, ``info`` the report.json.

    ``notes`` are lines on what is missing of a report that is done: notebooks that failed.
    """

    pdf: Path
    status: Status
    message: str = ""
    info: dict[str, Any] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Options:
    """How a run is done.

    ``notebooks`` is the folder of notebooks to execute, or None; ``jobs`` how many processes
    work at once; ``timeout`` the seconds that reading a report may take, and writing it again
    as many; ``memory`` the megabytes that its process may take; ``lang`` the language of all that is written;
    ``ocr`` whether pages that are pictures are read; ``source`` where the PDF came from, if it is a copy; ``spare``
    whether processors would be idle beside the one that reads, so that files are written side by side.
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
    source: str = ""
    spare: bool = False


def process(pdf: Path, options: Options, tell: Tell = lambda *_: None, submit: Submit | None = None) -> Outcome:
    """Process one PDF into its folder under ``options.out``, unless the folder is up to date; in this process.

    ``submit`` hands the notebooks to processes of their own.
    """
    folder = options.out / pdf.stem
    with using(options.lang):
        try:
            if folder.resolve() in pdf.resolve().parents:
                raise ReadError(tr("{pdf}: 在将被替换的结果文件夹里，请移到 data/raw", pdf=pdf))
            with folders.locked(folder, lambda: tell("waiting", 0, 0, "")):
                info = None if options.force else read_before(pdf, folder, options)
                if info is not None and has_pages(info, options):
                    return Outcome(pdf, "unchanged", info=info)
                from jscore.limits import without_collecting

                with without_collecting(), ExitStack() as stack:
                    if submit is None and options.notebooks:
                        submit = stack.enter_context(_own_processes(options, tell))
                    made = (
                        _make(pdf, folder, options, tell, submit)
                        if info is None
                        else _make_pages(folder, options, submit)
                    )
                failed = [each["failure"] for each in made.get("notebooks", {}).values() if each["failure"]]
                notes = [f"{pdf.stem}: notebook {line}; its page is missing, all else is there" for line in failed]
                return Outcome(pdf, "done", info=made, notes=tuple(notes))
        except Exception as error:  # a fault of ours in one report must not stop the others
            return failure(pdf, error, folder)


@contextmanager
def _own_processes(options: Options, tell: Tell) -> Iterator[Submit]:
    from jscore.show.execution import Executor

    with Executor(options.jobs, options.password) as executor:

        def submit(tasks: Sequence[Task]) -> Callable[[], list[Executed]]:
            return lambda: executor.execute(tasks, lambda *done: tell("notebooks", *done))

        yield submit


def failure(pdf: Path, error: Exception, folder: Path) -> Outcome:
    """The outcome of a PDF that ``error`` befell: one line that names the file and the way out."""
    if isinstance(error, ReadError):
        message = str(error)
    elif isinstance(error, ChildProcessError):
        message = tr("{pdf}: 写文件的程序崩溃（{what}），请重新运行，或不处理它", pdf=pdf, what=error)
    elif isinstance(error, OSError) and _code(error) == errno.ENAMETOOLONG:
        message = tr("{pdf}: 名称太长，不能用作文件夹和文件的名称，请改名", pdf=pdf)
    elif isinstance(error, OSError) and _code(error) in (errno.ENOSPC, errno.EDQUOT):
        message = tr("{pdf}: {folder}所在的磁盘已满，请腾出空间，或用 --out 另选文件夹", pdf=pdf, folder=folder)
    elif isinstance(error, OSError):
        reason = (os.strerror(_code(error)) if _code(error) else "") or first_line(error)
        message = tr(
            "{pdf}: {reason}：{place}，请先解决，或用 --out 另选文件夹",
            pdf=pdf,
            reason=reason,
            place=error.filename or folder,
        )
    elif isinstance(error, MemoryError):
        message = tr("{pdf}: 内存不足，请关闭其他程序，或不处理它", pdf=pdf)
    else:
        reason = f"{type(error).__name__}: {first_line(error)}"
        message = tr("{pdf}: {reason}，完整的错误见 jscore.read，请报告此问题", pdf=pdf, reason=reason)
    return Outcome(pdf, "failed", message)


def _code(error: OSError) -> int:
    """The system's number of an error, which some libraries only write into the text."""
    return error.errno or (errno.ENOSPC if os.strerror(errno.ENOSPC) in str(error) else 0)


def read_before(pdf: Path, folder: Path, options: Options) -> dict[str, Any] | None:
    """The report.json of a whole folder with frames and workbook that this version made from this very PDF."""
    info = store.read_info(folder)
    return info if info is not None and is_of(pdf, info, options, lambda: store.sizes(folder)) else None


def is_of(pdf: Path, info: Mapping[str, Any], options: Options, sizes: Callable[[], Mapping[str, int]]) -> bool:
    """Whether a folder with the report.json ``info`` and files of these ``sizes`` is what this version makes of ``pdf``."""
    if not pdf.is_file() or info.get("version") != __version__ or not store.is_whole(info, sizes()):
        return False
    if _by_ocr_otherwise(info, options):
        return False
    if info.get("lang", "zh") != options.lang or not {f"{pdf.stem}.xlsx", *SUMMARY} <= info["files"].keys():
        return False
    return bool(info.get("sha256") == content_hash(pdf))


def _by_ocr_otherwise(info: Mapping[str, Any], options: Options) -> bool:
    """Whether pages that are pictures were read and now are not to be, or were left out and now can be read."""
    read = [page["read"] for page in info.get("image_pages", []) if "read" in page]
    return installed() and not all(read) if options.ocr else any(read)


def has_pages(info: Mapping[str, Any], options: Options) -> bool:
    """Whether the notebooks were executed as they are now; one that failed is not tried again until it is changed."""
    executed = {name: each["sha256"] for name, each in info.get("notebooks", {}).items()}
    return options.notebooks is None or executed == {
        path.stem: content_hash(path) for path in _notebooks(options.notebooks)
    }


def _notebooks(folder: Path) -> list[Path]:
    """The notebooks that are executed for each report."""
    return [path for path in sorted(folder.glob("*.ipynb")) if is_of_a_report(path)]


def _make(pdf: Path, folder: Path, options: Options, tell: Tell, submit: Submit | None) -> dict[str, Any]:
    """Read ``pdf`` and write its folder; the report.json."""
    from jscore.reading import prepare, read
    from jscore.summary.facts import summary
    from jscore.summary.sentences import headlines

    if folder.exists() and any(folder.iterdir()) and store.read_info(folder) is None:
        raise ReadError(f"{folder}: not a folder that jscore made; move it away, or choose another --out")
    prepare()
    with (
        Beside(options.spare, "jscore.excel", "write_workbook") as workbook,
        Beside(options.spare, "jscore.summary", "write_summary", SUMMARY_NEEDS) as one_page,
    ):
        tell("reading", 0, 0, "")
        report = read(
            pdf,
            lambda done, count: tell("reading", done, count, ""),
            password=options.password,
            ocr=options.ocr,
            on_picture=lambda page, count: tell("reading", page - 1, count, f"p. {page} by OCR"),
        )
        report.info["lang"] = options.lang
        if options.source:
            report.info["pdf"] = options.source
        book = f"{pdf.stem}.xlsx"
        written = (f"{pdf.stem}{ANNOTATED}", store.INFO, book, *SUMMARY)

        def tell_of(file: str) -> None:
            tell("writing", written.index(file), len(written), file)

        tell_of(written[0])
        # a folder that is given up is removed when nobody writes into it any more
        with folders.whole_folder(folder) as part, closing(workbook), closing(one_page):
            facts = summary(report.frames, report.info)
            report.info["headlines"] = list(headlines(facts))
            workbook.begin(report.frames, report.info, part / book, options.lang, folder / book, facts)
            one_page.begin(facts, report.info, part)
            _annotate(report, part / written[0])
            tell_of(store.INFO)
            store.write(report, part)
            pages = _begin_pages(part, options, submit, [report.info[key] for key in ("department", "year")])
            tell_of(book)
            workbook.end()
            tell_of(SUMMARY[0])
            one_page.end()
            tell("notebooks", 0, 0, "")
            return store.seal(part, pages())


def _make_pages(folder: Path, options: Options, submit: Submit | None) -> dict[str, Any]:
    """Execute the notebooks anew for a report that is done; the report.json."""
    with folders.whole_folder(folder) as part:
        pages = ("notebooks", "index.html")
        shutil.copytree(folder, part, dirs_exist_ok=True, ignore=lambda _, names: set(names) & set(pages))
        info = store.read_info(folder) or {}
        return store.seal(
            part, _begin_pages(part, options, submit, [info.get(key) for key in ("department", "year")])()
        )


def _annotate(report: Report, target: Path) -> None:
    """The annotated copy; a PDF that can be read but not copied is no reason to do without all the rest."""
    try:
        report.annotate(target)
    except ReadError as error:
        report.info["warnings"].append(tr("没有标注副本：{error}", error=error))


def _begin_pages(
    part: Path, options: Options, submit: Submit | None, who: Sequence[object]
) -> Callable[[], dict[str, Any]]:
    """Begin to execute the notebooks on the unfinished folder, as if it had its name already; ``who``: department, year.

    What is given waits for them, joins their pages and says what became of each, for report.json.
    """
    if options.notebooks is None or submit is None:
        return dict
    from jscore.show.execution import Task

    parameters = {"REPORT": part.name, "PROCESSED": str(part.parent.resolve()), "LANG": options.lang}
    paths = _notebooks(options.notebooks)
    hashes = {path.stem: content_hash(path) for path in paths}
    tasks = [Task(path.resolve(), (part / "notebooks" / f"{path.stem}.html").resolve(), parameters) for path in paths]
    wait_for = submit(tasks)
    about = " ".join(str(each) for each in who if each)

    def join() -> dict[str, Any]:
        from jscore.show.handout import Chapter, joined

        executed = wait_for()
        chapters = [each.chapter or Chapter.failed(each.notebook.stem, each.failure) for each in executed]
        if chapters:
            (part / "index.html").write_text(joined(chapters, about), encoding="utf-8")
        failures = {each.notebook.stem: each.failure for each in executed}
        return {"notebooks": {name: {"sha256": hashes[name], "failure": failures[name]} for name in failures}}

    return join
