"""For every component, calls in which every text is a script that wants to run."""

from __future__ import annotations

from typing import Any

PAYLOAD = "\"'><img src=x onerror=alert(1)><b onx=1>{{7*7}}</textarea></script>"
P = PAYLOAD
AT = "2025-02-27T08:41:09.120Z"


def _said(*_: object) -> str:
    """What a call block gives: components escape it when it is not markup."""
    return P


def _entry(**more: Any) -> dict[str, Any]:
    return {"label": P, "value": P, "note": P, "href": P, "mark": "key", "op": P, "open": True, **more}


_COLUMN = {"key": "a", "label": P, "sort": P, "sorted": "ascending", "num": True}
_FIELD: dict[str, Any] = {"name": P, "label": P, "value": P, "hint": P, "error": P, "attrs": {"data-x": P}}
_HASH = {"sha256": P, "size": 3, "name": P, "href": P, "note": P}

SAMPLES: dict[str, list[dict[str, Any]]] = {
    "icon": [{"name": P, "label": P}], "csrf_field": [{}], "count": [{"number": 3, "label": P}],
    "status": [{"state": P, "note": P}, {"state": "approved", "note": P}], "severity": [{"level": P}],
    "chip": [{"words": P, "mark": P, "tone": P}], "hash": [{"value": P * 3, "digits": 999}],
    "crumbs": [{"items": [(P, P), (P, "")]}], "head": [{"title": P, "lead": P, "caller": _said}],
    "tabs": [{"items": [{"label": P, "href": P, "current": True, "count": P}], "label": P}],
    "button": [{"label": P, "kind": P, "mark": P, "name": P, "value": P, "type": P, "size": P, "attrs": {"data-x": P}}],
    "link": [{"label": P, "href": P, "kind": P, "mark": P, "size": P, "dialog": P, "attrs": {"data-x": P}}],
    "form": [{"action": P, "autosave": P, "class": P, "attrs": {"data-x": P}, "caller": _said}],
    "field": [
        *({**_FIELD, "kind": kind, "options": [(P, P)], "unit": unit}
          for kind in ("text", "number", "password", "textarea", "select", "checkbox", "radios", "search", "file")
          for unit in ("", P)),
        {**_FIELD, "id": P}, {**_FIELD, "kind": P},
    ],
    "filter": [{"action": P, "label": P, "caller": _said}],
    "drop": [{"name": P, "label": P, "accept": P, "hint": P, "error": P}],
    "table": [
        {"caption": P, "columns": [_COLUMN, _COLUMN | {"key": "b"}], "rows": [{"a": P, "b": P, "_class": P}]},
        {"caption": P, "columns": [_COLUMN], "rows": [{"a": P}], "wide": True, "caller": _said},
        {"caption": P, "columns": [], "rows": [], "empty": P},
    ],
    "heat": [{"level": 2, "text": P, "href": P, "about": P}, {"level": 0, "text": P, "tone": P}],
    "pages": [{"newer": P, "older": P, "shown": P}],
    "card": [{"title": P, "class": P, "id": P, "caller": _said}],
    "callout": [{"kind": kind, "title": P, "live": True, "caller": _said} for kind in ("info", "error", P)],
    "nothing": [{"title": P, "words": P, "mark": P, "caller": _said}],
    "tiles": [{"items": [{"label": P, "value": P, "unit": P, "note": P, "tone": P, "href": P}]}],
    "progress": [{"label": P, "value": P, "total": P, "tone": P}], "facts": [{"pairs": [(P, P), (P, None)]}],
    "steps": [{"items": [P, P], "current": 1, "label": P}],
    "dialog": [{"id": P, "title": P, "caller": _said}],
    "timeline": [{"entries": [{"at": AT, "by": P, "did": P, "subject": P, "href": P, "words": P, "mark": P, "tone": P,
                               "hash": P}]}],
    "thread": [{"comments": [{"by": P, "at": AT, "words": P, "reply": True, "resolved": True, "id": P}], "label": P,
                "caller": _said}],
    "files": [{"items": [_HASH], "caller": _said}],
    "tree": [{"nodes": [_entry(children=[_entry()])], "label": P, "caller": _said}],
    "formula": [{"node": _entry(children=[_entry()])}],
    "diff": [{"before": P, "after": P, "lines": [(P, [(P, True), (P, False)], [(P, True)]), (P, None, [(P, False)])]}],
    "chart": [{"spec": {"title": P}, "title": P, "caller": _said}], "chart_scripts": [{}],
}
