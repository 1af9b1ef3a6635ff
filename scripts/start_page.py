"""Make the page that ``make lab`` opens: the analyst's own notebooks in order, each with its question, and what was processed.

The notebooks it links are working copies in ``data/notebooks``: a run never executes them, a copy that is there is kept, and
``--fresh`` puts them aside and copies anew.

The page is a notebook of prose, ``start.ipynb`` among the processed reports, as JupyterLab shows prose and follows its links.
"""

from __future__ import annotations

import argparse
import os
import re
from datetime import datetime
from pathlib import Path

import nbformat

from jscore.language import LANGS, Lang, tr, using
from jscore.library import store
from jscore.show.translated import translated


def start_page(notebooks: Path, processed: Path) -> nbformat.NotebookNode:
    """The start page, its links relative to the folder ``processed``."""
    head = tr(
        "打开一个笔记本，选菜单 *Run ▸ Run All Cells* 运行全部单元，再往下读。每个笔记本先给出结论，再给出依据；开头的下拉框可换报告，"
        "换后请重新运行全部单元。左侧是文件列表，右键选 *Download* 可下载文件。"
    )
    none = tr("还没有处理过的报告：请把 PDF 放进 `data/raw`，运行 `make run`，再运行 `make lab`。")
    lines = [
        f"# {tr('从这里开始')}",
        head,
        f"## {tr('笔记本')}",
        *(_notebook(path, processed) for path in sorted(notebooks.glob("*.ipynb"))),
    ]
    lines += [f"## {tr('报告')}", *([_report(folder) for folder in store.reports(processed)] or [none])]
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
    files = {"summary.html": tr("一页概要"), "index.html": tr("全部分析汇成一页")}
    links = [f"[{label}]({folder.name}/{name})" for name, label in files.items() if (folder / name).is_file()]
    page = f": {', '.join(links)}" if links else ""
    book = ""
    if (folder / f"{folder.name}.xlsx").is_file():
        book = tr("；Excel 工作簿 `{name}.xlsx` 在文件夹 `{name}` 中", name=folder.name)
    headlines = "".join(f"\n  - {_plain(sentence)}" for sentence in info.get("headlines") or ())
    return f"- **{folder.name}** {said}{page}{book}{headlines}"


def _plain(text: str) -> str:
    """``text`` of a report without what Markdown or a browser would act on."""
    return re.sub(r"([\\`*_{}\[\]<>#$|])", r"\\\1", text)


def _relative(path: Path, folder: Path) -> str:
    return Path(os.path.relpath(path, folder)).as_posix()


def working_copies(notebooks: Path, work: Path, fresh: bool = False) -> list[Path]:
    """The notebooks of the package as copies in ``work``, for the analyst to write in, in the language that is spoken.

    Those that are there are kept.

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
            nbformat.write(translated(nbformat.read(path, as_version=4)), work / path.name)
    return sorted(work.glob("*.ipynb"))


def main(root: Path, fresh: bool = False, lang: Lang = "zh") -> None:
    processed = store.processed_folder(root / "data" / "processed")
    processed.mkdir(parents=True, exist_ok=True)
    work = root / "data" / "notebooks"
    with using(lang):
        working_copies(root / "notebooks", work, fresh)
        nbformat.write(start_page(work, processed), processed / "start.ipynb")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("root", nargs="?", type=Path, default=Path(__file__).parents[1], help="folder of the package")
    parser.add_argument("--fresh", action="store_true", help="put the copies that are there aside")
    parser.add_argument("--lang", choices=LANGS, default="zh")
    given = parser.parse_args()
    main(given.root, given.fresh, given.lang)
