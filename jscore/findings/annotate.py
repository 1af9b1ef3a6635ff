"""An annotated copy of a report: every finding's figures boxed on the page, with a note, and listed in the outline.

Notes are /Square annotations with a /Popup and an appearance of their own, which viewers show without drawing anything
themselves.  Figures that several findings share have one note that names them all.  The page itself, its own
annotations and outline are left as they are; the same report gives the same bytes.
"""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
from pikepdf import Array, Dictionary, Name, OutlineItem

from jscore.errors import ReadError, first_line
from jscore.files.whole import whole_file
from jscore.findings.choose import Choice, chosen, clean
from jscore.findings.output import has_changed
from jscore.findings.places import Mark, marks
from jscore.findings.spoken import spoken, spoken_label
from jscore.language import Lang, current, sign, tr
from jscore.language.words import word
from jscore.pdf.boxes import Box, area, around
from jscore.pdf.pages import on_canvas, open_document, password_for
from jscore.schema import SEVERITIES

if TYPE_CHECKING:
    from jscore.report import Report

COLOURS = {"error": (0.80, 0.10, 0.10), "warning": (0.90, 0.50, 0.0), "info": (0.12, 0.38, 0.70)}
#: Who speaks, in the list of notes; the beginning of each note's name; the heading in the outline.
AUTHOR, PREFIX = "jscore", "jscore-"
#: What the findings stand under in the outline, by which those of an earlier copy are known.
OUTLINE: dict[Lang, str] = {"zh": "核对发现", "en": "Findings"}
#: Points between a cell and its box, the width of its line (whole, dashed), how much the tint covers, the dashes.
_AWAY, _LINE, _THIN, _TINT, _DASHES = 1.0, 1.4, 0.9, 0.12, (3, 1.5)
#: Points of the page shown above and below a box that the outline leads to.
_AROUND = 120
#: Counterparts that a note names one by one.
_NAMED = 4
#: What pikepdf raises where an object of the PDF is not what it has to be.
_DAMAGED = (pikepdf.PdfError, pikepdf.OutlineStructureError, TypeError, ValueError, RuntimeError)
#: /F: printed with the page.
_PRINT = 4


@dataclass(frozen=True)
class _Finding:
    """A row of ``checks`` with the marks of its figures."""

    check: Mapping[Any, Any]
    marks: Sequence[Mark]

    @property
    def head(self) -> str:
        check = self.check
        return " · ".join(
            filter(
                None,
                (
                    f"{word(check['severity'])} {check['check_no']}",
                    clean(check["title"]),
                    spoken_label(clean(check["subject"])),
                ),
            )
        )


@dataclass
class _Note:
    """What is said at the boxes of one mark, by all findings that meet there."""

    page: int
    boxes: tuple[Box, ...]
    findings: list[tuple[_Finding, str]] = field(default_factory=list)

    @property
    def severity(self) -> str:
        return min((str(finding.check["severity"]) for finding, _ in self.findings), key=SEVERITIES.index)

    @property
    def dashed(self) -> bool:
        return all(role != "actual" for _, role in self.findings)

    @property
    def text(self) -> str:
        return "\n\n".join(_text(finding, role) for finding, role in self.findings)

    @property
    def area(self) -> float:
        return area(around(self.boxes))


