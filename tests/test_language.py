"""Everything that is handed over speaks one language: the texts, their catalogue, and the words of what a run leaves."""

from __future__ import annotations

import re
import string
import sys
from pathlib import Path

import pytest

from jscore import language
from jscore.findings.causes import causes
from jscore.language import english, tr, using
from jscore.relations.catalogue import CATALOGUE
from jscore.show.translated import translated
from tests.shared import ROOT
from tests.test_handout import code, markdown, node
from tests.wrong import of_tables, wrong

sys.path.insert(0, str(ROOT / "scripts"))
import texts


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_every_text_has_its_english_and_the_catalogue_no_other() -> None:
    """``make texts`` brings the catalogue up to date."""
    catalogue = texts.brought_up_to_date()
    assert [message.id for message in catalogue if message.id and not message.string] == []
    assert texts.written(catalogue) == language.CATALOGUE.read_bytes()


def test_the_english_has_the_fields_of_its_text() -> None:
    unlike = {text: told for text, told in english().items() if fields(text) != fields(told)}
    assert unlike == {}


def test_texts_are_written_in_chinese() -> None:
    bare = [re.sub(r"\{\w*\}", "", text) for text in english()]
    assert [text for text in bare if re.search(r"[A-Za-z]{4}", text) and not re.search("[一-鿿]", text)] == []


def test_a_text_is_said_in_the_language_that_is_spoken() -> None:
    assert tr("{year}年支出{amount}万元", year=2024, amount="1.00") == "2024年支出1.00万元"
    with using("en"):
        assert tr("{year}年支出{amount}万元", year=2024, amount="1.00") == "1.00 万元 spent in 2024"
        assert tr("不在目录中的{话}") == "不在目录中的{话}"
    assert language.current() == "zh"
    with pytest.raises(ValueError, match="one of zh, en"):
        language.use("fr")  # type: ignore[arg-type]


def test_the_prose_of_a_notebook_is_translated_by_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "english", lambda: {"钱从哪里来": "Where from", "一段。": "A paragraph."})
    source = node(
        markdown("## 钱从哪里来\n\n一段。\n\n又一段。"), code('REPORT = "x"\nLANG = "zh"', tags=["parameters"])
    )
    with using("en"):
        spoken = translated(source)
    assert spoken.cells[0].source == "## Where from\n\nA paragraph.\n\n又一段。"
    assert spoken.cells[1].source == 'REPORT = "x"\nLANG = "en"'
    assert translated(source) == source


def test_every_relation_has_an_english_title() -> None:
    assert [
        check.check_id for check in CATALOGUE if not check.title_en.isprintable() or check.title_en == check.title
    ] == []


def test_a_finding_is_told_in_english_from_its_parts(tmp_path: Path) -> None:
    report = of_tables(wrong(tmp_path / "x.pdf"))
    with using("en"):
        told = causes(report.frames)
    assert told["finding"].tolist() == causes(report.frames)["finding"].tolist()
    for message in (*told["message"], *told["title"]):
        assert not set("，。；：的与") & set(message), message
    assert any("万元" in message and "1,0" in message for message in told["message"])
