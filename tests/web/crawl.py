"""Going through the desk as a browser does: every link that is there, every form that can be filled in."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

from fastapi.testclient import TestClient
from httpx import Response

TEXT = frozenset({"text", "search", "url", "email", "tel", "textarea", "file"})
UNTOUCHED = ("/signout", "/signin", "/account/password", "/preferences", "/static")
"""Where nothing is to be walked into: the way out, and what belongs to the browser."""
VARIANTS = 4
"""Addresses of one shape that are read: the first word of the path, and how many follow."""


@dataclass
class Field:
    """A field of a form; ``options`` are the values that a choice offers."""

    name: str
    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)


@dataclass
class Form:
    """A form that posts, once for each of its buttons."""

    action: str
    fields: list[Field] = field(default_factory=list)
    buttons: list[tuple[str, str]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What tells it from others: its address, its fields, without what is different on every page."""
        return f"{self.action}:{','.join(sorted({f.name for f in self.fields}))}"

    @property
    def texts(self) -> list[Field]:
        """Fields into which anything can be written, or of which a file's name is."""
        return [f for f in self.fields if f.kind in TEXT]


class Reading(HTMLParser):
    """The links and forms of a page."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.here, self.page = here, page
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._choice: Field | None = None
        self._by_id: dict[str, Form] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a link, a form, a field, a button."""
        said = {name: value or "" for name, value in attributes}
        if tag == "a" and said.get("href", "").startswith(("/", "?")):
            self.links.append(urljoin(self.here, said["href"]).partition("#")[0])
        elif tag == "form":
            self._form = Form(said.get("action") or self.here)
            self._by_id[said.get("id", "")] = self._form
            if said.get("method", "").lower() == "post":
                self.forms.append(self._form)
        elif tag == "option" and self._choice is not None:
            self._choice.options.append(said.get("value", ""))
        elif tag in ("input", "textarea", "select", "button"):
            self._field(tag, said)

    def _field(self, tag: str, said: dict[str, str]) -> None:
        owner = self._by_id.get(said["form"]) if "form" in said else self._form
        name = said.get("name", "")
        if owner is None or (tag != "button" and not name):
            return
        if tag == "button":
            if said.get("type", "submit") == "submit":
                owner.buttons.append((name, said.get("value", "")))
            return
        kind = said.get("type", "text") if tag == "input" else tag
        made = Field(name, kind, said.get("value", ""))
        owner.fields.append(made)
        self._choice = made if tag == "select" else self._choice

    def handle_endtag(self, tag: str) -> None:
        """Leave a form or a choice."""
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._choice = None


def crawl(reader: TestClient, *starts: str) -> dict[str, Reading]:
    """Every page that a reader reaches from some addresses, by address."""
    found: dict[str, Reading] = {}
    waiting, tried = list(starts), set(starts)
    variants: dict[tuple[str, int], int] = {}
    while waiting:
        place = waiting.pop(0)
        answer = reader.get(place)
        if answer.status_code in (301, 302, 303, 307) and answer.headers["location"].startswith("/"):
            links = [answer.headers["location"].partition("#")[0]]
        elif "text/html" in answer.headers.get("content-type", ""):
            read = found[place] = Reading(answer.text, place)
            links = read.links
        else:
            links = []
        for link in links:
            path = urlsplit(link).path
            shape = (path.split("/")[1], path.count("/"))
            if link not in tried and not path.startswith(UNTOUCHED) and variants.get(shape, 0) < VARIANTS:
                variants[shape] = variants.get(shape, 0) + 1
                tried.add(link)
                waiting.append(link)
    return found


def filled(form: Form, hostile: str, words: str, plain: dict[str, str]) -> tuple[dict[str, str], dict[str, object]]:
    """What is sent when one field is given some words and the others something that may stand.

    Args:
        hostile: the name of that field.
        plain: what fields are given by name.
    """
    data, files = {}, {}
    for one in form.fields:
        if one.kind == "file":
            files[one.name] = (words + ".pdf" if one.name == hostile else "a.pdf", b"%PDF-1.7 " + words.encode())
        elif one.name == hostile:
            data[one.name] = words
        elif one.kind in ("checkbox", "radio") and one.name in data:
            continue
        elif one.kind == "select":
            data[one.name] = next((o for o in one.options if o), "")
        else:
            data[one.name] = one.value or plain.get(one.kind, "") or plain.get("", "")
    return data, files


def send(reader: TestClient, form: Form, data: dict[str, str], files: dict[str, object]) -> Response:
    """Send a form."""
    parts = urlsplit(form.action)
    return reader.post(parts.path, params=dict(parse_qsl(parts.query)), data=data,
                       **({"files": files} if files else {}))  # type: ignore[arg-type]
