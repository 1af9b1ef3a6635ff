"""All that is printed in a PDF, page by page: tables, the lines outside them, and what of a page could not be read."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium

from jscore.errors import ReadError
from jscore.files.raw_pdfs import content_hash
from jscore.language import sign, tr
from jscore.language.words import word
from jscore.pdf.boxes import Box, middle_is_in
from jscore.pdf.damage import damaged_pages
from jscore.pdf.engines import PICTURE, find_grids
from jscore.pdf.form_fields import field_texts
from jscore.pdf.grids import Grid, page_grids
from jscore.pdf.optional_content import as_shown
from jscore.pdf.pages import ASKEW, Line, Page, note_doubled, open_document, password_for, read_page
from jscore.pdf.qpdf import opened
from jscore.pdf.raw_glyphs import page_damaged
from jscore.pdf.streams import check_streams
from jscore.pdf.visible import HIDDEN, OTHERWISE
from jscore.text.figures import is_amount
from jscore.text.normal import nfkc
from jscore.text.signs import VEILED

#: A page with a picture and fewer glyphs than this has its text in the picture.
FEW_GLYPHS = 30
#: A strip narrower than this (points) holds no table in its picture.
SMALLEST = 72.0
#: A picture that covers so much of a page and has no text on it may be a table.
BESIDE_TEXT = 0.12
#: Letters outside every table that are drawn and no text are one even so, and no logo, seal or signature, if they are together
#: wider than so much of the page, or no further from the text of a line than so much of its height.
DRAWN_WIDTH, IN_LINE = 0.5, 1.0
#: What is signed behind, or sealed; what stands behind a figure.
_SIGNED, _MEASURED = re.compile(r"[:)人章]$|签.$"), re.compile(r"[亿万千]?元|%|[个人辆批次台]")
#: Rows at the top of a table that may be headings.
HEADS = 6
#: How titles and headings of final accounts end; what a budget is called; what it plans; what only final accounts and self-evaluations tell of; columns of the year before.
_ACCOUNTS_TITLE = re.compile(r"决算(数|公开|报告|情况)?(.{0,8}(说明|表))?(\d{4}年度?|[.·…]+\d*|\(.*\))?$")
_BUDGET = re.compile(r".*(部门|单位)预算(公开|说明|报告|情况|编制)?.{0,6}")
#: The tables that a department publishes with its budget, as the Ministry of Finance names them.
_BUDGET_TABLE = re.compile(
    r"(部门|单位)?((财政拨款)?收支|收入|支出)总表|一般公共预算(基本支出|支出|.?三公.?经费支出)(情况)?表|(政府性基金|国有资本经营)预算支出(情况)?表"
)
_PLANNED = re.compile("(?<!公共)(?<!基金)(?<!经营)(?<!财政)预算(?!单位)")
_SETTLED = re.compile("自评|评价|(?<!预计)执行|实际|得分")
_SETTLED_YEAR = re.compile(r"(上年|20\d\d(?=年))?年?度?(?:预计)?决算")
_BUDGET_YEAR = re.compile(r"(20\d\d)年度?预算")
#: A page on which this share of the glyphs has no Unicode value cannot be read.
NAMELESS = 0.1


@dataclass(frozen=True)
class Recognised:
    """A text that was read by OCR: where (points, upright), how sure, and the next likely reading of an amount."""

    box: Box
    text: str
    confidence: float
    second: str


#: Reads a page that is a picture, or of a page the pictures in some boxes: the page as it would be with text, and the
#: texts that were read.
ReadPicture = Callable[[pdfium.PdfPage, int, Sequence[Box]], tuple[Page, list[Recognised]]]


@dataclass(frozen=True)
class Compared:
    """A text layer beside its picture: the texts of the picture that it does not bear out, how many it does, and what it
    says that the picture does not show.
    """

    texts: list[Recognised]
    agreeing: int
    layer_alone: list[str]


#: Compares what was read of a picture (page and texts) with the page as its text layer has it.
Compare = Callable[[Page, Sequence[Recognised], Page], Compared]


@dataclass(frozen=True)
class Content:
    """All that is printed in a report: grids and the lines outside them; pages that could not be read, and why."""

    path: Path
    grids: list[Grid]
    pages: list[list[Line]]
    title: str
    sha256: str
    #: {"page", "why"} of pages whose text is in a picture, with "read", whether OCR did, and of pages whose data are damaged.
    image_pages: list[dict[str, Any]] = field(default_factory=list)
    damaged_pages: list[dict[str, Any]] = field(default_factory=list)
    #: {"page", "why", "text", "hidden"} of text that is in the file and is not shown: hidden, covered, struck out, a watermark.
    not_shown: list[dict[str, Any]] = field(default_factory=list)
    #: {"page", "why", "text"} of text that is shown and is in no cell of a table and no line.
    homeless: list[dict[str, Any]] = field(default_factory=list)
    #: For each page where letters are drawn that are no text and stand in no table.
    drawn: dict[int, list[Box]] = field(default_factory=dict)
    #: {"page", "box", "text", "confidence", "second"} of every text that was read by OCR, as the page shows it.
    recognised: list[dict[str, Any]] = field(default_factory=list)

    @property
    def lines(self) -> list[Line]:
        return [line for lines in self.pages for line in lines]


def read_content(
    path: Path,
    step: Callable[[int, int], None] | None = None,
    password: str | None = None,
    read_picture: ReadPicture | None = None,
    compare: Compare | None = None,
) -> Content:
    """Everything printed in the PDF at ``path``; ``step(done, all)`` is called after every page.

    Pages that are pictures are read by ``read_picture``, and left out where that is None; where they have a text layer,
    ``compare`` says what of it counts.  Raises ReadError, with one line for the user, if nothing of it can be read.
    """
    password = password_for(password)
    document = open_document(path, password)
    began = path.stat()
    data = path.read_bytes()
    streams = check_streams(data)
    with opened(path, password) as ask:
        damaged = ask(damaged_pages, streams, len(document)) or {}
        fields = ask(field_texts) or {}
        shown = ask(as_shown) if streams.layers else None  # changes what was opened
    if shown:
        document.close()
        document = pdfium.PdfDocument(shown)
    note_doubled(document, streams.doubled)
    content = Content(path, [], [], document.get_metadata_value("Title"), content_hash(path))
    content.damaged_pages.extend(
        {"page": page, "why": tr("{what}已损坏", what=word(what))} for page, what in damaged.items()
    )
    notes, printed, widths = False, False, dict[int, float]()
    try:
        for number in range(1, len(document) + 1):
            page = read_page(
                document, number, path, password,
                layers=shown is not None, patterns=streams.patterns, fields=fields.get(number, ()),
            )  # fmt: skip
            notes = notes or page.notes_alone
            printed = printed or bool(page.glyphs.char.size) and not page.notes_alone
            if why := _why_a_picture(page):
                page = _picture_page(content, page, why, document, read_picture)
            elif page.image_share > PICTURE and page.worded_share > BESIDE_TEXT and _over_its_picture(page, document):
                page = _text_layer(content, page, document, read_picture, compare)
            elif page.wordless_share > BESIDE_TEXT:
                page = _pictures_beside_text(content, page, document, read_picture)
            _add_page(content, page, document)
            widths[number] = page.width
            if step:
                step(number, len(document))
    finally:
        document.close()
    if notes and not printed and not content.image_pages:
        raise ReadError(
            tr("{path}: 只有表单和批注，页面上没有印出文字，请给出报告的PDF，或把它打印成PDF看显示的内容", path=path)
        )
    _count_drawn_texts(content, widths)
    _expect_text(content)
    ended = path.stat()
    if (began.st_size, began.st_mtime_ns) != (ended.st_size, ended.st_mtime_ns):
        raise ReadError(tr("{path}: 读取时文件被改动，请重新运行", path=path))
    return content


def _add_page(content: Content, page: Page, document: pdfium.PdfDocument) -> None:
    for why, text in page.not_read:
        unread = {"page": page.number, "why": word(why), "text": text}
        if why == ASKEW or why == "watermark" and any(map(is_amount, text.split())):
            content.homeless.append(unread)
        else:
            content.not_shown.append({**unread, "hidden": why in HIDDEN})
    lines: list[Line] = []
    letters = list(page.letters)
    for view in (page, *page.others):
        last = content.grids[-1] if content.grids else None
        follows = last is not None and last.page == page.number - 1 and last.engine != "vector"
        grids, outside = find_grids(view, document, last if follows else None)
        letters = [box for box in letters if not _put_in_a_cell(content, view, grids, box)]
        content.grids.extend(grids)
        lines += outside
        if rest := _without_home(view, grids, outside):
            content.homeless.append({"page": page.number, "why": tr("不在任何单元格和文字行中"), "text": rest})
    content.pages.append(lines)
    _note_letters(content, page, lines, [box for box in letters if box[2] - box[0] > box[3] - box[1]])


def _note_letters(content: Content, page: Page, lines: Sequence[Line], letters: Sequence[Box]) -> None:
    """Note the letters of a page that are drawn and no text, outside every table: in a line of text, or else on the page."""
    listed = {each["page"] for each in content.image_pages}
    if page.number in listed or not letters:
        return
    content.image_pages.append({"page": page.number, "why": tr("有字是画成的图形，或在图片中，未入各表")})
    for line in lines:
        if not page.turns and any(_is_part(box, line) for box in letters):
            content.homeless.append({"page": page.number, "why": tr("旁边另有画成图形的字"), "text": line.text})
    content.drawn[page.number] = [
        box for box in letters if not any(middle_is_in(box, picture) for picture in page.wordless)
    ]


def _is_part(letters: Box, line: Line) -> bool:
    """Whether letters are part of a line: behind a text that is no label of a signature or seal, or before a unit."""
    _, y0, _, y1 = line.shown or line.box
    reach = IN_LINE * (y1 - y0)
    behind = (text for _, x1, text in line.pieces if abs(letters[0] - x1) < reach)
    before = (text for x0, _, text in line.pieces if abs(x0 - letters[2]) < reach)
    return y0 < (letters[1] + letters[3]) / 2 < y1 and (
        any(not _SIGNED.search(nfkc(text).strip(VEILED + " ")) for text in behind)
        or any(_MEASURED.match(nfkc(text).strip()) for text in before)
    )


def _count_drawn_texts(content: Content, widths: Mapping[int, float]) -> None:
    """Mark the pages on which a line and more is drawn that is no text: what stands at its place on other pages, too, is a
    running head or a logo.
    """
    places = Counter(tuple(map(round, box)) for boxes in content.drawn.values() for box in boxes)
    for each in content.image_pages:
        own = [box for box in content.drawn.get(each["page"], ()) if places[tuple(map(round, box))] == 1]
        if sum(x1 - x0 for x0, _, x1, _ in own) > DRAWN_WIDTH * widths[each["page"]]:
            each["left_out"] = True


def _put_in_a_cell(content: Content, view: Page, grids: list[Grid], letters: Box) -> bool:
    """Put letters that are drawn and no text into the cell of ``grids`` that they stand in, as a text that nobody can read;
    whether there is one.
    """
    for g, grid in enumerate(grids):
        for k, cell in enumerate(grid.cells):
            if not middle_is_in(letters, view.shown(cell.box)):
                continue
            if cell.lines:
                content.homeless.append({"page": view.number, "why": tr("旁边另有画成图形的字"), "text": cell.text})
            else:
                text = 2 * VEILED
                drawn = replace(cell, lines=(text,), pieces=((cell.box[0], cell.box[2], text),))
                grids[g] = replace(grid, cells=(*grid.cells[:k], drawn, *grid.cells[k + 1 :]))
            return True
    return False


def _without_home(view: Page, grids: Sequence[Grid], lines: Sequence[Line]) -> str:
    """The ink of a page that is in no cell of a table and in no line outside them: what their texts lack of its glyphs."""
    listed = view.glyphs.listed
    inked = [char for char, space in zip(listed.char, listed.space, strict=True) if not space]
    homes = Counter("".join(line for grid in grids for cell in grid.cells for line in cell.lines))
    homes.update("".join(line.text for line in lines))
    if not Counter(inked) - homes:
        return ""
    rest = []
    for char in inked:
        if homes[char] > 0:
            homes[char] -= 1
        else:
            rest.append(char)
    return "".join(rest)


def _picture_page(
    content: Content, page: Page, why: str, document: pdfium.PdfDocument, read_picture: ReadPicture | None
) -> Page:
    """A page that is a picture, read by OCR where that is to be had, and listed either way."""
    if read_picture is None:
        content.image_pages.append({"page": page.number, "why": _not_by_ocr(why), "read": False})
        return page
    read, texts = read_picture(document[page.number - 1], page.number, ())
    alike = read.turns == page.turns and abs(read.width - page.width) < 1 and abs(read.height - page.height) < 1
    if len(page.glyphs) and alike and not (read.others or page.others):
        read = _with_points_of(page, read, texts)
    _note_read(content, read, why, texts)
    return read


def _with_points_of(page: Page, read: Page, texts: Sequence[Recognised]) -> Page:
    """What was ``read`` of a page, each of the ``texts`` with the points that ``page`` has in it where all else is the same.

    What a font without Unicode values says of a digit may be so; of a point and a comma a picture says less.
    """
    glyphs, char = page.glyphs, read.glyphs.char.copy()

    def inside(box: Box, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        within = np.flatnonzero((x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3]))
        return within[np.argsort(x[within], kind="stable")]

    for text in texts:
        at, printed = inside(text.box, read.glyphs.x, read.glyphs.y), inside(text.box, glyphs.x, glyphs.y)
        if len(at) == len(printed):
            apart = char[at] != glyphs.char[printed]
            if apart.any() and {*char[at][apart], *glyphs.char[printed][apart]} <= {".", ","}:
                char[at] = glyphs.char[printed]
    return replace(read, glyphs=replace(read.glyphs, char=char))


def _pictures_beside_text(
    content: Content, page: Page, document: pdfium.PdfDocument, read_picture: ReadPicture | None
) -> Page:
    """A page with pictures beside its text: a table in them is read by OCR and is part of the page; listed either way."""
    why = tr("文字旁有图片")
    if read_picture is None:
        content.image_pages.append({"page": page.number, "why": _not_by_ocr(why), "read": False})
        return page
    shown = document[page.number - 1]
    if page.turns == 0 and shown.get_rotation() == 0:
        read, texts = read_picture(shown, page.number, page.wordless)
        if read.turns == 0 and not read.others and page_grids(read):
            _note_read(content, read, why, texts)
            return replace(
                page,
                glyphs=page.glyphs.beside(read.glyphs),
                horizontal=page.horizontal + read.horizontal,
                vertical=page.vertical + read.vertical,
            )
    content.image_pages.append({"page": page.number, "why": tr("{why}，图中未见表格，未入各表", why=why)})
    return page


def _over_its_picture(page: Page, document: pdfium.PdfDocument) -> bool:
    from jscore.pdf.layers import shows_text  # late: few reports have such pages

    return shows_text(document[page.number - 1], page)


def _text_layer(
    content: Content,
    page: Page,
    document: pdfium.PdfDocument,
    read_picture: ReadPicture | None,
    compare: Compare | None,
) -> Page:
    """A page that is a picture with a text layer, read by OCR, the layer used where it says the same; listed either way."""
    why = tr("图片页带文字层")
    if read_picture is None or compare is None:
        content.image_pages.append(
            {
                "page": page.number,
                "why": tr("{why}，文字层未与图片核对即采用，核对须安装文字识别（pip install 'jscore[ocr]'）", why=why),
                "read": False,
            }
        )
        return page
    read, texts = read_picture(document[page.number - 1], page.number, ())
    layer = compare(read, texts, page)
    _note_read(
        content, read, tr("{why}，{all}处文字中{same}处相同", why=why, all=len(texts), same=layer.agreeing), layer.texts
    )
    return replace(read, not_read=[*page.not_read, *((OTHERWISE, text) for text in layer.layer_alone)])


def _not_by_ocr(why: str) -> str:
    return tr("{why}，所印内容未入各表，须安装文字识别（pip install 'jscore[ocr]'）", why=why)


def _note_read(content: Content, read: Page, why: str, texts: Sequence[Recognised]) -> None:
    content.image_pages.append({"page": read.number, "why": tr("{why}，由文字识别读出", why=why), "read": True})
    content.recognised.extend(
        {"page": read.number, "box": read.shown(text.box), "text": text.text,
         "confidence": text.confidence, "second": text.second}
        for text in texts
    )  # fmt: skip


def _why_a_picture(page: Page) -> str | None:
    """Why the text of a page is no text, or None if it is."""
    inked = int((~page.glyphs.space).sum())
    if page.image_share > PICTURE and inked < FEW_GLYPHS and min(page.width, page.height) > SMALLEST:
        return tr("整页为图片，没有文字")
    if inked < FEW_GLYPHS and len(page.letters) >= FEW_GLYPHS // 3:
        return tr("文字画成了图形")
    if inked >= FEW_GLYPHS and page.glyphs.listed.char.count(VEILED) > NAMELESS * inked:
        return tr("字体未说明所画的是哪些字")
    return None


def _expect_text(content: Content) -> None:
    """Raise ReadError if there is nothing to make frames of."""
    path = content.path
    way_out = tr("请给出附有决算表的部门决算报告")
    if _is_budget(content):
        raise ReadError(tr("{path}: 这是部门预算，不是部门决算", path=path) + sign("；") + way_out)
    if content.grids:
        return
    if content.damaged_pages:
        raise ReadError(page_damaged(path, content.damaged_pages[0]["page"]))
    if not content.image_pages:
        none = tr("没有表格") if any(content.pages) else tr("没有文字（只有图片、图形或空白页）")
    elif any(content.pages):
        pages = "、".join(str(page["page"]) for page in content.image_pages)
        none = tr("文字中没有表格，第{pages}页为图片", pages=pages)
    else:
        none = tr("没有文字（只有扫描页）")
    if content.image_pages:
        seen = all(page.get("read") for page in content.image_pages)
        none += sign("；") + (
            tr("文字识别没有看到文字") if seen else tr("请用文字识别读取（pip install 'jscore[ocr]'）")
        )
        if not seen:
            way_out = ""
    raise ReadError(sign("；").join(filter(None, [f"{path}: {none}", way_out])))


def _is_budget(content: Content) -> bool:
    """Whether titles and headings tell of a budget, and of final accounts none but an earlier year's column."""
    cells = (
        nfkc(cell.text) for grid in content.grids for cell in grid.cells if cell.row < HEADS and len(cell.text) < 60
    )
    lines = (nfkc(line.text) for line in content.lines if len(line.text) < 60)
    heads, titles = list(cells), [text for text in lines if not re.search("[，。；]", text)]
    years = [int(year) for text in (*heads, *titles) for year in _BUDGET_YEAR.findall(text)]
    settled = (*heads, *filter(_ACCOUNTS_TITLE.search, titles))
    if any(_of_the_year(match[1], max(years, default=0)) for text in settled for match in _SETTLED_YEAR.finditer(text)):
        return False
    told = (*heads, *titles)
    named = any(map(_BUDGET.fullmatch, told))
    named = named or any(map(_BUDGET_TABLE.fullmatch, told)) and not _tells_of_accounts(content)
    return named or any(map(_PLANNED.search, told)) and not any(map(_SETTLED.search, told))


def _tells_of_accounts(content: Content) -> bool:
    cells = (cell.text for grid in content.grids for cell in grid.cells)
    return any("决算" in nfkc(text) for text in (*cells, *(line.text for line in content.lines)))


def _of_the_year(year: str | None, budget: int) -> bool:
    """Whether accounts of ``year``, as printed, are not of the year before that of a ``budget``."""
    return year != "上年" and (year is None or int(year) >= budget)
