"""The documentation is what the package is."""

from __future__ import annotations

import re
import sys

from tests.shared import ROOT

sys.path.insert(0, str(ROOT / "scripts"))
from make_docs import with_dictionary


def test_the_data_dictionary_is_up_to_date() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert with_dictionary(readme) == readme


def test_links_lead_somewhere() -> None:
    for page in [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), (page.name, target)
