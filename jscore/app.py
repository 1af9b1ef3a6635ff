"""Processed reports as pages in a browser, on this machine alone: a picker, findings, frames with filters, the search.

Panel serves them; it is the extra ``jscore[app]`` and imported when they are wanted.  What a report prints is data: it
goes into tables, which show it as it is, and into pictures, never into HTML.
"""

from __future__ import annotations

import socket
import warnings
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pandas as pd

from jscore import fonts, schema
from jscore.errors import ReadError
from jscore.findings.causes import causes
from jscore.language import current, tr
from jscore.language.words import word
from jscore.library import store

if TYPE_CHECKING:
    from PIL.Image import Image

    from jscore.report import Report

HOST = "127.0.0.1"
#: Where the files of the reports are served: their pages and workbooks.
FILES = "files"
FONTS = "fonts"
#: Reports kept in memory, and pixels a point of a picture.
_KEPT, _SCALE = 8, 2
#: Points of the page that are shown around a cell.
_MARGIN = 240
#: Instances of a finding that are shown, pixels of the widest picture, and characters that a cell may cut.
_INSTANCES, _WIDEST, _LONG = 5, 1100, 20
#: Columns that say where a row is printed and nothing else.
_PLACE = ("table_id", "row", "col", *schema.BOX)
_ROWS = 18


def serve(processed: Path, port: int | None, say: Callable[[str], None], open_browser: bool = True) -> None:
    """Serve the processed reports of a folder until the process is interrupted; ``say`` is told the address.

    Without ``port`` it is one that is free.  Raises ReadError for one that is taken, where there are no reports, or
    Panel is not installed.
    """
    if not store.reports(processed):
        raise ReadError(f"{processed}: no processed reports; put PDFs into data/raw and run `jscore run`")
    panel = _panel()
    free = _free(port)
    say(f"http://{HOST}:{free}")
    panel.serve(
        lambda: App(panel, processed).page(),
        address=HOST,
        port=free,
        show=open_browser,
        title="jscore",
        websocket_origin=[f"{name}:{free}" for name in (HOST, "localhost")],
        static_dirs={FILES: str(processed), FONTS: str(fonts.FILE.parent)},
        verbose=False,
    )


def _free(port: int | None) -> int:
    with closing(socket.socket()) as probe:
        try:
            probe.bind((HOST, port or 0))
        except OSError as error:
            raise ReadError(f"port {port}: {error.strerror}; name another with --port") from None
        return int(probe.getsockname()[1])


def _panel() -> Any:
    try:
        import panel
    except ImportError:
        raise ReadError("the app needs Panel: pip install 'jscore[app]', or make app") from None
    # Bokeh warns of a table that is shown again, which is what a tab that is opened again does.
    warnings.filterwarnings("ignore", "reference already known")
    panel.extension("tabulator", notifications=False, raw_css=[_font_faces()])
    return panel


def _font_faces() -> str:
    """The fonts of this package, for who has none with Chinese."""
    names, files = fonts.FAMILIES[:2], (fonts.FILE, fonts.RARE_FILE)
    faces = (
        f'@font-face {{ font-family: "{name}"; src: url("/{FONTS}/{file.name}"); }}'
        for name, file in zip(names, files, strict=True)
    )
    family = f'Helvetica, Arial, "PingFang SC", "Microsoft YaHei", "{names[0]}", "{names[1]}", sans-serif'
    return "\n".join(
        [*faces, f":root {{ --bokeh-base-font: {family}; --body-font: {family}; font-family: {family}; }}"]
    )


@lru_cache(_KEPT)
def _loaded(report_id: str, processed: Path, changed: str) -> Report:
    """A processed report; one that was ``changed`` is read anew."""
    return store.load(report_id, processed)


