"""How many single wrong figures the audit notices: every printed figure of a report is changed in turn.

    python benchmarks/detection.py [PDF ...] [--sample N]

A figure is noticed if the changed report has an error or a warning that the report as printed has not.  Amounts are
changed by a tenth (at least 0.05 of their unit), rates and points by a twentieth; the frames are changed as if the
reader had read it so, scores are recomputed.  Prints a table by frame and column, and names what is never noticed.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pandas as pd

from jscore import reading, scoring
from jscore.relations.engine import run_checks
from jscore.relations.source import Source

COLUMNS = {
    "totals": ["amount"], "revenue": ["amount"], "expenditure": ["amount"], "economic": ["amount"],
    "sangong": ["budget", "final"], "narrative": ["value"],
    "projects": ["budget", "executed", "execution_rate", "indicator_subtotal", "execution_score", "deduction", "total_score"],
    "indicators": ["completion", "weight", "score"], "tasks": ["allocated", "executed", "execution_rate", "weight", "score"],
    "overall": ["revenue_budget", "expenditure_budget", "total_score"],
}  # fmt: skip


def source_of(pdf: Path) -> Source:
    """The report as checks see it."""
    sources: list[Source] = []

    def keep(source: Source) -> tuple[pd.DataFrame, pd.DataFrame]:
        sources.append(source)
        return run_checks(source)

    reading.run_checks, before = keep, reading.run_checks
    try:
        reading.frames_and_info(reading.read_content(pdf))
    finally:
        reading.run_checks = before
    return sources[0]


def findings(source: Source) -> set[tuple[str, str, str]]:
    checks, _ = run_checks(source)
    failed = checks[(checks["status"] == "fail") & (checks["severity"] != "info")]
    return set(zip(failed["check_id"], failed["subject"], failed["message"], strict=True))


def changed(source: Source, frame: str, row: int, column: str) -> Source:
    """``source`` with one figure changed."""
    frames = {name: original.copy() if name == frame else original for name, original in source.frames.items()}
    value = frames[frame].at[row, column]
    small = column in ("execution_rate", "completion", "weight", "score", "total_score", "indicator_subtotal")
    fraction = small or (frame == "narrative" and frames[frame].at[row, "unit"] == "fraction")
    step = max(abs(value) * 0.05, 0.01) if fraction else max(abs(value) * 0.1, 0.05)
    step = 1.0 if frame == "narrative" and frames[frame].at[row, "measure"] == "count" else step
    frames[frame].loc[row, column] = value + round(step, 4 if fraction else 2)
    if frame in ("projects", "indicators"):
        frames["indicator_scores"] = scoring.score_indicators(frames["indicators"])
        frames["project_scores"] = scoring.score_projects(frames["projects"], frames["indicators"])
    return replace(source, frames=frames)


def printed(source: Source) -> Iterator[tuple[str, int, str]]:
    for frame, columns in COLUMNS.items():
        figures = source.frames[frame]
        for column in columns:
            yield from ((frame, row, column) for row in figures.index[figures[column].notna()])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdfs", nargs="*", type=Path, default=[Path("data/raw/shenyang-hrss-2024.pdf")])
    parser.add_argument("--sample", type=int, default=0, help="figures a frame and column at most (0: all)")
    parser.add_argument("--missed", action="store_true", help="name every figure that is not noticed")
    arguments = parser.parse_args()
    for pdf in arguments.pdfs:
        source = source_of(pdf)
        before = findings(source)
        figures = pd.DataFrame(printed(source), columns=["frame", "row", "column"])
        if arguments.sample:
            figures = figures.sample(frac=1, random_state=0).groupby(["frame", "column"]).head(arguments.sample)
        figures["noticed"] = [bool(findings(changed(source, *key)) - before) for key in figures.itertuples(index=False)]
        print(f"{pdf.name}: {figures['noticed'].mean():.1%} of {len(figures)} figures")
        print(figures.groupby(["frame", "column"], sort=False)["noticed"].agg(["size", "mean"]).to_string())
        if arguments.missed:
            for frame, row, column in figures.loc[~figures["noticed"], ["frame", "row", "column"]].itertuples(
                index=False
            ):
                line = source.frames[frame].loc[row]
                print("  ", frame, column, [str(v)[:40] for v in line.tolist()[:7]])


if __name__ == "__main__":
    main()
