"""Who reports and for when: department, year and region, and where each was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jscore.pdf.pages import Line

#: What is written for the zero of a year in characters: any ring, any letter O.
_ZEROS = "0〇零○◯◦⚪⭕OoＯｏΟοОо"
_DIGITS = str.maketrans(
    {str(value): str(value) for value in range(10)}
    | {
        sign: str(value)
        for signs in ("０１２３４５６７８９", "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖")
        for value, sign in enumerate(signs)
    }
    | dict.fromkeys(_ZEROS, "0")
)
_YEAR = re.compile(r"(20\d\d)\s*年|(20\d\d)(?!\d)")
_CHINESE_YEAR = re.compile(rf"[二贰2２][{_ZEROS}０][一二三四五六七八九壹贰叁肆伍陆柒捌玖\d{_ZEROS}]{{2}}(?=年)")
_ACCOUNTS_OF = r"(?:部门|单位|部门\(单位\)|部门（单位）)?(?:整体)?(?:收支)?决算"
_NAME_FIRST = re.compile(rf"^(?P<name>.+?)(?P<year>20\d\d)年?度?{_ACCOUNTS_OF}")
_YEAR_FIRST = re.compile(rf"(?P<year>20\d\d)年?度?(?P<name>[^0-9，。；]{{3,40}}?){_ACCOUNTS_OF}")
_HEADING = re.compile(
    r"(?<!主管)(?<!预算)(?<!计量)(?:(?:编制|填报|公开)?(?:单位|部门)(?:名称)?)[:：]\s*(?P<name>\S.*?)(?=\s*20\d\d\s*年|\s*金额|\s*单位[:：]|\s*公开|$)"
)
#: How the name of a public body ends.
_BODY = re.compile(
    r"(局|委|厅|院|中心|部|会|所|处|校|队|站|馆|室|府|办|社|团|学|司|署|台|库|场|园|镇|乡|街道)([(（].*[)）])?$"
)
_NO_NAME = re.compile(
    '(年度?|度|项目|机关运行|部门|单位|收入|支出|财政拨款|一般公共预算|政府性基金|国有资本经营|三公|经费|基本|预算|公开|收支|[“”"])+'
)
_MONEY = re.compile(r"^元(?:$|[^\u4e00-\u9fff]|编制|填报|公开|单位|部门)|(人民币|[亿万千百])元")
_REGION = re.compile(
    r"^(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区|特别行政区))?(?:[^省市区县旗局\s]{2,6}(?<!城)(?:市(?![场政民容监])|自治州|地区|盟))?"
    r"(?:[^省市区县旗局\s]{1,8}?(?:(?<!地)(?<!社)(?<!园)区|县|旗|县级市))?"
)
#: A year that stands over a table on its own, or in the title of a self-evaluation; and when a form was filled in.
_YEAR_OVER = re.compile(
    r"[(（]?(20\d\d)年度?[)）]?$|(20\d\d)年度?.{0,40}绩效.{0,20}表|(?:评价|自评|预算|项目)?年度[:：](20\d\d)年?度?$"
)
_FILLED_IN = re.compile(
    r"(?:填报|填表|填写|填制|自评|评价)(?:日期|时间)[:：]?(20\d\d)(?:年|[-./])(\d{1,2})(?:月|[-./]|$)"
)
#: Up to this month a year's self-evaluation is that of the year before.
_LATEST_MONTH = 9


@dataclass(frozen=True)
class Identity:
    """Department, year and region of a report; ``*_from`` says where each was found."""

    department: str | None
    department_from: str | None
    year: int | None
    year_from: str | None
    region: str | None

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def identify(
    pages: Sequence[Sequence[Line]], form_names: Iterable[str], headings: Iterable[str], title: str, file_name: str
) -> Identity:
    """Department, year and region of a report.

    ``pages`` are the lines of each page, ``headings`` the lines over the tables,
    ``form_names`` the names that the department's own form gives, ``title`` the PDF's.
    """
    cover = _cover(pages)
    candidates = [("cover", _from_title(cover))] if cover else []
    lines = list(headings)
    candidates += [("table heading", _from_heading(text)) for text in lines]
    candidates += [("table heading", _from_title(_joined([text]))) for text in lines if "决算" in text]
    candidates += [("self-evaluation", (name, None)) for name in form_names]
    candidates += [("self-evaluation", (None, _year_over(text))) for text in lines]
    candidates += [("date of a self-evaluation", (None, _filled_in(text))) for text in lines]
    candidates += [("PDF title", _from_title(_joined([title]))), ("file name", _from_title(_joined([file_name])))]
    candidates += [("file name", (None, _year(file_name)))]
    department, department_from = _first((where, name) for where, (name, _) in candidates if name)
    year, year_from = _first((where, year) for where, (_, year) in candidates if year)
    return Identity(department, department_from, year, year_from, region(department) if department else None)


def region(department: str) -> str | None:
    """The region that a department's name begins with: 上海市普陀区财政局 → 上海市普陀区."""
    match = _REGION.match(department)
    return match.group(0) or None if match else None


