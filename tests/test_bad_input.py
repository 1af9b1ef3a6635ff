"""Files that are no reports, or are made to break a reader: a line each, and the others are done."""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pikepdf
import pytest
from click.testing import CliRunner, Result
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

import jscore
from jscore.cli import main
from jscore.language import using
from jscore.library import store
from jscore.pdf.pages import open_document
from jscore.run import one_report
from tests import broken
from tests.drawn import FONT, Ruling, Table, draw
from tests.test_layouts import REVENUE, SANGONG

pytestmark = pytest.mark.usefixtures("kept_workers")


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with using("en"):
        yield


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["run", "--no-notebooks", "--lang", "en", *map(str, arguments)])


def program(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "jscore", "run", "--no-notebooks", "--lang", "en", *map(str, arguments)]
    return subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parents[1], env={**os.environ, **environment}
    )


@pytest.mark.slow
def test_a_folder_of_bad_files_and_one_report(tmp_path: Path) -> None:
    raw, out, temporary = (tmp_path / name for name in ("raw", "out", "tmp"))
    raw.mkdir()
    temporary.mkdir()
    makers = [*broken.BAD, *broken.ENDLESS]
    for maker in makers:
        maker(raw / f"{maker.__name__}.pdf")
    draw(raw / "well.pdf", [[REVENUE, SANGONG]])
    result = program(
        raw, tmp_path / "missing.pdf", "--out", out, "--memory", 400, "--jobs", 2, "--no-ocr", TMPDIR=str(temporary)
    )
    said = {line.removeprefix("jscore: ").partition(": ")[0]: line for line in result.stderr.splitlines()}
    assert result.returncode == 1 and len(result.stderr.splitlines()) == len(makers) + 1
    for maker in makers:
        expected = broken.BAD.get(maker, "took more than 400 MB of memory at p. 1; allow more with --memory")
        assert expected in said.pop(str(raw / f"{maker.__name__}.pdf")), maker.__name__
    assert "no such file; name an existing PDF" in said.pop(str(tmp_path / "missing.pdf")) and not said
    assert result.stdout.endswith("s\n") and f"1 done, 0 unchanged, {len(makers) + 1} failed" in result.stdout
    assert (
        sorted(path.name for path in out.iterdir()) == ["datapackage.json", "library", "well"]
        and list(temporary.iterdir()) == []
    )


def test_a_refusal_speaks_the_language_of_the_output(tmp_path: Path) -> None:
    broken.budget(tmp_path / "x.pdf")
    broken.empty(tmp_path / "y.pdf")
    arguments = ["run", "--no-notebooks", str(tmp_path), "--out", str(tmp_path / "out"), "--jobs", "1"]
    chinese = CliRunner().invoke(main, arguments).stderr.splitlines()
    assert chinese == [
        f"jscore: {tmp_path / 'x.pdf'}: 这是部门预算，不是部门决算；请给出附有决算表的部门决算报告",
        f"jscore: {tmp_path / 'y.pdf'}: 不是可读的PDF（空文件），请重新下载",
    ]
    english = CliRunner().invoke(main, [*arguments, "--lang", "en"]).stderr.splitlines()
    assert [line.isascii() or "部门" in line for line in english] == [True, True]


NO_REPORT = [
    broken.blank,
    broken.drawings_only,
    broken.fields_only,
    broken.notes_only,
    broken.budget,
    broken.budget_of_this_year,
]


@pytest.mark.parametrize("maker", NO_REPORT)
def test_what_is_no_report_is_said_in_one_line(tmp_path: Path, maker: broken.Maker) -> None:
    maker(tmp_path / "x.pdf")
    with pytest.raises(jscore.ReadError) as error:
        jscore.read(tmp_path / "x.pdf", ocr=False)
    assert broken.BAD[maker] in str(error.value) and len(str(error.value).splitlines()) == 1


@pytest.mark.parametrize("header", ["2024年度部门决算", "2024年度部门预算"])
def test_accounts_are_no_budget_whatever_their_pages_are_headed(tmp_path: Path, header: str) -> None:
    assert not jscore.read(draw(tmp_path / "x.pdf", [[REVENUE]], header=header)).revenue.empty


