"""Runs on a Dask cluster: a scheduler and two workers, processes of their own; from folders and from a store of objects."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import jscore
from jscore.cli import main
from jscore.files import addresses
from jscore.files.raw_pdfs import find_pdfs
from jscore.library import store
from jscore.run import cluster, one_report, pipeline
from tests.drawn import draw
from tests.test_layouts import REVENUE, SANGONG

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.slow

#: Seconds that reading may take.
LIMIT = 15
#: What the second page of a PDF of this name does to the process that reads it.
SICK = {
    "crash": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "hang": "import time; time.sleep(600)",
    "greedy": "globals()['held'] = bytearray(600 * 2**20); import time; time.sleep(60)",
    "slow": "import time; time.sleep(2)",
}
SITE = f"""
import sys
if 'spawn_main' in ' '.join(sys.orig_argv):
    import jscore.pdf.pages as pages
    true_page, sick = pages.read_page, {SICK!r}
    def read_page(document, number, path, *more, **options):
        if number == 2:
            exec(sick.get(path.stem.split('-')[0], ''))
        return true_page(document, number, path, *more, **options)
    pages.read_page = read_page
"""
#: A store of objects: it copies and removes, and renames nothing.
SHELF = """
import os
from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem

class Shelf(DirFileSystem):
    protocol, sep = "shelf", "/"
    def __init__(self, **_):
        super().__init__(os.environ["SHELF"], LocalFileSystem(auto_mkdir=True))
    def mv(self, *_, **__):
        raise OSError("nothing is renamed here")
    mv_file = rename = mv
