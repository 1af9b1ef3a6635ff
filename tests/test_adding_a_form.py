"""The worked example of docs/adding-a-form.md works as it is written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drawn import Table, draw
from tests.shared import ROOT


def put_after(path: Path, mark: str, code: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert mark in text
    path.write_text(text.replace(mark, mark + code, 1), encoding="utf-8")


@pytest.mark.slow
def test_the_example(tmp_path: Path) -> None:
    doc = (ROOT / "docs" / "adding-a-form.md").read_text(encoding="utf-8")
    frame, form, function = (
        re.sub("^   ", "", block, flags=re.M)
        for block in re.findall(r"```(?:toml|python)\n(.*?)   ```", doc, flags=re.S)
    )
    line = re.search(r"`(\"procurement\": .*?)`", doc)
    package = tmp_path / "jscore"
    shutil.copytree(ROOT / "jscore", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "schema" / "columns.toml").open("a", encoding="utf-8").write("\n" + frame)
    put_after(package / "tables" / "forms.py", "FORMS: tuple[Form, ...] = (\n", form)
    (package / "tables" / "accounts.py").open("a", encoding="utf-8").write("\n\n" + function)
    assert line is not None
    put_after(
        package / "tables" / "records.py",
        "READERS: dict[str, tuple[str, Callable[[Ledger], list[Record]]]] = {\n",
        line.group(1),
    )
    rows = [["项目", "采购计划金额", "实际采购金额"], ["合计", "120.00", "115.50"], ["货物", "40.00", "38.20"]]
    draw(tmp_path / "x.pdf", [[Table(rows, [100, 90, 90], "政府采购支出情况表", "单位：万元")]])
    code = "import jscore; print(jscore.read('x.pdf').procurement[['item', 'planned', 'actual']].values.tolist())"
    run = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert run.stdout.strip() == "[['合计', 120.0, 115.5], ['货物', 40.0, 38.2]]", run.stderr
