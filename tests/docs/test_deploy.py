"""Files for putting the desk into service name commands and options that there are."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shlex
import shutil
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

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


@pytest.fixture
def analyzed(tmp_path: Path) -> Callable[[str, str], str]:
    """What systemd says of a unit; nothing when it is well."""
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed")

    def say(name: str, text: str) -> str:
        (tmp_path / name).write_text(text.replace("/opt/qingce/.venv/bin/qingce", "/bin/true"), encoding="utf-8")
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(tmp_path / name)], capture_output=True,
                              text=True, timeout=60, check=False)
        return "\n".join(line for line in done.stderr.splitlines() if name in line)  # it speaks of others as well

    return say


@pytest.mark.parametrize("unit", [*UNITS, *DEPLOY.glob("*.timer")], ids=lambda p: p.name)
def test_systemd_understands_every_line_of_a_unit(unit: Path, analyzed: Callable[[str, str], str]):
    text = unit.read_text(encoding="utf-8")
    if unit.suffix == ".timer":
        analyzed(f"{unit.stem}.service", unit.with_suffix(".service").read_text(encoding="utf-8"))
    assert analyzed(unit.name, text) == ""
    assert "nonsense" in analyzed(unit.name, text.replace("[Unit]", "[Unit]\nnonsense=1"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda p: p.name)
def test_a_unit_may_write_where_it_has_to_and_nowhere_else(unit: Path):
    text = unit.read_text(encoding="utf-8")
    assert "ProtectSystem=strict" in text
    may = re.findall(r"^ReadWritePaths=(.*)$", text, re.MULTILINE)
    assert may == ["/srv/qingce"]
    for path in re.findall(r"(?<![\w.])/srv/[\w/]+", text):
        assert path == may[0] or path.startswith(f"{may[0]}/")


def test_folders_and_the_account_of_the_units_are_declared():
    made = {words[1]: words[2:] for words in map(str.split, (DEPLOY / "qingce.tmpfiles.conf").read_text(
        encoding="utf-8").splitlines()) if words[0] in ("d", "f")}
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        account = re.findall(r"^User=(.*)$", text, re.MULTILINE)
        assert re.search(rf"^u {account[0]} ", (DEPLOY / "qingce.sysusers.conf").read_text("utf-8"), re.MULTILINE)
        for out in re.findall(r"--out (\S+)/", text):
            assert made[out] == ["0700", *account, *account]
        for secret in re.findall(r"^EnvironmentFile=-(.*)$", text, re.MULTILINE):
            assert made[secret] == ["0600", "root", "root"]
            assert f"EnvironmentFile=-{secret} " in (DEPLOY / "qingce.sh").read_text("utf-8")


def test_the_web_server_understands_its_file(tmp_path: Path):
    server = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if not server:
        pytest.skip("nginx is not installed")
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8").replace("/etc/nginx/tls", str(tmp_path))
    text = re.sub(r"listen (\d+)", r"listen 127.0.0.1:2\1", text)  # ports that whoever runs this may take
    write_certificate(tmp_path, "esg.bank.example")
    for folder in ("logs", "rooms"):
        (tmp_path / folder).mkdir()
    rooms = "".join(f"{kind}_temp_path {tmp_path}/rooms;" for kind in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {rooms} {text} }}", "utf-8")
    done = subprocess.run([server, "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")], capture_output=True,
                          text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def write_certificate(folder: Path, name: str) -> None:
    """A certificate of nobody's for a name, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(who, who, key.public_key(), x509.random_serial_number(), day,
                                   day + dt.timedelta(days=1)).sign(key, hashes.SHA256())
    (folder / f"{name}.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / f"{name}.key").write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def test_the_container_serves_and_installs_what_there_is():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    entry, given = (json.loads(found) for found in re.findall(r"^(?:ENTRYPOINT|CMD) (\[.*\])$", text, re.MULTILINE))
    assert entry[0] == "qingce"
    command_line([*entry[1:], *given])
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    assert set(re.findall(r"--extra (\w+)", text)) <= set(extras)
    for line in re.findall(r"^COPY (?!--from)(.*) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert (ROOT / name).exists()
            assert f"!{name.removeprefix('./')}" in (ROOT / ".containerignore").read_text("utf-8").split()


def test_the_proxy_lets_pass_what_the_desk_takes():
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    assert f"client_max_body_size {MAX_UPLOAD // MIB}m" in text
    assert "X-Forwarded-For $remote_addr" in text and "X-Forwarded-Proto https" in text


def test_the_guide_names_every_file_and_only_commands_that_there_are():
    for path in DEPLOY.iterdir():
        assert f"deploy/{path.name}" in GUIDE
    for line in re.findall(r"^(?:sudo )?qingce (init|serve|jobs|journal|backup|restore)( .*)?$", GUIDE, re.MULTILINE):
        command_line(shlex.split("".join(line), comments=True))
