"""The library of all reports: what it gives is what the reports' folders hold, whatever befell it."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from socket import create_connection, socket
from subprocess import DEVNULL, Popen
from threading import Lock, Thread
from typing import Any

import pandas as pd
import pytest

import jscore
from jscore import schema
from jscore.files import addresses
from jscore.library import panels, partitions, years
from jscore.run.one_report import Options
from jscore.run.pipeline import plan
from tests.made_years import made

FRAMES = ("revenue", "expenditure", "overall", "projects", "narrative", "cells")


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("few")
    made(folder, 2023)
    made(folder, 2024)
    made(folder, 2024, "东山省南河市农业局", "other")
    made(folder, 2024, "农业局", "nowhere", without={"03"})
    assert partitions.update(folder)
    return folder


@pytest.fixture
def processed(few: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(few, tmp_path / "processed"))


def of_folders(processed: Path, read: Callable[[], pd.DataFrame]) -> pd.DataFrame:
    """What is read where there is no library."""
    aside = processed.parent / "aside"
    (processed / "library").rename(aside)
    try:
        return read()
    finally:
        aside.rename(processed / "library")


def check(processed: Path, frames: tuple[str, ...] = FRAMES) -> None:
    for frame in frames:

        def read(name: str = frame) -> pd.DataFrame:
            return jscore.panel(name, processed=processed)

        pd.testing.assert_frame_equal(read(), of_folders(processed, read))


def amended(folder: Path, amount: float = 9999.0) -> None:
    path = folder / "revenue.parquet"
    frame = pd.read_parquet(path)
    frame.loc[0, "amount"] = amount
    frame.to_parquet(path, index=False)


def test_it_gives_what_the_folders_hold(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[Path] = []
    read = panels.read_columns
    monkeypatch.setattr(panels, "read_columns", lambda path, columns: opened.append(path) or read(path, columns))
    for frame in FRAMES:
        jscore.panel(frame, processed=processed)
    lines, projects = years.lines(processed), years.projects(processed)
    assert not opened
    check(processed)
    pd.testing.assert_frame_equal(lines, of_folders(processed, lambda: years.lines(processed)))
    pd.testing.assert_frame_equal(projects, of_folders(processed, lambda: years.projects(processed)))
    assert opened


def test_filters(processed: Path) -> None:
    def ids(**chosen: object) -> list[str]:
        return list(jscore.panel("revenue", ["amount"], processed=processed, **chosen)["report_id"].unique())  # type: ignore[arg-type]

    assert ids(region="东山省") == ids(region=["东山省南河市"]) == ids(region="南河市") == ["other", "x-2023", "x-2024"]
    assert ids(region="南河市", year=2024) == ["other", "x-2024"]
    with pytest.raises(jscore.ReadError, match="no processed report of 西山省; there: 东山省南河市"):
        ids(region="西山省")


@pytest.mark.parametrize("frame", ["revenue", "cells"])
def test_a_report_that_changed_is_read_from_its_folder_until_the_library_is_up_to_date(
    processed: Path, frame: str
) -> None:
    amended(processed / "x-2024")  # by hand: its report.json is as it was
    shutil.rmtree(processed / "x-2023")
    made(processed, 2022)
    made(processed, 2024, "东山省南河市农业局", "other", times=2)
    check(processed, (frame, "expenditure"))
    before = {path: path.stat().st_mtime_ns for path in (processed / "library").rglob("*.parquet")}
    assert partitions.update(processed) and not partitions.update(processed)
    after = {path: path.stat().st_mtime_ns for path in (processed / "library").rglob("*.parquet")}
    untouched = [path for path in before if "region=unknown" in str(path)]
    assert untouched and all(before[path] == after[path] for path in untouched)
    assert not [path for path in after if "year=2023" in str(path)], "its only report is gone"
    check(processed, (frame, "expenditure"))


def test_parts_hold_so_many_reports(processed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "REPORTS", 2)
    monkeypatch.setattr(partitions, "ROWS", 300)
    for name in ("y-1", "y-2", "y-3"):
        shutil.copytree(processed / "x-2024", processed / name)
    assert partitions.update(processed)
    parts = sorted(path.name for path in (processed / "library" / "revenue").glob("year=2024/region=东山省南河市/*"))
    assert parts == ["part-0000.parquet", "part-0001.parquet", "part-0002.parquet"]
    check(processed, ("revenue", "cells"))
    shutil.rmtree(processed / "y-1")
    shutil.copytree(processed / "x-2024", processed / "y-4")
    assert partitions.update(processed)
    check(processed, ("revenue", "cells"))


class Killed(BaseException):
    pass


@pytest.mark.parametrize("at", ["cells", "revenue", "reports.json"])
def test_a_run_killed_while_it_writes_leaves_nothing_wrong(
    processed: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    made(processed, 2024, "东山省南河市农业局", "other", times=3)
    shutil.copytree(processed / "x-2024", processed / "x-new")
    shutil.rmtree(processed / "x-2023")
    replace = Path.replace

    def killed(self: Path, target: Path) -> Path:
        if at in target.parts:
            raise Killed
        return replace(self, target)

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(Path, "replace", killed)
        partitions.update(processed)
    check(processed, ("revenue", "cells"))
    leftover = processed / "library" / "revenue" / "year=2024" / "region=unknown" / ".part-0000.parquet.1.part"
    leftover.write_bytes(b"half")
    assert partitions.update(processed)
    assert not leftover.exists()
    check(processed, ("revenue",))


@pytest.mark.parametrize("damage", [b"", b"PAR1 no parquet"])
def test_a_damaged_library_is_passed_over(processed: Path, damage: bytes) -> None:
    (processed / "library" / "revenue" / "year=2023" / "region=东山省南河市" / "part-0000.parquet").write_bytes(damage)
    check(processed, ("revenue",))
    (processed / "library" / "reports.json").write_bytes(damage)
    check(processed, ("revenue",))
    assert partitions.update(processed)
    check(processed, ("revenue",))


def test_two_runs_at_once(processed: Path) -> None:
    shutil.copytree(processed / "x-2024", processed / "x-new")
    runs = [Thread(target=partitions.update, args=(processed,)) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    check(processed, ("revenue", "cells"))
    index = json.loads((processed / "library" / "reports.json").read_text())
    assert "x-new" in index["reports"]


def test_other_tools_read_it(processed: Path) -> None:
    panel = jscore.panel("expenditure", ["amount"], year=2024, processed=processed)
    table = jscore.dataset("expenditure", year=2024, region="南河市", processed=processed).to_table()
    own = panel[panel["report_id"] != "nowhere"]
    assert table.num_rows == len(own) and set(table["region"].to_pylist()) == {"东山省南河市"}
    assert sorted(table["amount"].to_pylist()) == sorted(own["amount"])
    duckdb = pytest.importorskip("duckdb")
    files = processed / "library" / "expenditure" / "*" / "*" / "*.parquet"
    count = duckdb.sql(
        f"select count(*) from read_parquet('{files}', hive_partitioning=true) where year = 2024"
    ).fetchall()
    assert count == [(len(panel),)]
    amended(processed / "other")
    with pytest.raises(jscore.ReadError, match=r"library is behind 1 reports \(other ...\); run `jscore run`"):
        jscore.dataset("revenue", processed=processed)


def test_every_frame_is_in_it(processed: Path) -> None:
    there = {path.stem for path in (processed / "x-2024").glob("*.parquet")}
    assert {path.name for path in (processed / "library").iterdir() if path.is_dir()} == there & set(schema.FRAMES)


def test_a_report_has_not_its_name(tmp_path: Path) -> None:
    pdf = tmp_path / "Library.pdf"
    pdf.write_bytes(b"%PDF-1.7")
    (refused,) = plan([pdf], Options(tmp_path / "processed")).settled
    assert refused.message == f"{pdf}: 文件夹library用于全部报告，请改名"


def test_a_report_of_an_older_version_in_its_place(processed: Path) -> None:
    shutil.rmtree(processed / "library")
    shutil.copytree(processed / "other", processed / "library")
    with pytest.raises(jscore.ReadError, match="library: a report stands where .* goes"):
        partitions.update(processed)
    assert len(jscore.panel("revenue", processed=processed)["report_id"].unique()) == 5


# --- at an address -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty bucket: a store of objects as a process of its own, on this machine."""
    s3fs = pytest.importorskip("s3fs")
    pytest.importorskip("moto.server")
    with socket() as free, pytest.MonkeyPatch.context() as patch:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "made-up")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        patch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        patch.setenv("AWS_CONFIG_FILE", str(tmp_path_factory.mktemp("aws") / "none"))
        free.close()
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        with Popen(command, stdout=DEVNULL, stderr=DEVNULL) as server:
            try:
                until = time.monotonic() + 60
                while True:
                    with suppress(OSError), create_connection(("127.0.0.1", port), 1):
                        break
                    assert time.monotonic() < until and server.poll() is None
                    time.sleep(0.05)
                s3fs.S3FileSystem(skip_instance_cache=True).mkdir("reports")
                yield "s3://reports/processed"
            finally:
                server.kill()


