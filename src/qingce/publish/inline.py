"""A drawn chart as part of a page: its colours are the page's own, so that one drawing serves light and dark."""

from __future__ import annotations

import re

from qingce.publish.svg import COLOURS, GREY, HAIR, INK, PERIODS

_VARIABLES = {
    **{colour: f"var(--chart-{n % 8 + 1})" for n, colour in enumerate(COLOURS)},
    **{colour: f"var(--period-{min(n, 3)})" for n, colour in enumerate(PERIODS, 1)},
    INK: "var(--ink)", GREY: "var(--muted)", HAIR: "var(--line)",
}
_COLOUR = re.compile("|".join(map(re.escape, _VARIABLES)))
_SPOKEN = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
_SIZE = re.compile(r'^<svg [^>]*?width="\d+" height="\d+" (viewBox="[^"]*")>')
_NAME = re.compile(r'( id="|url\(#)(?=[a-z])')
_TAG = re.compile(r"<[^>]+>")


def inlined(drawn: str, name: str) -> str:
    """A picture of :func:`~qingce.publish.svg.render_svg` to stand in an HTML page, as wide as its place.

    It is mute: the page says beside it what it shows.

    Args:
        name: unique in the page; the picture's inner names begin with it.

    >>> inlined('<svg width="9" height="5" viewBox="0 0 9 5"><text fill="#20292b" role="x">#20292b</text></svg>', "a")
    '<svg viewBox="0 0 9 5" aria-hidden="true" focusable="false"><text fill="var(--ink)">#20292b</text></svg>'
    """

    def tag(found: re.Match[str]) -> str:
        quiet = _SPOKEN.sub("", found[0])
        return _NAME.sub(rf"\g<1>{name}-", _COLOUR.sub(lambda colour: _VARIABLES[colour[0]], quiet))

    return _SIZE.sub(r'<svg \1 aria-hidden="true" focusable="false">', _TAG.sub(tag, drawn))
