"""Pages: ``page(request, "area/name.html.j2", **context)`` gives a template its shell, its language and its ETag.

Every value is escaped unless a template made it. A name that a template misses is an error.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import FileSystemLoader, StrictUndefined
from markupsafe import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from qingce.web import security, show
from qingce.web.assets import assets
from qingce.web.compiled import Compiled
from qingce.web.fragments import Fragments, Same
from qingce.web.language import LANGUAGES, SOURCE, TAGS, language_of, translations
from qingce.web.shell import shell_of

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
THEME = "qc_theme"
_TOKEN, _ADDRESS = f"csrf-{secrets.token_hex(16)}", f"address-{secrets.token_hex(16)}"
"""What stands in a page, while it is drawn, for the two things that differ between pages which are otherwise alike."""


@cache
def environment(language: str) -> Compiled:
    """The templates in one language."""
    made = Compiled(
        translations(language).gettext, loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.do"], auto_reload=False,
    )
    made.filters.update(show.FILTERS)
    made.globals |= {"languages": LANGUAGES, "asset": assets().url, "csrf": _TOKEN, "address": _ADDRESS,
                     "once": _once(language), "same": Same}
    return made


def _once(language: str) -> Callable[..., str]:
    """``{% call once("name", all, that, it, shows) %}…{% endcall %}``: a part of a page, drawn once for these.

    What has no hash and never changes, as an item, is given as ``same(item)``.
    """
    kept = Fragments()

    def once(*shows: Hashable, caller: Callable[[], str]) -> str:
        return kept.get(shows, caller)

    return once


def chosen_language(request: Request) -> str:
    """The language of a request, found once."""
    found = getattr(request.state, "language", "")
    if not found:
        account = getattr(request.state, "account_language", None)
        found = request.state.language = language_of(request, account)
    return str(found)


def translator(request: Request) -> Callable[[str], str]:
    """Translates a message into the language of a request."""
    return translations(chosen_language(request)).gettext


def chosen_theme(request: Request) -> str:
    """The theme chosen in this browser, else the account's, else the system's."""
    found = request.cookies.get(THEME) or getattr(request.state, "account_theme", "")
    return found if found in THEMES else "auto"


def page(request: Request, template: str, status: int = 200, **context: Any) -> Response:
    """Render a template of ``templates/`` within the shell.

    A reader who has the page already (its weak ETag) gets 304. Pages belong to one reader, so a
    browser asks again each time and no cache between keeps them.
    """
    shell = shell_of(request)  # first: who reads decides the language
    language, notice = chosen_language(request), _notice(request)
    text = environment(language).get_template(template).render(
        shell=shell, path=request.url.path, query=request.url.query, language=language, tag=TAGS[language],
        theme=chosen_theme(request), notice=notice, **context,
    )
    address = _here(request)
    known = f"{security.csrf_plain(request)} {address}\n{text}"
    etag = f'W/"{hashlib.sha256(known.encode()).hexdigest()[:32]}"'
    response: Response
    if status == 200 and request.method in security.READING and etag in request.headers.get("if-none-match", ""):
        response = Response(status_code=304)
    else:
        text = text.replace(_TOKEN, security.csrf_token(request)).replace(_ADDRESS, escape(address))
        response = HTMLResponse(text, status)
    response.headers.update({"cache-control": "private, no-cache", "vary": "Cookie, Accept-Language, HX-Request"})
    if status == 200:
        response.headers["etag"] = etag
    settings = request.app.state.settings
    if made := getattr(request.state, "csrf_secret", ""):
        security.set_cookie(response, settings, security.CSRF, made, 400 * 86400)
    if notice:
        security.drop_cookie(response, settings, security.FLASH)
    return response


def _here(request: Request) -> str:
    query = request.url.query
    return request.url.path + (f"?{query}" if query else "")


def _notice(request: Request) -> Mapping[str, str]:
    """What the page before had to say; it comes from this browser, so it is shown as plain text only."""
    packed = request.cookies.get(security.cookie_name(request.app.state.settings, security.FLASH), "")
    try:
        kind, words = json.loads(base64.urlsafe_b64decode(packed.encode()))
    except (ValueError, TypeError):
        return {}
    return {"kind": kind if kind in show.NOTICES else "info", "words": str(words)}


def local(target: str, otherwise: str = "/") -> str:
    """An address within the desk, or ``otherwise``: nobody is led elsewhere by a link that looks like ours.

    >>> local("/tasks?view=late"), local("//evil.example/"), local("/\\\\evil.example"), local("https://evil.example")
    ('/tasks?view=late', '/', '/', '/')
    """
    parts = urlsplit(target)
    plain = target.startswith("/") and not target.startswith(("//", "/\\")) and target.isprintable()
    return target if plain and not parts.scheme and not parts.netloc and "\\" not in target else otherwise


def go(request: Request, target: str, words: str = "", kind: str = "done") -> Response:
    """Lead on after an act (303), with a notice on the next page: ``done``, ``info``, ``warn`` or ``error``."""
    response = RedirectResponse(local(target), 303)
    if words:
        packed = base64.urlsafe_b64encode(json.dumps([kind, words], ensure_ascii=True).encode()).decode()
        security.set_cookie(response, request.app.state.settings, security.FLASH, packed, 60)
    return response


__all__ = ["SOURCE", "chosen_language", "chosen_theme", "environment", "go", "local", "page", "translator"]
