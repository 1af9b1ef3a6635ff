"""PDFs that are broken, or made to break a reader, one hazard each; made anew in every test."""

from __future__ import annotations

import io
import random
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tests.drawn import FONT, draw
from tests.test_layouts import REVENUE, SANGONG

Maker = Callable[[Path], None]


def empty(path: Path) -> None:
    path.write_bytes(b"")


def random_bytes(path: Path) -> None:
    path.write_bytes(random.Random(1).randbytes(50_000))


def random_behind_a_header(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n" + random.Random(2).randbytes(50_000) + b"\n%%EOF\n")


def text_file(path: Path) -> None:
    path.write_text("收入决算表\n" * 100, encoding="utf-8")


def web_page(path: Path) -> None:
    path.write_text("<!DOCTYPE html><title>404</title>" + " " * 2000)


def office_file(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + bytes(3000))


def cut_short(path: Path) -> None:
    draw(path, [[REVENUE], [SANGONG]])
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 6 // 10])


def last_bytes_lost(path: Path) -> None:
    draw(path, [[REVENUE], [SANGONG]])
    path.write_bytes(path.read_bytes().rstrip()[:-5])


def encrypted(path: Path) -> None:
    draw(path, [[REVENUE, SANGONG]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="owner", user="user"))


def no_pages(path: Path) -> None:
    write_objects(path, ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"])


def no_tables(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.setFont(FONT, 12)
    canvas.drawString(60, 700, "一、收入支出决算总体情况说明：本年收入合计 100.00 万元。")
    canvas.save()


def pictures_only(path: Path) -> None:
    picture = io.BytesIO()
    Image.effect_noise((600, 800), 60).save(picture, "PNG")
    canvas = Canvas(str(path))
    for _ in range(2):
        canvas.drawImage(ImageReader(picture), 0, 0, 595, 842)
        canvas.showPage()
    canvas.save()


def blank(path: Path) -> None:
    canvas = Canvas(str(path))
    canvas.showPage()
    canvas.save()


def drawings_only(path: Path) -> None:
    """Ruled lines and a small picture, and no text."""
    canvas = Canvas(str(path))
    for i in range(10):
        canvas.line(50, 700 - 20 * i, 500, 700 - 20 * i)
        canvas.line(50 + 50 * i, 520, 50 + 50 * i, 700)
    canvas.drawInlineImage(Image.new("RGB", (40, 40), (180, 40, 40)), 300, 200, 60, 60)
    canvas.showPage()
    canvas.save()


def fields_only(path: Path) -> None:
    canvas = Canvas(str(path))
    for i in range(9):
        canvas.acroForm.textfield(name=f"field{i}", x=100, y=700 - 30 * i, value=f"{i}23.45")
    canvas.showPage()
    canvas.save()


def notes_only(path: Path) -> None:
    """A note on the page that has no drawing of its own."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        note = {
            "Subtype": Name.FreeText,
            "Rect": [50, 50, 300, 80],
            "Contents": "部门决算 123.45",
            "DA": "/Helv 12 Tf 0 g",
        }
        pdf.pages[0].Annots = pdf.make_indirect(Array([Dictionary(Type=Name.Annot, **note)]))
        pdf.save(path)


CODED = ["科目编码", "科目名称", "合计", "基本支出", "项目支出"]
PLANNED = [["208", "社会保障和就业支出", "30", "10", "20"], ["20805", "养老", "30", "10", "20"]]


def budget(path: Path) -> None:
    """A 部门预算: tables laid out and called like those of final accounts."""
    table = replace(SANGONG, rows=[CODED, *PLANNED], widths=[90] * 5, title="一般公共预算支出情况表")
    draw(path, [[table]], header="某市财政局2024年部门预算")


def budget_of_this_year(path: Path) -> None:
    """A 部门预算 without its cover, whose tables print the year before, too."""
    head = ["科目编码", "科目名称", "2023年决算数", "2024年预算数", "增减"]
    table = replace(SANGONG, rows=[head, *PLANNED], widths=[90] * 5, title="一般公共预算支出情况表")
    draw(path, [[table]])


def government(path: Path) -> None:
    """A government's accounts, one of whose tables is called and laid out like a department's."""
    taxes = [["预算科目", "决算数"], ["一、税收收入", "50"], ["二、非税收入", "9"], ["收入总计", "59"]]
    economic = [
        ["科目编码", "科目名称", "决算数"],
        ["501", "机关工资福利支出", "40"],
        ["50101", "工资奖金津补贴", "40"],
    ]
    titles = ("2023年某县一般公共预算收入决算表", "2023年某县一般公共预算基本支出决算表")
    tables = [
        replace(SANGONG, rows=rows, widths=[150] * len(rows[0]), title=title)
        for rows, title in zip((taxes, economic), titles, strict=True)
    ]
    draw(path, [[table] for table in tables])


def evaluation_alone(path: Path) -> None:
    """A report of an evaluation, whose table of points is no self-evaluation form."""
    points = [
        ["一级指标", "评价内容", "标准分", "评分"],
        ["决策", "立项依据充分性", "5", "5"],
        ["过程", "资金到位率", "5", "4"],
    ]
    draw(
        path,
        [[replace(SANGONG, rows=points, widths=[120] * 4, title="评价指标评分表")]],
        header="某市就业补助资金绩效评价报告",
    )


def page_tree_loop(path: Path) -> None:
    """A page tree whose node is its own child."""
    with Pdf.new() as pdf:
        pdf.add_blank_page()
        node = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=1000, Parent=pdf.Root.Pages))
        node.Kids = Array([node, pdf.Root.Pages])
        pdf.Root.Pages.Kids.append(node)
        pdf.Root.Pages.Count = 1001
        pdf.save(path)


def deep_page_tree(path: Path) -> None:
    depth = 3000
    nodes = [
        f"<</Type/Pages/Count 1/Kids[{n + 1} 0 R]" + (f"/Parent {n - 1} 0 R>>" if n > 2 else ">>")
        for n in range(2, depth)
    ]
    page = f"<</Type/Page/MediaBox[0 0 595 842]/Parent {depth - 1} 0 R>>"
    write_objects(path, ["<</Type/Catalog/Pages 2 0 R>>", *nodes, page])


def write_objects(path: Path, objects: list[str]) -> None:
    """A PDF of ``objects``, numbered from 1, the first its catalogue; no library looks at them."""
    body = "%PDF-1.7\n"
    places = []
    for number, text in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj {text} endobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    path.write_text(
        f"{body}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer <</Size {len(objects) + 1}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n",
        encoding="latin-1",
    )


def nested_arrays(path: Path) -> None:
    draw(path, [[REVENUE]])
    raw = path.read_bytes()
    path.write_bytes(raw.replace(b"/Contents", b"/Deep " + b"[" * 30_000 + b"]" * 30_000 + b" /Contents", 1))


def huge_page(path: Path) -> None:
    """A table without rules, which is looked for in a picture of the page, on a page of 5 by 5 metres."""
    draw(path, [[replace(REVENUE, ruling="none", top=13_000)]], size=(14_400, 14_400))


def thousands_of_pages(path: Path) -> None:
    draw(path, [[REVENUE]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        for _ in range(2500):
            pdf.add_blank_page()
        pdf.save(path)


def form_in_itself(path: Path) -> None:
    with Pdf.new() as pdf:
        page = pdf.add_blank_page()
        form = Stream(pdf, b"q /F Do Q /F Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
        form = pdf.make_indirect(form)
        form.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Contents = Stream(pdf, b"/F Do")
        pdf.save(path)


def forms_without_end(path: Path) -> None:
    """Ten levels of forms, each drawing the next ten times: 10 000 000 000 lines to draw."""
    with Pdf.new() as pdf:
        page = pdf.add_blank_page()
        form = pdf.make_indirect(
            Stream(pdf, b"0 0 m 9 9 l S", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842])
        )
        for _ in range(10):
            form = pdf.make_indirect(
                Stream(
                    pdf, b"/F Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842],
                    Resources=Dictionary(XObject=Dictionary(F=form)),
                )
            )  # fmt: skip
        page.Resources = Dictionary(XObject=Dictionary(F=form))
        page.Contents = Stream(pdf, b"/F Do")
        pdf.save(path)


def decompression_bomb(path: Path) -> None:
    """A content stream of a gigabyte in a megabyte."""
    with Pdf.new() as pdf:
        page = pdf.add_blank_page()
        packer = zlib.compressobj(9)
        data = b"".join(packer.compress(b"0 0 m 1 1 l S\n" * 100_000) for _ in range(750)) + packer.flush()
        page.Contents = Stream(pdf, data, Filter=Name.FlateDecode)
        pdf.save(path)


#: Each is one line on standard error: what it has to say.
BAD: dict[Maker, str] = {
    empty: "not a readable PDF (an empty file); download it again",
    random_bytes: "not a readable PDF (another kind of file); name the report's PDF",
    random_behind_a_header: "not a readable PDF (damaged or cut short); download it again",
    text_file: "not a readable PDF (another kind of file); name the report's PDF",
    web_page: "not a readable PDF (a web page)",
    office_file: "not a readable PDF (a Word, Excel or zip file)",
    cut_short: "cut short: its end mark %%EOF is missing",
    last_bytes_lost: "cut short: its end mark %%EOF is missing",
    encrypted: "encrypted, and no password was given; use --password, $JSCORE_PASSWORD",
    no_pages: "the PDF has no pages; download it again",
    no_tables: "no tables in it; name a final-accounts report",
    pictures_only: "no text layer (scanned pages only); read it with OCR",
    blank: "no text layer (pictures, drawings or blank pages); name a final-accounts report",
    drawings_only: "no text layer (pictures, drawings or blank pages); name a final-accounts report",
    fields_only: "forms and annotations only, nothing is printed on its pages; name the report's PDF",
    notes_only: "forms and annotations only, nothing is printed on its pages; name the report's PDF",
    budget: "this is a 部门预算 (a budget); name a final-accounts report",
    budget_of_this_year: "this is a 部门预算 (a budget); name a final-accounts report",
    government: "these are a government's accounts (政府决算), not a department's; name a final-accounts report",
    evaluation_alone: "this is a report of an evaluation (绩效评价) with no table of final accounts",
    page_tree_loop: "no text layer",
    deep_page_tree: "p. 1 is damaged; download it again, or save it anew",
}
#: What takes all memory there is, and is stopped.
ENDLESS: tuple[Maker, ...] = (form_in_itself, forms_without_end, decompression_bomb)
#: What looks bad and is read all the same.
READABLE: tuple[Maker, ...] = (nested_arrays, huge_page, thousands_of_pages)
