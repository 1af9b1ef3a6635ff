"""The documentation is what the package is."""

from __future__ import annotations

import ast
import doctest
import importlib.util
import pkgutil
import re
import sys
from pathlib import Path

import pytest

import jscore
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.documentation import markdown
from tests.shared import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from make_docs import DICTIONARY, RELATIONS, data_dictionary, with_findings


def test_the_data_dictionary_is_up_to_date() -> None:
    assert DICTIONARY.read_text(encoding="utf-8") == data_dictionary(), "run make docs"


@pytest.mark.slow
def test_the_printed_findings_are_up_to_date() -> None:
    readme = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    assert "<!-- findings: made by make docs -->" in readme and with_findings(readme) == readme


def test_the_catalogue_of_relations_is_up_to_date() -> None:
    page = RELATIONS.read_text(encoding="utf-8")
    assert page == markdown(CATALOGUE), "run make docs"
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) == len(CATALOGUE) + page.count("| `check_id`")
    assert all(len(re.findall(r"(?<!\\)\|", row)) == 7 for row in rows)


def test_a_relation_of_the_table_has_the_tolerance_of_the_way_it_compares() -> None:
    of = {check.check_id: check.tolerance for check in CATALOGUE}
    assert of["table.across"] == "n + 1 half digits"
    assert of["01-03.expenditure"] == "2 half digits"
    assert of["06-09.sangong"] == "2 half digits, upwards"
    assert of["table.class-name"] == ""


def test_the_examples_of_the_audit_come_out_as_printed() -> None:
    assert doctest.testfile(str(ROOT / "docs" / "audit.md"), module_relative=False, encoding="utf-8").failed == 0


@pytest.mark.slow
def test_the_sentences_of_the_summary_come_out_as_printed() -> None:
    assert doctest.testfile(str(ROOT / "docs" / "workbook.md"), module_relative=False, encoding="utf-8").failed == 0


def test_links_lead_somewhere() -> None:
    for page in [*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)


def test_docstrings_name_what_there_is() -> None:
    modules: dict[str, list[str]] = {}
    for module in pkgutil.walk_packages(jscore.__path__, "jscore."):
        modules.setdefault(module.name.rpartition(".")[2], []).append(module.name)
    modules["jscore"] = ["jscore"]
    gone = []
    for path in sorted(Path(jscore.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
                continue
            arguments = {argument.arg for argument in ast.walk(node) if isinstance(argument, ast.arg)}
            for name in re.findall(r"``([a-z]\w*(?:\.\w+)+)(?:\(\))?``", ast.get_docstring(node) or ""):
                first, last = name.split(".")[0], name.rpartition(".")[2]
                known = any(resolves(module, name.split(".")[1:]) for module in modules.get(first, ()))
                elsewhere = first in arguments or last in ("json", "toml", "po", "csv", "parquet")
                if not known and not elsewhere and (first in modules or importlib.util.find_spec(first) is None):
                    gone.append(f"{path.name}: {name}")
    assert not gone, "\n".join(gone)


def resolves(module: str, names: list[str]) -> bool:
    """Whether ``module`` has what ``names`` say, each in the one before."""
    there: object = importlib.import_module(module)
    for name in names:
        module = f"{module}.{name}"
        if not hasattr(there, name) and not (hasattr(there, "__path__") and importlib.util.find_spec(module)):
            return False
        there = getattr(there, name) if hasattr(there, name) else importlib.import_module(module)
    return True
