"""Founding: what a project can say of how well its figures are founded."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, cast

from qingce.core.figure import Figure, FigureKey
from qingce.services.feed import behind_of_desk
from qingce.services.quality.behind import Behind

if TYPE_CHECKING:
    from qingce.services.project import Project
    from qingce.services.quality.judging import Qualities


class Founding:
    """The part of a project that judges data quality."""

    @property
    def _own(self) -> Project:
        return cast("Project", self)

    @cached_property
    def behind(self) -> Behind:
        """What is known of where values come from besides their lineage."""
        return behind_of_desk(self._own.folder, self._own.feed)

    @cached_property
    def quality(self) -> Qualities:
        """The quality of any figure."""
        from qingce.services.quality.judging import Qualities
        from qingce.services.quality.scale import scale_on

        own = self._own
        return Qualities(scale_on(own.settings.period.end), own.computation.figure, self._traced, self.behind)

    def _traced(self, figure: Figure) -> Mapping[str, object]:
        record = self._own.lineage(figure)
        return {"origin": record.origin, "operands": record.operands, "extra": record.extra,
                "inputs": [{"sha256": one.sha256, "synthetic": one.synthetic} for one in record.inputs]}

    def quality_note(self, key: FigureKey) -> str:
        """The footnote of a figure that is an estimate or rests on one; empty for others."""
        found = self.quality.of(key)
        if found is None or not found.estimated:
            return ""
        from qingce.services.quality.notes import estimate_note

        return estimate_note(self.quality.scale, self.called, key, found)

    def footnote(self, key: FigureKey) -> str:
        """Everything a reader must know beside a figure: what the desk noted, then its estimate."""
        return self._own.notes.get(str(key), "") + self.quality_note(key)

    def made_up(self, key: FigureKey) -> bool:
        """Whether a figure rests on records that were made up, however far below."""
        found = self.quality.of(key)
        return found is not None and found.made_up

    def quality_words(self, key: FigureKey) -> list[str]:
        """A figure's level and why it has it, one line a step; nothing for an absent one."""
        from qingce.services.quality.notes import why

        found = self.quality.of(key)
        return [] if found is None else [f"{found.text} 级", *why(self.quality.scale, self.called, found)]

    def quality_short(self, key: FigureKey) -> str:
        """A figure's level and the source that decides it, the steps between left out; empty for an absent one."""
        from qingce.services.quality.notes import why_short

        found = self.quality.of(key)
        return "" if found is None else f"{found.text} 级，{why_short(self.quality.scale, self.called, found)}"

    def called(self, key: FigureKey) -> str:
        """What a figure is called: its metric, the member, and the org where it is not the report's."""
        own = self._own
        metric = own.registry.metrics[key.metric]
        members = "、".join(own.computation.label(metric, d, c) for d, c in key.dims)
        where = "" if key.org == own.settings.org else f"，{own.records.tree.name(key.org)}"
        return metric.label + (f"（{members}）" if members else "") + where
