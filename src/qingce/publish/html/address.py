"""Addresses of the web edition: which file a page, a metric or a figure is found in."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

_UNSAFE = re.compile(r"[^\w-]+")
_ALLOWED = re.compile(r"(?:https?://|mailto:|tel:|#)", re.IGNORECASE)


def stem(name: str) -> str:
    """A file name for a slug or a metric's name, with nothing that a file system or a URL reads specially.

    >>> stem("green-finance"), stem("../etc")
    ('green-finance', 'etc-f7f9121f')
    """
    safe = _UNSAFE.sub("-", name).strip("-")
    if name and safe == name and name.isascii() and name == name.lower() and len(name) <= 80:
        return name
    return "-".join(part for part in (safe[:60], hashlib.sha256(name.encode()).hexdigest()[:8]) if part)


def page_path(slug: str) -> str:
    """Where a page lies, from the folder's root."""
    return f"pages/{stem(slug)}.html"


def metric_path(name: str) -> str:
    """Where a metric's card lies, from the folder's root."""
    return f"metrics/{stem(name)}.html"


def data_path(name: str) -> str:
    """Where a metric's figures lie for the dialog, from the folder's root."""
    return f"data/figures/{stem(name)}.js"


def still_path(chart_id: str) -> str:
    """Where a chart's picture lies, from the folder's root."""
    return f"charts/{stem(chart_id)}.svg"


def anchor(key: str) -> str:
    """The id of a figure on its metric's card.

    >>> anchor("green_loan_balance/LZB/2024")
    'f-72efd73038'
    """
    return f"f-{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def link(href: str, slugs: Collection[str], root: str = "../") -> str:
    """The address behind a link in a page's text, ``""`` where it is none that may be followed.

    A page's slug (``green-finance``, ``green-finance#loans``, with or without ``.md``) leads to that
    page; web, mail and telephone addresses are kept; everything else is refused.

    >>> link("green-finance#loans", ["green-finance"])
    '../pages/green-finance.html#loans'
    >>> link("javascript:alert(1)", [])
    ''
    """
    slug, _, fragment = href.partition("#")
    slug = slug.removesuffix(".md").removesuffix(".html")
    if slug in slugs:
        return f"{root}{page_path(slug)}{'#' + fragment if fragment else ''}"
    return href if _ALLOWED.match(href) else ""
