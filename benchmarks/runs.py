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
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any
from unittest import mock

import pikepdf
import readers

ROOT = Path(__file__).parents[1]
#: The reader that runs are compared with.
READ = "jscore.read"
#: Stage → where the function is called by that name, and the function; what no stage takes is "the rest".
STAGES = {
    "glyphs and rules": ("jscore.pdf.content", "read_page"),
    "grids": ("jscore.pdf.content", "find_grids"),
    "forms and fragments": ("jscore.reading", "tables"),
    "tables to rows": ("jscore.tables.records", "read_tables"),
    "rows to frames": ("jscore.schema", "from_records"),
    "paragraphs": ("jscore.reading", "paragraphs"),
    "narrative": ("jscore.reading", "facts_of"),
    "which scoring rules": ("jscore.scoring", "fit"),
    "scores": ("jscore.scoring", "score_projects"),
    "indicator scores": ("jscore.scoring", "score_indicators"),
    "relations": ("jscore.reading", "run_checks"),
    "card": ("jscore.reading", "card"),
    "schema": ("jscore.schema", "validate"),
}
#: Reports a year: of a province, of the country.
WIDE = {10_000: "a province", 250_000: "the country"}


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
    runs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for _ in range(max(1, rounds // 2)):
        for name in (READ, "pdfium, every glyph"):
            runs[name].append(readers.measure(name, pdf) or (float("nan"), 0))
        with tempfile.TemporaryDirectory() as out:
            runs["cold, no notebooks"].append(_run(str(pdf), "--out", out, "--no-notebooks"))
            runs["unchanged"].append(_run(str(pdf), "--out", out, "--no-notebooks"))
        with tempfile.TemporaryDirectory() as out:
            runs["cold"].append(_run(str(pdf), "--out", out))
    reading = median(seconds for seconds, _ in runs[READ])
    lines = ["| `jscore run` | seconds | times `jscore.read` | peak MB of a process |", "| --- | ---: | ---: | ---: |"]
    for name, measured in runs.items():
        seconds = median(s for s, _ in measured)
        lines.append(f"| {name} | {seconds:.2f} | {seconds / reading:.2f} | {median(m for _, m in measured):.0f} |")
    return "\n".join(lines) + "\n"


def stages(pdf: Path, rounds: int) -> str:
    """Markdown: the share of each stage in ``jscore.read``."""
    import jscore

    jscore.read(pdf)
    clock = _Clock()
    with ExitStack() as stack:
        for stage, (module, name) in STAGES.items():
            timed = clock.timed(getattr(import_module(module), name), stage)
            stack.enter_context(mock.patch(f"{module}.{name}", timed))
        read = clock.timed(jscore.read, "the rest")
        for _ in range(rounds):
            read(pdf)
    whole = sum(clock.spent.values())
    lines = ["| stage of `jscore.read` | ms | share |", "| --- | ---: | ---: |"]
    lines += [
        f"| {stage} | {1000 * clock.spent[stage] / rounds:.0f} | {clock.spent[stage] / whole:.0%} |"
        for stage in (*STAGES, "the rest")
    ]
    return "\n".join(lines) + "\n"


@dataclass
class _Clock:
    """The seconds that each stage takes; while one is at work inside another, its own."""

    spent: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    running: list[str] = field(default_factory=list)
    since: float = 0.0

    def timed(self, function: Callable[..., Any], stage: str) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(*arguments: Any, **named: Any) -> Any:
            self._turn()
            self.running.append(stage)
            try:
                return function(*arguments, **named)
            finally:
                self._turn()
                self.running.pop()

        return wrapper

    def _turn(self) -> None:
        now = time.perf_counter()
        if self.running:
            self.spent[self.running[-1]] += now - self.since
        self.since = now


def scale(pdf: Path, count: int, jobs: int = 2) -> str:
    """Markdown: ``count`` reports (copies of ``pdf`` with contents of their own) with ``jobs`` at once, in two sizes."""
    lines = ["| reports, `--jobs 2` | seconds | a report | peak MB of a process |", "| ---: | ---: | ---: | ---: |"]
    for size in (count // 4, count):
        with tempfile.TemporaryDirectory() as folder:
            raw, out = Path(folder) / "raw", Path(folder) / "processed"
            raw.mkdir()
            copies(pdf, raw, size)
            before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            took, memory = _run(str(raw), "--out", str(out), "--no-notebooks", "--jobs", str(jobs))
            peak = max(memory, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 if before else memory)
            lines.append(f"| {size} | {took:.0f} | {took / size:.2f} | {peak:.0f} |")
            copies(pdf, raw, 1, size)
            seconds, memory = _run(str(raw), "--out", str(out), "--no-notebooks", "--jobs", str(jobs))
            lines.append(f"| {size} and one new | {seconds:.1f} | | {memory:.0f} |")
    return "\n".join(lines) + "\n\n" + extrapolation(took / count, jobs)


def extrapolation(seconds: float, jobs: int) -> str:
    """Markdown: what many reports take, on paper, where ``jobs`` at once take so many ``seconds`` for each."""
    hours = {count: count * seconds * jobs / 3600 for count in WIDE}
    lines = [
        f"On paper, from these {seconds:.2f} s a report, since readings share nothing:\n",
        f"| reports a year | processor hours | {jobs} processors | 64 processors |",
        "| ---: | ---: | ---: | ---: |",
    ]
    lines += [
        f"| {count:,} ({WIDE[count]}) | {needed:.0f} | {needed / jobs:.1f} h | {needed / 64:.2f} h |"
        for count, needed in hours.items()
    ]
    return "\n".join(lines) + "\n"


def copies(pdf: Path, folder: Path, count: int, first: int = 0) -> None:
    """``count`` copies of ``pdf``, each with a title of its own, so that no two are the same file."""
    for number in range(first, first + count):
        with pikepdf.open(pdf) as document:
            document.docinfo["/Subject"] = f"copy {number}"
            document.save(folder / f"report-{number:04}.pdf")
