"""Static files: one address for one content."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from fastapi.testclient import TestClient

from qingce.web import show
from qingce.web.assets import FOR_EVER, Assets
from qingce.web.navigation import ENTRIES, PHONE

WEB = Path(__file__).resolve().parents[2] / "src" / "qingce" / "web"


def test_a_page_names_files_by_their_content_and_they_may_be_kept_for_ever(gallery: TestClient):
    addresses = set(re.findall(r'(?:src|href)="(/static/[^"#]+)', gallery.get("/_components").text))
    assert {"desk", "mark", "icons", "charts", "vendor/htmx"} <= {a.split("/", 2)[2].split(".")[0] for a in addresses}
    for address in addresses:
        answer = gallery.get(address)
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == FOR_EVER
        assert answer.headers["vary"] == "accept-encoding"


def test_another_hash_or_name_is_not_there(gallery: TestClient):
    for name in ("desk.css", "desk.0000000000000000.css", "../app.py", "..%2fapp.py", "vendor/../desk.css"):
        assert gallery.get(f"/static/{name}").status_code == 404


def test_the_stylesheet_is_small_and_names_its_fonts_by_content():
    sheet = Assets()["desk.css"]
    assert len(sheet.body) < 36_000
    fonts = re.findall(rb'url\("(/static/fonts/[^"]+)"\)', sheet.body)
    assert len(fonts) == 2 and all(re.search(rb"\.[0-9a-f]{16}\.woff2$", font) for font in fonts)


def test_text_is_packed_and_fonts_are_not(gallery: TestClient):
    assets = Assets()
    assert gzip.decompress(assets["desk.js"].packed or b"") == assets["desk.js"].body
    assert assets["fonts/NotoSansSC-Bold.woff2"].packed is None
    plain = gallery.get(assets.url("desk.js"), headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.content == assets["desk.js"].body


def test_every_icon_that_is_named_is_drawn():
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (WEB / "static" / "icons.svg").read_text(encoding="utf-8")))
    files = [*WEB.rglob("*.j2"), *WEB.rglob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in files)
    named = set(re.findall(r'icon\("([a-z]+)"', text)) | {entry.icon for entry in (*ENTRIES, *PHONE)}
    named |= {mark for family in show.CHIPS.values() for _, mark, _ in family.values()}
    assert len(named) > 30 and named <= drawn


def test_what_others_wrote_stands_beside_its_licence():
    vendor = WEB / "static" / "vendor"
    assert "Zero-Clause BSD" in (vendor / "htmx.LICENSES.txt").read_text(encoding="utf-8")
    assert sorted(p.name for p in vendor.iterdir()) == ["htmx.LICENSES.txt", "htmx.min.js"]
