"""Runs over time: what is done again, runs that are killed, runs at once, limits; a folder is whole at any moment."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

import jscore
from jscore.files import folders
from jscore.library import store
from jscore.run import all_reports, one_report, pipeline
from jscore.schema import FRAMES
from tests.drawn import draw
from tests.test_layouts import REVENUE, SANGONG

pytestmark = pytest.mark.slow

#: Runs killed; ``make kill`` asks for more.
KILLS = int(os.environ.get("JSCORE_KILLS", "6"))

linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs mount")


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    return draw(tmp_path / "small.pdf", [[REVENUE, SANGONG]])


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    assert process(draw(folder / "small.pdf", [[REVENUE, SANGONG]]), folder / "out").status == "done"
    return folder


@pytest.fixture
def done(pdf: Path, tmp_path: Path, made_once: Path) -> Path:
    """The folder ``out`` with what comes of ``pdf``."""
    shutil.copy2(made_once / "small.pdf", pdf)
    return Path(shutil.copytree(made_once / "out", tmp_path / "out"))


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "jscore", "run", "--no-notebooks", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    )


def finish(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def process(pdf: Path, out: Path, **options: object) -> one_report.Outcome:
    return one_report.process(pdf, one_report.Options(out, **options))  # type: ignore[arg-type]


def parquets(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.glob("*.parquet"))}


def is_whole(folder: Path) -> bool:
    info = store.read_info(folder)
    return info is not None and store.is_whole(info, store.sizes(folder)) and len(parquets(folder)) == len(FRAMES)


def left_over(out: Path) -> list[str]:
    return sorted(path.name for path in out.glob(".*"))


# --- what is done again -----------------------------------------------------------------


def test_the_same_bytes_come_out_of_the_same_report(pdf: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert process(pdf, tmp_path / name).status == "done"
    assert parquets(tmp_path / "one" / "small") == parquets(tmp_path / "two" / "small") != {}


def test_another_version_does_it_again(pdf: Path, done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert process(pdf, done).status == "unchanged"
    monkeypatch.setattr(one_report, "__version__", "999")
    assert process(pdf, done).status == "done"


def test_a_pdf_that_was_touched_only_is_unchanged(pdf: Path, done: Path) -> None:
    os.utime(pdf, (1, 1))
    assert process(pdf, done).status == "unchanged"


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"cut")])
def test_a_folder_with_a_file_lost_or_cut_is_made_again(
    pdf: Path, done: Path, damage: Callable[[Path], object]
) -> None:
    damage(done / "small" / "revenue.parquet")
    assert process(pdf, done).status == "done" and is_whole(done / "small")


def test_a_workbook_that_somebody_wrote_in_stays(pdf: Path, done: Path) -> None:
    workbook = done / "small" / "small.xlsx"
    workbook.write_bytes(b"edited")
    assert process(pdf, done).status == "unchanged" and workbook.read_bytes() == b"edited"
    workbook.unlink()
    assert process(pdf, done).status == "done" and workbook.stat().st_size > 1000


def test_a_folder_that_jscore_did_not_make_is_left_alone(pdf: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / "small").mkdir(parents=True)
    (tmp_path / "out" / "small" / "mine.txt").write_text("mine")
    outcome = process(pdf, tmp_path / "out")
    assert outcome.status == "failed" and "not a folder that jscore made" in outcome.message
    assert [path.name for path in (tmp_path / "out").rglob("*")] == ["small", "mine.txt"]


def test_a_run_with_nothing_to_do_imports_nothing_heavy(pdf: Path, done: Path) -> None:
    list(all_reports.finish(done))
    code = f"""
import sys
from jscore.cli import main
for command in ("run", "--no-notebooks", {str(pdf)!r}, "--out"), ("ls", "--out"):
    try:
        main([*command, {str(done)!r}])
    except SystemExit as end:
        assert not end.code
