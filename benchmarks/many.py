"""Many reports: two workers of a Dask cluster beside ``--jobs 2``, and panels of a library of them.

    python benchmarks/many.py [--reports N] [--library N]

The reports are made up and drawn here: three tables each, of departments, years and amounts that differ.  One worker of the
cluster is killed on the way; the frames of both runs must be equal byte for byte.  The library is made of results copied
under other names.  Everything is on this machine, in a folder that is removed.  Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Timer

import psutil

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.drawn import Table, draw  # noqa: E402

CITIES = ("辽宁省沈阳市", "辽宁省营口市", "江苏省南通市", "湖南省岳阳市", "陕西省延安市")
BODIES = ("财政局", "教育局", "农业农村局", "水利局", "民政局", "交通运输局", "卫生健康委员会", "司法局")
NAMES = {
    "201": "一般公共服务支出",
    "205": "教育支出",
    "208": "社会保障和就业支出",
    "210": "卫生健康支出",
    "213": "农林水支出",
}
SOURCES = ("本年收入合计", "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "附属单位上缴收入", "其他收入")
COMPONENTS = ("本年支出合计", "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出")


def made_up(folder: Path, count: int) -> None:
    """``count`` reports of made-up departments, the same whenever they are made."""
    for number in range(count):
        chance = random.Random(number)
        department = f"{CITIES[number % 5]}{BODIES[number // 5 % 8]}第{number // 120 + 1}分局"
        year = 2022 + number % 3
        above = f"单位：{department}    {year}年度    金额单位：万元"
        codes = sorted(chance.sample([*NAMES], chance.randint(2, 5)))
        pages = [
            [_table("收入决算表", "公开02表", SOURCES, codes, chance, above)],
            [_table("支出决算表", "公开03表", COMPONENTS, codes, chance, above)],
            [_sangong(chance, above)],
        ]
        draw(folder / f"made-up-{number:05}.pdf", pages, (842, 595))


def _table(title: str, form: str, heads: tuple[str, ...], codes: list[str], chance: random.Random, above: str) -> Table:
    parts = {code: [chance.randint(0, 500_000) / 100 for _ in heads[1:]] for code in codes}
    rows = [["科目编码", "科目名称", *heads]]
    sums = [sum(column) for column in zip(*parts.values(), strict=True)]
    for code, name, amounts in [("", "合计", sums), *((code, NAMES[code], parts[code]) for code in codes)]:
        rows.append([code, name, *(f"{amount:,.2f}" for amount in (sum(amounts), *amounts))])
    return Table(rows, (50, 120, *[80] * len(heads)), title, f"{form}    {above}", top=500, left=40)


def _sangong(chance: random.Random, above: str) -> Table:
    abroad, guests, run, bought = (chance.randint(0, 9_000) / 100 for _ in range(4))
    lines = {
        "合计": abroad + guests + run + bought, "1.因公出国（境）费": abroad, "2.公务接待费": guests,
        "3.公务用车购置及运行费": run + bought, "其中：公务用车运行维护费": run, "公务用车购置费": bought,
    }  # fmt: skip
    rows = [
        ["项目", "预算数", "决算数"],
        *([name, f"{2 * value:.2f}", f"{value:.2f}"] for name, value in lines.items()),
    ]
    return Table(rows, (220, 120, 120), "财政拨款“三公”经费支出决算表", f"公开09表    {above}", top=500, left=40)


@dataclass(frozen=True)
class Took:
    """Seconds, and the most MB that all processes had at once in the first and in the second half of them."""

    seconds: float
    first: float
    second: float

    def row(self, what: str, count: int) -> str:
        rate = 60 * count / self.seconds
        return f"| {what} | {count} | {self.seconds:.0f} | {rate:.0f} | {self.first:.0f} | {self.second:.0f} |"


def run(raw: Path, out: Path, *options: str) -> Took:
    """``jscore run`` of ``raw``; memory is that of all that this process started, the workers of a cluster as well."""
    start = time.perf_counter()
    samples: list[tuple[float, float]] = []
    command = [sys.executable, "-m", "jscore", "run", str(raw), "--out", str(out), "--no-notebooks", *options]
    process = psutil.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)})
    while process.poll() is None:
        time.sleep(1)
        taken = 0
        for each in psutil.Process().children(recursive=True):
            with suppress(psutil.Error):
                taken += each.memory_info().rss
        samples.append((time.perf_counter() - start, taken / 2**20))
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} failed")
    seconds = time.perf_counter() - start
    first, second = ([mb for at, mb in samples if (at > seconds / 2) == late] for late in (False, True))
    return Took(seconds, max(first, default=0), max(second, default=0))


def frames(out: Path) -> dict[str, str]:
    """What is in the frames of every report."""
    files = sorted(path for path in out.glob("*/*.parquet"))
    return {str(path.relative_to(out)): sha256(path.read_bytes()).hexdigest() for path in files}


def cluster(raw: Path, out: Path, kill_after: float) -> Took:
    """A run on two workers, of which one is killed after ``kill_after`` seconds."""
    os.environ["DASK_DISTRIBUTED__WORKER__PROFILE__ENABLED"] = "False"  # as docs/cluster.md says
    from distributed import LocalCluster

    with LocalCluster(2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as started:
        killed = Timer(kill_after, psutil.Process(started.workers[0].pid).kill)
        killed.start()
        took = run(raw, out, "--scheduler", started.scheduler_address)
        killed.cancel()
    return took


def measured(folder: Path, count: int) -> Iterator[str]:
    """Markdown: ``count`` reports with ``--jobs 2``, and on a cluster."""
    raw = folder / "raw"
    raw.mkdir()
    made_up(raw, count)
    yield "| run | reports | seconds | a minute | MB of all processes, first half | second half |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    local = run(raw, folder / "out", "--jobs", "2")
    yield local.row("`--jobs 2`", count)
    yield cluster(raw, folder / "cluster", local.seconds / 3).row("two Dask workers, one killed on the way", count)
    same = frames(folder / "out") == frames(folder / "cluster")
    yield f"\nFrames of both runs: {'equal byte for byte' if same else 'DIFFERENT'}."


def panels(folder: Path, results: Path, count: int) -> Iterator[str]:
    """Markdown: what panels and the library of ``count`` reports, copies of the ``results``, take."""
    from jscore.library import partitions
    from jscore.library.panels import panel

    processed = folder / "many"
    processed.mkdir()
    sources = [path.parent for path in sorted(results.glob("*/report.json"))]
    for number in range(count):
        source = sources[number % len(sources)]
        target = processed / f"copy-{number:05}"
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("*.pdf", "*.xlsx", "*.html"))
        info = json.loads((target / "report.json").read_text(encoding="utf-8"))
        (target / "report.json").write_text(json.dumps({**info, "report_id": target.name}), encoding="utf-8")
    yield f"\n| library of {count} reports | seconds | CPU seconds |\n| --- | ---: | ---: |"

    def timed(what: str, action: object) -> str:
        start, cpu = time.perf_counter(), time.process_time()
        action()  # type: ignore[operator]
        return f"| {what} | {time.perf_counter() - start:.2f} | {time.process_time() - cpu:.2f} |"

    yield timed(
        '`panel("expenditure", year=2024)` from the folders',
        lambda: panel("expenditure", year=2024, processed=processed),
    )
    yield timed("made", lambda: partitions.update(processed))
    yield timed("nothing new", lambda: partitions.update(processed))
    yield timed('`panel("expenditure", year=2024)`', lambda: panel("expenditure", year=2024, processed=processed))
    yield timed(
        '`panel("expenditure", ["form", "amount"])`',
        lambda: panel("expenditure", ["form", "amount"], processed=processed),
    )
    shutil.copytree(processed / "copy-00000", processed / "new")
    yield timed("one report added", lambda: partitions.update(processed))


def table(count: int, library: int) -> Iterator[str]:
    """Markdown, line by line: all of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        yield from measured(folder, count)
        yield from panels(folder, folder / "out", library)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reports", type=int, default=200, help="reports to run")
    parser.add_argument("--library", type=int, default=2000, help="reports of the library")
    arguments = parser.parse_args()
    for line in table(arguments.reports, arguments.library):
        print(line, flush=True)


if __name__ == "__main__":
    main()
