"""A short run of benchmarks/fuzz.py: faults of every kind end in frames or in a line."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import fuzz

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


def test_faults_end_in_frames_or_in_a_line() -> None:
    command = [sys.executable, "benchmarks/fuzz.py", "--seed", "20", "--cases", "16", "--seconds", "600"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0, run.stdout
    assert "16 cases of seed 20" in run.stdout and all(f" {kind}: " in run.stdout for kind in fuzz.KINDS)


def test_a_case_can_be_made_again() -> None:
    name, pdf = fuzz.seeds()[-1]
    for faults in (fuzz.bytes_changed, fuzz.content_changed):
        one, two = (faults(pdf, random.Random(7)) for _ in range(2))
        assert (one == two) and one != pdf, name


def test_what_is_neither_frames_nor_a_line_is_seen(tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    pdf = fuzz.seeds()[-1][1]
    assert fuzz.judge(pdf, tmp_path) == "frames"
    assert fuzz.judge(pdf[:500] + b"%%EOF", tmp_path) == "ReadError"
    monkeypatch.setattr("jscore.reading.frames_and_info", lambda content: 1 / 0)
    assert fuzz.judge(pdf, tmp_path).startswith("ZeroDivisionError: division by zero at ")
