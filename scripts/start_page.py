"""Make the page that ``make lab`` opens: the analyst's own notebooks in order, each with its question, and what was processed.

The notebooks it links are working copies in ``data/notebooks``: a run never executes them, a copy that is there is kept, and
``--fresh`` puts them aside and copies anew.

The page is a notebook of prose, ``start.ipynb`` among the processed reports, as JupyterLab shows prose and follows its links.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
from datetime import datetime
from pathlib import Path

import nbformat

from jscore.library import store

HEAD = """# Start here

Open a notebook, choose *Run ▸ Run All Cells*, and read on. Each one begins with its question and ends with what was found.
At its top a drop-down names the report: pick another one and run all cells again. Files are in the list on the left; a
right-click and *Download* takes one along."""

NONE = "No report has been processed yet: put its PDF into `data/raw` and run `make run`, then `make lab` again."


def start_page(notebooks: Path, processed: Path) -> nbformat.NotebookNode:
    """The start page, its links relative to the folder ``processed``."""
    lines = [HEAD, "## Notebooks", *(_notebook(path, processed) for path in sorted(notebooks.glob("*.ipynb")))]
    lines += ["## Reports", *([_report(folder) for folder in store.reports(processed)] or [NONE])]
    cell = nbformat.v4.new_markdown_cell("\n\n".join(lines), id="start")
    return nbformat.v4.new_notebook(
        cells=[cell], metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    )


def _notebook(path: Path, processed: Path) -> str:
    prose = "\n".join(cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "markdown")
    title = re.search(r"^# (.+)$", prose, re.M)
    question = re.search(r"\*\*(.+?)\*\*", prose, re.S)
    link = f"[{title[1] if title else path.stem}]({_relative(path, processed)})"
    return f"**{link}**" + (f"  \n{' '.join(question[1].split())}" if question else "")


def _report(folder: Path) -> str:
    info = store.read_info(folder) or {}
    said = " ".join(str(info[key]) for key in ("department", "year") if info.get(key))
    files = {"summary.html": "the one page", "index.html": "all notebooks as one page"}
    links = [f"[{label}]({folder.name}/{name})" for name, label in files.items() if (folder / name).is_file()]
    page = f": {', '.join(links)}" if links else ""
    book = (
        f"; Excel workbook `{folder.name}.xlsx` in the folder `{folder.name}`"
        if (folder / f"{folder.name}.xlsx").is_file()
        else ""
    )
    headlines = "".join(f"\n  - {_plain(sentence)}" for sentence in info.get("headlines") or ())
    return f"- **{folder.name}** {said}{page}{book}{headlines}"


def _plain(text: str) -> str:
    """``text`` of a report without what Markdown or a browser would act on."""
    return re.sub(r"([\\`*_{}\[\]<>#$|])", r"\\\1", text)


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def working_copies(notebooks: Path, work: Path, fresh: bool = False) -> list[Path]:
    """The notebooks of the package as copies in ``work``, for the analyst to write in; those that are there are kept.

    With ``fresh`` what is there is first put aside, into a folder named after the time.
    """
    work.mkdir(parents=True, exist_ok=True)
    there = sorted(work.glob("*.ipynb"))
    if fresh and there:
        aside = work / f"earlier-{datetime.now():%Y%m%d-%H%M%S}"
        aside.mkdir()
        for path in there:
            path.rename(aside / path.name)
    for path in sorted(notebooks.glob("*.ipynb")):
        if not (work / path.name).exists():
            shutil.copyfile(path, work / path.name)
    return sorted(work.glob("*.ipynb"))


def main(root: Path, fresh: bool = False) -> None:
    processed = store.processed_folder(root / "data" / "processed")
    processed.mkdir(parents=True, exist_ok=True)
    work = root / "data" / "notebooks"
    working_copies(root / "notebooks", work, fresh)
    nbformat.write(start_page(work, processed), processed / "start.ipynb")


if __name__ == "__main__":
    named = [argument for argument in sys.argv[1:] if argument != "--fresh"]
    main(Path(named[0]) if named else Path(__file__).parents[1], "--fresh" in sys.argv)