def stated(text: str, title: bool) -> tuple[str | None, int | None]:
    """Department and year that a line states as the heading of a table (单位：… 2024年度) or, if ``title``, as a title."""
    name, year = _from_heading(text)
    if title and not name:
        name, year = _from_title(_joined([text]))
    return (name if name and _BODY.search(name) else None), year


def _first(candidates: Iterable[tuple[str, Any]]) -> tuple[Any, str | None]:
    for where, value in candidates:
        return value, where
    return None, None


def _cover(pages: Sequence[Sequence[Line]]) -> str:
    """The text of the cover: the first page with text but the contents, if it has few lines."""
    first = next((lines for lines in pages[:4] if lines and not _is_contents(lines)), [])
    return _joined(line.text for line in first) if 0 < len(first) <= 15 else ""


def _is_contents(lines: Sequence[Line]) -> bool:
    """Whether a page lists what is in the report: it says so, or most lines are dotted out to a page number."""
    titled = any(re.fullmatch("目[录次]", "".join(line.text.split())) for line in lines)
    return titled or 2 * sum(bool(re.search(r"[.·]{3}|…", line.text)) for line in lines) > len(lines)


def _joined(texts: Iterable[str]) -> str:
    text = "".join("".join(text.split()) for text in texts)
    text = _CHINESE_YEAR.sub(lambda m: m.group(0).translate(_DIGITS), text)
    return "".join(ch.translate(_DIGITS) if "０" <= ch <= "９" else ch for ch in text)


def _from_title(text: str) -> tuple[str | None, int | None]:
    match = _NAME_FIRST.search(text) or _YEAR_FIRST.search(text)
    if not match:
        return None, None
    name = re.sub(r"^(附件\d*[:：]?|公开|第[一二三四五]部分|\d+|[-—_.])+|[-—_.]+$", "", match.group("name"))
    return (name if len(name) >= 3 and not _NO_NAME.fullmatch(name) else None), int(match.group("year"))


def _from_heading(text: str) -> tuple[str | None, int | None]:
    match = _HEADING.search(text)
    name = "".join(match.group("name").split()) if match and not re.match(r"元\s", match.group("name")) else ""
    year = re.search(r"(20\d\d)\s*年", text)
    return (name if len(name) >= 3 and not _MONEY.search(name) and _BODY.search(name) else None), int(
        year.group(1)
    ) if year and match else None


def _year_over(text: str) -> int | None:
    match = _YEAR_OVER.match(_joined([text]))
    return int(match[match.lastindex or 0]) if match else None


def _filled_in(text: str) -> int | None:
    """The year that a form filled in at a date is about: the one before; None so late in the year that it may be its own."""
    match = _FILLED_IN.search(_joined([text]))
    return int(match.group(1)) - 1 if match and int(match.group(2)) <= _LATEST_MONTH else None


def _year(text: str) -> int | None:
    match = _YEAR.search(text)
    return int(match.group(1) or match.group(2)) if match else None
