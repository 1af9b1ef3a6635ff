"""What is measured is there to be measured: the parts of the benchmark run on a small report."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.drawn import Table, draw
from tests.shared import ROOT

sys.path.insert(0, str(ROOT / "benchmarks"))

import many
import readers
import runs


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("small")
    many.made_up(folder, 1)
    return next(folder.glob("*.pdf"))


@pytest.mark.parametrize(("module", "name"), runs.STAGES.values(), ids=runs.STAGES)
def test_a_stage_is_a_function_where_it_is_called(module: str, name: str) -> None:
    assert callable(getattr(import_module(module), name))


def test_stages_share_a_reading(small: Path) -> None:
    before = {at: getattr(import_module(at[0]), at[1]) for at in runs.STAGES.values()}
    lines = [line.split("|")[1:4] for line in runs.stages(small, 1).splitlines()[2:]]
    assert [name.strip() for name, _, _ in lines] == [*runs.STAGES, "the rest"]
    shares = {name.strip(): int(share.strip(" %")) for name, _, share in lines}
    assert 98 - len(shares) // 2 <= sum(shares.values()) <= 102 + len(shares) // 2
    assert shares["glyphs and rules"] > 0 and shares["relations"] > 0
    assert before == {at: getattr(import_module(at[0]), at[1]) for at in runs.STAGES.values()}


@pytest.mark.slow
def test_a_reader_is_measured(small: Path) -> None:
    taken = readers.measure(runs.READ, small)
    assert taken is not None and taken[0] > 0 and taken[1] > 20


def test_many_reports_on_paper() -> None:
    text = runs.extrapolation(1.8, jobs=2)
    assert "| 10,000 (a province) | 10 | 5.0 h | 0.16 h |" in text


def test_copies_are_files_of_their_own(tmp_path: Path) -> None:
    draw(tmp_path / "x.pdf", [[Table([["a", "b"], ["c", "d"]], [50, 50], "t", "u")]])
    (tmp_path / "raw").mkdir()
    runs.copies(tmp_path / "x.pdf", tmp_path / "raw", 2)
    runs.copies(tmp_path / "x.pdf", tmp_path / "raw", 1, 2)
    assert len({path.read_bytes() for path in (tmp_path / "raw").iterdir()}) == 3
