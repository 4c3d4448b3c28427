"""Plain text: its encoding found, its lines numbered as an editor numbers them."""

from __future__ import annotations

import codecs
import re

from qingce.audit.readers.limits import UnreadableError

_BREAK = re.compile(r"\r\n|\n|\r")
_BOTH = ("的一是在不了有和人中大上我以要他用生到作地于出就分成可主年同工也能下面而方后多定行法所民得十三之部度家力如水"
         "化高自二理起小物加量都制使本去把性好其他")
_COMMON = {
    "gb18030": set(_BOTH + "这为个国来们时对会发动过说产种学经进电里实现两体机当点从业应开环报绿贷额总资务"),
    "big5hkscs": set(_BOTH + "這為個國來們時對會發動過說產種學經進電裡實現兩體機當點從業應開環報綠貸額總資務"),
}
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decode(data: bytes) -> str:
    """The text of bytes in UTF-8, UTF-16, UTF-32, GB18030 or Big5.

    >>> decode("绿色贷款余额152.18亿元".encode("gb18030")), decode("綠色貸款的餘額".encode("big5"))
    ('绿色贷款余额152.18亿元', '綠色貸款的餘額')

    Raises:
        UnreadableError: it is not text in any of these.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return _whole(data, name)
    if b"\0" in data:
        raise UnreadableError("文件内容不是文本（含空字节），也不是 PDF、DOCX 或 HTML。")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        pass
    found = {}
    for name, common in _COMMON.items():
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        found[name] = (sum(c in common for c in text[:20_000]) / max(1, len(text[:20_000])), text)
    if not found:
        raise UnreadableError("文件不是 UTF-8、UTF-16、GB18030 或 Big5 编码的文本。")
    return max(found.values(), key=lambda item: item[0])[1]


def _whole(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as exc:
        raise UnreadableError(f"文件标明为 {name}，第 {exc.start} 字节起解不开。") from exc


def split(text: str) -> list[str]:
    """Lines without their ends; form feeds stay, other odd separators do not break a line.

    >>> split("a\\r\\nb\\n\\nc")
    ['a', 'b', '', 'c']
    """
    return _BREAK.split(text)