@pytest.mark.parametrize(
    "head", [["预算数", "决算统计数"], ["2024年预算数", "2024年决算数"], ["2023年决算数", "预算数"]]
)
def test_a_table_beside_a_budget_is_of_final_accounts(tmp_path: Path, head: list[str]) -> None:
    rows = [
        ["项目", *head],
        ["合计", "3.00", "2.00"],
        ["因公出国（境）费", "1.00", "1.00"],
        ["公务接待费", "2.00", "1.00"],
    ]
    table = replace(SANGONG, rows=rows, widths=[150, 120, 120], title="“三公”经费支出情况表")
    assert jscore.read(draw(tmp_path / "x.pdf", [[table]])).info["forms"]["09"]["status"] == "found"


def test_nothing_is_made_where_nothing_can_be_done(tmp_path: Path) -> None:
    broken.no_pages(tmp_path / "bad.pdf")
    result = run(tmp_path / "bad.pdf", tmp_path / "missing.pdf", "--out", tmp_path / "out")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 2 and not (tmp_path / "out").exists()
    result = run(tmp_path / "no-folder", "--out", tmp_path / "out")
    assert result.exit_code == 1 and f"{tmp_path / 'no-folder'}: no such folder; put reports there" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("maker", broken.READABLE, ids=lambda maker: maker.__name__)
def test_odd_files_that_can_be_read(tmp_path: Path, maker: broken.Maker) -> None:
    path = tmp_path / "odd.pdf"
    maker(path)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    report = jscore.read(path)
    assert len(report.revenue) == 32
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 900 * 1024  # kB; macOS counts bytes


@pytest.mark.parametrize("given", ["password", "environment"])
def test_an_encrypted_report_with_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    path = tmp_path / "locked.pdf"
    broken.encrypted(path)
    if given == "environment":
        monkeypatch.setenv("JSCORE_PASSWORD", "user")
    report = jscore.read(path, password="user" if given == "password" else None)
    assert len(report.revenue) == 32 and report.show("revenue", 0).size[0] > 100
    assert "user" not in repr(report)


def test_an_encrypted_report_with_a_wrong_password(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    broken.encrypted(path)
    with pytest.raises(jscore.ReadError, match="the password given does not open it"):
        jscore.read(path, password="wrong")


def test_what_is_said_of_a_file_without_pages_whatever_was_refused_before(tmp_path: Path) -> None:
    for maker in (broken.encrypted, broken.no_pages, broken.encrypted):
        maker(tmp_path / "x.pdf")
        with pytest.raises(jscore.ReadError) as error:
            open_document(tmp_path / "x.pdf")
        assert broken.BAD[maker] in str(error.value)


def test_the_password_of_a_run_is_not_written_down(tmp_path: Path) -> None:
    path = tmp_path / "locked.pdf"
    broken.encrypted(path)
    with_it = run(path, "--out", tmp_path / "out", "--password", "user")
    assert with_it.exit_code == 0, with_it.stderr
    assert b'"user"' not in (tmp_path / "out" / "locked" / "report.json").read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (".pdf", "hidden"), ("..pdf", "hidden"), ("...pdf", "hidden"), (".x.pdf", "hidden"), (" .pdf", "hidden"),
        ("two\nlines.pdf", "cannot be shown"), ("\x1b[31mred.pdf", "cannot be shown"), ("x" * 251 + ".pdf", "too long"),
    ],
)  # fmt: skip
@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made there")
def test_names_that_cannot_be_a_folder(tmp_path: Path, name: str, said: str) -> None:
    path = draw(tmp_path / name, [[SANGONG]])
    result = run(path, "--out", tmp_path / "out" / "in")
    assert result.exit_code == 1 and len(result.stderr.splitlines()) == 1 and said in result.stderr
    assert "\x1b" not in result.stderr
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["<b>bold.pdf", "a b#?&%20.pdf", "=1+1.pdf", "'\"$HOME`id`.pdf", "长" * 70 + ".pdf"])
@pytest.mark.skipif(os.name == "nt", reason="such names cannot be made there")
def test_odd_names_that_can(tmp_path: Path, name: str) -> None:
    path = draw(tmp_path / name, [[SANGONG]])
    outcome = one_report.process(path, one_report.Options(tmp_path / "out"))
    assert (outcome.status, outcome.message) == ("done", "")
    assert [folder.name for folder in (tmp_path / "out").iterdir()] == [path.stem]
    assert len(jscore.load(path.stem, tmp_path / "out").sangong) > 0


