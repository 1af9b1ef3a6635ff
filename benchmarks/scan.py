"""Pages of reports with text, scanned in many ways and read by OCR: what is read beside what their text says.

    python benchmarks/scan.py [PDF ...] [--kinds NAME ...] [--pages N] [--seed N] [--keep DIR] [--wrong] [--write]

The densest table pages of each report are drawn as a scanner leaves them, and read.  Every kind of scan is a row: cells
and amounts read as in the text, amounts that are wrong or lost without a word, and processor seconds a page.  Each amount
is judged by itself: a wrong one must be listed as doubtful or stand in a relation that fails; of a lost one the cell, the
table or the page must be listed, or a relation that holds in the text must fail.  ``--wrong`` prints what differs; ``--write`` puts the table into
docs/ocr.md.  The exit status is 1 if an amount is wrong without a word.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import pikepdf
import pypdfium2 as pdfium
from PIL import Image

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import jscore  # noqa: E402
from jscore.relations.source import TABLES  # noqa: E402
from jscore.tables.ledger import prints_figure  # noqa: E402
from jscore.text.normal import nfkc  # noqa: E402

REPORTS = ROOT.parent / "shared" / "reports"
#: Reports in whole 元 and in 万元 with decimals, with narrow and wide rows, typeset by different programs.
SHEETS = (
    *sorted((ROOT / "data" / "raw").glob("*.pdf")),
    *(REPORTS / "world" / f"{name}.pdf" for name in ("shanghai-2025", "lost-leading-zeros", "beijing-procurement")),
)
#: What an amount of a frame is of; where a code says so, its name does not.
KEYS = ("form", "side", "fund", "function_code", "economic_code", "component", "source", "group", "item")
FIGURE = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
MARKS = re.compile(r"(?<=<!-- scans: made by make scans -->\n).*?(?=<!-- end of scans -->)", re.DOTALL)
HEAD = "| scan | pages | cells right | amounts right | wrong without a word | in doubt | CPU seconds a page |"

Change = Callable[[np.ndarray, np.random.Generator], np.ndarray]


# --- what a scanner does -------------------------------------------------------------------


def lean(degrees: float) -> Change:
    def leaning(page: np.ndarray, _: np.random.Generator) -> np.ndarray:
        height, width = page.shape[:2]
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
        return cv2.warpAffine(page, turn, (width, height), flags=cv2.INTER_AREA, borderValue=(255, 255, 255))

    return leaning


def noise(strength: float) -> Change:
    def noisy(page: np.ndarray, random: np.random.Generator) -> np.ndarray:
        return np.clip(page + random.normal(0, strength, page.shape[:2])[:, :, None], 0, 255).astype(np.uint8)

    return noisy


def specks(page: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Dust: dots of one to three pixels, some forty a square inch."""
    page = page.copy()
    for _ in range(page.shape[0] * page.shape[1] // 1500):
        x, y, size = random.integers(page.shape[1]), random.integers(page.shape[0]), random.integers(1, 4)
        page[y : y + size, x : x + size] = random.integers(0, 140)
    return page


def grey_paper(page: np.ndarray, _: np.random.Generator) -> np.ndarray:
    """Grey print on grey paper that is darker at one edge."""
    shade = np.linspace(0.72, 0.95, page.shape[1])[None, :, None]
    return ((90 + page * (165 / 255)) * shade).astype(np.uint8)


def stamp(page: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A round red seal with a star over the middle of the page."""
    ink = np.full_like(page, 255)
    height, width = page.shape[:2]
    centre = (int(width * random.uniform(0.4, 0.6)), int(height * random.uniform(0.4, 0.6)))
    radius = width // 7
    cv2.circle(ink, centre, radius, (225, 40, 50), max(3, radius // 14))
    points = [
        (centre[0] + radius * r * np.sin(k * np.pi / 5), centre[1] - radius * r * np.cos(k * np.pi / 5))
        for k, r in enumerate((0.4, 0.16) * 5)
    ]
    cv2.fillPoly(ink, [np.array(points, np.int32)], (225, 40, 50))
    for k in range(12):
        angle = k * np.pi / 6
        at = (int(centre[0] + 0.78 * radius * np.cos(angle)), int(centre[1] + 0.78 * radius * np.sin(angle)))
        cv2.rectangle(ink, at, (at[0] + radius // 8, at[1] + radius // 8), (225, 40, 50), max(2, radius // 40))
    return np.minimum(page, ink)


def curved(page: np.ndarray, _: np.random.Generator) -> np.ndarray:
    """A sheet that does not lie flat: its middle is half a per cent of its height lower than its edges."""
    height, width = page.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    sag = np.float32(0.005 * height) * np.sin(np.pi * x / width)
    return cv2.remap(page, x, y - sag, cv2.INTER_AREA, borderValue=(255, 255, 255))


def broken(page: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Rules that the scan interrupts: gaps of a hundredth of an inch or two, and pale stretches."""
    page = page.copy()
    dark = (page.min(axis=2) < 150).astype(np.uint8)
    size = page.shape[1] // 25
    for kernel in ((1, size), (size, 1)):
        rules = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones(kernel, np.uint8))
        ys, xs = np.nonzero(rules)
        for k in random.choice(len(ys), size=min(len(ys), len(ys) // 400), replace=False):
            y, x = ys[k], xs[k]
            page[y - 1 : y + 2, x - 1 : x + 2] = 255
    return page


def one_bit(level: int) -> Change:
    def black_and_white(page: np.ndarray, _: np.random.Generator) -> np.ndarray:
        return np.repeat(np.where(page.mean(axis=2) < level, 0, 255).astype(np.uint8)[:, :, None], 3, axis=2)

    return black_and_white


def turned(quarters: int) -> Change:
    return lambda page, _: np.ascontiguousarray(np.rot90(page, quarters))


@dataclass(frozen=True)
class Kind:
    """A way to scan: resolution, what happens to the page, and how the picture is stored."""

    name: str
    dpi: int = 200
    changes: tuple[Change, ...] = ()
    store: str = "jpeg"
    quality: int = 85
    spread: bool = False


KINDS = (
    Kind("100 dpi", 100),
    Kind("150 dpi", 150, (noise(4),)),
    Kind("200 dpi, clean"),
    Kind("300 dpi, grey", 300, (noise(6),)),
    Kind("400 dpi", 400),
    Kind("askew 0.7°", 200, (lean(0.7),)),
    Kind("askew -1.2°", 150, (lean(-1.2), noise(4))),
    Kind("askew 2°", 200, (lean(2.0),)),
    Kind("noise", 200, (noise(22),)),
    Kind("specks", 200, (specks,)),
    Kind("grey paper", 200, (grey_paper, noise(5))),
    Kind("JPEG of quality 25", 200, (), quality=25),
    Kind("JPEG of quality 12, 150 dpi", 150, (), quality=12),
    Kind("black and white (CCITT), 200 dpi", 200, (one_bit(150),), "ccitt"),
    Kind("black and white, thin, 300 dpi", 300, (one_bit(90),), "ccitt"),
    Kind("black and white, fat, 200 dpi", 200, (one_bit(225),), "ccitt"),
    Kind("red stamp", 200, (stamp, lean(0.4))),
    Kind("curved", 200, (curved,)),
    Kind("broken rules", 200, (broken,)),
    Kind("sideways", 200, (lean(0.3), turned(1))),
    Kind("upside down", 200, (lean(-0.3), turned(2))),
    Kind("two pages a sheet", 200, (lean(0.3),), spread=True),
)  # fmt: skip


# --- scanning ------------------------------------------------------------------------------


def drawn(page: pdfium.PdfPage, dpi: int) -> np.ndarray:
    return page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()[:, :, :3]


def beside(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Two pages as one picture, the shorter one on white."""
    height = max(left.shape[0], right.shape[0])
    pages = [np.pad(page, ((0, height - page.shape[0]), (0, 0), (0, 0)), constant_values=255) for page in (left, right)]
    return np.concatenate(pages, axis=1)


def scan(typed: Path, kind: Kind, target: Path, seed: int) -> int:
    """The pages of ``typed`` as pictures at ``target``; how many there are."""
    random = np.random.default_rng(seed)
    document = pdfium.PdfDocument(typed)
    pages = [drawn(page, kind.dpi) for page in document]
    document.close()
    if kind.spread:
        pages = [
            beside(page, right)
            for page, right in zip(pages[::2], [*pages[1::2], np.full_like(pages[-1], 255)], strict=False)
        ]
    pictures = []
    for page in pages:
        for change in kind.changes:
            page = change(page, random)
        picture = Image.fromarray(page)
        pictures.append(picture.convert("1", dither=Image.Dither.NONE) if kind.store == "ccitt" else picture)
    how = {"quality": kind.quality} if kind.store == "jpeg" else {}
    pictures[0].save(target, save_all=True, append_images=pictures[1:], resolution=kind.dpi, **how)
    return len(pictures)


def densest(pdf: Path, count: int) -> list[int]:
    """The pages of the nine tables with most figures, in order."""
    report = jscore.read(pdf)
    figures = report.cells[
        report.cells["form"].str.fullmatch(r"\d\d") & report.cells["text"].fillna("").map(prints_figure)
    ]
    return sorted(int(page) for page in figures.groupby("page").size().nlargest(count).index)


def part(pdf: Path, pages: Sequence[int], target: Path) -> None:
    with pikepdf.open(pdf) as whole, pikepdf.new() as some:
        some.pages.extend(whole.pages[page - 1] for page in pages)
        some.save(target)


# --- comparing -----------------------------------------------------------------------------

Place = tuple[int, int, int]


@dataclass
class Tally:
    """What was counted for one kind of scan."""

    pages: int = 0
    cells: int = 0
    cells_right: int = 0
    amounts: int = 0
    amounts_right: int = 0
    doubtful: int = 0
    seconds: float = 0.0
    silent: list[str] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)

    def row(self, name: str) -> str:
        return (
            f"| {name} | {self.pages} | {self.cells_right:,} of {self.cells:,} | "
            f"{self.amounts_right:,} of {self.amounts:,} | {len(self.silent)} | {self.doubtful} | "
            f"{self.seconds / max(self.pages, 1):.1f} |"
        )


def same_text(text: str) -> str:
    """A text without what cannot be told apart in a picture: spaces, and the widths of punctuation."""
    return re.sub(r"\s", "", nfkc(text)).replace("—", "-").replace("–", "-").replace("·", ".")


class Places:
    """Where things stand in a report, tables counted and not named by their page."""

    def __init__(self, report: jscore.Report) -> None:
        self.report = report
        self.number = {table: k for k, table in enumerate(dict.fromkeys(report.cells["table_id"]))}

    def place(self, cell: object) -> Place:
        return self.number.get(cell["table_id"], -1), int(cell["row"]), int(cell["col"])  # type: ignore[index]

    def texts(self) -> dict[Place, str]:
        cells = self.report.cells.dropna(subset=["text"]).to_dict("records")
        return {self.place(cell): cell["text"] for cell in cells if cell["text"]}

    def amounts(self) -> dict[tuple[object, ...], tuple[float, Place]]:
        """Every amount of a frame by what it is of (万元), and its place."""
        values: dict[tuple[object, ...], tuple[float, Place]] = {}
        for name, columns in TABLES.items():
            frame = getattr(self.report, name)
            keys = [key for key in KEYS if key in frame]
            for column in columns:
                for row in frame[frame[column].notna()].to_dict("records"):
                    called = [same_text(str(row[key])) for key in keys if not pd.isna(row[key])]
                    key: tuple[object, ...] = (name, column, *(called or [same_text(str(row.get("function_name")))]))
                    while key in values:
                        key = (*key, "again")
                    values[key] = round(row[column], 6), self.place(row)
        return values

    def listed(self) -> list[dict[str, object]]:
        """Cells that are listed as unread or doubtful."""
        return [cell for name in ("unread", "not_understood", "doubtful") for cell in self.report.info[name]]

    def told(self) -> set[Place]:
        """Places that are listed, or stand in a relation that fails."""
        figures = self.figures("fail")
        return {self.place(cell) for cell in (*self.listed(), *figures.to_dict("records"))}

    def figures(self, status: str) -> pd.DataFrame:
        """The printed figures of relations with that status: their places, and check_id and subject of the relation."""
        checks = self.report.checks[["check_no", "check_id", "subject", "status"]]
        figures = self.report.check_figures.merge(checks[checks["status"].eq(status)], on="check_no")
        return figures.dropna(subset=["table_id", "row", "col"])

    def relations(self, status: str) -> dict[Place, set[tuple[str, str]]]:
        """The relations with that status by the places that stand in them."""
        relations: dict[Place, set[tuple[str, str]]] = {}
        for figure in self.figures(status).to_dict("records"):
            relations.setdefault(self.place(figure), set()).add((figure["check_id"], figure["subject"]))
        return relations

    def pages_lost(self) -> set[int]:
        """Pages that are listed as not read, or on which a table is that is in no frame."""
        info = self.report.info
        pages = {page["page"] for page in info["image_pages"] if not page.get("read")}
        tables = (*info["unknown_tables"], *info["other_tables"], *info["repeated_tables"])
        return pages | {page for table in tables for page in table["pages"]}


class Told:
    """What a scanned report says of amounts that are not as in the text."""

    def __init__(self, typed: Places, read: Places, pages_a_sheet: int) -> None:
        self.told, self.pages_lost, self.pages_a_sheet = read.told(), read.pages_lost(), pages_a_sheet
        self.listed = {figure for cell in read.listed() for figure in FIGURE.findall(same_text(str(cell["text"])))}
        self.failing = set().union(*read.relations("fail").values())
        self.holding = typed.relations("pass")
        cells = typed.report.cells.to_dict("records")
        self.printed = {typed.place(cell): (same_text(str(cell["text"])), cell["page"]) for cell in cells}

    def wrong(self, place: Place) -> bool:
        return place in self.told

    def lost(self, place: Place) -> bool:
        """Whether it is said that the amount printed at ``place`` of the text is missing."""
        text, page = self.printed[place]
        return (
            place in self.told
            or -(-page // self.pages_a_sheet) in self.pages_lost
            or text in self.listed
            or bool(self.holding.get(place, set()) & self.failing)
        )


def compare(typed: jscore.Report, read: jscore.Report, tally: Tally, pages_a_sheet: int = 1) -> None:
    """Count into ``tally`` what of ``typed`` the scan gave."""
    want, have = Places(typed), Places(read)
    texts, other = want.texts(), have.texts()
    for place, text in texts.items():
        right = same_text(other.get(place, "")) == same_text(text)
        tally.cells_right += right
        if not right:
            tally.differing.append(f"{place}: “{text}” read “{other.get(place)}”")
    tally.cells += len(texts)
    tally.doubtful += len(read.info["doubtful"])
    amounts, read_amounts, told = want.amounts(), have.amounts(), Told(want, have, pages_a_sheet)
    tally.amounts += len(amounts)
    for key in amounts.keys() | read_amounts.keys():
        (value, place), (got, read_place) = amounts.get(key, (None, None)), read_amounts.get(key, (None, None))
        tally.amounts_right += value == got
        if value == got:
            continue
        noted = told.wrong(read_place) if read_place else told.lost(place)
        tally.differing.append(f"{key}: {value} read {got}, {'said' if noted else 'not said'}")
        if not noted:
            tally.silent.append(f"{key}: {value} read {got}")


def measure(kind: Kind, sheets: Sequence[tuple[Path, jscore.Report]], folder: Path, seed: int) -> Tally:
    tally = Tally()
    for typed, report in sheets:
        target = folder / f"{typed.stem}-{re.sub(r'[^0-9A-Za-z.-]+', '_', kind.name)}.pdf"
        tally.pages += scan(typed, kind, target, seed)
        began = time.process_time()
        try:
            read = jscore.read(target)
        except jscore.ReadError as error:
            tally.differing.append(str(error))
            tally.cells += len(Places(report).texts())
            tally.amounts += len(Places(report).amounts())
            continue
        finally:
            tally.seconds += time.process_time() - began
        compare(report, read, tally, 1 + kind.spread)
    return tally


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--kinds", nargs="*", default=[], help="those whose name contains one of these")
    parser.add_argument("--pages", type=int, default=1, help="pages of each report")
    parser.add_argument("--seed", type=int, default=7, help="of the dust, the noise and the stamp's place")
    parser.add_argument("--keep", type=Path, help="a folder for the scans")
    parser.add_argument("--wrong", action="store_true", help="print what differs")
    parser.add_argument("--write", action="store_true", help="put the table into docs/ocr.md")
    arguments = parser.parse_args()
    kinds = [kind for kind in KINDS if not arguments.kinds or any(text in kind.name for text in arguments.kinds)]
    silent = 0
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.keep or Path(name)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ["XDG_CACHE_HOME"] = name  # nothing that was read before helps
        sheets = []
        for pdf in arguments.pdfs or [path for path in SHEETS if path.exists()]:
            typed = folder / f"{pdf.stem}.pdf"
            part(pdf, densest(pdf, arguments.pages), typed)
            sheets.append((typed, jscore.read(typed)))
        out = io.StringIO()
        for line in (HEAD, "| --- |" + " ---: |" * 6):
            print(line)
            print(line, file=out)
        for kind in kinds:
            tally = measure(kind, sheets, folder, arguments.seed)
            silent += len(tally.silent)
            print(tally.row(kind.name), flush=True)
            print(tally.row(kind.name), file=out)
            if arguments.wrong:
                print(*(f"    silent {line}" for line in tally.silent), sep="\n")
                print(*(f"    {line}" for line in tally.differing), sep="\n", flush=True)
    if arguments.write:
        page = ROOT / "docs" / "ocr.md"
        page.write_text(
            MARKS.sub(lambda _: f"\n{out.getvalue()}\n", page.read_text(encoding="utf-8")), encoding="utf-8"
        )
    sys.exit(1 if silent else 0)


if __name__ == "__main__":
    main()
