"""Reports with random faults: each gives frames that fit their schema, or a ReadError of one line.

    python benchmarks/fuzz.py [--seconds N] [--seed S] [--cases N] [--keep DIR]
    python benchmarks/fuzz.py --seed S --case N [--kind bytes|objects|content|table]

Faults are put into the bytes of a PDF, into its objects, into what its pages draw, and into
the tables after they were read (texts swapped, figures altered, cells and rows lost).  A
case is made from the seed and its number alone, so that it can be made again.  Cases are
read in a process of their own within limits of time and memory.  The exit status is 1 if any
case ended in another exception, a crash, or beyond the limits; ``--keep`` saves its PDF.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import random
import re
import sys
import tempfile
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

#: Where real and made reports are, besides those drawn here; absent ones are left out.
FOLDERS = (
    ROOT / "data" / "raw",
    ROOT.parent / "shared" / "reports" / "real",
    ROOT.parent / "shared" / "reports" / "synthetic",
)
#: So many of the reports, the last, are drawn here, small and soon read: half of the cases are theirs.
DRAWN = 5
#: Pages taken of a long report for one case.
PAGES = 4
#: Seconds and megabytes that a case may take.
SECONDS, MEGABYTES = 30, 1500

TEXTS = (
    "", "-", "—", "0.00", "1.2.3", "12,34.5", "（3.5）", "-3.5", "１２３．４５", "1e5", "inf", "nan", "9" * 40, "0." + "0" * 60 + "1", "①", "1¹",
    "3.5万", "100%", "%", "250%", "-5%", "合计", "总计", "2080101", "208", "99999", "0", "00", "类", "款", "项目", "一、", "（一）", "\u3000", "\u200b",
    "\ufffd", "\U0001f600", "\u202eabc", "a" * 3000, "=1+1", "¦", "其中：", "项目名称", "得分", "总分", "一级指标", "三级指标", "指标值", "栏次", "行次",
    "公开02表", "收入决算表", "单位：元", "单位：万元", "金额单位：亿元", "2024年度", "≥90%", "100分", "优", "√", "无", "N/A", "1.", ".5", ",", "+",
)  # fmt: skip
NUMBERS = (0, 1, -1, 0.5, 1e-9, -1e9, 1e9, 3.4e38, 2**31 - 1, -(2**31), 65536, 90, 45, 595)


# --- seeds ------------------------------------------------------------------------------


@cache
def seeds() -> list[tuple[str, bytes]]:
    """Names and bytes of the PDFs that faults are put into."""
    from tests.drawn import draw
    from tests.test_layouts import REVENUE, SANGONG
    from tests.test_untrusted import hostile

    pdfs = [(path.name, path.read_bytes()) for folder in FOLDERS for path in sorted(folder.glob("*.pdf"))]
    with tempfile.TemporaryDirectory() as folder:
        for ruling in ("stroke", "rectangles", "none", "picture"):
            pages = [[replace(REVENUE, ruling=ruling)], [replace(SANGONG, ruling=ruling)]]
            pdfs.append((f"{ruling}.pdf", draw(Path(folder) / "x.pdf", pages).read_bytes()))
        pdfs.append(("hostile.pdf", hostile(Path(folder) / "x.pdf").read_bytes()))
    return pdfs


def part_of(pdf: bytes, chance: random.Random) -> bytes:
    """A few pages of a report, in their order, its streams open to the eye now and then."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as whole, pikepdf.Pdf.new() as document:
        start = chance.randrange(max(1, len(whole.pages) - PAGES + 1))
        document.pages.extend(whole.pages[start : start + PAGES])
        mode = pikepdf.StreamDecodeLevel.generalized if chance.random() < 0.5 else pikepdf.StreamDecodeLevel.none
        return saved(document, stream_decode_level=mode, compress_streams=False)


def saved(document: Any, **how: Any) -> bytes:
    made = io.BytesIO()
    document.save(made, deterministic_id=True, **how)
    return made.getvalue()


# --- faults in a PDF --------------------------------------------------------------------


