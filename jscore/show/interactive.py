"""What needs a reader in front of a notebook: the drop-down of processed reports, looking up any row's printed cell.

ipywidgets is imported when a widget is wanted and there is a front end to show it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jscore.language import tr
from jscore.library import store
from jscore.show import notebooks
from jscore.show.notebooks import Shown, say

if TYPE_CHECKING:
    from jscore.report import Report

#: Environment variable under which there are no widgets: ``jscore run`` sets it, as its pages have nothing behind them.
STATIC = "JSCORE_STATIC"

#: The report that was picked where a notebook names another one: by that one and the folder.
_picked: dict[tuple[str, str], str] = {}


def front_end() -> Any:
    """ipywidgets where there is a front end that may show them, else None."""
    try:
        import ipywidgets
        from IPython.core.getipython import get_ipython
    except ImportError:
        return None
    shell = get_ipython()
    return ipywidgets if shell is not None and hasattr(shell, "kernel") and not os.environ.get(STATIC) else None


def choose(report_id: str, processed: str | Path | None = None) -> str:
    """``report_id``, or in JupyterLab the report picked in the drop-down of processed reports that this shows.

    What is picked holds for the notebook when its cells are run again, until another ``report_id`` is typed in.
    """
    widgets = front_end()
    folder = store.processed_folder(processed)
    known = [path.name for path in store.reports(folder)]
    if widgets is None or not known:
        return report_id
    key = (report_id, str(folder))
    chosen = _picked.get(key, report_id)
    chosen = chosen if chosen in known else known[0]
    _show(widgets, key, known, chosen)
    return chosen


def _show(widgets: Any, key: tuple[str, str], known: list[str], chosen: str) -> None:
    from IPython.display import display

    drop = widgets.Dropdown(options=known, value=chosen, description=tr("报告"), layout={"width": "32em"})
    note = widgets.HTML()

    def pick(change: Any) -> None:
        _picked[key] = change["new"]
        same = change["new"] == chosen
        note.value = "" if same else tr("请用菜单 <b>Run ▸ Run All Cells</b> 重新运行全部单元，改看这份报告。")

    drop.observe(pick, "value")
    display(widgets.VBox([drop, note]))


def fill(output: Any, *shown: Shown) -> None:
    """Show ``shown`` in a widget's output, in place of what stands there."""
    bundles = ({"text/html": each.html, "text/plain": each.text} for each in shown)
    output.outputs = tuple({"output_type": "display_data", "data": data, "metadata": {}} for data in bundles)


def look_up(report: Report) -> Any:
    """Find a number or words, or pick a frame and a row, and see where it is printed; where nobody is there, how to call for it."""
    widgets = front_end()
    shown = [name for name, frame in report.frames.items() if "page" in frame and len(frame)]
    if widgets is None or not shown:
        return say(
            tr(
                'report.find("5,636.87") 列出数字或文字印在哪里；report.show("revenue", 0) 显示 revenue 第一行所在的单元格，其他数据框同样。'
            )
        )
    return widgets.VBox([_search(widgets, report), _frame_and_row(widgets, report, shown)])


def _search(widgets: Any, report: Report) -> Any:
    """A box for a number or words, the places where they are printed, and the picture of the one that is picked."""
    asked = widgets.Text(description=tr("查找"), placeholder="5,636.87 / 引进人才", continuous_update=False)
    place = widgets.Dropdown(options=[], layout={"width": "60em", "display": "none"})
    output = widgets.Output()
    places = pd.DataFrame()

    def show(_: Any = None) -> None:
        if place.value is not None:
            row = places.loc[place.value]
            fill(output, notebooks.printed(report, "cells", row, str(row["where"]), str(row["printed"])))

    def search(_: Any = None) -> None:
        nonlocal places
        words = asked.value.strip()
        places = report.find(words) if words else pd.DataFrame()
        place.unobserve(show, "value")  # new options leave nothing picked: the first is, and drawn below, once
        place.options = [
            (f"{tr('第{pages}页', pages=row.page)} · {row.where} · {row.label}", row.Index)
            for row in places.itertuples()
        ]
        place.index = None if places.empty else 0
        place.observe(show, "value")
        place.layout.display = "none" if places.empty else ""
        if words and places.empty:
            fill(output, say(tr("“{words}”：本报告没有", words=words)))
        elif not words:
            fill(output)
        else:
            show()

    asked.observe(search, "value")
    place.observe(show, "value")
    return widgets.VBox([asked, place, output])


def _frame_and_row(widgets: Any, report: Report, shown: list[str]) -> Any:
    frame = widgets.Dropdown(options=shown, description=tr("数据框"))
    row = widgets.BoundedIntText(
        min=0, max=len(report.frames[shown[0]]) - 1, description=tr("行号"), continuous_update=False
    )
    output = widgets.Output()

    def update(change: Any = None) -> None:
        row.max = len(report.frames[frame.value]) - 1
        line = report.frames[frame.value].iloc[[row.value]]
        fill(
            output,
            notebooks.table(line.drop(columns=["table_id", "row", "col"], errors="ignore"), of=frame.value),
            notebooks.printed(report, frame.value, line.index[0], frame.value, tr("第{row}行", row=row.value)),
        )

    frame.observe(update, "value")
    row.observe(update, "value")
    update()
    return widgets.VBox([widgets.HBox([frame, row]), output])