def test_in_a_store_of_objects(few: Path, bucket: str, tmp_path: Path) -> None:
    at: Any = addresses.path_of(bucket)
    shutil.copytree(few, tmp_path / "few", ignore=shutil.ignore_patterns("library"))
    at.fs.put(f"{tmp_path / 'few'}/", at.path + "/", recursive=True)

    def compare(*frames: str) -> None:
        for frame in frames:
            own, other = (jscore.panel(frame, processed=place) for place in (tmp_path / "few", bucket))
            pd.testing.assert_frame_equal(own, other)

    compare("revenue")
    assert partitions.update(at) and not partitions.update(at)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(panels, "read_columns", lambda path, _: pytest.fail(f"{path} was opened"))
        for frame in ("overall", "cells"):
            pd.testing.assert_frame_equal(*(jscore.panel(frame, processed=place) for place in (few, bucket)))
        pd.testing.assert_frame_equal(years.lines(few), years.lines(bucket))
    rows = jscore.dataset("expenditure", year=2024, region="南河市", processed=bucket).to_table()
    assert rows.num_rows == jscore.dataset("expenditure", year=2024, region="南河市", processed=few).to_table().num_rows
    assert jscore.load("other", bucket).frames.keys() == jscore.load("other", few).frames.keys()

    made(tmp_path / "few", 2024, "东山省南河市农业局", "other", times=2)
    shutil.rmtree(tmp_path / "few" / "x-2023")
    at.fs.rm(f"{at.path}/x-2023", recursive=True)
    before = addresses.versions(at / "library")
    addresses.store_whole(tmp_path / "few" / "other", at / "other", "report.json")
    compare("revenue", "expenditure")
    with pytest.raises(jscore.ReadError, match=r"library is behind 1 reports \(other ...\)"):
        jscore.dataset("revenue", processed=bucket)
    assert partitions.update(at)
    after = addresses.versions(at / "library")
    assert not [name for name in after if "year=2023" in name] and not after.keys() - before.keys()
    touched = {name.partition("/")[2].rpartition("/")[0] for name in after if before[name] != after[name]}
    assert touched == {"", "year=2024/region=东山省南河市"}
    compare("revenue", "expenditure")


