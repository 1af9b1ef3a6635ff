"""The reports as pages: what a visitor gets without a browser; what she does with it is in test_browser."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jscore.app import App
from jscore.cli import main
from jscore.language import using
from jscore.library import store
from tests.shared import RAW, report

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def panel() -> Any:
    """Panel, which takes seconds to import."""
    return pytest.importorskip("panel", reason="jscore[app] is not installed")


@pytest.fixture(scope="module")
def processed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("processed")
    (folder / RAW.stem).mkdir()
    store.write(report(RAW), folder / RAW.stem)
    return folder


def tables(panel: Any, thing: Any) -> Iterator[Any]:
    return iter(thing.select(panel.widgets.Tabulator))


def test_every_tab_can_be_shown(panel: Any, processed: Path) -> None:
    page = App(panel, processed).page()
    picker = page[0]
    assert list(picker.options.values()) == [RAW.stem] and "2024" in next(iter(picker.options))
    (tabs,) = page.select(panel.Tabs)
    assert tabs._names == ["概要", "发现", "查找", "数据"]
    findings = next(tables(panel, tabs[1]))
    assert findings.titles["message"] == "说明" and len(findings.value) > 5
    assert next(tables(panel, tabs[3])).header_filters["function_code"]["func"] == "starts"


def test_pages_speak_english_where_asked(panel: Any, processed: Path) -> None:
    with using("en"):
        (tabs,) = App(panel, processed).page().select(panel.Tabs)
    assert tabs._names == ["In brief", "Findings", "Find", "Data"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--out", "nowhere"], "nowhere: no processed reports"), (["--port", "{taken}"], "name another with --port")],
)
def test_what_cannot_be_served_is_said_in_a_line(
    panel: Any, processed: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(store.PROCESSED, str(processed))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        filled = [text.format(taken=taken.getsockname()[1]) for text in arguments]
        result = CliRunner().invoke(main, ["app", "--no-browser", *filled])
    assert result.exit_code == 1 and said in result.stderr and result.stderr.count("\n") == 1
    assert result.stdout == ""
