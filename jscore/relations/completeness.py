"""Whether all that a report announces is there, and says of itself the same everywhere."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from jscore.narrative.identity import stated
from jscore.narrative.paragraphs import Paragraph
from jscore.pdf.pages import Line
from jscore.relations.figures import ALL, FUND_TABLES, line
from jscore.relations.model import Figure, Result, Tests, in_words
from jscore.relations.source import Source, unique
from jscore.tables.forms import BY_KEY, announcing, title_form
from jscore.text.classification import plain_name
from jscore.text.names import department_key, table_label

TESTS = Tests()

_NONE = r"(?:没有|无|未发生|未安排|不涉及|没有发生|未涉及)"
#: What a report says of a table without figures.
_EMPTY = re.compile(
    rf"(?:为|是)空(?:表|白)?|空表|{_NONE}(?:此|该|相关|这)|无数据|{_NONE}.{{0,12}}(?:收入|支出|收支|经费|资金|数据|预算|拨款)"
)
#: A fund's name, as sentences shorten it.
_FUNDS = {"07": "政府性基金", "08": "国有资本经营"}
#: What makes of a denial a condition, or one of another year.
_IF = re.compile(r"如|若|倘|的，?(?:应|须|请)|上年|去年|上一年|以前年度|年初")
_ATTACHED = re.compile(r"《(?P<title>[^《》]{4,40}自评表)》[^。；]{0,12}见?附[件表]")
_UNTIL = re.compile(r"截至(?P<year>20\d\d)年(?:12月31日|年?底|年?末)")
#: A title in which a department and a year may stand: it ends in what is published.
_TITLE = re.compile(r"^[^，。；：]{2,60}(?:决算|决算表|决算情况说明|决算公开|决算报告|决算公开说明)$")
#: The year on a self-evaluation form: in its title or under it.
_FORM_YEAR = re.compile(r"(?:自评表)?[（(]?(?P<year>20\d\d)年?年度[)）]?$")
_ITEM = re.compile(r"(?P<class>[^（）]+)（类）(?P<section>.+?)（款）(?P<item>.+?)（项）”?：?(?:反映|指|是指)")


def words_at(label: str, line_: Line, text: str = "") -> Figure:
    """Words printed outside the tables."""
    return Figure(label, None, page=line_.page, box=line_.box, text=text or line_.text.strip())


def unseen_pages(info: Mapping[str, Any]) -> list[int]:
    """The pages of which all or a part could not be read: what is printed there nobody knows."""
    pictures = {
        page["page"] for page in info.get("image_pages", ()) if page.get("read") is False or page.get("left_out")
    }
    return sorted(pictures | {page["page"] for page in info.get("damaged_pages", ())})


def form_name(key: str) -> str:
    """What a form is called: 公开07表“政府性基金预算财政拨款收入支出决算表”."""
    return f"{table_label(key)}“{BY_KEY[key].title}”" if key.isdigit() else f"《{BY_KEY[key].title}》"


# --- announced, empty, denied -------------------------------------------------------------------


@TESTS.of("complete.table")
def table(source: Source) -> Iterator[Result]:
    titles: dict[str, list[Line]] = defaultdict(list)
    for line_ in source.lines:
        if form := title_form(line_.text):
            titles[form.key].append(line_)
    announced_by = announcing(source.lines)
    unseen = unseen_pages(source.info)
    unknown = {page for other in source.info["unknown_tables"] for page in other["pages"]}
    for key, form_ in source.info["forms"].items():
        lines_of_title = titles[key]
        listed = [line_ for line_ in announced_by if title_form(line_.text) is BY_KEY[key]]
        announced = [words_at(f"目录“{line_.text.strip()}”", line_) for line_ in listed[:1]]
        if form_["status"] == "missing" and (
            len({x.page for x in lines_of_title}) > 1 or any(x.page in unknown for x in lines_of_title)
        ):
            yield Result(form_name(key), False, skipped=f"{form_name(key)}有标题而未能识别出表，不作判断")
        elif form_["status"] == "missing" and unseen:
            yield Result(
                form_name(key), False, skipped=f"第 {unseen[0]} 页未能读出，{form_name(key)}可能在其中，不作判断"
            )
        else:
            message = f"目录列有{form_name(key)}，报告中没有这张表"
            yield in_words(form_name(key), form_["status"] != "missing", message, announced)


@TESTS.of("complete.shown")
def shown(source: Source) -> Iterator[Result]:
    for hidden in source.info.get("not_shown", []):
        text = hidden["text"].strip()
        if hidden["hidden"] and any(map(str.isdigit, text)):
            place = Figure(f"文件中的“{text[:24]}”", None, page=hidden["page"])
            yield in_words(
                f"第 {hidden['page']} 页“{text[:24]}”", False, f"文件中有“{text[:24]}”，页面上不显示", [place]
            )


@TESTS.of("complete.attached")
def attached(source: Source) -> Iterator[Result]:
    for paragraph in source.paragraphs:
        for match in _ATTACHED.finditer(paragraph.text):
            form = title_form(match["title"])
            if form and not form.key.isdigit():
                words = words_at(f"情况说明“{match.group()}”", paragraph.line_at(match.start()), match.group())
                message = f"情况说明称《{match['title']}》见附件，报告中没有"
                yield in_words(match["title"], source.has(form.key), message, [words])


@TESTS.of("complete.empty-stated")
def empty_stated(source: Source) -> Iterator[Result]:
    for key, form in source.info["forms"].items():
        if form["status"] != "empty" or not key.isdigit():
            continue
        near = [p for p in source.paragraphs if any(line_.page in form["pages"] for line_ in p.lines)]
        fund = _FUNDS.get(key)
        about = [p for p in source.paragraphs if fund and fund in p.text]
        statement = next((p for p in near if _EMPTY.search(p.text)), None) or next(
            (p for p in about if _denies(p, fund or "")), None
        )
        figures = [words_at(form_name(key), statement.lines[0])] if statement else _title(source, key)
        yield in_words(form_name(key), statement is not None, f"{form_name(key)}没有数据，也没有说明", figures)


def _title(source: Source, key: str) -> list[Figure]:
    """The printed title of a form on its own page."""
    form = source.info["forms"][key]
    titles = [x for x in source.lines if x.page in form["pages"] and (t := title_form(x.text)) and t.key == key]
    return [words_at(form_name(key), titles[0])] if titles else []


@TESTS.of("complete.empty-money")
def empty_money(source: Source) -> Iterator[Result]:
    coded = source.amounts("expenditure", "form", "component", "function_code")
    lines = source.amounts("economic", "economic_code")
    beside = {
        "02": line(source, "01", "收入", "本年收入合计"), "03": line(source, "01", "支出", "本年支出合计"),
        "06": unique(coded.get(("05", "基本支出", ALL))),
        "09": next((f for code in ("30212", "30217", "30231") if (f := unique(lines.get((code,)))) and f.value), None),
    }  # fmt: skip
    for key, figure in beside.items():
        if source.info["forms"].get(key, {}).get("status") == "empty" and figure:
            message = f"{form_name(key)}没有数据，而{figure.label}为{figure.value:,.2f}万元"
            yield in_words(form_name(key), not figure.value, message, [figure], _title(source, key))


def _denies(paragraph: Paragraph, fund: str) -> bool:
    """Whether a paragraph says that there is no money of ``fund``, without an if."""
    denial = re.compile(
        rf"{_NONE}[^，。；]{{0,6}}{fund}[^，。；]{{0,16}}(?:收入|支出|收支|拨款|资金|安排)|{fund}[^，。；]{{0,16}}{_NONE}"
    )
    return any(denial.search(clause) and not _IF.search(clause) for clause in re.split("[。；]", paragraph.text))


@TESTS.of("complete.denied")
def denied(source: Source) -> Iterator[Result]:
    by = source.amounts("expenditure", "form", "component", "function_code")
    for fund, key in FUND_TABLES.items():
        word = _FUNDS.get(key)
        printed = unique(by.get((key, "合计", ALL))) or line(source, "04", "支出", "本年支出合计", fund=fund)
        if not word or not printed:
            continue
        for paragraph in source.paragraphs:
            if _denies(paragraph, word):
                words = words_at(f"“{paragraph.text[:40]}”", paragraph.lines[0])
                message = f"{words.label}，而{printed.label}为{printed.value:,.2f}万元"
                yield in_words(fund, not printed.value, message, [printed], [words])


# --- projects -----------------------------------------------------------------------------------


@TESTS.of("complete.form")
def form_of_told(source: Source) -> Iterator[Result]:
    evaluations = source.evaluations
    paired = {id(told) for told, _, _ in evaluations.pairs}
    if 2 * len(evaluations.projects) > len(evaluations.told):
        for told in evaluations.told:
            message = f"情况说明综述了项目“{told.name}”，而没有它的自评表"
            yield in_words(told.label, id(told) in paired, message, [told.named()])


@TESTS.of("complete.told")
def told_of_form(source: Source) -> Iterator[Result]:
    evaluations = source.evaluations
    paired = {form.number for _, form, _ in evaluations.pairs}
    if 2 * len(evaluations.told) > len(evaluations.projects):
        for form in evaluations.projects:
            message = f"自评表{form.number}“{form.name}”在情况说明中没有自评综述"
            yield in_words(form.label, form.number in paired, message, [form.named()])


# --- department and year ---------------------------------------------------------------------------


@TESTS.of("complete.department")
def department(source: Source) -> Iterator[Result]:
    reported = source.info.get("department")
    if not reported:
        return
    places = [
        (name, line_.text.strip(), [words_at(f"“{line_.text.strip()}”", line_)])
        for line_, name, _ in _stating(source)
        if name
    ]
    for row, form_line in source.evaluations.records("overall"):
        if form_line["department"]:
            figure = Figure("部门整体自评表部门名称", None, frame="overall", row=row, column="department")
            places.append((form_line["department"], "部门整体自评表", [figure]))
    for name, where, figures in places:
        message = f"部门名称为“{reported}”，而“{where}”中为“{name}”"
        yield in_words(where, _same_body(name, reported), message, figures)


def _same_body(name: str, other: str) -> bool:
    """Whether two names are of one department, either in full or without its region."""
    first, second = _body(name), _body(other)
    return first.endswith(second) or second.endswith(first)


def _body(name: str) -> str:
    """A department's name without codes, （本级） and province."""
    return re.sub(r"本级$|[-\d]+", "", department_key(re.sub(r"^\d+|[-－—]\d+$", "", name)))