def annotated(path: Path, checks: pd.DataFrame, figures: pd.DataFrame, password: str | None = None) -> bytes | None:
    """The PDF at ``path`` with a note at every figure of the findings in ``checks``; None if there are no findings.

    ``checks`` and ``figures`` are frames of the report in that PDF, ``password`` opens it if it is encrypted.  A copy of an encrypted file is not encrypted.
    Raises ReadError, with one line for the user, if the PDF cannot be read or copied.
    """
    failed = spoken(chosen(checks, Choice()), figures)
    placed = marks(figures[figures["check_no"].isin(failed["check_no"])])
    listed = [_Finding(check, placed.get(check["check_no"], [])) for check in failed.to_dict("records")]
    if not listed:
        return None
    notes = _notes(listed)
    places = _on_canvas(path, notes, password)
    try:
        with pikepdf.open(path, password=password_for(password) or "") as pdf:
            if max((note.page for note in notes), default=1) > len(pdf.pages):
                raise ReadError(f"{path}: pages cannot be told apart, so that they cannot be annotated; save it anew")
            _forget(pdf)
            for page, placed_notes in places.items():
                _annotate(pdf, page, placed_notes)
            _lost(pdf, path, [finding for finding in listed if not finding.marks], password)
            _outline(pdf, listed, places)
            out = io.BytesIO()
            pdf.save(out, deterministic_id=True, encryption=False)
            return out.getvalue()
    except _DAMAGED as error:
        reason = first_line(error, "damaged")
        raise ReadError(f"{path}: cannot be annotated ({reason}); save it anew with a PDF viewer") from error


def write_annotated(report: Report, target: Path) -> bool:
    """Write the annotated copy of ``report`` to ``target``; False, and nothing is written, if it has no findings."""
    path = report.path
    if path is None or not path.is_file():
        raise ReadError(f"{path}: the PDF is needed to annotate it; put it back there")
    if has_changed(report):
        raise ReadError(f"{path}: has changed since it was processed; run `jscore run` again")
    if target.exists() and not _is_copy(target):
        raise ReadError(f"{target}: is no annotated copy and is not overwritten; choose another name")
    data = annotated(path, report.checks, report.check_figures, report.password)
    if data is not None:
        whole_file(target, data)
    return data is not None


def _is_copy(path: Path) -> bool:
    """Whether the file is a PDF that has our notes."""
    try:
        with pikepdf.open(path) as pdf:
            return any(_ours(note) for page in pdf.pages for note in _annotations(page))
    except (*_DAMAGED, OSError):
        return False


# --- what is said where -------------------------------------------------------------------


def _notes(findings: Sequence[_Finding]) -> list[_Note]:
    """One note for each set of boxes, most severe findings first in each."""
    notes: dict[tuple[int, tuple[Box, ...]], _Note] = {}
    for finding in findings:
        for mark in finding.marks:
            note = notes.setdefault((mark.page, mark.boxes), _Note(mark.page, mark.boxes))
            note.findings.append((finding, mark.role))
    return list(notes.values())


def _text(finding: _Finding, role: str) -> str:
    """A finding as said at its figures of ``role``: what it is, what does not hold, where the others are."""
    others = [mark for mark in finding.marks if mark.role != role]
    told = (tr("第{page}页 {figures}", page=mark.page, figures=_listed(mark.figures)) for mark in others)
    against = sign("；").join(told)
    if against:
        other = word("expected" if role == "actual" else "actual")
        against = tr("{role}：{figures}", role=other, figures=against)
    return "\n".join(filter(None, (finding.head, clean(finding.check["message"]), against)))


def _listed(figures: Sequence[str]) -> str:
    named = sign("、").join(figures[:_NAMED])
    return named if len(figures) <= _NAMED else tr("{first}等{number}项", first=named, number=len(figures))


# --- annotations -----------------------------------------------------------------------------


@dataclass(frozen=True)
class _Placed:
    """A note, its boxes and the part of the page to go to, in the page's own coordinates."""

    note: _Note
    boxes: list[Box]
    view: Box


def _on_canvas(path: Path, notes: Sequence[_Note], password: str | None) -> dict[int, list[_Placed]]:
    """The notes of each page, the smallest last: it lies on top, where a pointer reaches it."""
    by_page: dict[int, list[_Note]] = defaultdict(list)
    for note in sorted(notes, key=lambda note: (note.page, -note.area)):
        by_page[note.page].append(note)
    document = open_document(path, password)
    try:
        pages = {number: document[number - 1] for number in by_page}
        return {number: [_placed(pages[number], note) for note in of_page] for number, of_page in by_page.items()}
    finally:
        document.close()


