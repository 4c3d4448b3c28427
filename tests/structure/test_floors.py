"""The floors that import-linter holds are the folders that there are, and every pack is held apart."""

from __future__ import annotations

import configparser
import re

from tests.structure.ratchet import ROOT

PACKAGE = ROOT / "src" / "qingce"


def contracts() -> configparser.ConfigParser:
    """The contracts of .importlinter."""
    found = configparser.ConfigParser()
    found.read(ROOT / ".importlinter", encoding="utf-8")
    return found


def floors() -> list[set[str]]:
    """The rooms of each floor, the highest first."""
    layers = contracts()["importlinter:contract:floors"]["layers"].split("\n")
    return [set(re.split(r"\s*[|:]\s*", layer.strip())) for layer in layers if layer.strip()]


def test_every_folder_stands_on_a_floor():
    folders = {p.name for p in PACKAGE.iterdir() if (p / "__init__.py").is_file()}
    assert set().union(*floors()) == folders


def test_core_is_the_lowest_floor_and_services_sees_the_machinery():
    order = floors()
    assert order[-1] == {"core"}
    place = {room: i for i, rooms in enumerate(order) for room in rooms}
    assert place["engine"] == place["ledger"] == place["publish"]
    assert place["cli"] < place["services"] < place["engine"] < place["packs"]


def test_packs_are_independent_and_unknown_to_the_machinery():
    found = contracts()
    assert "qingce.packs.*" in found["importlinter:contract:packs"]["modules"]
    forbidden = found["importlinter:contract:machinery-knows-no-content"]
    assert {"qingce.packs", "qingce.standards"} <= set(forbidden["forbidden_modules"].split())
    assert {"qingce.engine", "qingce.ledger", "qingce.publish"} <= set(forbidden["source_modules"].split())


def test_the_diagram_of_the_readme_shows_the_floors():
    drawn = re.search(r"```text\n(doors.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)
    assert drawn is not None
    for rooms in floors():
        for room in rooms:
            assert re.search(rf"\b{room}\b", drawn[1]), f"{room} is not in the diagram"