def test_two_runs_at_once_at_an_address(few: Path) -> None:
    at: Any = addresses.path_of("memory://twice/processed")
    for folder in few.iterdir():
        if folder.name != "library":
            addresses.store_whole(folder, at / folder.name, "report.json")
    lock, failures = Lock(), list[BaseException]()

    def bring() -> None:
        try:
            partitions.update(at, alone=lambda: lock)
        except BaseException as error:
            failures.append(error)

    runs = [Thread(target=bring) for _ in range(3)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert not failures and not partitions.update(at)
    pd.testing.assert_frame_equal(jscore.panel("cells", processed=str(at)), jscore.panel("cells", processed=few))


def test_a_run_killed_while_it_stores_leaves_nothing_wrong(few: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at: Any = addresses.path_of("memory://killed/processed")
    for folder in few.iterdir():
        if folder.name != "library":
            addresses.store_whole(folder, at / folder.name, "report.json")
    assert partitions.update(at)
    addresses.store_whole(few / "x-2023", at / "x-new", "report.json")
    store = addresses.bring
    for stored in (1, 99):

        def bring(folder: Path, target: Path, names: list[str], gone: list[str], count: int = stored) -> None:
            store(folder, target, names[:count], gone)
            raise Killed

        with monkeypatch.context() as patched, pytest.raises(Killed):
            patched.setattr(addresses, "bring", bring)
            partitions.update(at)
        panel = jscore.panel("revenue", ["amount"], processed=str(at))
        old, new = (list(panel[panel["report_id"] == name]["amount"]) for name in ("x-2023", "x-new"))
        assert old == new != []
    assert partitions.update(at) and not partitions.update(at)