def bytes_changed(pdf: bytes, chance: random.Random) -> bytes:
    """Bytes flipped, lost, doubled, moved, and figures replaced; the end mark stays, or is put there again."""
    data = bytearray(part_of(pdf, chance))
    for _ in range(chance.choice((1, 2, 5, 20, 100))):
        place, length = chance.randrange(len(data)), chance.choice((1, 1, 4, 30, 300))
        match chance.randrange(6):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + length]
            case 2:
                data[place:place] = data[place : place + length]
            case 3:
                other = chance.randrange(len(data))
                data[place : place + length] = data[other : other + length]
            case 4:
                data[place:place] = chance.randbytes(length)
            case 5:
                figure = re.compile(rb"\d+").search(data, place)
                if figure:
                    data[figure.start() : figure.end()] = b"%d" % int(chance.choice(NUMBERS))
        if len(data) < 100:
            break
    if chance.random() < 0.1:
        del data[chance.randrange(1, len(data)) :]
    return bytes(data) + (b"" if b"%%EOF" in data[-1000:] else b"\n%%EOF\n")


def objects_changed(pdf: bytes, chance: random.Random) -> bytes:
    """Entries of the PDF's dictionaries and arrays lost, exchanged or replaced; pages doubled, turned and resized."""
    import pikepdf

    with pikepdf.open(io.BytesIO(part_of(pdf, chance))) as document:
        holders = [o for o in document.objects if isinstance(o, (pikepdf.Dictionary, pikepdf.Array, pikepdf.Stream))]
        for _ in range(chance.choice((1, 2, 5, 20))):
            with contextlib.suppress(Exception):
                _change_object(document, chance.choice(holders), holders, chance)
        with contextlib.suppress(Exception):
            _change_pages(document, chance)
        try:
            return saved(document)
        except Exception:  # what cannot be written is no case
            return part_of(pdf, chance)


def _change_object(document: Any, holder: Any, holders: list[Any], chance: random.Random) -> None:
    import pikepdf

    if isinstance(holder, pikepdf.Array):
        keys: list[Any] = list(range(len(holder)))
    else:
        keys = [key for key in holder.keys() if key not in ("/Length", "/Filter")]  # noqa: SIM118
    key = chance.choice(keys)
    match chance.randrange(4):
        case 0:
            del holder[key]
        case 1:
            holder[key] = chance.choice(NUMBERS)
        case 2:
            holder[key] = chance.choice(holders)
        case 3:
            other = chance.choice(keys)
            holder[key], holder[other] = holder[other], holder[key]


def _change_pages(document: Any, chance: random.Random) -> None:
    page = chance.choice(list(document.pages))
    match chance.randrange(5):
        case 0:
            page.obj.MediaBox = [chance.choice(NUMBERS) for _ in range(4)]
        case 1:
            page.obj.Rotate = chance.choice((90, 180, 270, 45, -90, 1e9))
        case 2:
            document.pages.append(page)
        case 3:
            document.pages.reverse()
        case 4:
            page.obj.UserUnit = chance.choice(NUMBERS)


def content_changed(pdf: bytes, chance: random.Random) -> bytes:
    """What a page draws: instructions lost, doubled, moved, and their figures replaced."""
    import pikepdf

    with pikepdf.open(io.BytesIO(part_of(pdf, chance))) as document:
        page = chance.choice(list(document.pages))
        drawn: list[Any] = [(list(i.operands), i.operator) for i in pikepdf.parse_content_stream(page)]
        for _ in range(chance.choice((1, 5, 30, 200))):
            if not drawn:
                break
            place = chance.randrange(len(drawn))
            match chance.randrange(4):
                case 0:
                    del drawn[place]
                case 1:
                    drawn.insert(place, drawn[chance.randrange(len(drawn))])
                case 2:
                    other = chance.randrange(len(drawn))
                    drawn[place], drawn[other] = drawn[other], drawn[place]
                case 3:
                    operands = drawn[place][0]
                    if (
                        operands
                        and isinstance(operands[0], (int, float))
                        or operands
                        and str(operands[0])[:1].isdigit()
                    ):
                        operands[chance.randrange(len(operands))] = chance.choice(NUMBERS)
        with contextlib.suppress(Exception):
            page.obj.Contents = document.make_stream(pikepdf.unparse_content_stream(drawn))
        return saved(document)