heavy = "dask distributed fsspec upath pandas numpy pyarrow camelot pandera openpyxl matplotlib pypdfium2 jupyter_client rich.console psutil"
print([name for name in heavy.split() if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == "[]", run.stderr


# --- broken off -------------------------------------------------------------------------


@pytest.mark.parametrize("spare", [False, True])
@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(28, "No space left on device"), "磁盘已满"),
        (OSError("Error writing bytes to file. Detail: No space left on device"), "磁盘已满"),
        (PermissionError(13, "Permission denied", "x"), "Permission denied：x，请先解决，或用 --out 另选"),
        (MemoryError(), "内存不足"),
        (IndexError("list index out of range"), "IndexError: list index out of range"),
    ],
)
def test_a_report_that_breaks_off_leaves_the_old_folder(
    pdf: Path, done: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, said: str, spare: bool
) -> None:
    before = sorted((p.name, p.stat().st_mtime_ns) for p in (done / "small").iterdir())

    def broken(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("jscore.excel.write_workbook", broken)
    outcome = process(pdf, done, force=True, spare=spare)
    assert outcome.status == "failed" and said in outcome.message and outcome.message.startswith(f"{pdf}: ")
    assert len(outcome.message.splitlines()) == 1
    assert sorted((p.name, p.stat().st_mtime_ns) for p in (done / "small").iterdir()) == before
    assert [path.name for path in done.iterdir()] == ["small"]


@linux
def test_a_process_beside_that_crashes_costs_the_report(
    pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jscore.summary.write_summary", lambda *_: os._exit(3))
    outcome = process(pdf, tmp_path / "out", spare=True)
    assert outcome.status == "failed"
    assert outcome.message == f"{pdf}: 写文件的程序崩溃（jscore.summary.write_summary），请重新运行，或不处理它"
    assert list((tmp_path / "out").iterdir()) == []


@linux
def test_files_written_side_by_side_are_those_written_in_turn(pdf: Path, tmp_path: Path) -> None:
    made = []
    for spare in (False, True):
        assert process(pdf, tmp_path / str(spare), spare=spare).status == "done"
        files = (path for path in (tmp_path / str(spare) / "small").rglob("*") if path.is_file())
        made.append({path.name: path.read_bytes() for path in files if path.name != store.INFO})
    assert made[0] == made[1] and "small.xlsx" in made[0]


@linux
def test_a_full_disk(pdf: Path, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48k", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("no right to mount a small disk")
    try:
        code, _, err = finish(start(pdf, "--out", disk / "out"))
        assert code == 1 and len(err.splitlines()) == 1 and f"{pdf}: " in err and "磁盘已满" in err
        assert list(disk.iterdir()) == []
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.parametrize("out", ["file", "file/below", "/proc/jscore"])
def test_an_output_that_cannot_be_written_to(pdf: Path, tmp_path: Path, out: str) -> None:
    (tmp_path / "file").write_text("in the way")
    if out.startswith("/proc") and not Path("/proc").is_dir():
        pytest.skip("no /proc")
    code, said, err = finish(start(pdf, "--out", tmp_path / out))
    assert (code, said) == (1, "") and len(err.splitlines()) == 1
    assert f"{tmp_path / out}: cannot be written to" in err and "choose another --out" in err


# --- killed, and two at once ------------------------------------------------------------


class Watch(threading.Thread):
    """Reads a report's folder every ``pause`` seconds: once it is there, it is there and whole, whatever becomes of its name."""

    def __init__(self, folder: Path, pause: float) -> None:
        super().__init__()
        self.folder, self.pause, self.faults, self.looks, self.over = folder, pause, [], 0, False

    def run(self) -> None:
        while not self.over:
            if store.reports(self.folder.parent) != [self.folder] or store.read_info(self.folder) is None:
                self.faults.append("absent")
            try:
                names = set(os.listdir(self.folder))
            except FileNotFoundError:
                names = set()
            if names and not {"report.json", "cells.parquet", "small.xlsx"} <= names and self.folder.exists():
                self.faults.append(f"part of it: {names}")
            self.looks += 1
            time.sleep(self.pause)

    def __enter__(self) -> Watch:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over = True
        self.join()


def test_a_reader_finds_the_folder_at_every_moment_of_an_exchange(tmp_path: Path) -> None:
    target = tmp_path / "small"

    def make(text: str) -> None:
        with folders.locked(target), folders.whole_folder(target) as part:
            (part / "report.json").write_text(json.dumps({"report_id": "small", "text": text}))
            for name in ("cells.parquet", "small.xlsx"):
                (part / name).write_text(text)

    make("first")
    with Watch(target, 0.0002) as watch:
        for number in range(200):
            make(str(number))
    assert watch.looks > 20 and watch.faults == []
    assert [path.name for path in tmp_path.iterdir()] == ["small"]


def test_an_exchange_that_was_broken_off_is_ended_by_whoever_reads_next(tmp_path: Path) -> None:
    """Killed after the first rename, after the second, and while the old folder was removed."""
    target = tmp_path / "small"
    aside = tmp_path / f".{folders.key(target)}.old"
    for text in ("old", "new"):
        with folders.locked(target), folders.whole_folder(target) as part:
            (part / "report.json").write_text(json.dumps({"report_id": "small", "text": text}))
    target.rename(aside)
    assert (store.read_info(target) or {})["text"] == "new" and left_over(tmp_path) == []
    target.rename(aside)
    assert store.reports(tmp_path) == [target] and left_over(tmp_path) == []
    aside.mkdir()
    (aside / "half.parquet").write_text("removed in a moment")
    with folders.locked(target), folders.whole_folder(target) as part:
        (part / "report.json").write_text(json.dumps({"report_id": "small", "text": "newest"}))
    assert (store.read_info(target) or {})["text"] == "newest" and left_over(tmp_path) == []


def test_a_reader_waits_for_the_run_that_is_exchanging(tmp_path: Path) -> None:
    target = tmp_path / "small"
    target.mkdir()
    (target / "report.json").write_text(json.dumps({"report_id": "small"}))
    with folders.locked(target):
        target.rename(tmp_path / f".{folders.key(target)}.old")
        later = threading.Timer(0.2, lambda: (tmp_path / f".{folders.key(target)}.old").rename(target))
        later.start()
        assert store.read_info(target) == {"report_id": "small"}
        later.join()


def test_a_folder_lost_in_the_middle_of_an_exchange_comes_back(pdf: Path, done: Path) -> None:
    out = done
    before = parquets(out / "small")
    (out / "small").rename(out / f".{folders.key(out / 'small')}.old")
    assert pipeline.plan([pdf], one_report.Options(out)).todo == []
    assert parquets(out / "small") == before and left_over(out) == []


def test_what_a_live_run_is_making_is_not_removed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with folders.locked(out / "live"), folders.whole_folder(out / "live") as part:
        temporary = Path(tempfile.gettempdir())
        dead = out / f".{folders.key(out / 'dead')}.0123abcd.part"
        dead.mkdir()
        code = f"from jscore.run import pipeline, one_report; from pathlib import Path; pipeline.plan([], one_report.Options(Path({str(out)!r})))"
        subprocess.run([sys.executable, "-c", code], check=True)
        assert part.is_dir() and temporary.is_dir() and not dead.exists()
    assert [path.name for path in out.iterdir()] == ["live"] and not temporary.exists()


@pytest.mark.kill
@pytest.mark.skipif(os.name == "nt", reason="needs SIGKILL")
def test_killed_runs_leave_the_old_folder_or_the_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed at many moments, the last ones inside the writing; a run afterwards gives the same bytes as one undisturbed."""
    out, temporary, pdf = tmp_path / "out", tmp_path / "temporary", tmp_path / "small.pdf"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    versions = []
    for tables in ([REVENUE], [REVENUE, SANGONG]):
        draw(pdf, [tables])
        assert process(pdf, tmp_path / f"undisturbed{len(versions)}").status == "done"
        versions.append(parquets(tmp_path / f"undisturbed{len(versions)}" / "small"))
    began = time.monotonic()
    assert finish(start(pdf, "--out", tmp_path / "timed"))[0] == 0
    whole_run = time.monotonic() - began
    shutil.copytree(tmp_path / "undisturbed1", out)
    chance = random.Random(20241)
    with Watch(out / "small", 0.005) as watch:
        for number in range(KILLS):
            draw(pdf, [[REVENUE] if number % 2 else [REVENUE, SANGONG]])
            running = start(pdf, "--out", out, "--force")
            time.sleep(whole_run * chance.uniform(0, 1.1) if number % 3 else whole_run * chance.uniform(0.7, 1))
            running.kill()
            running.communicate()
            assert is_whole(out / "small") and parquets(out / "small") in versions
    assert watch.faults == []
    code, _, err = finish(start(pdf, "--out", out, "--force"))
    assert (code, err) == (0, "") and left_over(out) == []
    assert parquets(out / "small") == versions[0 if (KILLS - 1) % 2 else 1]
    assert list(temporary.iterdir()) == []


def test_two_runs_at_once_on_one_report(pdf: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = [finish(run) for run in [start(pdf, "--out", out), start(pdf, "--out", out)]]
    assert [code for code, _, _ in ended] == [0, 0]
    assert sorted(said.splitlines()[-1][:14] for _, said, _ in ended)[1] == "已处理1份，未变0份，失败0"
    assert is_whole(out / "small") and left_over(out) == []


def test_the_second_run_says_that_it_waits_and_finds_the_work_done(pdf: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with folders.locked(out / "small"):
        second = start(pdf, "--out", out)
        assert second.stderr is not None
        assert second.stderr.readline() == "small.pdf: another run is at work on it; waiting\n"
    assert finish(second)[0] == 0 and is_whole(out / "small")


@pytest.mark.kill
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize("request_to_end", [signal.SIGINT, signal.SIGTERM])
def test_a_stopped_run_ends_with_a_line_and_its_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request_to_end: signal.Signals
) -> None:
    import psutil

    first = draw(tmp_path / "r0.pdf", [[REVENUE]] * 60)
    pdfs = [first, *(Path(shutil.copy(first, tmp_path / f"r{i}.pdf")) for i in range(1, 10))]
    running = start(*pdfs, "--out", tmp_path / "out", "--jobs", 2)
    _until(lambda: len(psutil.Process(running.pid).children(recursive=True)) >= 2)
    workers = psutil.Process(running.pid).children(recursive=True)
    time.sleep(1)
    running.send_signal(request_to_end)
    code, _, err = finish(running)
    assert code == 130 and len(err.splitlines()) == 1 and "jscore: stopped; " in err
    gone, alive = psutil.wait_procs(workers, timeout=5)
    assert not alive and left_over(tmp_path / "out") == []


def _until(reached: Callable[[], bool]) -> None:
    for _ in range(600):
        if reached():
            return
        time.sleep(0.02)
    raise AssertionError("it did not come to that")


# --- limits -----------------------------------------------------------------------------


@pytest.fixture
def sick(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Make workers, which are new interpreters, do something on reading a page of sick.pdf."""
    place = tmp_path / "site"
    place.mkdir()

    def set_up(code: str) -> None:
        (place / "sitecustomize.py").write_text(
            "import sys\n"
            "if 'spawn_main' in ' '.join(sys.orig_argv):\n"
            "    import jscore.pdf.pages as pages\n"
            "    true_page = pages.read_page\n"
            "    def read_page(document, number, path, *more, **options):\n"
            "        if path.name == 'sick.pdf' and number == 2:\n"
            f"            {code}\n"
            "        return true_page(document, number, path, *more, **options)\n"
            "    pages.read_page = read_page\n"
        )
        monkeypatch.setenv("PYTHONPATH", f"{place}{os.pathsep}{Path(__file__).parents[1]}")

    yield set_up


@pytest.mark.parametrize(
    ("code", "options", "said"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", (), "崩溃（在第2页） (SIGSEGV)"),
        ("global held; held = bytearray(600 * 2**20); import time; time.sleep(60)", ("--memory", "400"),
         "占用内存超过400MB（在第2页），可用 --memory 放宽"),
    ],
)  # fmt: skip
@pytest.mark.kill
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_page_that_takes_its_process_along_costs_its_report_only(
    tmp_path: Path, sick: Callable[[str], None], code: str, options: tuple[str, ...], said: str
) -> None:
    sick(code)
    pdfs = [draw(tmp_path / f"{name}.pdf", [[REVENUE], [SANGONG]]) for name in ("sick", "well")]
    status, out, err = finish(start(*pdfs, "--out", tmp_path / "out", "--jobs", 1, *options))
    assert status == 1 and len(err.splitlines()) == 1 and f"{pdfs[0]}: " in err and said in err
    left = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert "well.pdf：已处理" in out and left == ["datapackage.json", "library", "well"]


@pytest.mark.parametrize("code", ["import time; time.sleep(600)", "while True: pass"])
def test_a_page_that_hangs_is_given_up(tmp_path: Path, sick: Callable[[str], None], code: str) -> None:
    sick(code)
    pdf = draw(tmp_path / "sick.pdf", [[REVENUE], [SANGONG]])
    status, _, err = finish(start(pdf, "--out", tmp_path / "out", "--timeout", 5))
    assert status == 1 and len(err.splitlines()) == 1
    assert f"{pdf}: 5秒后仍未完成（在第2页），可用 --timeout 放宽，或" in err
    assert not (tmp_path / "out").exists()


def test_processes_are_replaced_after_a_number_of_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from jscore.run import workers

    started = []
    monkeypatch.setattr(workers, "REPORTS", 2)
    true_start = workers._start
    monkeypatch.setattr(workers, "_start", lambda: started.append(1) or true_start())
    pdfs = [draw(tmp_path / f"r{i}.pdf", [[SANGONG]]) for i in range(3)]
    outcomes = list(pipeline.run(pdfs, one_report.Options(tmp_path / "out")))
    assert [outcome.status for outcome in outcomes] == ["done"] * 3 and len(started) == 2


# --- reading while it is exchanged ------------------------------------------------------


def test_what_is_loaded_is_all_of_one_run(pdf: Path, done: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder is exchanged after its report.json was read and before its frames are."""
    true_read, reads = store.read_info, []

    def read_info(folder: Path) -> dict[str, object] | None:
        info = true_read(folder)
        if not reads:
            reads.append(1)
            draw(pdf, [[REVENUE]])
            process(pdf, done)
            time.sleep(0.01)
        return info

    monkeypatch.setattr(store, "read_info", read_info)
    report = jscore.load("small", done)
    assert report.sangong.empty and report.info["forms"].keys() == {"02"}


def test_report_json_says_when_and_what(pdf: Path, done: Path) -> None:
    info = json.loads((done / "small" / "report.json").read_text(encoding="utf-8"))
    assert info["processed"][:2] == "20" and info["files"]["small.xlsx"] > 0
    assert info["pdf_size"] == pdf.stat().st_size