@pytest.mark.parametrize("report_id", ["../small", "small/", "./small", "", "..", "/etc"])
def test_a_report_id_is_no_path(tmp_path: Path, report_id: str) -> None:
    (tmp_path / "small").mkdir()
    store.write(jscore.read(draw(tmp_path / "small.pdf", [[SANGONG]])), tmp_path / "small")
    (tmp_path / "below").mkdir()
    with pytest.raises(jscore.ReadError):
        jscore.load(report_id, tmp_path / "below" if ".." in report_id else tmp_path)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom files can be kept from")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = draw(tmp_path / "kept.pdf", [[SANGONG]])
    path.chmod(0)
    with pytest.raises(jscore.ReadError, match="cannot be opened"):
        jscore.read(path)


# --- found by benchmarks/fuzz.py --------------------------------------------------------


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (["收支总表", "支出总表"], "a budget"), (["部门收支总表"], "a budget"), (["一般公共预算“三公”经费支出表"], "a budget"),
        (["2024年预算执行情况表"], "no table of final accounts"), (["通讯录"], "no table of final accounts"),
    ],
)  # fmt: skip
def test_tables_that_are_not_of_final_accounts_are_no_report(tmp_path: Path, titles: list[str], said: str) -> None:
    rows = [["科目编码", "科目名称", "合计", "基本支出", "项目支出"], ["208", "社会保障", "30", "10", "20"]]
    if "执行" in titles[0]:
        rows[0][2:] = ["预算数", "执行数", "完成率"]
    pages = [[Table(rows, [80] * 5, title)] for title in titles]
    with pytest.raises(jscore.ReadError, match=said):
        jscore.read(draw(tmp_path / "x.pdf", pages))


def test_a_page_too_narrow_for_a_picture_of_its_rules(tmp_path: Path) -> None:
    """A strip with a picture behind a line in columns: at its resolution the shortest rule would be less than a pixel."""
    picture = ImageReader(Image.new("L", (100, 2), 255))
    canvas = Canvas(str(tmp_path / "x.pdf"), pagesize=(595, 8))
    canvas.drawImage(picture, 0, 0, 595, 8)
    canvas.setFont(FONT, 6)
    for x in (20, 200, 400, 500):
        canvas.drawString(x, 1, "12.00")
    canvas.save()
    with pytest.raises(jscore.ReadError, match="only tables such as “12.00”"):
        jscore.read(tmp_path / "x.pdf")


def test_text_beside_the_page_is_not_read(tmp_path: Path) -> None:
    """It took an array as wide as the page and the way to the text."""
    path = draw(tmp_path / "x.pdf", [[replace(REVENUE, ruling="none")]])
    before = jscore.read(path).cells
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        drawn = pdf.pages[0].Contents.read_bytes()
        for x, y in ((300_000_000, 700), (700, 700), (-300, 600), (100, -90)):
            drawn += b" BT /F2 9 Tf 1 0 0 1 %d %d Tm (12.00) Tj ET" % (x, y)
        pdf.pages[0].Contents = pdf.make_stream(drawn)
        pdf.save(path)
    pd.testing.assert_frame_equal(jscore.read(path).cells, before)


def test_a_page_that_the_second_reader_cannot_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import playa

    def broken(*_: object, **__: object) -> None:
        raise StopIteration

    monkeypatch.setattr("jscore.pdf.read_glyphs._loses_text", lambda page: True)
    monkeypatch.setattr(playa, "open", broken)
    with pytest.raises(jscore.ReadError, match="p. 1 is damaged; download it again"):
        jscore.read(draw(tmp_path / "x.pdf", [[REVENUE]]))


@pytest.mark.slow
def test_limits_of_a_read(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE], [SANGONG]])
    steps: list[tuple[int, int]] = []
    report = jscore.read(path, lambda *at: steps.append(at), timeout=300, memory=4000)
    assert steps == [(1, 2), (2, 2)]
    pd.testing.assert_frame_equal(report.cells, jscore.read(path).cells)
    with pytest.raises(
        jscore.ReadError, match=r"x\.pdf: took more than 40 MB of memory at p. 1; allow more with memory="
    ):
        jscore.read(path, memory=40)


