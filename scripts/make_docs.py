"""Make the generated parts of the documentation: the data dictionary, the catalogue of relations, what `jscore check`
prints, and the pictures.

make docs
"""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

import jscore
from jscore import schema
from jscore.cli import main
from jscore.relations.catalogue import CATALOGUE
from jscore.relations.documentation import markdown
from jscore.show import charts

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "img"
REPORT = ROOT / "data" / "raw" / "shenyang-hrss-2024.pdf"
RELATIONS = ROOT / "docs" / "relations.md"
DICTIONARY = ROOT / "docs" / "data-dictionary.md"
HEAD_OF_DICTIONARY = """# Data dictionary

Made by `make docs` from `jscore/schema/columns.toml`. Every frame is `<frame>.parquet` in a report's folder and an attribute of the report.

Amounts are in 万元 whatever unit the report prints; a blank is missing, a printed zero is 0. Rates, shares and completion are
fractions (1 is 100%). Text is as printed, its line breaks removed. Codes are strings. `page`, `table_id`, `row` and `col` find the printed
cell in `cells`. A column that a report's forms do not have is missing in every row.

"""
#: Lines of what ``jscore check`` prints that docs/findings.md shows before it says how many are left out.
LINES = 24


def data_dictionary() -> str:
    """docs/data-dictionary.md."""
    return HEAD_OF_DICTIONARY + schema.dictionary()


def with_findings(readme: str) -> str:
    """``readme`` with what ``jscore check`` prints on the report in data/raw between its two marks."""
    start, end = "<!-- findings: made by make docs -->", "<!-- end of findings -->"
    printed = CliRunner().invoke(main, ["check", str(REPORT)]).stdout.splitlines()
    more = printed[LINES:-1]
    shown = printed if not more else [*printed[:LINES], f"... ({len(more)} lines more)", "", printed[-1]]
    block = "\n".join(("```console", f"$ jscore check {REPORT.relative_to(ROOT).as_posix()}", *shown, "```"))
    return re.sub(f"{start}.*{end}", lambda _: f"{start}\n\n{block}\n\n{end}", readme, flags=re.S)


def make_pictures() -> None:
    """Charts and a page crop of the report in data/raw."""
    report = jscore.read(REPORT)
    PICTURES.mkdir(parents=True, exist_ok=True)
    drawn = {
        "expenditure_by_class": charts.expenditure_by_class(report.expenditure),
        "score_against_execution": charts.score_against_execution(report.projects),
    }
    for name, ax in drawn.items():
        ax.figure.savefig(PICTURES / f"{name}.png", dpi=110)
    row = report.revenue.index[report.revenue.function_code == "2080101"][0]
    report.show("revenue", row, margin=120, scale=2).quantize(32).save(PICTURES / "show.png", optimize=True)


if __name__ == "__main__":
    readme = ROOT / "docs" / "findings.md"
    readme.write_text(with_findings(readme.read_text(encoding="utf-8")), encoding="utf-8")
    DICTIONARY.write_text(data_dictionary(), encoding="utf-8")
    RELATIONS.write_text(markdown(CATALOGUE), encoding="utf-8")
    make_pictures()
