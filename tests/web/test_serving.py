"""Where the desk may listen."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from qingce.core.errors import ProjectError
from qingce.web.serving import bind, listening

NAME = ("esg.bank.example",)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_machine_alone_needs_nothing(host: str):
    where = listening(host, 8600)
    assert where.url.startswith("http://") and not where.settings.secure


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.8", "esg.bank.example"])
def test_others_are_not_let_in_unencrypted(host: str):
    with pytest.raises(ProjectError, match="--behind-proxy 地址"):
        listening(host, 8600, names=NAME)


def test_behind_a_proxy_cookies_are_secure_and_its_word_is_believed():
    where = listening("0.0.0.0", 8600, names=NAME, proxies=("10.0.0.1",))
    assert where.settings.secure and where.settings.proxies == ("10.0.0.1",)
    assert NAME[0] in where.settings.hosts
    assert where.url == "https://esg.bank.example"  # what the first administrator opens from his own machine


def test_whoever_is_reached_from_elsewhere_says_by_what_name():
    with pytest.raises(ProjectError, match="--host-name"):
        listening("0.0.0.0", 8600, proxies=("10.0.0.1",))


def test_a_certificate_needs_its_key_and_both_need_to_be_there(tmp_path: Path):
    with pytest.raises(ProjectError, match="要一起写"):
        listening("0.0.0.0", 8600, names=NAME, certificate="a.pem")
    with pytest.raises(ProjectError, match="不是文件"):
        listening("0.0.0.0", 8600, names=NAME, certificate="a.pem", key="b.pem")
    for name in ("a.pem", "b.pem"):
        (tmp_path / name).touch()
    where = listening("0.0.0.0", 8600, names=NAME, certificate=f"{tmp_path}/a.pem", key=f"{tmp_path}/b.pem")
    assert where.url == "https://esg.bank.example:8600" and where.settings.secure


@pytest.mark.parametrize(("host", "proxies"), [("0.0.0.0", ()), ("127.0.0.1", ("127.0.0.1",))])
def test_a_demo_stays_on_this_machine(host: str, proxies: tuple[str, ...]):
    with pytest.raises(ProjectError, match="--demo"):
        listening(host, 8600, names=NAME, proxies=proxies, demo=True)


def test_a_port_that_is_taken_is_said_before_anything_else():
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ProjectError, match="请换一个 --port"):
        bind(listening("127.0.0.1", taken.getsockname()[1]))
