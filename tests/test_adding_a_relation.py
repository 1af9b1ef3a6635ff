"""The worked example of docs/audit.md works as it is written."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.drawn import Table, draw
from tests.shared import ROOT

CODE = """
import jscore
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.documentation import markdown
report = jscore.read("x.pdf")
own = report.checks[report.checks.check_id == "own.within-budget"]
print(own.set_index("subject").status.to_dict())
print(report.findings.query("check_id == 'own.within-budget'").message.iloc[0])
print("| `own.within-budget` |" in markdown(CATALOGUE))
"""


def test_the_example(tmp_path: Path) -> None:
    doc = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    (module,) = (re.sub("^   ", "", block, flags=re.M) for block in re.findall(r"```python\n(.*?)   ```", doc, re.S))
    package = tmp_path / "jscore"
    shutil.copytree(ROOT / "jscore", package, ignore=shutil.ignore_patterns("__pycache__"))
    (package / "relations" / "own.py").write_text(module, encoding="utf-8")
    catalogue = package / "relations" / "catalogue.py"
    text = catalogue.read_text(encoding="utf-8")
    text, named = re.subn(r"(?s)^(MODULES = \(.*?),?\s*\)$", r"\1, own)", text, count=1, flags=re.M)
    assert named == 1 and "from jscore.relations import own" in doc
    catalogue.write_text(
        text.replace("from jscore.relations.model", "from jscore.relations import own\nfrom jscore.relations.model")
    )
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
    assert "9.50万元" in lines[1] and lines[2] == "True"