FAULTS: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "bytes": bytes_changed, "objects": objects_changed, "content": content_changed,
}  # fmt: skip
KINDS = (*FAULTS, "table")


# --- faults in the tables ---------------------------------------------------------------


@cache
def content(name: str) -> Any:
    """What is printed in a seed, read once."""
    from jscore.reading import read_content

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(dict(seeds())[name])
        return read_content(path)


def tables_changed(name: str, chance: random.Random) -> Any:
    """The content of a few pages of a report with texts swapped, figures altered, cells, rows and grids lost."""
    whole = content(name)
    first = chance.choice(whole.grids).page
    last = first + chance.choice((0, 1, 3, 100))
    grids = [grid for grid in whole.grids if first <= grid.page <= last]
    for _ in range(chance.choice((1, 3, 10, 50))):
        if grids:
            place = chance.randrange(len(grids))
            grids[place] = _changed_grid(grids[place], chance)
    match chance.randrange(8):
        case 0:
            chance.shuffle(grids)
        case 1 if len(grids) > 1:
            del grids[chance.randrange(len(grids))]
        case 2 if grids:
            grids.append(chance.choice(grids))
    pages = [[replace(line, text=_changed_text(line.text, chance)) if chance.random() < 0.05 else line for line in lines]
             for lines in whole.pages]  # fmt: skip
    return replace(whole, grids=grids, pages=pages)


def _changed_grid(grid: Any, chance: random.Random) -> Any:
    cells = list(grid.cells)
    if not cells:
        return grid
    place, other = chance.randrange(len(cells)), chance.randrange(len(cells))
    cell = cells[place]
    match chance.randrange(6):
        case 0:
            cells[place] = _with_text(cell, chance.choice(TEXTS))
        case 1:
            cells[place] = _with_text(cell, _changed_text(cell.text, chance))
        case 2:
            cells[place], cells[other] = _with_text(cell, cells[other].text), _with_text(cells[other], cell.text)
        case 3:
            del cells[place]
        case 4:
            cells = [c for c in cells if c.row != cell.row]
        case 5:
            cells[place] = replace(cell, lines=(*cell.lines, chance.choice(TEXTS)))
    return replace(grid, cells=tuple(cells))


def _with_text(cell: Any, text: str) -> Any:
    pieces = ((cell.box[0], cell.box[2], text),) if text.strip() else ()
    return replace(cell, lines=(text,) if text.strip() else (), pieces=pieces)


def _changed_text(text: str, chance: random.Random) -> str:
    """``text`` with a character lost, doubled or replaced, cut, or joined with another text."""
    place = chance.randrange(len(text) + 1)
    match chance.randrange(5):
        case 0:
            return text[:place] + text[place + 1 :]
        case 1:
            return text[:place] + chance.choice("0123456789.,-%（）一、年元万 ") + text[place:]
        case 2:
            return text[:place]
        case 3:
            return text + chance.choice(TEXTS)
    return re.sub(r"\d+", lambda m: str(chance.choice((0, 1, 7, 99, 10**12, m.group()))), text)


# --- one case ---------------------------------------------------------------------------


def make(seed: int, number: int, kind: str) -> tuple[str, bytes | Any]:
    """Case ``number`` of a seed: the name of the report and its bytes or, of kind table, its content."""
    chance = random.Random(f"{seed}-{number}-{kind}")
    name, pdf = chance.choice(chance.choice((seeds(), seeds()[-DRAWN:])))
    return name, tables_changed(name, chance) if kind == "table" else FAULTS[kind](pdf, chance)


def judge(made: bytes | Any, folder: Path) -> str:
    """What came of a case: ``frames``, ``ReadError``; or why it is none of the two, with the place in the code."""
    import jscore
    from jscore import schema
    from jscore.reading import frames_and_info, read_content

    try:
        if isinstance(made, bytes):
            path = folder / "case.pdf"
            path.write_bytes(made)
            made = read_content(path)
        frames, info = frames_and_info(made)
        for name in schema.FRAMES:
            frames[name].to_parquet(io.BytesIO())
        wrong = [name for name in schema.FRAMES if not fits(name, frames[name])]
        wrong += ["the card"] if info["card"]["cells"] != len(frames["cells"]) else []
        return f"wrong: {', '.join(wrong)}" if wrong else "frames"
    except jscore.ReadError as error:
        return "ReadError" if len(str(error).splitlines()) == 1 else f"ReadError of several lines: {error}"
    except Exception as error:
        at = traceback.extract_tb(error.__traceback__)
        ours = [frame for frame in at if "jscore" in frame.filename] or at
        lines = str(error).strip().splitlines() or [""]
        return f"{type(error).__name__}: {lines[0][:120]} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"