@dataclass
class App:
    """What one visitor sees: the report that is picked, and its tabs."""

    panel: Any
    processed: Path

    def page(self) -> Any:
        """The whole page."""
        pn = self.panel
        named = {self._title(folder): folder.name for folder in store.reports(self.processed)}
        picked = pn.widgets.Select(label=tr("报告"), options=named, width=600)
        tabs = pn.Column(sizing_mode="stretch_width")

        def show(report_id: str) -> None:
            tabs[:] = [self._tabs(report_id)]

        picked.param.watch(lambda change: show(change.new), "value")
        show(picked.value)
        return pn.Column(picked, tabs, sizing_mode="stretch_width", styles={"max-width": "1500px", "margin": "0 auto"})

    def _title(self, folder: Path) -> str:
        info = store.read_info(folder) or {}
        named = " ".join(str(info[key]) for key in ("department", "year") if info.get(key))
        return f"{named} · {folder.name}" if named else folder.name

    def _tabs(self, report_id: str) -> Any:
        changed = str((store.read_info(self.processed / report_id) or {}).get("processed"))
        try:
            report = _loaded(report_id, self.processed, changed)
        except ReadError as error:
            return _words(self.panel, str(error))
        parts = [
            (tr("概要"), self._summary(report_id)),
            (tr("发现"), self._findings(report)),
            (tr("查找"), self._search(report)),
            (tr("数据"), self._frames(report)),
        ]
        return self.panel.Tabs(*parts, dynamic=True, sizing_mode="stretch_width")

    # --- the tabs ---------------------------------------------------------------------------

    def _summary(self, report_id: str) -> Any:
        """The one page as it is, and what else is in the report's folder."""
        folder = self.processed / report_id
        links = [
            f'<a href="/{FILES}/{quote(report_id)}/{quote(name)}" target="_blank">{words}</a>'
            for name, words in (
                ("index.html", tr("全部笔记")), ("summary.pdf", tr("概要，供打印")), (f"{report_id}.xlsx", tr("工作簿")),
            ) if (folder / name).is_file()
        ]  # fmt: skip
        if not (folder / "summary.html").is_file():
            return self.panel.pane.HTML(" · ".join(links))
        page = f"/{FILES}/{quote(report_id)}/summary.html"
        frame = f'<iframe src="{page}" title="summary" style="width:100%;height:80vh;border:0"></iframe>'
        return self.panel.Column(
            self.panel.pane.HTML(" · ".join(links)),
            self.panel.pane.HTML(frame, sizing_mode="stretch_width"),
            sizing_mode="stretch_width",
        )

    def _findings(self, report: Report) -> Any:
        """The findings by cause; a click shows the figures on their pages."""
        by_cause = causes(report.frames)
        shown = by_cause[["severity", "message", "money", "instances", "pages"]]
        money = shown["money"].where(shown["money"] > 0)
        shown = shown.assign(severity=shown["severity"].map(word), money=money)
        numbers = [str(text) for text in by_cause["check_nos"]]

        def pictures(row: int) -> list[Image]:
            return [report.show_check(int(number), _SCALE) for number in numbers[row].split(",")[:_INSTANCES]]

        return self._table_and_picture(shown, "workbook", pictures, {"message": 640})

    def _search(self, report: Report) -> Any:
        """A box for a number or words; a click on a place shows it."""
        pn = self.panel
        asked = pn.widgets.TextInput(label=tr("数字或文字"), placeholder="5,636.87万元", width=420)
        below = pn.Column(sizing_mode="stretch_width")

        def search(change: Any) -> None:
            words = change.new.strip()
            places = report.find(words) if words else pd.DataFrame()
            if places.empty:
                below[:] = [_words(pn, tr("“{words}”：本报告没有", words=words))] if words else []
                return
            shown = places[["page", "where", "label", "printed", "value", "unit"]]
            below[:] = [
                self._table_and_picture(shown, "search", lambda row: [report.show("cells", places.iloc[row], _MARGIN)])
            ]

        asked.param.watch(search, "value")
        return pn.Column(asked, below, sizing_mode="stretch_width")

    def _frames(self, report: Report) -> Any:
        """Any frame, with a filter over every column; a click on a row shows it on its page."""
        pn = self.panel
        there = {
            f"{schema.FRAMES[name].heading(current())} ({name})": name
            for name, frame in report.frames.items()
            if name in schema.FRAMES and len(frame)
        }
        first = next((name for name in ("expenditure", "revenue") if name in there.values()), None)
        picked = pn.widgets.Select(label=tr("数据表"), options=there, value=first or next(iter(there.values()), None))
        below = pn.Column(sizing_mode="stretch_width")

        def show(name: str) -> None:
            frame = report.frames[name]
            columns = [column for column in frame if column not in _PLACE and frame[column].notna().any()]
            below[:] = [self._table_and_picture(frame[columns], name, lambda row: [report.show(name, row, _MARGIN)])]

        picked.param.watch(lambda change: show(change.new), "value")
        if picked.value:
            show(picked.value)
        return pn.Column(picked, below, sizing_mode="stretch_width")

    # --- a table with a picture -----------------------------------------------------------------

    def _table_and_picture(
        self, shown: pd.DataFrame, of: str, pictures: Callable[[int], list[Image]], widths: dict[str, int] | None = None
    ) -> Any:
        """A table with a filter over each column, and under it the picture of the row that is clicked."""
        pn = self.panel
        columns = [schema.column(str(name), of) for name in shown]
        numbers = [name for name in shown if pd.api.types.is_numeric_dtype(shown[name])]
        formats = _number_formatter()
        table = pn.widgets.Tabulator(
            shown,
            show_index=False,
            disabled=True,
            selectable=1,
            pagination="local",
            page_size=_ROWS,
            layout="fit_columns",
            titles={column.name: column.heading(current()) for column in columns},
            widths=widths or {},
            text_align=dict.fromkeys(numbers, "right"),
            header_filters={column.name: _filter(column.name, column.name in numbers) for column in columns},
            formatters={column.name: formats(format=_format(column)) for column in columns if column.name in numbers},
            sizing_mode="stretch_width",
        )
        below = pn.Column(_words(pn, tr("点一行，看它在页面上的位置")))

        def clicked(event: Any) -> None:
            row = shown.index[event.row]
            words = max((text for text in shown.loc[row] if isinstance(text, str)), key=len, default="")
            try:
                drawn = [pn.pane.Image(each, width=min(each.width, _WIDEST)) for each in pictures(row)]
                below[:] = [*([_words(pn, words)] if len(words) > _LONG else []), *drawn]
            except (FileNotFoundError, KeyError, ReadError) as error:
                below[:] = [_words(pn, str(error.args[0]))]

        table.on_click(clicked)
        return pn.Column(table, below, sizing_mode="stretch_width")


def _words(panel: Any, text: str) -> Any:
    """Text as it is, broken where the page ends."""
    return panel.pane.Str(text, stylesheets=["pre { font-family: inherit; white-space: pre-wrap; }"])


def _number_formatter() -> Any:
    from bokeh.models.widgets.tables import NumberFormatter

    return NumberFormatter


def _format(column: schema.Column) -> str:
    """How Bokeh writes the numbers of a column."""
    if column.kind == "integer":
        return "0"
    return {"fraction": "0.00%", "share": "0.0%", "see unit": "0,0.[0000]"}.get(column.unit, "0,0.00")


def _filter(name: str, number: bool) -> dict[str, str]:
    """What the box over a column looks for: how a code begins, a number from this on, words in a text."""
    if name.endswith("_code"):
        return {"type": "input", "func": "starts", "placeholder": tr("开头")}
    return (
        {"type": "number", "func": ">=", "placeholder": "≥"}
        if number
        else {
            "type": "input",
            "func": "like",
            "placeholder": tr("含有"),
        }
    )
