"""``jscore.read`` beside other readers of tables, each in a process of its own, and pdfium reading every glyph as the floor.

Belongs here: what is compared and how it is timed.  A reader that is not installed is left out (tabula-py needs Java).
"""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

#: Name → imports (not timed), the code that is timed.
READERS: dict[str, tuple[str, str]] = {
    "jscore.read": (
        "import jscore, jscore.reading; jscore.reading.prepare()",
        "jscore.read(pdf)",
    ),
    "pdfium, every glyph": (
        "import pypdfium2",
        "d = pypdfium2.PdfDocument(pdf)\nfor p in d:\n t = p.get_textpage()\n [t.get_charbox(i) for i in range(t.count_chars())]",
    ),
    "camelot, vector engine": (
        "import camelot",
        "camelot.read_pdf(pdf, pages='all', flavor='lattice', engine='vector')",
    ),
    "camelot, default": ("import camelot", "camelot.read_pdf(pdf, pages='all')"),
    "pdfplumber": ("import pdfplumber", "with pdfplumber.open(pdf) as d: [p.extract_tables() for p in d.pages]"),
    "PyMuPDF": ("import pymupdf", "[t.extract() for p in pymupdf.open(pdf) for t in p.find_tables()]"),
    "tabula-py": ("import tabula", "tabula.read_pdf(pdf, pages='all', lattice=True, silent=True)"),
}
NEEDS = {"pdfplumber": "pdfplumber", "PyMuPDF": "pymupdf", "tabula-py": "tabula"}
SLOW = "camelot, default"
BASE = "camelot, vector engine"
WORKER = """
import resource, sys, time, warnings
warnings.simplefilter("ignore")
pdf = sys.argv[1]
{imports}
start = time.perf_counter()
{code}
seconds = time.perf_counter() - start
peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
print(seconds, peak / 1024)
"""


def available(quick: bool = False) -> list[str]:
    installed = [name for name in READERS if name not in NEEDS or importlib.util.find_spec(NEEDS[name])]
    return [
        name
        for name in installed
        if not (quick and name == SLOW) and not (name == "tabula-py" and not shutil.which("java"))
    ]


def measure(name: str, pdf: Path) -> tuple[float, float] | None:
    """Seconds and peak MB of one reading in a fresh process; None where the reader fails on the file."""
    imports, code = READERS[name]
    program = WORKER.format(imports=imports, code=code)
    run = subprocess.run([sys.executable, "-c", program, str(pdf)], capture_output=True, text=True)
    if run.returncode:
        return None
    seconds, memory = run.stdout.split()[-2:]
    return float(seconds), float(memory)


def medians(pdf: Path, rounds: int, names: Sequence[str]) -> dict[str, tuple[float, float] | None]:
    """Median seconds and MB by reader, the rounds taken in turn so that what else the machine does falls on all alike."""
    by_reader: dict[str, list[tuple[float, float] | None]] = {name: [] for name in names}
    for _ in range(rounds):
        for name in names:
            by_reader[name].append(measure(name, pdf))
    return {
        name: None if None in runs else (median(s for s, _ in runs if s), median(m for _, m in runs))  # type: ignore[misc]
        for name, runs in by_reader.items()
    }


def table(pdfs: Sequence[Path], rounds: int, quick: bool) -> str:
    """Markdown: every reader on each of ``pdfs``."""
    lines = ["| report | reader | seconds | times `jscore.read` | peak MB |", "| --- | --- | ---: | ---: | ---: |"]
    for pdf in pdfs:
        by_reader = medians(pdf, rounds, available(quick))
        ours = by_reader["jscore.read"]
        for name, value in by_reader.items():
            shown = f"{value[0]:.2f} | {value[0] / ours[0]:.2f} | {value[1]:.0f}" if value and ours else "failed | | "
            lines.append(f"| {pdf.stem} | {name} | {shown} |")
    return "\n".join(lines) + "\n"


def summary(pdfs: Sequence[Path], rounds: int, quick: bool) -> str:
    """Markdown: seconds of every reader, a line a report."""
    names = available(quick)
    lines = ["| report | " + " | ".join(names) + " |", "| --- |" + " ---: |" * len(names)]
    for pdf in pdfs:
        by_reader = medians(pdf, rounds, names)
        shown = (f"{value[0]:.2f}" if value else "failed" for value in by_reader.values())
        lines.append(f"| {pdf.stem} | " + " | ".join(shown) + " |")
    return "\n".join(lines) + "\n"