def _placed(page: pdfium.PdfPage, note: _Note) -> _Placed:
    wide, high = page.get_size()
    boxes = [on_canvas(page, _inside(box, wide, high)) for box in note.boxes]
    bottom, top = min(box[1] for box in note.boxes), max(box[3] for box in note.boxes)
    view = on_canvas(page, (0.0, max(0.0, bottom - _AROUND), wide, min(high, top + _AROUND)))
    return _Placed(note, boxes, view)


def _inside(box: Box, wide: float, high: float) -> Box:
    """``box`` a little larger, within the page."""
    half = _LINE / 2
    return (
        max(half, box[0] - _AWAY), max(half, box[1] - _AWAY), min(wide - half, box[2] + _AWAY), min(high - half, box[3] + _AWAY),
    )  # fmt: skip


def _forget(pdf: pikepdf.Pdf) -> None:
    """Take out what an earlier copy was given, so that a copy of a copy has its notes once."""
    for page in pdf.pages:
        if "/Annots" in page.obj:
            page.obj.Annots = Array([note for note in _annotations(page) if not _ours(note)])
    if not isinstance(pdf.Root.get("/Outlines", Dictionary()), Dictionary):
        del pdf.Root.Outlines
    if "/Outlines" in pdf.Root:
        with pdf.open_outline(max_depth=64) as outline:
            outline.root[:] = [item for item in outline.root if item.title not in OUTLINE.values()]


def _annotations(page: pikepdf.Page) -> list[Any]:
    """The annotations of ``page``; none where the entry is no list of them."""
    entry = page.obj.get("/Annots")
    return list(entry) if isinstance(entry, Array) else []


def _ours(note: Any) -> bool:
    if not isinstance(note, Dictionary):
        return False
    parent = note.get("/Parent") if note.get("/Subtype") == Name.Popup else None
    named = note if parent is None else parent
    return isinstance(named, Dictionary) and str(named.get("/NM", "")).startswith(PREFIX)


def _annotate(pdf: pikepdf.Pdf, number: int, placed: Sequence[_Placed]) -> None:
    page = pdf.pages[number - 1]
    made: list[pikepdf.Object] = []
    for place, placed_note in enumerate(placed, 1):
        square = _square(pdf, page, placed_note.note, placed_note.boxes, f"{PREFIX}{number}-{place}")
        made += [square, square.Popup]
    page.obj.Annots = Array([*_annotations(page), *made])


def _square(pdf: pikepdf.Pdf, page: pikepdf.Page, note: _Note, boxes: Sequence[Box], name: str) -> pikepdf.Object:
    half = _LINE / 2
    x0, y0, x1, y1 = around(boxes)
    rect = _numbers(x0 - half, y0 - half, x1 + half, y1 + half)
    colour = COLOURS[note.severity]
    style = Dictionary(W=_THIN, S=Name.D, D=Array(_DASHES)) if note.dashed else Dictionary(W=_LINE, S=Name.S)
    first = note.findings[0][0]
    square = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Square, Rect=rect, P=page.obj, F=_PRINT, NM=pikepdf.String(name),
        C=_numbers(*colour), BS=style, T=pikepdf.String(AUTHOR), Subj=pikepdf.String(clean(first.check["title"])),
        Contents=pikepdf.String(note.text), AP=Dictionary(N=_appearance(pdf, rect, boxes, colour, note.dashed)),
    ))  # fmt: skip
    square.Popup = pdf.make_indirect(Dictionary(
        Type=Name.Annot, Subtype=Name.Popup, Parent=square, P=page.obj, Open=False, F=_PRINT,
        Rect=_numbers(x1, y1 - 120, x1 + 240, y1),
    ))  # fmt: skip
    return square


