"""Composing the English edition: twins bound to the same figures, held against their Chinese block by block."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from qingce.core.check import Finding
from qingce.core.page import Block, Box, Bullets, Document, Index, Page, Paragraph, Text
from qingce.publish.bind import Binder
from qingce.publish.blocks import Blocks
from qingce.publish.english import English
from qingce.publish.glyphs import missing
from qingce.publish.index import content_index, fill_indexes
from qingce.publish.index_english import english_index
from qingce.publish.notes import ESTIMATES, noted, with_estimates, with_notes
from qingce.publish.pages import PageReader, parsed
from qingce.publish.twin import Pair, State
from qingce.publish.voice import CHINESE, Voice
from qingce.services.compose import Composed, estimated_in, forms_of, headline_of, printed_in
from qingce.services.english.checks import compared, standing, unnamed
from qingce.services.english.terms import term_base
from qingce.services.english.twins import Twin, twins
from qingce.services.feed import topics_of_desk
from qingce.services.project import Project

LANGUAGE = "en"


@dataclass
class Reader:
    """Reads twins into English pages.

    Attributes:
        findings: what was found wrong with pages and translations.
    """

    project: Project
    voice: English
    checks: Callable[[], Sequence[Finding]]
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._en = self._reader(self.voice, _english_forms(forms_of(self.project)))
        self._zh = self._reader(CHINESE, forms_of(self.project))

    def _reader(self, voice: Voice, forms: Mapping[str, Any]) -> PageReader:
        settings, registry = self.project.settings, self.project.registry
        binder = Binder(self.project.computation, settings.org, str(settings.period))
        blocks = Blocks(forms, self.checks, tuple(registry.standards),
                        lambda: topics_of_desk(self.project.folder, self.project.feed), voice)
        return PageReader(binder, blocks, voice)

    def page(self, twin: Twin) -> Page:
        """The English page of a twin; what is not translated or not to be shown stands in Chinese under a mark."""
        front, policy = twin.front, self.project.settings.english
        name = self._name(twin)
        blocks: list[Block] = []
        with self.on(twin):
            for pair in twin.pairs:
                if pair.source is not None and pair.source.number:
                    blocks += self._block(twin, pair, policy.shown == "chinese")
        self.findings += standing(twin, name, policy.stale, policy.shown)
        return Page(front["slug"], front["title"], tuple(blocks), front.get("part", ""), front.get("part_title", ""),
                    front.get("number", ""), name)

    @contextmanager
    def on(self, twin: Twin) -> Iterator[None]:
        """Inside, blocks are read as those of a twin."""
        self._en.begin(twin.front["slug"], self._name(twin))
        self._zh.begin(twin.front["slug"], twin.zh.name)
        with self._en.bound_for(twin.front), self._zh.bound_for(twin.front):
            yield
        self.findings += self._en.findings
        self._en.findings.clear()

    def both(self, twin: Twin, pair: Pair) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
        """A block in both languages, compared; nothing where one of them is lacking."""
        source, piece = pair.source, pair.piece
        zh = self._zh.blocks(parsed(source.text), source.line - 1) if source is not None else ()
        if piece is None or pair.state is State.MISSING:
            return zh, ()
        en = self._en.blocks(parsed(piece.text), piece.line - 1)
        if source is not None:
            self.findings += compared(twin, pair, zh, en, self.voice.terms)
        return zh, en

    def _name(self, twin: Twin) -> str:
        return twin.en.relative_to(self.project.folder).as_posix()

    def _block(self, twin: Twin, pair: Pair, chinese: bool) -> list[Block]:
        if pair.state is State.STALE and chinese:
            return [_mark("译文尚未更新", self.voice), *self.both(twin, replace(pair, piece=None))[0]]
        zh, en = self.both(twin, pair)
        if pair.state is State.MISSING:
            return [_mark("以下为中文原文，译文待补。", self.voice), *zh] if zh else []
        if pair.state is State.STALE:
            return [_mark("此处中文已改，以下译文仍为旧文。", self.voice), *en]
        return list(en)


def compose_english(project: Project, checks: Callable[[], Sequence[Finding]]) -> Composed:
    """The English edition of a project.

    Args:
        checks: results of the checks, for pages that print them.
    """
    settings, said = project.settings, project.settings.english
    voice = English(term_base(project.folder))
    reader = Reader(project, voice, checks)
    every = twins(project.folder)
    omitted = [] if said.missing == "chinese" else [twin for twin in every if not twin.done]
    pages = [reader.page(twin) for twin in every if twin not in omitted]
    for twin in omitted:
        name = twin.en.relative_to(project.folder).as_posix()
        reader.findings += standing(twin, name, said.stale, said.shown)
    document = Document(
        said.title or settings.title, said.subtitle, said.organisation or settings.organisation, str(settings.period),
        LANGUAGE, tuple(pages), {"short_name": said.short_name or settings.short_name},
    )
    document = _opened(_indexed(project, document), omitted, voice)
    headline, wrong = headline_of(project, Binder(project.computation, settings.org, str(settings.period)), voice)
    notes = {key: voice.say("附注（中文）：{}").replace("{}", words) for key, words in project.notes.items()}
    document = with_notes(document, notes)
    estimates = {key: voice.say("估算值。附注（中文）：{}").replace("{}", words)
                 for key, words in estimated_in(project, printed_in(document), headline).items()}
    document = with_estimates(document, estimates, voice.say(ESTIMATES))
    headline = noted(noted(headline, notes), estimates, estimates=True) if headline else None
    findings = [*reader.findings, *wrong, *unnamed(project, document, voice.terms), *missing(document)]
    return Composed(document, tuple(findings), printed_in(document), headline)


def _mark(words: str, voice: Voice) -> Block:
    return Paragraph((Text(f"[{voice.say(words)}]", strong=True),))


def _indexed(project: Project, document: Document) -> Document:
    indexes: dict[str, Index] = {}
    for name, standard in project.registry.standards.items():
        index, _ = content_index(standard, document, project.registry.metrics)
        indexes[name] = english_index(index, standard, document.organisation, project.settings.period)
    return fill_indexes(document, indexes)


def _opened(document: Document, omitted: Sequence[Twin], voice: Voice) -> Document:
    """The document whose first page says what this edition is, and which pages it leaves out."""
    if not document.pages:
        return document
    said: list[Block] = [Paragraph((Text(voice.say(
        "本报告以中文编写，英文为译文；两者不一致的，以中文为准。两种文字的数字取自同一数值，金额由亿元、万元移动小数点而来，不增减位数。")),))]
    if omitted:
        said.append(Paragraph((Text(voice.say("下列页面尚无英文，未列入英文版：")),)))
        said.append(Bullets(tuple((Paragraph((Text(twin.front["title"]),)),) for twin in omitted)))
    first, *rest = document.pages
    box = Box("note", voice.say("关于英文版"), tuple(said))
    return replace(document, pages=(replace(first, blocks=(box, *first.blocks)), *rest))


def _english_forms(forms: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Forms in English, where ``forms.yaml`` gives it beside the Chinese."""
    return {
        name: {
            "title": form.get("title_en", form["title"]), "contact": form.get("contact_en", form.get("contact", ())),
            "questions": [
                {"id": q["id"], "text": q.get("text_en", q["text"]),
                 "answers": q.get("answers_en", q.get("answers", ()))}
                for q in form["questions"]
            ],
        }
        for name, form in forms.items()
    }
