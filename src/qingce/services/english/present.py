"""Presenting figures in English: the cards, the databook's second names and the names in figures.json."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from qingce.core.figure import FigureKey
from qingce.core.terms import TermBase
from qingce.publish import figures_json, html, xlsx
from qingce.publish.english import English
from qingce.publish.fixed import say
from qingce.services.english.compose import LANGUAGE
from qingce.services.present import QUALIFIERS, Presented


@dataclass(frozen=True)
class InEnglish:
    """Says in English what :class:`~qingce.services.present.Presented` says in Chinese.

    Definitions, formulas and sources are not translated: they stay as they are filed.
    """

    presented: Presented
    terms: TermBase

    @cached_property
    def voice(self) -> English:
        """The voice of the edition."""
        return English(self.terms)

    # -- web ----------------------------------------------------------------------------------
    def figure_cards(self, cards: Mapping[str, html.FigureCard]) -> dict[str, html.FigureCard]:
        """The cards of figures in English."""
        voice = self.voice
        return {key: self._figure(card, voice) for key, card in cards.items()}

    def _figure(self, card: html.FigureCard, voice: English) -> html.FigureCard:
        key = FigureKey.parse(card.key)
        reading = self.presented.reading(key)
        return replace(
            card, label=voice.label(reading), member=voice.member(reading), text=voice.text(reading),
            org=self.terms.names.get(card.org, card.org), period=key.period,
            revision=say(LANGUAGE, "第 {} 版", self.presented.by_key[key].revision),
            qualifier=say(LANGUAGE, QUALIFIERS.get(self.presented.by_key[key].qualifier, "")),
            operands=tuple(self._operand(each, voice) for each in card.operands),
        )

    def _operand(self, card: html.OperandCard, voice: English) -> html.OperandCard:
        key = FigureKey.parse(card.key)
        reading = self.presented.reading(key)
        period = f", {key.period}" if key.period != str(self.presented.project.settings.period) else ""
        return replace(card, label=voice.label(reading) + period, text=voice.text(reading))

    def metric_cards(self, cards: Mapping[str, html.MetricCard]) -> dict[str, html.MetricCard]:
        """The cards of metrics in English."""
        return {name: self._metric(card) for name, card in cards.items()}

    def _metric(self, card: html.MetricCard) -> html.MetricCard:
        registry = self.presented.project.registry
        standards = {s.title: s for s in registry.standards.values()}
        served = []
        for each in card.standards:
            standard = standards[each.standard]
            clause = standard.disclosure(each.code)
            served.append(replace(each, standard=standard.title_en or each.standard,
                                  title=(clause.title_en if clause else "") or each.title))
        metric = registry.metrics[card.name]
        pack = self.terms.packs.get(registry.pack_of[card.name])
        reading = self.presented.reading(FigureKey(card.name, self.presented.project.settings.org,
                                                   str(self.presented.project.settings.period)))
        return replace(
            card, label=self.terms.metric(card.name, metric.label) or card.label, unit=self.voice.unit(reading),
            pack=pack.en if pack is not None else card.pack, owner=self.terms.names.get(card.owner, card.owner),
            standards=tuple(served),
        )

    # -- Excel and JSON -----------------------------------------------------------------------
    def book(self, book: xlsx.Book) -> xlsx.Book:
        """The databook with English names beside the Chinese ones."""
        return replace(book, rows=tuple(self._row(row) for row in book.rows))

    def _row(self, row: xlsx.BookRow) -> xlsx.BookRow:
        label = self.terms.metric(row.metric, row.label)
        return replace(row, label_en=label, dims_en=self._members.get((row.metric, row.dims), ""))

    @cached_property
    def _members(self) -> dict[tuple[str, str], str]:
        voice, found = self.voice, {}
        for figure in self.presented.figures:
            if figure.key.dims:
                reading = self.presented.reading(figure.key)
                found[figure.key.metric, self.presented.member(figure.key)] = voice.member(reading)
        return found

    def file(self, file: figures_json.FigureFile) -> figures_json.FigureFile:
        """figures.json with names and texts in both languages."""
        voice = self.voice
        figures = [replace(item, text_en=voice.text(self.presented.reading(item.figure.key))) for item in file.figures]
        return replace(file, metrics=[self._named(card) for card in file.metrics], figures=figures)

    def _named(self, card: figures_json.MetricCard) -> figures_json.MetricCard:
        pack = self.terms.packs.get(card.pack)
        english = {
            "label_en": self.terms.metric(card.metric.name, card.metric.label),
            "pack_label_en": pack.en if pack is not None else "",
            "members_en": {dimension: {code: self.terms.member(code, zh) for code, zh in members.items()}
                           for dimension, members in card.members.items()},
        }
        return replace(card, english=english)
