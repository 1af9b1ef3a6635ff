"""Whole runs: cold and unchanged, the share of each stage, and many reports at once."""

from __future__ import annotations

import functools
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

import pikepdf
import readers

ROOT = Path(__file__).parents[1]
#: The reader that runs are compared with.
READ = "jscore.read"
#: Stage → module and function whose time it is; the rest of a reading is "frames".
STAGES = {
    "glyphs and rules": ("jscore.reading", "read_page"),
    "grids": ("jscore.reading", "find_grids"),
    "forms and fragments": ("jscore.reading", "tables"),
    "tables to frames": ("jscore.reading", "_read_tables"),
    "paragraphs": ("jscore.reading", "paragraphs"),
    "narrative": ("jscore.reading", "facts_of"),
    "scores": ("jscore.scoring", "score_projects"),
    "indicator scores": ("jscore.scoring", "score_indicators"),
    "checks": ("jscore.reading", "run_checks"),
    "schema": ("jscore.schema", "validate"),
}


def _run(*arguments: str) -> tuple[float, float]:
    """Seconds and peak MB (of the largest process) of ``jscore run``."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-m", "jscore", "run", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"jscore run {' '.join(arguments)} failed")
    return time.perf_counter() - start, used.ru_maxrss / 1024


def table(pdf: Path, rounds: int) -> str:
    """Markdown: a cold run with and without notebooks, and one with nothing to do, beside one reading in the same round."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(max(1, rounds // 2)):
        for name in (READ, "pdfium, every glyph"):
            found[name].append(readers.measure(name, pdf) or (float("nan"), 0))
        with tempfile.TemporaryDirectory() as out:
            found["cold, no notebooks"].append(_run(str(pdf), "--out", out, "--no-notebooks"))
            found["unchanged"].append(_run(str(pdf), "--out", out, "--no-notebooks"))
        with tempfile.TemporaryDirectory() as out:
            found["cold"].append(_run(str(pdf), "--out", out))
    reading = median(seconds for seconds, _ in found[READ])
    lines = ["| `jscore run` | seconds | times `jscore.read` | peak MB of a process |", "| --- | ---: | ---: | ---: |"]
    for name, measured in found.items():
        seconds = median(s for s, _ in measured)
        lines.append(f"| {name} | {seconds:.2f} | {seconds / reading:.2f} | {median(m for _, m in measured):.0f} |")
    return "\n".join(lines) + "\n"


def stages(pdf: Path, rounds: int) -> str:
    """Markdown: the share of each stage in ``jscore.read``."""
    import jscore

    jscore.read(pdf)
    spent: dict[str, float] = defaultdict(float)
    for stage, (module, name) in STAGES.items():
        _time(sys.modules[module], name, stage, spent)
    start = time.perf_counter()
    for _ in range(rounds):
        jscore.read(pdf)
    whole = time.perf_counter() - start
    spent["the rest"] = whole - sum(spent.values())
    lines = ["| stage of `jscore.read` | ms | share |", "| --- | ---: | ---: |"]
    lines += [f"| {stage} | {1000 * took / rounds:.0f} | {took / whole:.0%} |" for stage, took in spent.items()]
    return "\n".join(lines) + "\n"


def _time(module: Any, name: str, stage: str, spent: dict[str, float]) -> None:
    timed = getattr(module, name)

    @functools.wraps(timed)
    def wrapper(*arguments: Any, **named: Any) -> Any:
        start = time.perf_counter()
        try:
            return timed(*arguments, **named)
        finally:
            spent[stage] += time.perf_counter() - start

    setattr(module, name, wrapper)


def scale(pdf: Path, count: int, jobs: int = 2) -> str:
    """Markdown: ``count`` reports (copies of ``pdf`` with contents of their own) with ``jobs`` at once, in two sizes."""
    lines = ["| reports, `--jobs 2` | seconds | a report | peak MB of a process |", "| ---: | ---: | ---: | ---: |"]
    for size in (count // 4, count):
        with tempfile.TemporaryDirectory() as folder:
            raw, out = Path(folder) / "raw", Path(folder) / "processed"
            raw.mkdir()
            copies(pdf, raw, size)
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            seconds, memory = _run(str(raw), "--out", str(out), "--no-notebooks", "--jobs", str(jobs))
            peak = max(memory, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 if before else memory)
            lines.append(f"| {size} | {seconds:.0f} | {seconds / size:.2f} | {peak:.0f} |")
            raw_new = Path(folder) / "raw"
            copies(pdf, raw_new, 1, size)
            seconds, memory = _run(str(raw_new), "--out", str(out), "--no-notebooks", "--jobs", str(jobs))
            lines.append(f"| {size} and one new | {seconds:.1f} | | {memory:.0f} |")
    return "\n".join(lines) + "\n"


def copies(pdf: Path, folder: Path, count: int, first: int = 0) -> None:
    """``count`` copies of ``pdf``, each with a title of its own, so that no two are the same file."""
    for number in range(first, first + count):
        with pikepdf.open(pdf) as document:
            document.docinfo["/Subject"] = f"copy {number}"
            document.save(folder / f"report-{number:04}.pdf")
