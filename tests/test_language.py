"""Everything that is handed over speaks one language: the texts, their catalogue, and the words of what a run leaves."""

from __future__ import annotations

import re
import string
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from jscore import language, schema
from jscore.cli import main
from jscore.findings.card_shown import print_card, unidentified
from jscore.findings.causes import causes
from jscore.findings.places import marks
from jscore.findings.reading_warnings import warnings
from jscore.findings.spoken import spoken_label
from jscore.language import Lang, english, tr, using
from jscore.language.words import word
from jscore.library import store
from jscore.relations.catalogue import CATALOGUE
from jscore.report import Report
from jscore.show.translated import translated
from jscore.summary.facts import summary
from jscore.summary.sentences import headlines
from tests.shared import RAW, ROOT, report
from tests.test_handout import code, markdown, node
from tests.wrong import of_tables, wrong

sys.path.insert(0, str(ROOT / "scripts"))
import texts
from start_page import start_page

#: What is quoted of a report; a quotation may hold another.
QUOTED = re.compile(r"“[^“”]*”")


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


def test_pages_are_cited_in_one_way() -> None:
    assert [told for told in english().values() if re.search(r"\b[Pp]ages? \{", told)] == []


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
    assert all(len(message) < 260 for message in told["message"]), "both figures, and no more"


@pytest.mark.parametrize(
    ("label", "told"),
    [
        ("自评表15“人才奖励”执行数", "form 15 “人才奖励” executed"),
        ("部门整体自评表任务“人员经费（保工资）”下达金额", "department's form task “人员经费（保工资）” allocated"),
        ("自评表3指标2“目录“甲”的数量”得分", "form 3 indicator 2 “目录“甲”的数量” score"),
        ("公开06表 30239 其他交通费用", "公开06表 30239 其他交通费用"),
        ("公开09表 公务接待费 决算数", "公开09表 公务接待费 final accounts"),
        ("情况说明“支出 > 项目支出”比上年增减率", "narrative “支出 > 项目支出” rate of change"),
    ],
)
def test_what_a_figure_is_called_in_english(label: str, told: str) -> None:
    assert spoken_label(label) == label
    with using("en"):
        assert spoken_label(label) == told


@pytest.mark.skipif(not RAW.is_file(), reason=f"no {RAW}")
def test_explanations_labels_and_captions_of_english_findings_are_english() -> None:
    """Beside what is quoted, terms of the accounts and units are all that stays as printed."""
    with using("en"):
        told = causes(report(RAW).frames)["message"].tolist()
        figures = marks(report(RAW).frames["check_figures"])
    captions = [mark.figures[0] for each in figures.values() for mark in each]
    assert any("it may be that" in message and "money of earlier years" in message for message in told)
    bare = " ".join(QUOTED.sub("", QUOTED.sub("", re.sub(r"\((?!it)[^()]*\)", "", message))) for message in told)
    assert not [text for text in captions if text.startswith(("自评表", "部门整体自评表", "情况说明"))]
    printed = "万元|公开\\d\\d表|人员经费(合计)?|公用经费|合计|项目支出|其他交通费用|个人和家庭补助支出|对|自评覆盖率|辆|人|target =10.*?;"
    assert re.findall("[一-鿿]+", re.sub(printed, "", bare)) == []


#: What stays in Latin letters: names of this program, its commands and options, of files, frames and forms.
_NAMES = {"jscore", "check", "out", "run", "PDF", "Excel", "JupyterLab", "Run", "All", "Cells", "Download", "data", "raw", "make", "lab",
          "cells", "p1-1", "pip", "install", "ocr"}  # fmt: skip