def fits(name: str, frame: Any) -> bool:
    """Whether a frame has its schema's columns, types, terms and all that must be there: seen without the schema's library."""
    from jscore import schema

    columns = schema.FRAMES[name].columns
    return list(frame) == [column.name for column in columns] and all(
        str(frame[column.name].dtype).lower() == str(schema.DTYPES[column.kind]).lower()
        and not (column.required and frame[column.name].isna().any())
        and (not column.values or frame[column.name].dropna().isin(column.values).all())
        for column in columns
    )


def serve(channel: Connection) -> None:
    """Judge the cases that come over ``channel``."""
    from jscore import reading

    reading.prepare()  # before the clock runs
    warnings.simplefilter("ignore")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    with tempfile.TemporaryDirectory() as folder:
        while True:
            seed, number, kind = channel.recv()
            made = make(seed, number, kind)[1]
            channel.send(("made", ""))  # the clock runs from here
            channel.send(("judged", judge(made, Path(folder))))


class Judge:
    """A process that judges cases, replaced when it crashes, hangs or takes too much memory."""

    def __init__(self) -> None:
        self.process: Any = None

    def __call__(self, *case: Any) -> str:
        import psutil

        if self.process is None:
            context = get_context("spawn")
            self.channel, there = context.Pipe()
            self.process = context.Process(target=serve, args=(there,), daemon=True)
            self.process.start()
            there.close()
        self.channel.send(case)
        began = None
        usage = psutil.Process(self.process.pid)
        try:
            while True:
                if self.channel.poll(0.05):
                    what, answer = self.channel.recv()
                    if what == "judged":
                        return str(answer)
                    began = time.monotonic()
                if began and time.monotonic() - began > SECONDS:
                    return self._end(f"not done after {SECONDS} s")
                if usage.memory_info().rss > MEGABYTES * 2**20:
                    return self._end(f"took more than {MEGABYTES} MB")
        except (EOFError, OSError, psutil.Error):
            self.process.join()
            return self._end(f"crashed ({self.process.exitcode})")

    def _end(self, verdict: str) -> str:
        self.process.kill()
        self.process.join()
        self.process = None
        return verdict


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300, help="go on for so long")
    parser.add_argument("--cases", type=int, default=10**9, help="no more cases than this")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="this case alone")
    parser.add_argument("--kind", choices=KINDS, help="faults of this kind alone")
    parser.add_argument("--keep", type=Path, help="folder for the PDFs of the cases that fail")
    options = parser.parse_args()
    kinds = (options.kind,) if options.kind else KINDS
    numbers = range(options.cases) if options.case is None else [options.case]
    judged: Counter[str] = Counter()
    failed = []
    judge_case, began = Judge(), time.monotonic()
    for number in numbers:
        if time.monotonic() - began > options.seconds:
            break
        kind = kinds[number % len(kinds)]
        verdict = judge_case(options.seed, number, kind)
        judged[f"{kind}: {verdict if verdict in ('frames', 'ReadError') else 'failed'}"] += 1
        if verdict not in ("frames", "ReadError"):
            failed.append(number)
            print(f"--seed {options.seed} --case {number} --kind {kind}: {verdict}", flush=True)
            if options.keep and kind != "table":
                options.keep.mkdir(parents=True, exist_ok=True)
                (options.keep / f"{options.seed}-{number}-{kind}.pdf").write_bytes(make(options.seed, number, kind)[1])
    for what, count in sorted(judged.items()):
        print(f"{count:6d} {what}")
    print(
        f"{sum(judged.values())} cases of seed {options.seed} in {time.monotonic() - began:.0f} s, {len(failed)} failed"
    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
