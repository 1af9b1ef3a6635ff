"""What a run leaves beside the reports' folders: the library and data package of all of them, the pages on years and departments.

A notebook says in its metadata what there is a page of: ``"jscore": {"page_for": "department"}`` one of each
department with several years, ``"all"`` one of all reports together, where there are several departments; without it
one of each report.  Such a page ends with a fingerprint of
the reports and the notebook that it was made from, by which the next run knows whether it is still right.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from functools import lru_cache, partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Literal

from jscore._version import __version__
from jscore.errors import ReadError
from jscore.files.addresses import bring, is_here, named
from jscore.language import Lang
from jscore.library import datapackage, partitions
from jscore.text.names import department_key

if TYPE_CHECKING:
    from jscore.show.execution import Executor, Follow

PageFor = Literal["report", "department", "all"]

#: Seconds after which an unfinished file is nobody's.
LEFT_BEHIND = 3600
_MARK = re.compile(r"<!-- jscore: ([0-9a-f]{16}) -->\s*$")


@dataclass(frozen=True)
class Made:
    """A file that was made anew, or, with a ``failure`` (a line for the user), was not."""

    path: Path
    failure: str = ""


@dataclass(frozen=True)
class _Page:
    notebook: Path
    path: Path
    report_id: str
    fingerprint: str


def finish(
    processed: Path,
    notebooks: Path | None = None,
    executor: Executor | None = None,
    follow: Follow | None = None,
    lang: Lang = "zh",
    alone: Callable[[], AbstractContextManager[object]] = nullcontext,
) -> Iterator[Made]:
    """Bring what stands in ``processed`` beside the reports up to date, and give what was made anew.

    ``notebooks`` is the folder of notebooks, None leaves the pages as they are; ``follow`` hears which are executed, ``lang`` is the pages' language.  A
    page is written whole or not at all; those of departments that have no report any more are removed.  At an address
    there is no data package, and the library is written while ``alone`` keeps others from it.
    """
    here = is_here(processed)
    if here and not processed.is_dir():
        return
    kept: list[tuple[Path, Callable[[Path], bool]]] = [
        (processed / partitions.FOLDER, partial(partitions.update, alone=alone))
    ]
    if here:
        _sweep(processed)
        kept.append((processed / datapackage.FILE, datapackage.write))
    for path, write in kept:
        try:
            if write(processed):
                yield Made(path)
        except (OSError, ReadError) as error:
            yield Made(path, str(error) if isinstance(error, ReadError) else f"{path}: {error.strerror or error}")
    if notebooks is not None:
        yield from _pages(processed, notebooks, executor, follow, lang)


def page_for(notebook: Path) -> PageFor:
    """What there is a page of ``notebook`` for."""
    try:
        return _page_for_in(notebook, notebook.stat().st_mtime_ns)
    except OSError:
        return "report"


@lru_cache(maxsize=64)
def _page_for_in(notebook: Path, changed: int) -> PageFor:
    """What the metadata of a notebook, last ``changed`` then, say: asked for every report, read once."""
    try:
        kind = json.loads(notebook.read_text(encoding="utf-8"))["metadata"]["jscore"]["page_for"]
    except (ValueError, KeyError, TypeError):
        return "report"
    return kind if kind in ("department", "all") else "report"


def is_of_a_report(notebook: Path) -> bool:
    """Whether ``notebook`` is executed for each report, into its folder."""
    return page_for(notebook) == "report"


def _pages(
    processed: Path, notebooks: Path, executor: Executor | None, follow: Follow | None, lang: Lang
) -> Iterator[Made]:
    wanted = [page for notebook in sorted(notebooks.glob("*.ipynb")) for page in _wanted(processed, notebook, lang)]
    for old in processed.glob("*.html"):
        if _fingerprint_of(old) and old not in {page.path for page in wanted}:
            old.unlink(missing_ok=True)
    stale = [page for page in wanted if _fingerprint_of(page.path) != page.fingerprint]
    if not stale:
        return
    from jscore.show.execution import Executor, Task

    with ExitStack() as stack:
        here = is_here(processed)
        folder = processed if here else Path(stack.enter_context(TemporaryDirectory(prefix="jscore-")))
        tasks = [
            Task(
                page.notebook.resolve(),
                (folder / page.path.name).resolve(),
                {"REPORT": page.report_id, "PROCESSED": named(processed), "LANG": lang},
                ending=f"\n<!-- jscore: {page.fingerprint} -->\n",
            )
            for page in stale
        ]
        executor = executor or stack.enter_context(Executor(2))
        for page, executed in zip(stale, executor.execute(tasks, follow), strict=True):
            if not here and not executed.failure:
                bring(folder, processed, [page.path.name])
            missing = "the page is as it was" if page.path.exists() else "its page is missing"
            yield Made(page.path, f"notebook {executed.failure}; {missing}" if executed.failure else "")


def _wanted(processed: Path, notebook: Path, lang: Lang) -> list[_Page]:
    """The pages that there should be of ``notebook``, each with the last report that it is about."""
    kind = page_for(notebook)
    if kind == "report":
        return []
    infos = partitions.processed_reports(processed)
    groups: dict[str, list[tuple[Path, Mapping[str, Any]]]] = {}
    for folder, info in infos:
        if kind == "all" or info.get("department"):
            groups.setdefault("" if kind == "all" else department_key(info["department"]), []).append((folder, info))
    pages = []
    for folders in groups.values():
        if not _comparable(folders, kind):
            continue
        last, newest = max(folders, key=lambda pair: (pair[1].get("year") or 0, pair[0].name))
        last = last if kind == "department" else _typical(folders)
        name = f"{notebook.stem}-{_file_name(newest['department'])}" if kind == "department" else notebook.stem
        made_of = [(folder.name, other["stamp"], other["sha256"]) for folder, other in folders]
        pages.append(_Page(notebook, processed / f"{name}.html", last.name, _fingerprint(notebook, [lang, *made_of])))
    return pages


def _comparable(folders: list[tuple[Path, Mapping[str, Any]]], kind: PageFor) -> bool:
    """Whether there is more than one year of a department, or more than one department, to lay side by side."""
    by = "year" if kind == "department" else "department"
    return len({info.get(by) for _, info in folders} - {None}) > 1


def _typical(folders: list[tuple[Path, Mapping[str, Any]]]) -> Path:
    """The last report of the last year that half of the departments have: the first of a new year is compared with none."""
    departments: dict[int, set[str]] = {}
    for _, info in folders:
        departments.setdefault(info.get("year") or 0, set()).add(info.get("department") or "")
    enough = len(set().union(*departments.values())) / 2
    year = max((year for year, names in departments.items() if len(names) >= enough), default=max(departments))
    return max((folder for folder, info in folders if (info.get("year") or 0) == year), key=lambda folder: folder.name)


def _sweep(processed: Path) -> None:
    """Remove what runs that were killed left half-written; a run that is going on is younger."""
    for path in processed.glob(".*.part"):
        if path.is_file() and time.time() - path.stat().st_mtime > LEFT_BEHIND:
            path.unlink(missing_ok=True)


def _fingerprint(notebook: Path, made_of: Iterable[object]) -> str:
    text = json.dumps([__version__, sha256(notebook.read_bytes()).hexdigest(), *made_of])
    return sha256(text.encode()).hexdigest()[:16]


def _fingerprint_of(page: Path) -> str:
    """The fingerprint at the end of a page; "" where there is none."""
    try:
        with page.open("rb") as file:
            file.seek(max(0, page.stat().st_size - 80))
            mark = _MARK.search(file.read().decode("utf-8", "replace"))
    except OSError:
        return ""
    return mark.group(1) if mark else ""


def _file_name(department: str) -> str:
    return re.sub(r'[\\/:*?"<>|\s]', "_", department)
