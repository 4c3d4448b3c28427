"""Files for putting the desk into service name commands and options that there are."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from qingce.cli.app import app
from qingce.web.settings import MAX_UPLOAD, MIB
from tests.docs.reading import ROOT

DEPLOY = ROOT / "deploy"
GUIDE = (ROOT / "docs" / "guide" / "部署.md").read_text(encoding="utf-8")
UNITS = sorted(DEPLOY.glob("*.service"))


def command_line(words: list[str]) -> None:
    """Read a command line as the program would, without running it.

    Raises:
        Exception: there is no such command or option.
    """
    command: Any = typer.main.get_command(app)
    while getattr(command, "commands", None):
        command = command.commands[words[0]]
        words = words[1:]
    command.make_context("qingce", list(words), resilient_parsing=False)


def executed(unit: Path) -> list[list[str]]:
    """Every command line of a unit that calls the program."""
    found = []
    for line in re.findall(r"^ExecStart(?:Pre)?=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE):
        words = shlex.split(line.replace("%%", "%"))
        if words[:2] == ["/bin/sh", "-c"]:
            words = shlex.split(re.sub(r"\$\(.*?\)", "today", words[2].removeprefix("exec ")))
        assert words[0].endswith("/qingce")
        found.append(words[1:])
    return found


@pytest.mark.parametrize("unit", UNITS, ids=lambda p: p.name)
def test_a_unit_calls_commands_that_there_are(unit: Path):
    lines = executed(unit)
    assert lines
    for words in lines:
        command_line(words)


def test_an_option_that_there_is_not_would_be_noticed():
    with pytest.raises(Exception, match="No such option"):
        command_line(["serve", "project", "--no-such-option"])


def test_the_container_serves_and_installs_what_there_is():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    entry, given = (json.loads(found) for found in re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", text, re.MULTILINE))
    assert entry[0] == "qingce"
    command_line([*entry[1:], *given])
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"--extra (\w+)", text)) <= set(extras)
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        assert all((ROOT / name).exists() for name in line.split())


def test_the_proxy_lets_pass_what_the_desk_takes():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert f"client_max_body_size {MAX_UPLOAD // MIB}m" in text
    assert "X-Forwarded-For $remote_addr" in text and "X-Forwarded-Proto https" in text


def test_the_guide_names_every_file_and_only_commands_that_there_are():
    for path in DEPLOY.iterdir():
        assert f"deploy/{path.name}" in GUIDE
    for line in re.findall(r"^(?:\$ )?qingce (serve|jobs|journal|backup|restore)( .*)?$", GUIDE, re.MULTILINE):
        command_line(shlex.split("".join(line), comments=True))
