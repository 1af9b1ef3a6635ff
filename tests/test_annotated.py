"""The annotated copy: boxes where the figures are, whatever the page, and notes that say what the report says."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pytest

import jscore
from jscore import schema
from jscore.findings.annotate import COLOURS, OUTLINE, annotated
from jscore.relations.source import BOX
from tests.drawn import draw
from tests.test_layouts import REVENUE
from tests.wrong import of_tables, wrong

SCALE = 3


def picture(path: Path | bytes, notes: bool) -> np.ndarray:
    document = pdfium.PdfDocument(path)
    try:
        return np.asarray(document[0].render(scale=SCALE, draw_annots=notes).to_pil().convert("RGB")).astype(int)
    finally:
        document.close()


def copy(path: Path) -> bytes:
    report = of_tables(path)
    made = annotated(path, report.checks, report.check_figures)
    assert made is not None
    return made


def notes(made: bytes, subtype: str = "/Square") -> list[dict[str, Any]]:
    """The notes of a copy as plain values: what viewers take from them."""
    with pikepdf.open(BytesIO(made)) as pdf:
        return [
            {
                "text": str(note.get("/Contents", "")), "raw": bytes(note.get("/Contents", b"")), "name": str(note.get("/NM", "")),
                "keys": set(note.keys()), "popup": "/Popup" in note and str(note.Popup.Parent.NM),
                "drawn": "/AP" in note and note.AP.N.Subtype == "/Form" and list(note.AP.N.BBox) == list(note.Rect),
            }
            for page in pdf.pages for note in page.obj.get("/Annots", []) if isinstance(note, pikepdf.Dictionary) and note.Subtype == subtype
        ]  # fmt: skip


def shifted(path: Path, media: tuple[float, ...], crop: tuple[float, ...] | None) -> Path:
    """``path`` with the edges of its page moved outwards by ``media`` and the crop inwards by ``crop``."""
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        edges = [float(edge) for edge in page.MediaBox]
        page.obj.MediaBox = [edge + by for edge, by in zip(edges, media, strict=True)]
        if crop is not None:
            page.obj.CropBox = [edge + by for edge, by in zip(edges, crop, strict=True)]
        pdf.save(path)
    return path


PAGES = [(rotate, None, None) for rotate in (0, 90, 180, 270)]
PAGES += [(0, (-40, -60, 30, 20), None), (0, (-40, -60, 30, 20), (15, 25, -10, -20)), (90, (-40, -60, 30, 20), (5, 8, -3, -6)),
          (270, (-400, 100, 0, 0), (10, 110, -4, -3))]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("rotate", "media", "crop"), PAGES)
def test_the_boxes_are_around_the_figures(tmp_path: Path, rotate: int, media: tuple | None, crop: tuple | None) -> None:
    path = wrong(tmp_path / "x.pdf", rotate)
    if media:
        shifted(path, media, crop)
    report = of_tables(path)
    assert set(report.findings["severity"]) == {"error"}
    made = annotated(path, report.checks, report.check_figures)
    plain, marked = picture(path, True), picture(made, True)
    assert (picture(made, False) == plain).all(), "the page itself has changed"
    figures = report.check_figures[report.check_figures["check_no"].isin(report.findings["check_no"])]
    changed = (plain != marked).any(axis=2)
    near = np.zeros_like(changed)
    for x0, y0, x1, y1 in figures[list(BOX)].drop_duplicates().itertuples(index=False):
        left, right = round(x0 * SCALE), round(x1 * SCALE)
        top, bottom = plain.shape[0] - round(y1 * SCALE), plain.shape[0] - round(y0 * SCALE)
        near[top - 9 : bottom + 9, left - 9 : right + 9] = True
        sides = [changed[top - 9 : top + 9, left:right].any(axis=0), changed[bottom - 9 : bottom + 9, left:right].any(axis=0),
                 changed[top:bottom, left - 9 : left + 9].any(axis=1), changed[top:bottom, right - 9 : right + 9].any(axis=1)]  # fmt: skip
        assert all(side.mean() > 0.5 for side in sides), "a side of a box is not drawn"
    assert not (changed & ~near).any(), "something is drawn away from the figures"
    red = np.abs(marked - np.array(COLOURS["error"]) * 255).max(axis=2) < 12
    assert red.sum() > 500 and not (np.abs(plain - np.array(COLOURS["error"]) * 255).max(axis=2) < 12).any()


def test_a_note_says_what_does_not_hold_and_where_the_other_figures_are(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    finding = of_tables(path).findings.iloc[0]
    made = notes(copy(path))
    texts = [note["text"] for note in made]
    assert any(finding["title"] in text and finding["message"] in text and "对照：第1页" in text for text in texts)
    # 1,010.00 stands in three relations: its cell has one note, with all of them
    (all_three,) = [text for text in texts if text.count("错误 ") == 3]
    assert "被核对：第1页 公开02表 208 社会保障和就业支出" in all_three and "对照：第1页 公开02表 2080501" in all_three
    assert all(note["raw"].startswith(b"\xfe\xff") for note in made)


def test_every_note_has_what_viewers_need(tmp_path: Path) -> None:
    made = copy(wrong(tmp_path / "x.pdf"))
    names = [note["name"] for note in notes(made)]
    assert len(set(names)) == len(names) > 1 and len(notes(made, "/Popup")) == len(names)
    for note in notes(made):
        assert note["popup"] == note["name"] and note["drawn"]
        assert not {"/RC", "/A", "/AA"} & note["keys"]


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    assert copy(path) == copy(path)


def test_the_reports_own_notes_and_outline_are_kept(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        own = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], Border=[0, 0, 0]
        )
        pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(own)]))
        with pdf.open_outline() as outline:
            outline.root.append(pikepdf.OutlineItem("目录", 0))
        pdf.Root.PageMode = pikepdf.Name.UseThumbs
        pdf.save(path)
    made = copy(path)
    assert len(notes(made, "/Link")) == 1 and notes(made)
    with pikepdf.open(BytesIO(made)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["目录", OUTLINE["zh"]]
        assert pdf.Root.PageMode == pikepdf.Name.UseThumbs


def test_the_outline_lists_the_findings_and_leads_to_them(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    findings = of_tables(path).findings
    with pikepdf.open(BytesIO(copy(path))) as pdf, pdf.open_outline() as outline:
        (errors,) = outline.root[-1].children
        assert errors.title == f"错误：{len(findings)}"
        for item, finding in zip(errors.children, findings.itertuples(), strict=True):
            assert f"错误 {finding.check_no}" in item.title and finding.title in item.title and "第1页" in item.title
            assert item.destination[0].objgen == pdf.pages[0].obj.objgen and item.destination[1] == "/FitR"
            assert [child.title[:3] for child in item.children] == ["被核对", "对照 "]


def test_a_copy_of_a_copy_has_its_notes_once(tmp_path: Path) -> None:
    first = copy(wrong(tmp_path / "x.pdf"))
    again = tmp_path / "again.pdf"
    again.write_bytes(first)
    second = copy(again)
    assert [note["text"] for note in notes(second)] == [note["text"] for note in notes(first)]
    with pikepdf.open(BytesIO(second)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [OUTLINE["zh"]]


def test_an_encrypted_report_that_opens_without_a_password(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="secret", user=""))
    made = copy(path)
    assert notes(made) and copy(path) == made
    assert (picture(made, False) == picture(path, False)).all()


@pytest.mark.parametrize("where", ["/Annots", "/Outlines"])
@pytest.mark.parametrize("what", [b"7", b"(x)", b"<< >>", b"[null 7]"])
def test_entries_that_are_not_what_they_have_to_be(tmp_path: Path, where: str, what: bytes) -> None:
    path = wrong(tmp_path / "x.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        (pdf.pages[0].obj if where == "/Annots" else pdf.Root)[where] = pikepdf.Object.parse(what)
        pdf.save(path)
    report = of_tables(path)
    made = annotated(path, report.checks, report.check_figures)
    assert made is not None and notes(made)
    with pikepdf.open(BytesIO(made)) as pdf, pdf.open_outline() as outline:
        assert outline.root[-1].title == OUTLINE["zh"]


def frames(message: str, **figure: object) -> tuple[pd.DataFrame, pd.DataFrame]:
    """One finding as frames, with what is put in from outside."""
    check = {"check_no": 1, "check_id": "x", "title": "标题", "group": "completeness", "severity": "info", "status": "fail",
             "unit": "万元", "message": message}  # fmt: skip
    own = {"check_no": 1, "role": "actual", "label": "label", **figure}
    return schema.from_records("checks", [check]), schema.from_records("check_figures", [own] if figure else [])


def test_text_of_a_report_does_nothing_but_be_read(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    nasty = "<b>x</b>\x1b[31m\x00)/JS (app.alert(1)) \u202e&amp;\ud800"
    place = {"page": 1, "x0": 50.0, "y0": 700.0, "x1": 90.0, "y1": 720.0}
    checks, figures = frames("", **place)
    checks["message"] = pd.Series([nasty], dtype=object)
    made = annotated(path, checks, figures)
    assert made is not None
    (note,) = notes(made)
    assert "<b>x</b>[31m)/JS (app.alert(1)) &amp;" in note["text"]
    assert b"app.alert" not in made and not {"/JS", "/JavaScript", "/OpenAction"} & keys(made)


def keys(made: bytes) -> set[str]:
    with pikepdf.open(BytesIO(made)) as pdf:
        return {key for obj in pdf.objects if isinstance(obj, pikepdf.Dictionary) for key in obj}


def test_a_finding_about_the_whole_report_is_on_the_first_page(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    made = annotated(path, *frames("目录列有公开09表而未见"))
    assert made is not None
    (note,) = notes(made)
    assert "目录列有公开09表而未见" in note["text"]
    with pikepdf.open(BytesIO(made)) as pdf, pdf.open_outline() as outline:
        assert outline.root[-1].children[0].children[0].title == "提示 1 · 标题"


def test_without_findings_there_is_no_copy(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    report = of_tables(path)
    assert report.findings.empty
    assert report.annotate(tmp_path / "copy.pdf") is False and not (tmp_path / "copy.pdf").exists()


def test_nothing_but_a_copy_is_overwritten(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    report = of_tables(path)
    assert report.annotate(tmp_path / "copy.pdf") and report.annotate(tmp_path / "copy.pdf")
    before = path.read_bytes()
    with pytest.raises(jscore.ReadError, match="is no annotated copy and is not overwritten"):
        report.annotate(path)
    assert path.read_bytes() == before
    assert {p.name for p in tmp_path.iterdir()} == {"x.pdf", "copy.pdf"}


def test_a_pdf_that_has_changed_is_not_annotated(tmp_path: Path) -> None:
    path = wrong(tmp_path / "x.pdf")
    report = of_tables(path)
    draw(path, [[REVENUE]])
    with pytest.raises(jscore.ReadError, match="has changed since it was processed"):
        report.annotate(tmp_path / "copy.pdf")