"""


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler with two workers, which see the site above and the shelf."""
    site = tmp_path_factory.mktemp("site")
    (site / "sitecustomize.py").write_text(SITE)
    (site / "shelf.py").write_text(SHELF)
    (site / "shelf-1.dist-info").mkdir()
    (site / "shelf-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1\n")
    (site / "shelf-1.dist-info" / "entry_points.txt").write_text("[fsspec.specs]\nshelf = shelf:Shelf\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", f"{site}{os.pathsep}{Path(__file__).parents[1]}")
        patch.setenv("SHELF", str(tmp_path_factory.mktemp("shelf")))
        patch.syspath_prepend(site)
        with distributed.LocalCluster(
            2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as started:
            import fsspec
            import shelf

            fsspec.register_implementation("shelf", shelf.Shelf, clobber=True)
            yield started.scheduler_address


def run(pdfs: list[Path], out: Path, scheduler: str, **options: Any) -> dict[str, one_report.Outcome]:
    outcomes = pipeline.run(pdfs, one_report.Options(out, **options), scheduler=scheduler)
    return {outcome.pdf.stem: outcome for outcome in outcomes}


def frames(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.suffix == ".parquet"}


def test_a_sick_report_costs_a_line_and_the_others_come_out_as_on_one_machine(scheduler: str, tmp_path: Path) -> None:
    names = ("crash", "hang", "greedy", "well-1", "well-2")
    pdfs = [draw(tmp_path / f"{name}.pdf", [[REVENUE], [SANGONG]]) for name in names]
    outcomes = run(pdfs, tmp_path / "out", scheduler, timeout=LIMIT, memory=450)
    assert {name: each.status for name, each in outcomes.items()} == {
        "crash": "failed", "hang": "failed", "greedy": "failed", "well-1": "done", "well-2": "done"
    }  # fmt: skip
    assert "崩溃（在第2页） (SIGSEGV)" in outcomes["crash"].message
    assert f"{LIMIT}秒后仍未完成（在第2页）" in outcomes["hang"].message
    assert "内存超过450MB（在第2页）" in outcomes["greedy"].message
    assert all(each.message.startswith(f"{each.pdf}: ") for each in outcomes.values() if each.message)
    assert one_report.process(pdfs[-1], one_report.Options(tmp_path / "local")).status == "done"
    assert frames(tmp_path / "out" / "well-2") == frames(tmp_path / "local" / "well-2") != {}
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["well-1", "well-2"]


def test_the_command(scheduler: str, tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    draw(tmp_path / "raw" / "small.pdf", [[SANGONG]])
    command = ["run", str(tmp_path / "raw"), "--out", str(tmp_path / "out"), "--no-notebooks", "--scheduler", scheduler]
    first, second = (CliRunner().invoke(main, command) for _ in range(2))
    assert first.exit_code == 0 and "small.pdf：已处理" in first.stdout, first.output
    assert "已处理0份，未变1份" in second.stdout
    assert not jscore.load("small", tmp_path / "out").sangong.empty


def test_a_worker_that_is_killed_loses_nothing(scheduler: str, tmp_path: Path) -> None:
    pdfs = [draw(tmp_path / f"slow-{number}.pdf", [[SANGONG], [REVENUE]]) for number in range(3)]
    with distributed.Client(scheduler, set_as_default=False) as client:
        before = set(client.run(os.getpid).values())
        outcomes: dict[str, one_report.Outcome] = {}
        running = threading.Thread(target=lambda: outcomes.update(run(pdfs, tmp_path / "out", scheduler)))
        running.start()
        busy = ""
        while not busy:
            busy = next((worker for worker, keys in client.processing().items() if "slow" in str(keys)), "")
        os.kill(client.run(os.getpid, workers=[busy])[busy], signal.SIGKILL)
        running.join()
        client.wait_for_workers(2)
        assert set(client.run(os.getpid).values()) != before
    assert [each.status for each in outcomes.values()] == ["done"] * 3
    assert len(frames(tmp_path / "out" / "slow-0")) > 10


def test_from_a_store_to_a_store(scheduler: str, tmp_path: Path) -> None:
    shelf = Path(os.environ["SHELF"])
    (shelf / "b" / "raw").mkdir(parents=True)
    draw(shelf / "b" / "raw" / "one.pdf", [[REVENUE, SANGONG]])
    pdfs, out = find_pdfs(["shelf://b/raw"]), addresses.path_of("shelf://b/processed")
    folder = shelf / "b" / "processed" / "one"
    first = run(pdfs, out, scheduler)["one"]
    assert first.status == "done", first.message
    info = json.loads((folder / "report.json").read_text())
    assert info["pdf"] == "../../raw/one.pdf" and store.is_whole(info, store.sizes(folder))
    one_report.process(shelf / "b" / "raw" / "one.pdf", one_report.Options(tmp_path))
    assert frames(folder) == frames(tmp_path / "one")

    command = ["run", "shelf://b/raw", "--out", "shelf://b/processed", "--no-notebooks", "--scheduler", scheduler]
    again = CliRunner().invoke(main, command)
    assert again.exit_code == 0 and "已处理0份，未变1份" in again.stdout, again.output
    (part,) = folder.parent.glob("library/sangong/*/*/*.parquet")
    stored = pd.read_parquet(part, columns=["item", "final"], partitioning=None)
    panel = jscore.panel("sangong", ["item", "final"], processed="shelf://b/processed")
    pd.testing.assert_frame_equal(stored, panel[["item", "final"]], check_dtype=False)
    draw(shelf / "b" / "raw" / "one.pdf", [[REVENUE]])
    both: list[str] = []
    runs = [threading.Thread(target=lambda: both.append(run(pdfs, out, scheduler)["one"].status)) for _ in range(2)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert sorted(both) == ["done", "unchanged"]
    assert jscore.load("one", shelf / "b" / "processed").sangong.empty
    (shelf / "b" / "raw" / "one.pdf").write_bytes(b"no PDF")
    failed = run(pdfs, out, scheduler)["one"]
    assert failed.status == "failed" and failed.message.startswith("shelf://b/raw/one.pdf: "), failed.message
    assert sorted(path.name for path in folder.parent.iterdir()) == ["library", "one"] and store.read_info(folder)


# --- without a cluster -------------------------------------------------------------------


def test_what_is_stored_is_whole_or_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = addresses.path_of("memory://whole/out/one")
    fs = target.fs  # type: ignore[attr-defined]
    seen: list[tuple[str, bool]] = []
    copy, put = type(fs).copy, type(fs).put

    def spied(self: object, source: list[str], goal: list[str], **more: object) -> None:
        seen.extend((path.rpartition("/")[2], self.exists("/whole/out/one/report.json")) for path in goal)  # type: ignore[attr-defined]
        copy(self, source, goal, **more)

    monkeypatch.setattr(type(fs), "copy", spied)
    for number, names in enumerate((("a.parquet", "old.html"), ("a.parquet", "notebooks/n.html"))):
        folder = tmp_path / str(number)
        for name in (*names, "report.json"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(str(number))
        addresses.store_whole(folder, target, "report.json")
        assert addresses.sizes(target) == dict.fromkeys((*names, "report.json"), 1)
    assert [name for name, _ in seen][-1] == "report.json" and not any(sealed for _, sealed in seen)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left")

    monkeypatch.setattr(type(fs), "put", full)
    with pytest.raises(OSError, match="No space"):
        addresses.store_whole(tmp_path / "0", target, "report.json")
    monkeypatch.setattr(type(fs), "put", put)
    assert (target / "a.parquet").read_text() == "1" and fs.ls("/whole/out", detail=False) == ["/whole/out/one"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("memory://nowhere",), "memory://nowhere: no such folder"),
        (("notascheme://x/y.pdf",), "notascheme://x/y.pdf: Unsupported filesystem"),
        (("RAW", "--out", "memory://out"), "memory://out: addresses are for the workers of a cluster; name its --scheduler"),
        (("RAW", "--scheduler", "tcp://127.0.0.1:9"), "tcp://127.0.0.1:9: no Dask scheduler answers"),
        (("RAW", "--scheduler", "nonsense"), "nonsense: no Dask scheduler answers"),
    ],
)  # fmt: skip
def test_one_line_says_what_is_wrong(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 1)
    pdf = draw(tmp_path / "small.pdf", [[SANGONG]])
    arguments = tuple(str(pdf) if each == "RAW" else each for each in arguments)
    if "--out" not in arguments:
        arguments = (*arguments, "--out", str(tmp_path / "out"))
    ended = CliRunner().invoke(main, ["run", *arguments])
    assert ended.exit_code == 1 and len(ended.stderr.splitlines()) == 1 and said in ended.stderr, ended.output


def test_a_worker_of_another_version_is_named(tmp_path: Path) -> None:
    pdf = draw(tmp_path / "small.pdf", [[SANGONG]])
    outcome = cluster.work(str(pdf), str(tmp_path / "out"), one_report.Options(Path()), "0.0", {})
    assert outcome.status == "failed" and "a worker has jscore" in outcome.message