def _terminal(folder: Path, lang: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What the card, ``jscore ls``, ``jscore check`` and the start page of a processed report say."""
    info = store.read_info(folder / RAW.stem)
    assert info is not None
    print_card(info)
    said = capsys.readouterr().out
    for command in (["ls"], ["check", RAW.stem], ["check", "--flat", RAW.stem]):
        said += CliRunner().invoke(main, [*command, "--lang", lang, "--out", str(folder)]).stdout
    return said + start_page(ROOT / "notebooks", folder).cells[0].source


@pytest.mark.skipif(not RAW.is_file(), reason=f"no {RAW}")
@pytest.mark.parametrize("lang", language.LANGS)
def test_card_lists_findings_and_start_page_speak_one_language(
    tmp_path: Path, lang: Lang, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "400")
    own = report(RAW)
    (tmp_path / RAW.stem).mkdir()
    with using(lang):
        told = list(headlines(summary(own.frames, own.info)))
        store.write(Report(RAW, own.frames, {**own.info, "lang": lang, "headlines": told}), tmp_path / RAW.stem)
        said = _terminal(tmp_path, lang, capsys)
    said = said.replace(str(tmp_path), "").replace(RAW.stem, "")
    if lang == "zh":
        words = set(re.findall(r"[A-Za-z][A-Za-z-]+", re.sub(r"\]\([^)]*\)|`[^`]*`|“[^”]*”", "", said)))
        assert words <= {*_NAMES, *schema.FRAMES, *own.info["forms"], "xlsx"}
    else:
        prose = start_page(ROOT / "notebooks", tmp_path).cells[0].source  # copies in English are another test's
        runs = set(re.findall("[一-鿿]+", said)) - set(re.findall("[一-鿿]+", prose))
        printed = "".join(map(str, own.cells["text"].dropna())) + "".join(own.prose["text"])
        assert {run for run in runs if run not in printed} == set()


def test_warnings_speak_one_language() -> None:
    for lang in language.LANGS:
        with using(lang):
            cell = {"table_id": "p1-1", "page": 1, "label": "", "text": "8.79"}
            table = {
                "table_id": "p1-1",
                "form": "05",
                "pages": [1, 2],
                "title": "",
                "begins": "7 | 8",
                "why": tr("标题和表头都不认识"),
                "fields": True,
            }
            info: dict[str, Any] = {
                "money_units": {"05": "万元", "06": "元", "09": None}, "money_unit": None, "department": None, "year": None,
                "unread": [{**cell, "why": tr("不是数字")}], "without_indicators": ["p1-1"],
                "not_understood": [{**cell, "why": tr("所在的列没有表头")}], "doubtful": [{**cell, "why": tr("在表中出现两次")}] * 2,
                "image_pages": [{"page": page, "why": tr("整页为图片，没有文字")} for page in (3, 4, 6)],
                "damaged_pages": [{"page": 4, "why": tr("{what}已损坏", what=word("contents、font"))}],
                "not_shown": [{"page": 5, "why": word("covered"), "text": "12.00", "hidden": True}] * 2,
                "homeless": [{"page": 6, "why": word("set in another direction than the page's text"), "text": "7"}], "repeated_tables": [table], "unknown_tables": [table],
            }  # fmt: skip
            said = "\n".join([*warnings(info), *unidentified(info)])
        assert said.count("\n") == 13, said
        assert {"zh": "第3-4, 6页：", "en": "p. 3-4, 6: "}[lang] in said
        left_out = {"zh": "未参与合计和核对", "en": "no sum and no relation"}[lang]
        assert sum(left_out in line for line in said.splitlines() if "p1-1" in line) == 3
        assert {"zh": "得分未参与核对", "en": "scores are not checked"}[lang] in said
        other = "[一-鿿]+" if lang == "en" else "[A-Za-z][A-Za-z-]+"
        assert set(re.findall(other, said)) <= {
            "公开",
            "表",
            "万元",
            "元",
            "cells",
            "form_fields",
            "form",
            "fields",
            "pdf",
            "p",
        }


def test_reasons_are_written_as_texts() -> None:
    """What is said of a cell or a page that was not read is translated where it is made."""
    bare = re.compile(r'(?:Lost\(|"why": f?|\.lose\()[^)\n]*"[a-z]+ [a-z ]+"')
    assert [
        path.name for path in (ROOT / "jscore").rglob("*.py") if bare.search(path.read_text(encoding="utf-8"))
    ] == []
