"""A drafted page for tests: what it promises, its file, and what comes of a returned one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qingce.core.page import Document, Page
from qingce.ledger.wordfile import word_parts
from qingce.publish.draft.compare import Change, Outcome, compare
from qingce.publish.draft.manifest import Manifest
from qingce.publish.draft.read import read
from qingce.publish.draft.remarks import remarks
from qingce.publish.draft.write import write
from tests.publish.word_editing import Word

SENTENCE = ("年末绿色贷款余额 {{ green }}，年初为 {{ green.prior }}，增速 {{ green.growth }}；"
            '员工 {{ staff }}，工作 {{ said("41 个", source="年报") }}小组。')
TEXT = """---
title: 绿色金融
slug: green
---

2024 年，本行**持续**扩大绿色投放，详见[披露](https://bank.example)。

## 绿色贷款

{sentence}

- **用水**：定期检修管道。
- **用电**：离开即关灯，涉及 {{ staff.number }}名员工。

{{ table("green", by="use", columns="value,prior", caption="按用途") }}

::: case 案例：一户企业
客户经理上门，三天办结。
:::

本行将继续努力。
""".replace("{sentence}", SENTENCE)
"""Parts: 1 paragraph, 2 heading, 3 paragraph with numbers, 4 and 5 items, 6 table, 7 a box's title, 8 in the box, 9 the
last paragraph."""


@dataclass(frozen=True)
class Drafted:
    """A draft: its promise, its file and the page's source."""

    made: Manifest
    file: bytes
    text: str
    folder: Path

    def back(self, change: Callable[[Word], object]) -> Outcome:
        """What comes of the file after somebody's editing."""
        word = Word(self.file)
        change(word)
        return self.judged(word.save())

    def judged(self, data: bytes) -> Outcome:
        """What comes of a file."""
        path = self.folder / "back.docx"
        path.write_bytes(data)
        files = word_parts(path)
        said = remarks(files.get("word/comments.xml", b""), files.get("word/commentsExtended.xml", b""))
        return compare(read(files["word/document.xml"]), said, self.made)

    def change(self, edit: Callable[[Word], object]) -> Change:
        """The only change that comes of an editing to which nothing is objected."""
        out = self.back(edit)
        assert out.troubles == []
        (change,) = out.changes
        return change


def drafted(read_page: Callable[[str], tuple[Page, list[object]]], folder: Path, text: str = TEXT) -> Drafted:
    """A draft of a page."""
    page, findings = read_page(text)
    assert findings == []
    document = Document("2024 年 ESG 报告", "", "青山银行", "2024", "zh", (page,))
    made, file = write(page, text, document, project="bank", edition="未封版", draw=lambda chart: b"",
                       issued=dt.date(2025, 1, 6))
    return Drafted(made, file, text, folder)
