"""The workbook computed by a spreadsheet program: every formula gives what the package makes of the frames."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from jscore.language import Lang
from tests.calc import computed, needs_libreoffice
from tests.shared import RAW, once, workbook
from tests.test_workbook import ALL, column

pytestmark = [pytest.mark.office, needs_libreoffice]

#: Values as they stand in a file: a wrong one beside every formula, to see that none is taken over.
VALUE = re.compile(rb"(</f><v>)[^<]*")

Books = dict[str, Path]
Cells = dict[tuple[str, str], Any]


def spoiled(path: Path, target: Path) -> Path:
    """A copy of a workbook with 12345 as the value of every formula."""
    with zipfile.ZipFile(path) as book, zipfile.ZipFile(target, "w") as copy:
        for name in book.namelist():
            data = book.read(name)
            if name.startswith("xl/worksheets/sheet"):
                data = VALUE.sub(rb"\g<1>12345", data)
            copy.writestr(name, data)
    return target


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Books, Books]:
    """The workbook of every report as written, and as computed from a spoiled copy."""
    return once("workbooks computed anew", lambda: written_and_computed(tmp_path_factory.mktemp("books")))


def written_and_computed(folder: Path) -> tuple[Books, Books]:
    written, copies = {}, []
    (folder / "spoiled").mkdir()
    for path in ALL:
        languages: list[Lang] = ["zh", "en"] if path == RAW else ["zh"]
        for lang in languages:
            written[f"{path.stem}-{lang}"] = folder / f"{path.stem}-{lang}.xlsx"
            written[f"{path.stem}-{lang}"].write_bytes(workbook(path, lang))
            copies.append(spoiled(written[f"{path.stem}-{lang}"], folder / "spoiled" / f"{path.stem}-{lang}.xlsx"))
    return written, computed(copies, folder)


def cells(path: Path, formulas: bool = False) -> Cells:
    """The values of a workbook's cells by sheet and place; those of its formulas where wanted."""
    book = openpyxl.load_workbook(path, read_only=True, data_only=not formulas)
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value not in (None, "") and (not formulas or cell.data_type == "f")
    }


def unlike(first: Any, second: Any) -> bool:
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(first - second) > 1e-7
    return first != second


NAMES = [*(f"{path.stem}-zh" for path in ALL), f"{RAW.stem}-en"]


@pytest.mark.parametrize("name", NAMES)
def test_every_formula_gives_the_packages_value(books: tuple[Books, Books], name: str) -> None:
    written, made = (side[name] for side in books)
    formulas, own, theirs = cells(written, formulas=True), cells(written), cells(made)
    assert len(formulas) > 50
    differ = {
        place: (text, own.get(place), theirs.get(place))
        for place, text in formulas.items()
        if unlike(own.get(place), theirs.get(place))
    }
    assert differ == {}
    assert not [
        place for place, value in theirs.items() if isinstance(value, str) and re.match(r"#[A-Z/0]+[!?]?$", value)
    ]


def test_a_changed_figure_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(RAW))
    book = openpyxl.load_workbook(path)
    column(book["收入"], "本年收入合计（万元）")[0].value += 1
    column(book["绩效自评（项目）"], "全年执行数（万元）")[0].value /= 2
    column(book["发现"], "属实")[0].value = "是"
    differ = next(cell for cell in book["封面"]["A"] if cell.value == "各表合计不符（随数字变动）")
    filled = next(cell for cell in book["封面"]["A"] if cell.value == "已填写“属实”（随填写变动）")
    before = cells(path)
    book.save(path)
    after = cells(computed([path], tmp_path)["book"])

    def value(title: str, heading: str, row: int, within: Cells = after) -> Any:
        return within.get((title, column(book[title], heading)[row].coordinate))

    assert value("收入", "各栏合计相差（万元）", 0) == pytest.approx(1)
    assert value("收入", "各栏合计核对", 0) == "不符"
    assert value("绩效自评（项目）", "执行率（公式）", 0) == pytest.approx(
        value("绩效自评（项目）", "执行率（公式）", 0, before) / 2
    )
    assert (before["封面", f"B{differ.row}"], after["封面", f"B{differ.row}"]) == (0, 2)
    assert (before["封面", f"B{filled.row}"], after["封面", f"B{filled.row}"]) == (0, 1)
