"""What only a drawing of the page tells: figures that leave no ink, and ink of letters that are no text."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

import jscore
from benchmarks import plant as planting
from tests.drawn import Table, draw
from tests.shared import REPORTS, needs_shared
from tests.test_shown import amounts, drawn, printed

#: The cell of the last figure, which is 34.56, and the figure as reportlab leaves it out.
X0, Y0, X1, Y1 = 420, 580, 500, 604
FIGURE = "BT /F1 9 Tf 1 0 0 1 470 589 Tm (34.56) Tj ET"
#: A three and a four as curves and lines.
CURVES = (
    "q 1 0 0 1 470 589 cm 0 g 0 8 m 5 8 l 2.5 5 l 4 5 5 4 5 2.5 c 5 1 4 0 2.5 0 c 1.5 0 .5 .5 0 1.5 c 4 1 4 7 0 7 c f "
    "7 0 m 9 0 l 9 8 l 7 8 l 5 2 l 7 3 l f Q"
)
COVERS = {
    "a polygon": "1 g 421 582 m 425 581 l 495 581 l 499 585 l 499 600 l 495 603 l 425 603 l 421 600 l f",
    "rectangles in a path": "1 g 421 581 55 22 re 476 581 23 22 re f", "not quite opaque": "/G gs 1 g 421 581 78 22 re f",
    "a shading": "q 421 581 78 22 re W n /S sh Q", "a round corner": "1 g 425 581 m 499 581 l 499 603 l 423 603 421 602 421 600 c f",
}  # fmt: skip
HIDDEN = {
    "a mask": f"q /M gs {FIGURE} Q", "a white pattern": f"q /Pattern cs /P scn {FIGURE} Q",
}  # fmt: skip
LETTERS = {"curves": CURVES, "a picture": "q 60 0 0 20 430 582 cm /I Do Q"}
NOTES = ("Square", "Highlight")


def page_with(path: Path, content: str, instead: bool, *notes: Dictionary) -> jscore.Report:
    """The report of a page with one table on which ``content`` and ``notes`` are drawn over the last figure, or ``instead``."""
    drawn(path / "x.pdf", "revenue", "万元", lambda *_: None, instead=instead)
    with pikepdf.open(path / "x.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        black = pdf.make_stream(
            b"0 g 0 0 595 842 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842])
        )
        black.Group = Dictionary(S=Name.Transparency, CS=Name.DeviceGray)
        white = pdf.make_stream(
            b"1 g 0 0 9 9 re f", Type=Name.Pattern, PatternType=1, PaintType=1, TilingType=1, BBox=Array([0, 0, 9, 9]),
            XStep=9, YStep=9, Resources=Dictionary(),
        )  # fmt: skip
        masked = Dictionary(Type=Name.Mask, S=Name.Luminosity, G=black)
        page.Resources.ExtGState = Dictionary(G=Dictionary(ca=0.99), M=Dictionary(SMask=masked))
        if "/P scn" in content:
            page.Resources.Pattern = Dictionary(P=white)
        fade = Dictionary(FunctionType=2, Domain=Array([0, 1]), N=1, C0=Array([1]), C1=Array([1]))
        page.Resources.Shading = Dictionary(
            S=Dictionary(ShadingType=2, ColorSpace=Name.DeviceGray, Coords=Array([420, 0, 500, 0]), Function=fade)
        )
        grey = bytes(0 if 20 < x < 40 and 4 < y < 16 and x % 8 < 4 else 255 for y in range(20) for x in range(60))
        page.Resources.XObject = Dictionary(
            I=pdf.make_stream(
                grey,
                Type=Name.XObject,
                Subtype=Name.Image,
                Width=60,
                Height=20,
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=8,
            )
        )
        page.contents_add(pdf.make_stream(f"\n{content}\n".encode()))
        if notes:
            page.obj.Annots = Array([pdf.make_indirect(note) for note in notes])
            for note in page.obj.Annots:
                if "/AP" in note:
                    ink = pdf.make_stream(bytes(note.AP), Type=Name.XObject, Subtype=Name.Form, BBox=note.Rect)
                    ink.Resources = Dictionary(Font=page.Resources.Font)
                    note.AP = Dictionary(N=ink)
        pdf.save()
    return jscore.read(path / "x.pdf")


def note(kind: str, ink: str = "", **more: object) -> Dictionary:
    said = Dictionary(Type=Name.Annot, Subtype=Name(f"/{kind}"), Rect=Array([X0, Y0, X1, Y1]), F=4)
    for key, value in ({**({"AP": pikepdf.String(ink)} if ink else {}), **more}).items():
        said[f"/{key}"] = value
    return said


def without_the_last() -> list[list[float | None]]:
    return [*printed("万元")[:3], [*printed("万元")[3][:2], None]]


def not_shown(report: jscore.Report) -> list[str]:
    return [text["text"] for text in report.info["not_shown"] if text["hidden"]]


@pytest.mark.parametrize("how", [*COVERS, *HIDDEN])
def test_a_figure_that_leaves_no_ink_is_not_read_and_is_said(tmp_path: Path, how: str) -> None:
    report = page_with(tmp_path, (COVERS | HIDDEN)[how], how in HIDDEN)
    assert amounts(report, "revenue") == without_the_last() and not_shown(report) == ["34.56"]


@pytest.mark.parametrize("how", ["curves", "a picture"])
def test_letters_that_are_no_text_are_said(tmp_path: Path, how: str) -> None:
    report = page_with(tmp_path, LETTERS[how], True)
    assert amounts(report, "revenue") == without_the_last() and report.info["card"]["unread"] == 1
    assert report.info["card"]["share_of_amounts_confirmed"] < 1
    report = page_with(tmp_path, f"q 1 0 0 1 -150 -300 cm {LETTERS[how]} Q", False)
    assert amounts(report, "revenue") == printed("万元") and report.info["image_pages"][0]["page"] == 1


def test_a_page_of_letters_that_are_no_text_is_a_picture(tmp_path: Path) -> None:
    page_with(tmp_path, "", False)
    many = " ".join(f"q 1 0 0 1 {x} {y} cm {CURVES} Q" for x in (-350, -200, -50) for y in range(-400, 100, 40))
    with pikepdf.open(tmp_path / "x.pdf", allow_overwriting_input=True) as pdf:
        pdf.add_blank_page(page_size=(595, 842)).Contents = pdf.make_stream(many.encode())
        pdf.save()
    assert [page["page"] for page in jscore.read(tmp_path / "x.pdf", ocr=False).info["image_pages"]] == [2]


PRESSED = "BT /F1 9 Tf .1 Tz 1 0 0 1 470 589 Tm (34.56) Tj ET", "BT /F1 9 Tf 1 0 0 .005 470 589 Tm (34.56) Tj ET"


@pytest.mark.parametrize("pressed", PRESSED)
def test_a_figure_pressed_to_a_line_is_not_read_and_is_said(tmp_path: Path, pressed: str) -> None:
    report = page_with(tmp_path, pressed, True)
    assert amounts(report, "revenue") == without_the_last() and not_shown(report) == ["34.56"]


@pytest.mark.parametrize("at, text", [("462 575", "HH"), ("480 575", "H")])
def test_a_figure_under_white_letters_is_unread(tmp_path: Path, at: str, text: str) -> None:
    report = page_with(tmp_path, f"{FIGURE} 1 g BT /F1 40 Tf 1 0 0 1 {at} Tm ({text}) Tj ET", True)
    assert amounts(report, "revenue") == without_the_last() and report.info["card"]["unread"] == 1


def test_a_note_that_cuts_its_figure_at_the_border_of_the_table(tmp_path: Path) -> None:
    cut = note("FreeText", FIGURE, Rect=Array([464, 585, 502, 600]))
    page_with(tmp_path, "", True, cut)
    with pikepdf.open(tmp_path / "x.pdf", allow_overwriting_input=True) as pdf:
        pdf.pages[0].Annots[0].AP.N.BBox = Array([464, 585, 487.5, 600])
        pdf.save()
    report = jscore.read(tmp_path / "x.pdf")
    assert amounts(report, "revenue") == without_the_last() and report.info["card"]["unread"] == 1


#: The figure, and what stands before it: a minus as a line, as a bar, as a picture; brackets; a point in it.
MINUS = "0 g 0 G .6 w 464 592 m 468 592 l S", "0 g 464 591.7 4 .6 re f"
UNSURE = {
    "one path with a line": ".6 w 464 592 m 468 592 l 60 300 m 500 300 l S", "a picture": "q 4 0 0 .6 464 592 cm /I Do Q",
    "brackets": "468 597 m 465.5 595 465.5 589 468 587 c 494 597 m 496.5 595 496.5 589 494 587 c S",
    "at the border": ".6 w 424 592 m 428 592 l S", "a straight bracket": "468 597 m 466 595 l 466 589 l 468 587 l S", "white": "1 g 464 591.7 4 .6 re f",
}  # fmt: skip
NO_SIGN = {
    "a struck-out figure before it": "BT /F1 9 Tf 1 0 0 1 457.5 589 Tm (12) Tj ET .6 w 457.5 592 m 467.5 592 l S",
    "dashes of a row": ".6 w 452 592 m 456 592 l 458 592 m 462 592 l 464 592 m 468 592 l S", "a line under it": ".6 w 464 588 m 468 588 l S",
    "a long line": ".6 w 440 592 m 468 592 l S", "a bullet far before it": "0 g 455 590 4 4 re f",
}  # fmt: skip


@pytest.mark.parametrize("minus", MINUS)
def test_a_minus_drawn_as_a_line_is_one(tmp_path: Path, minus: str) -> None:
    report = page_with(tmp_path, f"{FIGURE} {minus}", True)
    assert amounts(report, "revenue") == [*printed("万元")[:3], [*printed("万元")[3][:2], -34.56]]


@pytest.mark.parametrize("how", UNSURE)
def test_a_figure_with_something_drawn_at_it_is_unread(tmp_path: Path, how: str) -> None:
    report = page_with(tmp_path, f"{FIGURE} {UNSURE[how]}", True)
    assert amounts(report, "revenue") == without_the_last() and report.info["card"]["unread"] == 1


def test_a_digit_drawn_as_a_stroke_before_the_point_is_no_rule(tmp_path: Path) -> None:
    report = page_with(
        tmp_path, FIGURE.replace("(34.56)", "(.56)").replace("470", "480") + " .7 w 477.5 589 m 477.5 595.5 l S", True
    )
    assert amounts(report, "revenue") == without_the_last() and report.info["card"]["unread"] == 1


@pytest.mark.parametrize("how", NO_SIGN)
def test_what_is_drawn_beside_a_figure_and_no_sign(tmp_path: Path, how: str) -> None:
    assert amounts(page_with(tmp_path, f"{FIGURE} {NO_SIGN[how]}", True), "revenue") == printed("万元")


@pytest.mark.parametrize("kind", NOTES)
def test_a_note_over_a_figure_hides_it_and_one_round_it_does_not(tmp_path: Path, kind: str) -> None:
    covered = page_with(tmp_path, "", False, note(kind, "1 g 421 581 78 22 re f"))
    assert amounts(covered, "revenue") == without_the_last() and not_shown(covered) == ["34.56"]
    marked = page_with(tmp_path, "", False, note(kind, "1 0 0 RG 422 582 76 20 re S"))
    assert amounts(marked, "revenue") == printed("万元") and not_shown(marked) == []
    drawn_on = page_with(tmp_path, "", True, note(kind, FIGURE))
    assert amounts(drawn_on, "revenue") == without_the_last() and drawn_on.info["card"]["unread"] == 1


@pytest.mark.parametrize("drawing", ["", "1 0 0 RG 465 592 m 497 592 l S"])
def test_a_note_strikes_a_figure_out(tmp_path: Path, drawing: str) -> None:
    quad = Array([465, 598, 497, 598, 465, 587, 497, 587])
    report = page_with(tmp_path, "", False, note("StrikeOut", drawing, QuadPoints=quad))
    assert amounts(report, "revenue") == without_the_last() and not_shown(report) == ["34.56"]


#: Ends of a line through the three figures of the last row, whose cells are from 260 to 500: from rule to rule or not.
ROW_LINES = {"from rule to rule": (260, 500), "between rules": (290, 498), "beyond": (240, 560)}


@pytest.mark.parametrize("kind", ["drawn", "StrikeOut", "Line"])
@pytest.mark.parametrize("ends", ROW_LINES)
def test_a_line_through_a_row_strikes_it_out_and_is_no_rule(tmp_path: Path, ends: str, kind: str) -> None:
    left, right = ROW_LINES[ends]
    quad = Array([left, 598, right, 598, left, 587, right, 587])
    line = {"StrikeOut": {"QuadPoints": quad}, "Line": {"L": Array([left, 592, right, 592])}}
    notes = [note(kind, "", **line[kind])] if kind in line else []
    report = page_with(tmp_path, "" if notes else f".6 w {left} 592 m {right} 592 l S", False, *notes)
    assert amounts(report, "revenue") == [*printed("万元")[:3], [None] * 3]
    assert "1,034.56 1,000.00 34.56" in not_shown(report)[0]


@pytest.mark.parametrize("struck", [598.5, 589])
@pytest.mark.parametrize(("upper", "lower"), [("100.0", "0"), ("1,03", "4.56"), ("1034.", "56")])
def test_a_line_through_one_line_of_a_figure_in_two_strikes_all_of_it_out(
    tmp_path: Path, upper: str, lower: str, struck: float
) -> None:
    texts = "".join(f"BT /F1 9 Tf 450 {y} Td ({text}) Tj ET " for y, text in ((596, upper), (586.5, lower)))
    report = page_with(tmp_path, f"{texts} .6 w 447 {struck} m 475 {struck} l S", True)
    assert amounts(report, "revenue") == without_the_last() and not_shown(report)


def test_a_figure_below_the_one_that_is_struck_out_is_read(tmp_path: Path) -> None:
    texts = "BT /F1 9 Tf 450 596 Td (35.61) Tj ET BT /F1 9 Tf 450 586.5 Td (34.56) Tj ET"
    report = page_with(tmp_path, f"{texts} .6 w 447 598.5 m 475 598.5 l S", True)
    assert amounts(report, "revenue") == printed("万元") and not_shown(report) == ["35.61"]


def test_a_row_struck_out_at_the_top_of_a_page_is_no_rest_of_the_one_above_it(tmp_path: Path) -> None:
    heads = ["科目编码", "科目名称", "本年支出合计", "基本支出", "项目支出"]
    rows = [["210", "卫生健康支出", "60.99", "60.99", ""], ["21011", "行政事业单位医疗", "60.99", "60.99", ""]]
    last = ["2101101", "行政单位医疗", "60.99", "60.99", ""]
    widths: list[float] = [70, 120, 80, 80, 80]
    pages = [[Table([heads, *rows], widths, "支出决算表", "单位：万元")], [Table([last, *rows], widths)]]
    path = draw(tmp_path / "x.pdf", pages)
    (cell,) = jscore.read(path, ocr=False).cells.query("text == '行政单位医疗'").to_dict("records")
    y = (cell["y0"] + cell["y1"]) / 2
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.pages[1].contents_add(f".6 w {cell['x0'] - 60} {y} m {cell['x1'] + 150} {y} l S".encode())
        pdf.save(path)
    report = jscore.read(path, ocr=False)
    assert set(report.expenditure["function_name"]) == {"卫生健康支出", "行政事业单位医疗"}
    assert [entry["label"] for entry in report.info["unread"]] == ["行政单位医疗"] * 2


def test_rules_beside_their_places_strike_nothing_out(tmp_path: Path) -> None:
    drawn(tmp_path / "x.pdf", "revenue", "万元")
    with pikepdf.open(tmp_path / "x.pdf", allow_overwriting_input=True) as pdf:
        shifted = [
            ([points[0], Decimal(points[1]) + 12], operator)
            if str(operator) in "ml" and points[1] != 580
            else (points, operator)
            for points, operator in pikepdf.parse_content_stream(pdf.pages[0])
        ]
        pdf.pages[0].Contents = pdf.make_stream(pikepdf.unparse_content_stream(shifted))
        pdf.save()
    assert not not_shown(jscore.read(tmp_path / "x.pdf", ocr=False))


@needs_shared
def test_a_border_that_the_figures_of_a_row_touch_strikes_nothing_out(tmp_path: Path) -> None:
    page = planting.page_of(REPORTS / "world" / "overall-hunan.pdf", (2,), 0, tmp_path, 0)
    assert page
    row = next(figure.spot for figure in page.figures if figure.text == "15")[:2]
    operators = {figure.operator for figure in page.figures if figure.spot[:2] == row}
    (tmp_path / "x.pdf").write_bytes(planting.edited(page, dict.fromkeys(operators, planting._raised(-5.5))))
    report = jscore.read(tmp_path / "x.pdf", ocr=False)
    assert len(report.indicators) == 8 and not [text for text in report.info["not_shown"] if "划" in text["why"]]


#: Through the figure, which is printed from 475 to 495 with its base at 589.
BY_HAND = {
    "a wave": ".6 w 472 592 m 476 595 480 589 484 592 c 488 595 492 589 497 592 c S", "a bow": "1 0 0 RG .6 w 473 591 m 480 594 490 594 496 591 c S",
    "a bow from its foot": ".6 w 474 589.5 m 481 592 488 596 495.5 589.5 c S",
    "a deep bow": ".6 w 473 593 m 480 586 490 586 496 592 c S",
    "a zigzag": ".6 w 473 590 m 477 595 l 481 590 l 485 595 l 489 590 l 493 595 l 497 591 l S",
    "a stroke that is filled": "473 591 m 480 595 488 588 497 593 c 497 594 l 488 589 480 596 473 592 c f",
    "a thin picture": "q 25 0 0 .7 472 592 cm BI /W 1 /H 1 /BPC 8 /CS /G ID \0 EI Q",
}  # fmt: skip
AROUND = {
    "a ring": "1 0 0 RG .6 w 471 592 m 471 603 499 603 499 592 c 499 581 471 581 471 592 c S",
    "a wave below it": ".6 w 472 587 m 476 588 480 586 484 587 c 488 588 492 586 497 587 c S",
    "a long curve": ".6 w 418 592 m 455 596 475 588 560 592 c S",
}  # fmt: skip


@pytest.mark.parametrize("line", BY_HAND)
def test_a_line_drawn_by_hand_strikes_a_figure_out(tmp_path: Path, line: str) -> None:
    report = page_with(tmp_path, BY_HAND[line], False)
    assert amounts(report, "revenue") == without_the_last() and not_shown(report) == ["34.56"]


@pytest.mark.parametrize("line", AROUND)
def test_a_line_drawn_by_hand_round_a_figure_does_not(tmp_path: Path, line: str) -> None:
    assert amounts(page_with(tmp_path, AROUND[line], False), "revenue") == printed("万元")


@pytest.mark.parametrize("kind", ["Ink", "PolyLine"])
def test_a_note_drawn_by_hand_strikes_a_figure_out(tmp_path: Path, kind: str) -> None:
    points = Array([473, 592, 478, 594, 484, 590, 490, 594, 497, 591])
    line = {"Ink": {"InkList": Array([points])}, "PolyLine": {"Vertices": points}}[kind]
    report = page_with(tmp_path, "", False, note(kind, "", **line))
    assert amounts(report, "revenue") == without_the_last() and not_shown(report) == ["34.56"]
    report = page_with(tmp_path, "", False, note(kind, "", Border=Array([0, 0, 9]), C=Array([1, 1, 0]), CA=0.4, **line))
    assert amounts(report, "revenue") == printed("万元")


@pytest.mark.parametrize("flag", [2, 32])
def test_a_note_that_is_not_shown_is_none(tmp_path: Path, flag: int) -> None:
    report = page_with(tmp_path, "", False, note("FreeText", "BT /F1 9 Tf 425 589 Td (99.99) Tj ET", F=flag))
    assert amounts(report, "revenue") == printed("万元")


Groups = Callable[[pikepdf.Pdf, Dictionary, Dictionary], Dictionary]


def expression(**what: object) -> Groups:
    """A membership dictionary of a layer that is off and one that is on."""

    def made(pdf: pikepdf.Pdf, off: Dictionary, on: Dictionary) -> Dictionary:
        given = {key: Array([Name.Not, on]) if value == "not on" else value for key, value in what.items()}
        return pdf.make_indirect(Dictionary(Type=Name.OCMD, OCGs=Array([off, on]), **given))

    return made


def by_usage(pdf: pikepdf.Pdf, _: Dictionary, on: Dictionary) -> Dictionary:
    on.Usage = Dictionary(View=Dictionary(ViewState=Name.OFF))
    pdf.Root.OCProperties.D.AS = Array([Dictionary(Event=Name.View, Category=Array([Name.View]), OCGs=Array([on]))])
    return on


LAYERS: dict[str, tuple[Groups, bool]] = {
    "one of all": (expression(P=Name.AllOn), True), "any": (expression(P=Name.AnyOn), False), "none": (expression(P=Name.AllOff), True),
    "an expression": (expression(VE="not on"), True), "by its usage": (by_usage, True), "off": (lambda _, off, __: off, True),
}  # fmt: skip


@pytest.mark.parametrize("within", ["", "a form"])
@pytest.mark.parametrize("how", LAYERS)
def test_what_is_in_a_layer_that_is_off_is_not_read_and_is_said(tmp_path: Path, how: str, within: str) -> None:
    """The layers have one name, so that it does not tell them apart."""
    groups, hidden = LAYERS[how]
    page_with(tmp_path, "", True)
    with pikepdf.open(tmp_path / "x.pdf", allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        off, on = (pdf.make_indirect(Dictionary(Type=Name.OCG, Name="L")) for _ in range(2))
        pdf.Root.OCProperties = Dictionary(OCGs=Array([off, on]), D=Dictionary(OFF=Array([off])))
        page.Resources.Properties = Dictionary(M=groups(pdf, off, on), O=off)
        form = pdf.make_stream(FIGURE.encode(), Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 595, 842]))
        form.Resources = Dictionary(Font=page.Resources.Font)
        page.Resources.XObject.F = form
        cover = "/OC /O BDC 1 g 421 581 78 22 re f EMC" * (not hidden)
        page.contents_add(pdf.make_stream(f"\n/OC /M BDC {'/F Do' if within else FIGURE} EMC {cover}".encode()))
        pdf.save()
    report = jscore.read(tmp_path / "x.pdf")
    assert amounts(report, "revenue") == (without_the_last() if hidden else printed("万元"))
    assert not_shown(report) == ["34.56"] * hidden


def test_a_figure_is_read_as_it_is_drawn_whatever_text_is_given_for_it(tmp_path: Path) -> None:
    report = page_with(tmp_path, f"/Span <</ActualText (99.99)>> BDC {FIGURE} EMC", True)
    assert amounts(report, "revenue") == printed("万元")


def widget(pdf: pikepdf.Pdf, drawing: str, parted: bool) -> None:
    """A text field with the figure in the cell, drawn otherwise, its value its own or that of the field it is part of."""
    field = note("Widget", drawing, FT=Name.Tx, T="a", V="34.56")
    if "/AP" in field:
        box = Array([X0, Y0, X1, Y1])
        ink = pdf.make_stream(bytes(field.AP), Type=Name.XObject, Subtype=Name.Form, BBox=box)
        ink.Resources = Dictionary(Font=pdf.pages[0].Resources.Font)
        field.AP = Dictionary(N=ink)
    if parted:
        field.Parent = pdf.make_indirect(Dictionary(FT=field.FT, T=field.T, V=field.V))
        del field["/V"], field["/FT"], field["/T"]
    pdf.pages[0].obj.Annots = Array([pdf.make_indirect(field)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([field.get("/Parent", pdf.pages[0].Annots[0])]))


@pytest.mark.parametrize("parted", [False, True])
@pytest.mark.parametrize("drawing", ["/Tx BMC EMC", FIGURE.replace("34.56", "11.11"), FIGURE])
def test_a_field_that_is_not_drawn_as_it_was_filled_in_is_said(tmp_path: Path, drawing: str, parted: bool) -> None:
    page_with(tmp_path, "", True)
    with pikepdf.open(tmp_path / "x.pdf", allow_overwriting_input=True) as pdf:
        widget(pdf, drawing, parted)
        pdf.save()
    assert not_shown(jscore.read(tmp_path / "x.pdf")) == ["34.56"] * (drawing != FIGURE)


@pytest.mark.parametrize("fault", ["contents", "count", "page"])
def test_a_page_that_is_not_there_is_said(tmp_path: Path, fault: str) -> None:
    path = drawn(tmp_path / "x.pdf", "revenue", "万元")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for _ in range(2):
            pdf.add_blank_page(page_size=(595, 842)).Contents = pdf.make_stream(b"BT ET")
        if fault == "page":
            pdf.Root.Pages.Kids[1] = pdf.make_indirect(Dictionary())
        pdf.save(object_stream_mode=pikepdf.ObjectStreamMode.disable)
    if fault == "contents":
        with pikepdf.open(path) as pdf:
            number = pdf.pages[1].Contents.objgen[0]
        path.write_bytes(path.read_bytes().replace(b"\n%d 0 obj" % number, b"\n%d 0 obx" % number))
    elif fault == "count":
        path.write_bytes(path.read_bytes().replace(b"/Count 3", b"/Count 1"))
    expected = [2, 3] if fault == "count" else [2]
    info = jscore.read(path).info
    assert [page["page"] for page in info["damaged_pages"]] == expected
    assert info["card"]["share_of_amounts_confirmed"] < 1