@pytest.mark.slow
def test_time_that_a_read_may_take(tmp_path: Path) -> None:
    path = tmp_path / "x.pdf"
    broken.forms_without_end(path)
    with pytest.raises(jscore.ReadError, match=r"x\.pdf: not done after 0\.2 s at p. 1; allow more with timeout="):
        jscore.read(path, timeout=0.2)


def bad_table_of_places(data: bytes) -> bytes:
    return data.replace(b"startxref\n", b"startxref\n9")


def damaged_contents(data: bytes) -> bytes:
    begin = data.index(b"stream\n", data.rindex(b"/FlateDecode")) + 7
    return data[: begin + 60] + bytes(4) + data[begin + 64 :]


def updated(path: Path, contents: bytes) -> bytes:
    """The PDF at ``path`` with an update behind its end, of what its first page draws."""
    with pikepdf.open(path) as pdf:
        number, root, size = pdf.pages[0].Contents.objgen[0], pdf.Root.objgen[0], int(pdf.trailer.Size)
    data = path.read_bytes()
    before = int(data[data.rindex(b"startxref") :].split()[1])
    new = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n" % (number, len(contents), contents)
    places = b"xref\n%d 1\n%010d 00000 n \n" % (number, len(data))
    trailer = b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\n" % (size, root, before)
    return data + new + places + trailer + b"startxref\n%d\n%%%%EOF" % (len(data) + len(new))


def test_an_updated_file_is_read_as_last_updated(tmp_path: Path) -> None:
    contents, frames = [], []
    for table in (SANGONG, REVENUE):
        with pikepdf.open(draw(tmp_path / "x.pdf", [[table]]), allow_overwriting_input=True) as pdf:
            contents.append(pdf.pages[0].Contents.read_bytes())
            pdf.save(tmp_path / "x.pdf", recompress_flate=True)
        frames.append(jscore.read(tmp_path / "x.pdf").cells)
    path = tmp_path / "x.pdf"
    path.write_bytes(damaged_contents(path.read_bytes()))  # of what the updates replace
    for new, cells in zip(contents, frames, strict=True):
        path.write_bytes(updated(path, new))
        report = jscore.read(path)
        pd.testing.assert_frame_equal(report.cells, cells)
        assert not report.info["damaged_pages"]


@pytest.mark.parametrize(
    "tail, reads", [(b"<p>3 0 obj</p>", True), (b"\n3 0 obj", False), (b"x" * 5000 + b"3 0 obj", False)]
)
def test_an_update_that_was_cut_is_none_behind_other_bytes(tmp_path: Path, tail: bytes, reads: bool) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    cells = jscore.read(path).cells
    path.write_bytes(path.read_bytes() + tail)
    if reads:
        pd.testing.assert_frame_equal(jscore.read(path).cells, cells)
    else:
        with pytest.raises(jscore.ReadError, match="cut short"):
            jscore.read(path)


def test_a_report_whose_tables_are_damaged_is_said_to_be(tmp_path: Path) -> None:
    path = draw(tmp_path / "x.pdf", [[REVENUE]])
    path.write_bytes(updated(path, b"q BT /F1 9 Tf (1"))
    with pytest.raises(jscore.ReadError, match="p. 1 is damaged"):
        jscore.read(path)


@pytest.mark.parametrize("ruling", ["stroke", "picture", "none"])
def test_libraries_keep_silent(
    tmp_path: Path, ruling: Ruling, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])  # as in a program of the user's, without pytest's
    path = draw(tmp_path / "x.pdf", [[replace(REVENUE, ruling=ruling)], [SANGONG]])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, recompress_flate=True, stream_decode_level=pikepdf.StreamDecodeLevel.generalized)
    path.write_bytes(bad_table_of_places(damaged_contents(path.read_bytes())))
    logging.getLogger("pikepdf").warning("heard")
    assert "heard" in capfd.readouterr().err
    report = jscore.read(path)
    assert report.info["damaged_pages"] and capfd.readouterr() == ("", "")
