"""The Jinja environment of the web edition and the words its templates use."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined, pass_context
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from markupsafe import Markup

from qingce.publish.fixed import ENGLISH, say
from qingce.publish.html import address
from qingce.publish.html.cards import ORIGINS, TRUSTS
from qingce.publish.html.payload import embedded
from qingce.publish.html.search import plain
from qingce.publish.units import UNIT_KEYS, switches

_TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment() -> Environment:
    """Templates with every value escaped and every misspelt name refused."""
    env = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    env.filters |= {
        "kind": _kind,
        "plain": plain,
        "embedded": _embedded,
        "anchor": address.anchor,
        "page_path": address.page_path,
        "metric_path": address.metric_path,
        "data_path": address.data_path,
        "still_path": address.still_path,
        "origin": partial(_word, ORIGINS),
        "trust": partial(_word, TRUSTS),
    }
    env.globals |= {"link": address.link, "unit_keys": UNIT_KEYS, "switches": switches, "_": _said}
    return env


def keep_compiled(folder: Path) -> None:
    """Keep compiled templates in a folder; they are known by the hash of their source and of Jinja's version."""
    environment().bytecode_cache = _Compiled(str(folder))


class _Compiled(FileSystemBytecodeCache):
    """A disk that takes no more is not an error: templates can be compiled again."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            Path(self.directory).mkdir(parents=True, exist_ok=True)
            super().dump_bytecode(bucket)


@cache
def version() -> str:
    """A hash of the templates, so that cached pages do not outlive them."""
    digest = hashlib.sha256()
    for path in (*sorted(_TEMPLATES.glob("*.j2")), ENGLISH):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _embedded(value: Any) -> Markup:
    # payload.embedded leaves no character that could end the script element
    return Markup(embedded(value))


@pass_context
def _said(context: Context, words: str, *parts: object) -> str:
    """Fixed words in the language of the document."""
    return say(context["document"].language, words, *parts)


def _kind(node: object) -> str:
    return type(node).__name__


def _word(words: dict[str, str], name: Any) -> str:
    return words.get(str(name), str(name))
