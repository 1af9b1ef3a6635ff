"""The object that users hold: a report's frames, and where each row is printed."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from jscore.errors import ReadError
from jscore.files.whole import whole_file
from jscore.language import Lang
from jscore.pdf.boxes import Box

if TYPE_CHECKING:
    from PIL.Image import Image


@dataclass(frozen=True)
class Place:
    """Where something is printed: page (from 1) and box (points, origin bottom left, as shown)."""

    page: int
    box: Box


@dataclass(frozen=True)
class Report:
    """A report: ``frames`` by name, also as attributes, and ``info``, the content of report.json."""

    path: Path | None
    frames: dict[str, pd.DataFrame] = field(repr=False)
    info: dict[str, Any] = field(repr=False)
    password: str | None = field(default=None, repr=False)

    def __getattr__(self, name: str) -> pd.DataFrame:
        try:
            return self.__dict__["frames"][name]
        except KeyError:
            known = ", ".join(self.__dict__.get("frames", {}))
            raise AttributeError(f"a report has no frame {name!r}; it has {known}") from None

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.frames]

    def __repr__(self) -> str:
        info = self.info
        return f"<Report {info['report_id']}: {info['department']} {info['year']}, {info['page_count']} pages>"

    @property
    def findings(self) -> pd.DataFrame:
        """The relations that do not hold: rows of frame ``checks``, errors first, then warnings, then what is worth knowing.

        Columns: check_no (for ``show_check`` and ``figures_of``), check_id, title, group, severity (``error``, ``warning``,
        ``info``), status, subject, expected, actual, difference (actual less expected), tolerance (what rounding explains;
        the four in ``unit``: 万元, fraction, 分 or what is counted), pages, message (what does not hold, in Chinese).
        """
        from jscore.relations.engine import findings

        return findings(self.checks)

    def figures_of(self, check_no: int) -> pd.DataFrame:
        """The printed figures of a check: rows of frame ``check_figures``; ``report.show("check_figures", row)`` shows one."""
        return self.check_figures[self.check_figures["check_no"] == check_no]

    def show_check(self, check_no: int, scale: float = 2) -> Image:
        """A picture of a check: left the figures under test, right those they are held against, each with its page.

        ``check_no`` is that of ``checks`` or ``findings``.  Figures on one page are in one picture.  Raises KeyError for
        a check that is not there, ReadError for one about the report as a whole, FileNotFoundError without the PDF.
        """
        from jscore.findings.pictures import side_by_side

        return side_by_side(self, check_no, scale)

    def annotate(self, target: str | Path) -> bool:
        """Write a copy of the PDF to ``target``, every finding's figures boxed, with a note; False if there are no findings.

        Nothing is written without findings.  Raises ReadError if the PDF cannot be copied, is another than the report
        was read from, or if ``target`` is a file that is no such copy.
        """
        from jscore.findings.annotate import write_annotated

        return write_annotated(self, Path(target))

    def locate(self, frame: str, row: int | pd.Series) -> Place:
        """Where row ``row`` (an index label of ``frame``, or the row itself) is printed.

        Raises KeyError for a frame or row that is not there.
        """
        line: dict[Hashable, Any] = (row if isinstance(row, pd.Series) else self.frames[frame].loc[row]).to_dict()
        if "x0" in line:
            return Place(
                int(line["page"]), (float(line["x0"]), float(line["y0"]), float(line["x1"]), float(line["y1"]))
            )
        cells = self.frames["cells"]
        cells = cells[(cells["table_id"] == line["table_id"]) & (cells["row"] == line["row"])]
        if "col" in line:
            cells = cells[cells["col"] == line["col"]]
        if cells.empty:
            raise KeyError(f"row {row} of {frame} has no printed cell")
        page = int(cells["page"].iloc[0])
        box = (cells["x0"].min(), cells["y0"].min(), cells["x1"].max(), cells["y1"].max())
        return Place(page, (float(box[0]), float(box[1]), float(box[2]), float(box[3])))

    def show(self, frame: str, row: int | pd.Series, margin: float = 40, scale: float = 2) -> Image:
        """A picture of the page around row ``row`` of ``frame``, its printed cell framed; notebooks display it.

        The frame is red, and blue where the cell was read by OCR.
        """
        from jscore.pdf.show import BLUE, RED, crop

        if self.path is None or not self.path.is_file():
            raise FileNotFoundError(f"{self.path}: the PDF is needed to show a page; put it back there")
        place = self.locate(frame, row)
        colour = BLUE if self._by_ocr(place) else RED
        return crop(self.path, place.page, place.box, margin, scale, self.password, colour)

    def _by_ocr(self, place: Place) -> bool:
        """Whether a cell there was read by OCR."""
        cells = self.frames["cells"]
        x, y = (place.box[0] + place.box[2]) / 2, (place.box[1] + place.box[3]) / 2
        here = cells["x0"].le(x) & cells["x1"].ge(x) & cells["y0"].le(y) & cells["y1"].ge(y)
        return bool(cells.loc[here & cells["page"].eq(place.page), "source"].ne("text").any())

    def find(self, text: str) -> pd.DataFrame:
        """Where the report prints a number or words: cells of its tables and forms, and sentences of its text.

        ``"5,636.87万元"``, ``"5636.87"`` and ``"56368700"`` are one amount; full-width characters, blanks and line breaks
        make no difference.  Columns: page, where (form or section), label (what it is), printed, value (万元, percentages
        as fractions) and its unit, kind (``table``, ``form``, ``prose``), match (``equal``, ``rounded``, ``contains``), frame,
        frame_row and column where a frame holds it, table_id, row and col of its cell, box.  A row of it shows its place:
        ``report.show("cells", found.loc[0])``.  Raises ReadError for a text without a character.
        """
        from jscore.search import find

        return find(self.frames, self.info, text)

    def to_excel(self, path: str | Path, lang: Lang | None = None, answered: str | Path | None = None) -> Path:
        """Write the workbook to ``path``, headings in Chinese (``zh``) or English (``en``); the path again.

        What was filled in beside the findings of the workbook ``answered`` (without it, of one at ``path``) is kept.
        Raises ReadError, with one line for the user, if it cannot be written there, or an older one not be read.
        """
        from jscore.excel import write_workbook

        target = Path(path)
        try:
            write_workbook(self.frames, self.info, target, lang, Path(answered) if answered else None)
        except OSError as error:
            reason = f"{target}: cannot be written ({error.strerror}); close it in Excel, or name another"
            raise ReadError(reason) from None
        return target

    def to_csv(self, folder: str | Path, lang: Lang | None = None) -> list[Path]:
        """Write every frame into ``folder``, which is made, as ``<frame>.csv``; the paths.

        Columns are headed in Chinese (``zh``) or English (``en``), with their units; a byte order mark makes Excel read
        UTF-8.  Text that a spreadsheet would take for a formula has an apostrophe before it.  Raises OSError.
        """
        from jscore.findings.exports import csv_of

        target = Path(folder)
        target.mkdir(parents=True, exist_ok=True)
        paths = {name: target / f"{name}.csv" for name in self.frames}
        for name, frame in self.frames.items():
            whole_file(paths[name], csv_of(name, frame, lang))
        return list(paths.values())
