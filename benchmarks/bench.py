"""Everything that is measured, in one go on one machine: readers side by side, runs, stages, scale.

    python benchmarks/bench.py [PDF ...] [--rounds N] [--reports N] [--quick] [--readme]

Without PDFs: those of data/raw and of the folder of example reports beside the project, where it is there.  Prints
tables in Markdown; ``--readme`` puts them into docs/benchmarks.md too.  ``--quick`` leaves out camelot's default engine and the
scale run, which take minutes.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import sys
from datetime import date
from pathlib import Path

import many
import readers
import runs

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from jscore import __version__  # noqa: E402

MARKS = re.compile(r"(?<=<!-- benchmark: made by make bench -->\n).*?(?=<!-- end of benchmark -->)", re.DOTALL)


def reports() -> list[Path]:
    """The report of data/raw first, then the example reports that are not it."""
    raw = sorted((ROOT / "data" / "raw").glob("*.pdf"))
    beside = sorted((ROOT.parent / "shared" / "reports").rglob("*.pdf"))
    return raw + [path for path in beside if path.name not in {other.name for other in raw}]


def machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.system()}, {platform.machine()}, {cores} cores, Python {platform.python_version()}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdfs", nargs="*", type=Path)
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each reader, in turn")
    parser.add_argument("--reports", type=int, default=200, help="reports of the scale run; 0: none")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--readme", action="store_true")
    arguments = parser.parse_args()
    pdfs = arguments.pdfs or reports()
    parts = [
        f"Measured on {date.today()} with jscore {__version__} on {machine()}; medians of {arguments.rounds} rounds, every reader in turn and in a fresh process.\n"
    ]
    parts += [readers.table(pdfs[:1], arguments.rounds, arguments.quick)]
    if pdfs[1:]:
        parts += [readers.summary(pdfs[1:], max(1, arguments.rounds // 2), arguments.quick)]
    parts += [runs.table(pdfs[0], arguments.rounds), runs.stages(pdfs[0], arguments.rounds)]
    if arguments.reports and not arguments.quick:
        parts += [
            runs.scale(pdfs[0], arguments.reports),
            "\n".join(many.table(arguments.reports, 10 * arguments.reports)) + "\n",
        ]
    text = "\n".join(parts)
    print(text)
    if arguments.readme:
        readme = ROOT / "docs" / "benchmarks.md"
        readme.write_text(MARKS.sub(lambda _: f"\n{text}\n", readme.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
