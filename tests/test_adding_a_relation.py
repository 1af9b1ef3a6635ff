"""The worked example of docs/audit.md works as it is written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.drawn import Table, draw
from tests.shared import ROOT

CODE = """
import jscore
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.documentation import markdown
report = jscore.read("x.pdf")
for name in ("own.within-budget", "own.rounded"):
    print(report.checks[report.checks.check_id == name].set_index("subject").status.to_dict())
    print(report.findings.query(f"check_id == '{name}'").message.iloc[0])
    print(f"| `{name}` |" in markdown(CATALOGUE))
"""


@pytest.mark.slow
def test_the_example(tmp_path: Path) -> None:
    doc = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    entries, module = (re.findall(rf"```{language}\n(.*?)```", doc, re.S)[-1] for language in ("toml", "python"))
    package = tmp_path / "jscore"
    shutil.copytree(ROOT / "jscore", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "relations" / "own.py").write_text(module, encoding="utf-8")
    with (package / "relations" / "catalogue.toml").open("a", encoding="utf-8") as declared:
        declared.write("\n" + entries)
    catalogue = package / "relations" / "catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    text, named = re.subn(r"(?s)^(MODULES = \(.*?),?\s*\)", r'\1, "own")', text, count=1, flags=re.M)
    assert named == 1 and '`"own"` at the end of the tuple' in doc
    catalogue.write_text(text, encoding="utf-8")
    rows = [["项目", "预算数", "决算数"], ["合计", "12.00", "11.51"], ["因公出国（境）费", "0.00", "0.00"],
            ["公务接待费", "2.00", "2.01"], ["公务用车购置及运行费", "10.00", "9.50"], ["其中：公务用车购置费", "0.00", "0.00"],
            ["公务用车运行维护费", "9.48", "9.50"]]  # fmt: skip
    draw(tmp_path / "x.pdf", [[Table(rows, [150, 90, 90], "财政拨款“三公”经费支出决算表", "单位：万元")]])
    run = subprocess.run([sys.executable, "-c", CODE], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    lines = run.stdout.splitlines()
    assert run.returncode == 0, run.stderr
    assert eval(lines[0]) == {
        "09 合计": "pass", "09 因公出国（境）费": "pass", "09 公务接待费": "pass", "09 公务用车购置及运行费": "pass",
        "09 公务用车购置费": "pass", "09 公务用车运行维护费": "fail",
    }  # fmt: skip
    assert "9.50万元" in lines[1] and lines[2] == lines[5] == "True"
    assert eval(lines[3])["09 合计"] == "fail" and eval(lines[3])["09 公务用车运行维护费"] == "pass"
    assert "不是整千元" in lines[4]
