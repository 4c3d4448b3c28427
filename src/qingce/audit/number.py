"""Numbers in running text: what is a quantity, what is not, and between which bounds its true value lies.

Dates, years, codes, telephone and document numbers, list and page numbers are not quantities.
One regular expression scans the text once; nothing here looks further than a few dozen characters.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from qingce.audit.model import Qualifier
from qingce.audit.words import BEFORE, COUNTS, CURRENCIES, SCALES, SPELLED, UNITS

_HAN = "零〇一二两三四五六七八九十百千万亿"
_SCALE = "|".join(sorted((re.escape(s) for s in SCALES), key=len, reverse=True))
_UNIT = "|".join(sorted((re.escape(u).replace(r"\ ", r"\s+") for u in UNITS), key=len, reverse=True))
_MONEY = "|".join(sorted((re.escape(c) for c in CURRENCIES), key=len, reverse=True))
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
NUMBER = re.compile(
    rf"(?P<money>(?<![A-Za-z])(?:{_MONEY})\s?)?"
    rf"(?P<open>\((?=(?:{_DIGITS})\s?%?\)))?(?P<sign>(?<![\w.,/)\]-])- ?)?"
    rf"(?:(?<![A-Za-z0-9.])|(?<=RMB)|(?<=CNY)|(?<=HKD)|(?<=USD)|(?<=GBP)|(?<=EUR))(?P<digits>{_DIGITS})(?![\d])"
    rf"(?P<close>\))?"
    rf"(?P<more>\s?(?:多|余|\+)(?!额|年|样|元化))?"
    rf"(?P<gap>[ \n]{{0,2}})"
    rf"(?P<scale>(?:{_SCALE})(?![A-Za-z瓦克]))?(?P<more2>余|多(?!元))?(?P<gap2>[ \n]{{0,2}})"
    rf"(?P<unit>(?:{_UNIT})(?![A-Za-z]|(?<=[A-Za-z%])\d))?(?P<more3>以上)?",
    re.I,
)
_DATE = re.compile(
    r"(?:19|20)\d\d\s*[年./-]\s*\d{1,2}\s*(?:[月./-]\s*(?:\d{1,2}\s*日?)?)?|(?:19|20)\d\d\s*(?:[-—–/至]\s*(?:20)?\d\d\s*)?"
    r"(?:年|财年)|\d{1,2}\s*月\s*(?:\d{1,2}\s*日)?(?!度)|\d{1,2}\s*日(?!均)|"
    r"\d{1,2}(?:st|nd|rd|th)?\s+(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\b(?:\s+\d{4})?|(?:January|February|March|April|May|June|July|August|September|October|November|"
    r"December)\s+\d{1,2}(?:,?\s+\d{4})?|\b(?:19|20)\d\d\s*(?=Q[1-4]|H[12])|\bFY\s?\d{2,4}|\d{1,2}:\d\d(?::\d\d)?"
)
_CODES = re.compile(
    r"《[^《》\n]{0,80}(?:\n[^《》\n]{0,80})?》|“\d[^”\n]{0,12}”|\d{2,5}[-–—]\d{6,8}|\d{3}-\d{4}-\d{4}|"
    r"[〔\[（(]\s?20\d\d\s?[〕\])）]\s?\d{0,6}\s?号?|"
    r"第\s?\d{1,9}(?:\.\d{1,4})?\s?(?:号|条|章|节|款|页|期|届|次|个|批|版|项|部|大|例)?|"
    r"(?<![A-Za-z])(?!(?-i:RMB|HKD|USD|CNY|GBP|EUR))(?-i:[A-Za-z]{1,12}[-/.]?|[A-Z]{2,8} )"
    r"\d{1,20}(?:[-.]\d{1,20}){0,6}(?![\d,%]|\.\d)|"
    r"(?<!\d)\d{1,9}(?:\.\d{1,9}){2,6}|(?<!\d)\d{1,9}(?:-\d{1,9}){2,6}|(?<![\d.])\d{1,9}(?:\s?\+\s?\d{1,9}){1,9}|"
    r"(?<!\d)\d{1,9}(?:\.\d{1,4})?\s?版本?|(?<!\d)\d{1,9}[A-Za-z]{2,9}\d+|https?://\S+|[\w.-]{1,64}@[\w.-]{1,80}|"
    r"(?:代码|编号|邮编|电话|证号|账号|code|no\.?|page|note|tel|附注|注释|范围|范畴|类别|阶段|scope|stage|level|tier|第)"
    r"\s?[:：]?\s?\d[\d-]{0,20}(?![\d-]*[.,]\d)|"
    r"(?<![\d,.])0\d{1,20}(?![\d.])|(?<!\d)\d{1,9}\s?号(?!召)|(?<!\d)\d{1,5}(?:\s?-\s?\d{1,5})?\s?页|(?<!\d)\d{1,9}\s?强|"
    r"(?<![\d.,])\d{1,3}-\d{1,3}(?![\d.,]|\s?[%个人家户亿万元年天月吨项次笔场])|"
    r"(?:[.．·…‥] ?){4,300}\d{1,4}(?![\d.,%])",  # the page after the dots of a table of contents
    re.I,
)
_LISTED = re.compile(
    rf"^[ (（]*\d{{1,2}}(?:[.、)）](?!\d)(?= *[^\s])|"
    rf" +(?!(?:{_SCALE})?(?:{_UNIT})(?:[ ，,。；;、：:]|$))(?=[^\d\s%,.()-]{{2}}))",
    re.M | re.I,
)
_WORDS = re.compile(
    rf"(?<![第{_HAN}分之])(?P<han>[{_HAN}]{{2,}}|[两二三四五六七八九十])(?P<more>余|多)?"
    rf"(?P<unit>个方面|个百分点|方面|个|项|家|户|笔|件|份|场次|场|人次|名|人|次|位|条|类|种|大类|期|亿元|万元|元)"
)
_ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Found:
    """A number as found: offsets in the text, value, unit and bounds."""

    start: int
    end: int
    bare_start: int
    bare_end: int
    value: Decimal
    low: Decimal | None
    high: Decimal | None
    unit: str
    dimension: str
    scale: Decimal
    step: Decimal
    qualifier: Qualifier
    doubled: str = ""


def chinese(text: str) -> Decimal | None:
    """The value of a Chinese numeral, or nothing when it is none.

    >>> chinese("一百二十三万"), chinese("十五"), chinese("二〇二四"), chinese("三千零五"), chinese("万")
    (Decimal('1230000'), Decimal('15'), Decimal('2024'), Decimal('3005'), None)
    """
    digits = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
    if not any(c in digits or c == "十" for c in text):
        return None
    if len(text) > 1 and all(c in digits for c in text):
        return Decimal("".join(str(digits[c]) for c in text))
    total, section, digit = 0, 0, 0
    for c in text:
        if c in digits:
            digit = digits[c]
        elif c in "十百千":
            section += (digit or 1) * {"十": 10, "百": 100, "千": 1000}[c]
            digit = 0
        elif c in "万亿":
            total = (total + section + digit) * {"万": 10**4, "亿": 10**8}[c]
            section = digit = 0
        else:
            return None
    return Decimal(total + section + digit)


def find(text: str) -> Iterator[Found]:
    """The quantities of a text in one script, in order.

    >>> [(str(f.value), f.unit) for f in find("2024年末余额152.18亿元，惠及1.9万户，增长7.25%。")]
    [('152.18', '亿元'), ('1.9', '万户'), ('7.25', '%')]
    """
    blocked = bytearray(len(text))
    for pattern in (_DATE, _CODES, _LISTED):
        for m in pattern.finditer(text):
            blocked[m.start() : m.end()] = b"\1" * (m.end() - m.start())
    found = [f for m in NUMBER.finditer(text) if not blocked[m.start("digits")] and (f := _read(text, m))]
    found += [f for m in _WORDS.finditer(text) if not blocked[m.start()] and (f := _spelled(text, m))]
    yield from sorted(found, key=lambda f: (f.bare_start, f.end))


def _read(text: str, m: re.Match[str]) -> Found | None:
    digits = m["digits"]
    if len(digits) > 24:
        return None
    start, end = m.start("digits"), m.end("digits")
    scale_word, unit_word, money = (m["scale"] or "").lower(), m["unit"], (m["money"] or "").strip().lower()
    joined = (m["gap"] or "") + (m["gap2"] or "")
    if "\n" in joined and not _wrapped(text, end):
        scale_word, unit_word = "", None
    if scale_word in ("m", "k", "bn", "mn") and not money and not unit_word:
        scale_word = scale_word if scale_word in ("bn", "mn") else ""
    if not unit_word and not money and re.fullmatch(r"(?:19|20)\d\d", digits) and not scale_word:
        return None
    value = Decimal(digits.replace(",", ""))
    negative = bool(m["sign"]) or bool(m["open"])
    places = len(digits.partition(".")[2])
    unit, dimension, scale = _unit(scale_word, unit_word, money)
    if unit_word or scale_word:
        end = m.end("unit") if unit_word else m.end("scale")
    whole = scale == 1 and places == 0 and (dimension in COUNTS or dimension.startswith("money") or not dimension)
    step = Decimal(0) if whole else scale.scaleb(-places) / 2
    more = bool(m["more"] or m["more2"] or m["more3"])
    begins = m.start("money") if money else m.start("sign") if m["sign"] else start
    return _bounded(
        text, (begins, end, start, m.end("digits")), -value if negative else value, unit, dimension, scale, step, more
    )


def _wrapped(text: str, end: int) -> bool:
    """Whether the line that ends behind the number is running text, broken by the margin only."""
    begin = text.rfind("\n", max(0, end - 400), end) + 1
    return (end - begin >= 16 and any(c in "，。、；" for c in text[begin:end])) or (
        end - begin >= 60 and text[begin:end].isascii()
    )


def _unit(scale_word: str, unit_word: str | None, money: str) -> tuple[str, str, Decimal]:
    factor = Decimal(SCALES.get(scale_word, 1))
    if unit_word:
        name = " ".join(unit_word.lower().split())
        dimension, base = UNITS[name]
        if money and dimension == "money":
            dimension = CURRENCIES[money]
        return scale_word + SPELLED[name], dimension, factor * base
    if money:
        return f"{money.upper()} {scale_word}".strip(), CURRENCIES[money], factor
    return scale_word, "", factor


def _spelled(text: str, m: re.Match[str]) -> Found | None:
    value = chinese(m["han"])
    if value is None or m["han"][0] in "万亿千百":
        return None
    unit = m["unit"]
    scale = Decimal(1)
    name = unit
    if unit[0] in SCALES and len(unit) > 1:
        scale, name = Decimal(SCALES[unit[0]]), unit[1:]
    name = {"个方面": "方面", "大类": "类"}.get(name, name)
    return _bounded(
        text,
        (m.start(), m.end(), m.start(), m.end("han")),
        value,
        unit,
        UNITS[name][0],
        scale,
        Decimal(0),
        bool(m["more"]),
    )


def _bounded(
    text: str,
    at: tuple[int, int, int, int],
    value: Decimal,
    unit: str,
    dimension: str,
    scale: Decimal,
    step: Decimal,
    more: bool,
) -> Found:
    begin, end, bare, bare_end = at
    before = BEFORE.search(text[max(0, begin - 24) : begin])
    word = (before.lastgroup or "") if before else ""
    if (
        before
        and before[0].strip().isascii()
        and before.start()
        and text[max(0, begin - 24) : begin][before.start() - 1].isalpha()
    ):
        word = ""
    if word:
        begin -= len(before[0]) if before else 0
    base = value * scale
    doubled = f"{before[0].strip()}…余" if more and word in ("nearly", "most") and before else ""
    qualifier = Qualifier(word) if word else Qualifier.OVER if more else Qualifier.EXACT
    low, high = _bounds(qualifier, base, step, more, scale)
    return Found(begin, end, bare, bare_end, value, low, high, unit, dimension, scale, step, qualifier, doubled)


def _bounds(
    qualifier: Qualifier, base: Decimal, step: Decimal, more: bool, scale: Decimal
) -> tuple[Decimal | None, Decimal | None]:
    if more:  # 1,600 余 is short of 1,700, where one would have said 1,700
        width = max(_round_digit(base), scale)
        return base, base + width - min(_ONE, width / 100)
    if qualifier in (Qualifier.OVER, Qualifier.LEAST):
        return base, None
    if qualifier is Qualifier.MOST:
        return None, base
    if qualifier is Qualifier.NEARLY:
        return base - abs(base) / 10, base + step
    if qualifier is Qualifier.ABOUT:
        slack = max(abs(base) / 50, step)
        return base - slack, base + slack
    return base - step, base + step


def _round_digit(base: Decimal) -> Decimal:
    """The weight of the last digit that is not zero: 100 of 1600.

    >>> _round_digit(Decimal("1600"))
    Decimal('1E+2')
    """
    if not base:
        return _ONE
    return _ONE.scaleb(int(base.normalize().as_tuple().exponent))
