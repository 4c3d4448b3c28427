"""The English formats of an edition: web, PDF and Word below ``en``; databook and figures.json serve both languages."""

from __future__ import annotations

from collections.abc import Sequence

from qingce.core.page import Document
from qingce.publish import html
from qingce.publish.fixed import say
from qingce.publish.html.address import metric_path, page_path
from qingce.services.compose import Composed
from qingce.services.editions import ENGLISH, FILES, IN_ENGLISH, LABELS, Clock, Editions
from qingce.services.english.compose import LANGUAGE
from qingce.services.english.present import InEnglish
from qingce.services.standing import Standing
from qingce.services.work import Work

SHARED = "../"
"""From the English edition to the Chinese one, whose style sheets, fonts and libraries it uses."""


class EnglishEditions(Editions):
    """The English formats, written after the Chinese ones, whose cards they take over.

    Args:
        chinese: the formats in Chinese, written.
        english: says the cards in English.
    """

    def __init__(
        self, chinese: Editions, composed: Composed, english: InEnglish, before: Standing, work: Work, clock: Clock,
    ) -> None:
        room = chinese.room / ENGLISH
        room.mkdir(exist_ok=True)
        super().__init__(chinese.presented, composed, chinese.digest, room,
                         [name for name in chinese.formats if name in IN_ENGLISH], before, work, clock)
        self.chinese = chinese
        self.english = english

    def _described(self) -> html.Site:
        assert self.english is not None
        downloads = tuple(
            html.Download(say(LANGUAGE, LABELS[name]), FILES[name] if name in IN_ENGLISH else f"{SHARED}{FILES[name]}")
            for name in self.chinese.formats if name in LABELS
        )
        return html.Site(
            self.composed.document, self.english.figure_cards(self.chinese.figure_cards),
            self.english.metric_cards(self.chinese.metric_cards), {}, downloads, self.composed.headline,
            twins=self.twins, shared=SHARED,
        )


def twins_of(chinese: Document, english: Document, metrics: Sequence[str]) -> tuple[html.Twins, html.Twins]:
    """What the Chinese edition says of the English one, and the other way round."""
    both = {page.slug for page in chinese.pages} & {page.slug for page in english.pages}
    paths = frozenset({"index.html", "metrics.html", *map(page_path, both), *map(metric_path, metrics)})
    to_english = html.Twins(LANGUAGE, "English", "EN", f"{ENGLISH}/", paths)
    return to_english, html.Twins(chinese.language or "zh-CN", "中文", "中文", SHARED, paths)
