"""What a reader can use is in the documents, and what the documents name can be used."""

from __future__ import annotations

import re
import shlex

import pytest
import typer
from tools.reference import verbs

from qingce.cli.app import app
from qingce.core import check, dataset, metric
from qingce.ledger.records.rules import RULES
from qingce.publish.bind import CALLS, FUNCTIONS, STEPS
from qingce.publish.chart import KINDS
from qingce.services.settings import _KEYS
from tests.docs.reading import ROOT, blocks, commands, documents, text_of, written

WRITTEN = text_of(written())
GUIDES = text_of(sorted((ROOT / "docs" / "guide").glob("*.md")))
ALL = text_of(documents())
VERBS = dict(verbs(typer.main.get_command(app)))
PARAMETERS = [(verb, parameter.opts[0]) for verb, made in VERBS.items() for parameter in made.params]
OPTIONS = sorted({(verb, opt) for verb, opt in PARAMETERS if opt.startswith("-")})


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_is_shown(verb: str):
    assert re.search(rf"\bqingce {verb}\b", WRITTEN)


@pytest.mark.parametrize(("verb", "option"), OPTIONS)
def test_every_option_is_shown_with_its_verb(verb: str, option: str):
    used = any(c.startswith(f"qingce {verb} ") and option in c for c in commands(WRITTEN))
    told = re.search(rf"`qingce {verb}[^`]*{option}", WRITTEN)
    assert used or told or re.search(rf"(?<![\w-]){option}(?![\w-])", GUIDES)


@pytest.mark.parametrize("path", written(), ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_in_a_document_exists(path):
    for command in commands(path.read_text(encoding="utf-8")):
        program, *words = shlex.split(command)
        if program == "make":
            makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
            assert all(re.search(rf"^{word}:", makefile, re.MULTILINE) for word in words), command
            continue
        verb = " ".join(words[:2]) if " ".join(words[:2]) in VERBS else words[0]
        known = {opt for p in VERBS[verb].params for opt in p.opts if opt.startswith("-")}
        assert {w for w in words[1:] if w.startswith("-")} <= known, command


def test_no_guide_names_an_option_that_does_not_exist():
    known = {opt for made in VERBS.values() for p in made.params for opt in (*p.opts, *p.secondary_opts)}
    # the recipe of a cluster names options of Spark's own programs
    known |= {"--class", "--conf", "--driver-memory", "--host", "--master", "--port", "--webui-port"}
    # putting into service names options of podman's and systemd's
    known |= {"--cap-drop", "--create", "--disk-usage", "--entrypoint", "--format", "--read-only", "--restart", "--rm",
              "--security-opt", "--stop-timeout", "--tmpfs"}
    assert set(re.findall(r"(?<![\w-])--[a-z][\w-]*", GUIDES)) - known == set()


@pytest.mark.parametrize(("section", "key"), [(s, k) for s, keys in _KEYS.items() for k in keys or ("",)])
def test_every_setting_is_in_the_guide(section: str, key: str):
    tables = [b.text for b in blocks(GUIDES) if b.language == "toml"]
    assert any(f"[{section}" in t and (not key or re.search(rf"^{key} =", t, re.MULTILINE)) for t in tables)


@pytest.mark.parametrize("name", [
    made.__name__ for made in (
        dataset.dataset, dataset.view, metric.metric, metric.filed, check.check, metric.Metric.since)
])
def test_every_decorator_is_shown_at_work(name: str):
    shown = [b.text for b in blocks(WRITTEN) if b.language == "python"]
    assert any(re.search(rf"(@|\.|= ){name}\(", text) for text in shown)
    assert f"`@{name}`" in GUIDES or f"`{name}(" in GUIDES or f".{name}(" in GUIDES


@pytest.mark.parametrize("column", [c.__name__ for c in dataset.Column.__subclasses__()])
def test_every_column_type_is_named(column: str):
    assert f"`{column}`" in GUIDES


@pytest.mark.parametrize("step", STEPS)
def test_every_step_is_in_the_guide(step: str):
    assert re.search(rf"\.{step}\b", GUIDES)


@pytest.mark.parametrize("call", [*CALLS, *FUNCTIONS])
def test_every_call_and_block_is_in_the_guide(call: str):
    assert re.search(rf"(?<!\w){call}\(", GUIDES)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_chart_is_in_the_guide(kind: str):
    assert re.search(rf"\b{kind}\b", GUIDES)


@pytest.mark.parametrize("kind", [*metric.Kind, *check.Severity])
def test_every_kind_and_severity_is_in_the_guide(kind):
    assert re.search(rf"\b{kind.name}\b", GUIDES)


@pytest.mark.parametrize("rule", RULES)
def test_every_intake_rule_is_in_the_documents(rule: str):
    assert f"`{rule}`" in ALL