@TESTS.of("complete.year")
def year(source: Source) -> Iterator[Result]:
    reported = source.info.get("year")
    if not reported:
        return
    for line_, _, other in _stating(source):
        if other:
            text = line_.text.strip()
            yield in_words(
                text,
                other == reported,
                f"报告年度为{reported}年，而“{text}”为{other}年",
                [words_at(f"“{text}”", line_)],
            )
    for paragraph in source.paragraphs:
        for match in _UNTIL.finditer(paragraph.text):
            words = words_at(f"“{match.group()}”", paragraph.line_at(match.start()), match.group())
            message = f"报告年度为{reported}年，而情况说明称“{match.group()}”"
            yield in_words(match.group(), int(match["year"]) == reported, message, [words])


def _stating(source: Source) -> Iterator[tuple[Line, str | None, int | None]]:
    """The titles and table headings that state a department, a year, or both; those of another unit's tables left out."""
    others = {page for table_ in source.info["repeated_tables"] for page in table_["pages"]}
    for line_ in source.lines:
        if line_.page in others:
            continue
        text = "".join(line_.text.split())
        names = stated(line_.text, title=bool(_TITLE.match(text)))
        if not any(names) and (of_form := _FORM_YEAR.search(text)) and (title_form(text) or of_form.start() == 0):
            names = None, int(of_form["year"])
        if any(names):
            yield line_, *names


# --- glossary ---------------------------------------------------------------------------------------


@TESTS.of("complete.glossary")
def glossary(source: Source) -> Iterator[Result]:
    items = _items(source)
    for paragraph in source.paragraphs:
        named = _ITEM.match(paragraph.text, len(paragraph.number))
        if named and items:
            name = f"{named['class']}（类）{named['section']}（款）{named['item']}（项）"
            words = words_at(f"名词解释“{name}”", paragraph.lines[0])
            message = f"名词解释解释了“{name}”，而各表没有这个科目"
            yield in_words(name, (plain_name(named["class"]), plain_name(named["item"])) in items, message, [words])


def _items(source: Source) -> set[tuple[str, str]]:
    """Class and item of every item that the tables print, by their plain names."""
    names: dict[str, str] = {}
    for frame in ("revenue", "expenditure"):
        lines = source.frames[frame]
        pairs: Any = zip(lines["function_code"].tolist(), lines["function_name"].tolist(), strict=True)
        names |= {code: plain_name(name) for code, name in pairs if isinstance(code, str)}
    return {(names.get(code[:3], ""), name) for code, name in names.items() if len(code) == 7}
