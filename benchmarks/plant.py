"""Ink planted in reports at random: every figure comes out as the page shows it, or the report says that it does not.

    python benchmarks/plant.py [--seconds N] [--seed S] [--cases N] [--keep DIR] [--case N]

One figure or rule on one page of a report is moved, hidden, doubled, covered, struck out or
deleted.  A case is made from the seed and its number alone.  The exit status is 1 if any case
was wrong without a word; its PDF is saved in ``--keep``.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from reportlab.pdfgen.canvas import Canvas

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import jscore  # noqa: E402

REPORTS = ROOT.parent / "shared" / "reports"
FOLDERS = (ROOT / "data" / "raw", REPORTS, REPORTS / "synthetic", REPORTS / "real", REPORTS / "world")
FRAMES = ("totals", "revenue", "expenditure", "economic", "sangong")
PLACES = {"page", "table_id", "row", "col", "line_no"}
SAYING = ("unread", "not_understood", "doubtful", "not_shown", "image_pages", "damaged_pages",
          "other_tables", "unknown_tables")  # fmt: skip
FIGURE = re.compile(r"-?\d[\d,]*\.\d{2}")

#: So many cases in a row are of one page, which is read unharmed once.
PER_PAGE = 8

Values = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class Page:
    """One page of a report as a PDF of its own, with its figures and rules (points from the lower left corner)."""

    name: str
    data: bytes
    width: float
    height: float
    figures: list[tuple[str, float, float, float, float]]
    rules: list[tuple[float, float, float, float]]
    values: Values
    said: Counter[str]


def values_and_said(data: bytes, folder: Path) -> tuple[Values, Counter[str]]:
    """The figures of the frames with their labels, and what the report says about what it lacks."""
    path = folder / "page.pdf"
    path.write_bytes(data)
    report = jscore.read(path)
    values: Values = Counter()
    for name in FRAMES:
        frame = report.frames[name]
        labels = [c for c in frame.columns if c not in PLACES and not pd.api.types.is_float_dtype(frame[c])]
        for column in frame.columns:
            if column not in PLACES and pd.api.types.is_float_dtype(frame[column]):
                rows = frame.loc[frame[column].notna(), [*labels, column]].itertuples(index=False)
                for *row, value in rows:
                    values[(name, column, *map(str, row), f"{value:.6g}" if value < 1 else f"{value:.6f}")] += 1
    said = Counter(f"{key}: {entry}" for key in SAYING for entry in report.info[key])
    checks = report.frames["checks"]
    said.update("check: " + checks.loc[checks["status"] == "fail", "message"].astype(str))
    return values, said


@cache
def page_of(path: Path, number: int, folder: Path) -> Page | None:
    """The page, or None where it has no figures that come into frames when it is read alone."""
    with pikepdf.open(path) as pdf, pikepdf.new() as single:
        single.pages.append(pdf.pages[number])
        out = io.BytesIO()
        single.save(out)
    with pdfium.PdfDocument(out.getvalue()) as opened:
        page = opened[0]
        if page.get_rotation() or tuple(page.get_mediabox()[:2]) != (0, 0):
            return None
        wide, tall = page.get_size()
        texts = page.get_textpage()
        boxes = [texts.get_rect(i) for i in range(texts.count_rects())]
        words = [(texts.get_text_bounded(*box).strip(), *box) for box in boxes]
        figures = [w for w in words if FIGURE.fullmatch(w[0]) and float(w[0].replace(",", "")) != 0]
        bounds = [o.get_bounds() for o in page.get_objects([pdfium_c.FPDF_PAGEOBJ_PATH], max_depth=1)]
        edges = [e for e in bounds if min(e[2] - e[0], e[3] - e[1]) < 2 < max(e[2] - e[0], e[3] - e[1])]
        texts.close()
        page.close()
    if len(figures) < 4:
        return None
    try:
        values, said = values_and_said(out.getvalue(), folder)
    except jscore.ReadError:
        return None
    return (
        Page(f"{path.stem}:{number + 1}", out.getvalue(), wide, tall, figures, edges, values, said) if values else None
    )


def overlaid(page: Page, draw: Callable[[Canvas], object]) -> bytes:
    layer = io.BytesIO()
    canvas = Canvas(layer, pagesize=(page.width, page.height))
    draw(canvas)
    canvas.showPage()
    canvas.save()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page.data)) as pdf, pikepdf.open(layer) as top:
        pdf.pages[0].add_overlay(top.pages[0])
        pdf.save(out)
    return out.getvalue()


def planted(page: Page, kind: str, chance: random.Random) -> tuple[bytes, str, str | None]:
    """The page with a fault, the figure it concerns ("" for a rule), and the figure now printed (None: gone)."""
    if kind.startswith("rule"):
        x0, y0, x1, y1 = chance.choice(page.rules)
        shift = chance.uniform(-3, 3) if kind == "rule moved" else 0

        def rule(canvas: Canvas) -> None:
            canvas.setStrokeColorRGB(1, 1, 1)
            canvas.setLineWidth(2)
            canvas.line(x0, y0, x1, y1)
            if kind == "rule moved":
                canvas.setStrokeColorRGB(0, 0, 0)
                canvas.setLineWidth(0.5)
                across = shift if x1 - x0 < y1 - y0 else 0
                canvas.line(x0 + across, y0 + shift - across, x1 + across, y1 + shift - across)

        return overlaid(page, rule), "", ""
    text, x0, y0, x1, y1 = chance.choice(page.figures)
    size = (y1 - y0) / 0.75
    dx, dy = chance.uniform(-6, 6), chance.uniform(-3, 3)
    other = "".join(chance.choice("123456789") if c.isdigit() else c for c in text)

    def figure(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", size)
        if kind in ("covered", "moved", "replaced"):
            canvas.setFillColorRGB(1, 1, 1)
            canvas.rect(x0 - 1, y0 - 1, x1 - x0 + 2, y1 - y0 + 2, stroke=0, fill=1)
        canvas.setFillColorRGB(0, 0, 0)
        if kind == "struck":
            canvas.line(x0, (y0 + y1) / 2, x1, (y0 + y1) / 2)
        elif kind == "moved":
            canvas.drawRightString(x1 + dx, y0 + dy, text)
        elif kind == "replaced":
            canvas.drawRightString(x1, y0, other)
        elif kind == "doubled":
            canvas.drawRightString(x1 + dx / 20, y0, text)
        elif kind == "written over":
            canvas.drawRightString(x1 + dx, y0 + dy, other)
        elif kind == "hidden text":
            canvas.setFillColorRGB(1, 1, 1)
            canvas.drawRightString(x1 + dx, y0 + dy, other)

    now = {"covered": None, "struck": None, "written over": None, "replaced": other}.get(kind, text)
    return overlaid(page, figure), text, now


KINDS = (
    "rule hidden",
    "rule moved",
    "covered",
    "struck",
    "moved",
    "replaced",
    "doubled",
    "written over",
    "hidden text",
)


def wrong(page: Page, text: str, now: str | None, values: Values, said: Counter[str]) -> str:
    """What is wrong without a word: values the page does not show, or that are lost unsaid; "" if nothing."""
    gone, new = page.values - values, values - page.values
    told = said - page.said
    number = f"{float(text.replace(',', '')):.6f}" if text else ""
    allowed = {number} if text and now != text else set()
    lost = [key for key in gone if not allowed & forms(key[-1])]
    kept = number and now != text and any(number in forms(key[-1]) for key in page.values)
    if kept and not any(number in forms(key[-1]) for key in gone) and not told:
        return "the figure that is no longer shown is still in the frames"
    fresh = {f"{float(now.replace(',', '')):.6f}"} if now and now != text else set()
    odd = [key for key in new if not fresh & forms(key[-1])]
    if (lost or odd) and not told:
        return f"lost {lost[:3]}, new {odd[:3]}"
    return ""


def forms(value: str) -> set[str]:
    """A value in 万元 as it may be printed, in 万元 or 元."""
    return {f"{float(value):.6f}", f"{float(value) * 10_000:.6f}"}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--case", type=int, help="this case only")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "planted")
    options = parser.parse_args()
    sources = [p for folder in FOLDERS for p in sorted(folder.glob("*.pdf"))]
    tried: Counter[str] = Counter()
    failed: Counter[str] = Counter()
    end = time.monotonic() + options.seconds
    numbers: Any = range(options.cases) if options.case is None else [options.case]
    with tempfile.TemporaryDirectory() as folder:
        for number in numbers:
            if time.monotonic() > end:
                break
            chance = random.Random(f"{options.seed}/{number}")
            choice = random.Random(f"{options.seed}/page {number // PER_PAGE}")
            source = choice.choice(sources)
            with pikepdf.open(source) as pdf:
                page = page_of(source, choice.randrange(len(pdf.pages)), Path(folder))
            kind = chance.choice(KINDS)
            if page is None or (kind.startswith("rule") and not page.rules):
                continue
            data, text, now = planted(page, kind, chance)
            tried[kind] += 1
            try:
                fault = wrong(page, text, now, *values_and_said(data, Path(folder)))
            except jscore.ReadError:
                fault = ""
            if fault:
                failed[kind] += 1
                options.keep.mkdir(parents=True, exist_ok=True)
                kept = options.keep / f"{options.seed}-{number}.pdf"
                kept.write_bytes(data)
                print(f"case {number}: {page.name}, {kind} {text} -> {now}: {fault} ({kept})", flush=True)
    print(f"seed {options.seed}: {tried.total()} cases, {failed.total()} wrong without a word")
    for kind in KINDS:
        print(f"  {kind}: {tried[kind]}, {failed[kind]} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