def _appearance(
    pdf: pikepdf.Pdf, rect: Array, boxes: Sequence[Box], colour: tuple[float, float, float], dashed: bool
) -> pikepdf.Object:
    """A form that frames and tints each of ``boxes``, in the page's own coordinates."""
    rgb = " ".join(f"{part:.3f}" for part in colour)
    rectangles = "\n".join(f"{x0:.2f} {y0:.2f} {x1 - x0:.2f} {y1 - y0:.2f} re" for x0, y0, x1, y1 in boxes)
    line = f"{_THIN} w [{_DASHES[0]} {_DASHES[1]}] 0 d" if dashed else f"{_LINE} w"
    drawn = f"q /Tint gs {rgb} rg\n{rectangles}\nf Q\nq {rgb} RG {line}\n{rectangles}\nS Q\n"
    form = pdf.make_stream(drawn.encode("ascii"))
    form.Type, form.Subtype, form.FormType, form.BBox = Name.XObject, Name.Form, 1, rect
    tint = Dictionary(Type=Name.ExtGState, ca=_TINT)
    form.Resources = Dictionary(ExtGState=Dictionary(Tint=tint))
    return form


def _numbers(*values: float) -> Array:
    return Array([pikepdf.Object.parse(f"{value:.3f}".encode()) for value in values])


def _lost(pdf: pikepdf.Pdf, path: Path, findings: Sequence[_Finding], password: str | None) -> None:
    """A note at the top of the first page for findings that have no place of their own."""
    if not findings:
        return
    document = open_document(path, password)
    try:
        shown = document[0]
        high = shown.get_size()[1]
        box = on_canvas(shown, (12, high - 30, 30, high - 12))
    finally:
        document.close()
    note = _Note(1, (box,), [(finding, "actual") for finding in findings])
    square = _square(pdf, pdf.pages[0], note, [box], f"{PREFIX}report")
    pdf.pages[0].obj.Annots = Array([*_annotations(pdf.pages[0]), square, square.Popup])


# --- outline ---------------------------------------------------------------------------------


def _outline(pdf: pikepdf.Pdf, findings: Sequence[_Finding], places: Mapping[int, Sequence[_Placed]]) -> None:
    """The findings by severity at the end of the outline; below each, where its figures are."""
    whole = OutlineItem(OUTLINE[current()])
    for severity in SEVERITIES:
        alike = [finding for finding in findings if finding.check["severity"] == severity]
        if alike:
            below = OutlineItem(tr("{kind}：{number}", kind=word(severity), number=len(alike)))
            below.color = COLOURS[severity]
            below.children.extend(_item(pdf, finding, places) for finding in alike)
            whole.children.append(below)
    with pdf.open_outline(max_depth=64) as outline:
        outline.root.append(whole)
    if "/PageMode" not in pdf.Root:
        pdf.Root.PageMode = Name.UseOutlines


def _item(pdf: pikepdf.Pdf, finding: _Finding, places: Mapping[int, Sequence[_Placed]]) -> OutlineItem:
    pages = ", ".join(str(page) for page in dict.fromkeys(mark.page for mark in finding.marks))
    first = next(iter(finding.marks), None)
    where = f" · {tr('第{pages}页', pages=pages)}" if pages else ""
    item = OutlineItem(f"{finding.head}{where}", _target(pdf, first, places))
    item.is_closed = True
    item.children.extend(
        OutlineItem(
            f"{word(mark.role)} · {tr('第{pages}页', pages=mark.page)} · {mark.caption}", _target(pdf, mark, places)
        )
        for mark in finding.marks
    )
    return item


def _target(pdf: pikepdf.Pdf, mark: Mark | None, places: Mapping[int, Sequence[_Placed]]) -> Array:
    """Where an outline item leads: the width of the page around the boxes of ``mark``, the first page without one."""
    if mark is None:
        return pikepdf.make_page_destination(pdf, 0, "Fit")
    left, bottom, right, top = next(placed.view for placed in places[mark.page] if placed.note.boxes == mark.boxes)
    return pikepdf.make_page_destination(pdf, mark.page - 1, "FitR", left=left, bottom=bottom, right=right, top=top)
