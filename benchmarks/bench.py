"""Time and memory of ``jscore.read`` beside camelot alone, on the same machine, in turn.

    python benchmarks/bench.py [PDF ...] [--rounds N]

Prints the median of the rounds for each PDF, in seconds, the ratio to camelot's vector
engine, and the peak memory of each in a process of its own.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from statistics import median

#: Name → the code that is timed, after the imports it needs (not timed).
TASKS = {
    "jscore.read": ("import jscore, jscore.reading, camelot.image_processing, pandera.pandas", "jscore.read(pdf)"),
    "camelot vector": ("import camelot", "camelot.read_pdf(pdf, pages='all', flavor='lattice', engine='vector')"),
    "camelot default": ("import camelot", "camelot.read_pdf(pdf, pages='all')"),
}
WORKER = """
import resource, sys, time, warnings
warnings.simplefilter("ignore")
pdf = sys.argv[1]
{imports}
start = time.perf_counter()
{code}
print(time.perf_counter() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def measure(task: str, pdf: Path) -> tuple[float, float]:
    """Seconds and peak MB of one run of ``task`` on ``pdf`` in a fresh process."""
    imports, code = TASKS[task]
    run = subprocess.run(
        [sys.executable, "-c", WORKER.format(imports=imports, code=code), str(pdf)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds, memory = run.stdout.split()
    return float(seconds), float(memory)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pdfs", nargs="*", type=Path, default=[Path("data/raw/shenyang-hrss-2024.pdf")])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--default", action="store_true", help="camelot's default engine too (slow)")
    arguments = parser.parse_args()
    tasks = [task for task in TASKS if arguments.default or task != "camelot default"]
    print("| report | task | seconds | times camelot vector | peak MB |\n| --- | --- | ---: | ---: | ---: |")
    for pdf in arguments.pdfs:
        found = {task: [] for task in tasks}
        for _ in range(arguments.rounds):
            for task in tasks:
                found[task].append(measure(task, pdf))
        base = median(seconds for seconds, _ in found["camelot vector"])
        for task, runs in found.items():
            seconds, memory = (median(values) for values in zip(*runs, strict=True))
            print(f"| {pdf.stem} | {task} | {seconds:.2f} | {seconds / base:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
