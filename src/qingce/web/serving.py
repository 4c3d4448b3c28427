"""Where the desk listens, and what must be so before it may be reached from elsewhere."""

from __future__ import annotations

import gc
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from qingce.core.errors import ProjectError
from qingce.services.desk import Desk
from qingce.web.settings import WebSettings


@dataclass(frozen=True, slots=True)
class Listening:
    """Where and how the desk is reached."""

    host: str
    port: int
    certificate: str = ""
    key: str = ""
    settings: WebSettings = field(default_factory=WebSettings)

    @property
    def url(self) -> str:
        """The address to type into a browser: the proxy's when one speaks TLS for the desk, which answers on 443."""
        if self.settings.proxies:
            return f"https://{self.settings.hosts[-1]}"
        name = f"[{self.host}]" if ":" in self.host else self.host
        if name in ("0.0.0.0", "[::]"):
            name = self.settings.hosts[-1]
        return f"{'https' if self.certificate else 'http'}://{name}:{self.port}"


def listening(
    host: str, port: int, *, names: Sequence[str] = (), proxies: Sequence[str] = (), certificate: str = "",
    key: str = "", demo: bool = False,
) -> Listening:
    """Judge where the desk is to listen.

    Args:
        names: host names under which it is asked for, beside loopback.
        proxies: addresses of reverse proxies that speak TLS for it.
        certificate, key: PEM files, when it speaks TLS itself.

    Raises:
        ProjectError: it would be reached from elsewhere unencrypted or by a name that nobody gave, a demo would be
            reached from elsewhere at all, or a file is missing.
    """
    if bool(certificate) != bool(key):
        raise ProjectError("--certificate 和 --key 要一起写，现在缺一个。")
    for path in (certificate, key):
        if path and not Path(path).is_file():
            raise ProjectError(f"{path} 不是文件；--certificate 和 --key 写 PEM 文件。")
    outside = not loopback(host)
    if demo and (outside or proxies):
        raise ProjectError(f"--demo 的账户没有口令，只能在本机使用；{host} 不是本机地址。")
    if outside and not proxies and not certificate:
        raise ProjectError(
            f"--host {host} 可从别处访问，而传送没有加密。请写 --behind-proxy 地址（做 TLS 的反向代理），"
            "或写 --certificate 和 --key。"
        )
    if (outside or proxies) and not names:
        raise ProjectError("请写 --host-name：浏览器打开填报台用的主机名，如 esg.bank.example。")
    hosts = (*WebSettings().hosts, *names)
    settings = WebSettings(hosts=hosts, secure=bool(proxies or certificate), proxies=tuple(proxies), demo=demo)
    return Listening(host, port, certificate, key, settings)


def loopback(host: str) -> bool:
    """Whether only this machine reaches it.

    >>> [loopback(name) for name in ("127.0.0.1", "localhost", "::1", "0.0.0.0", "10.1.2.3", "bank.example")]
    [True, True, True, False, False, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bind(where: Listening) -> socket.socket:
    """The socket, taken before anything is said.

    Raises:
        ProjectError: the address is not this machine's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in where.host else socket.AF_INET
    try:
        return socket.create_server((where.host, where.port), family=family, backlog=512)
    except OSError as failed:
        raise ProjectError(
            f"{where.host}:{where.port} 不能监听：{failed.strerror}。请换一个 --port。"
        ) from failed


def settle(desk: Desk) -> None:
    """Read what is declared before anybody asks, and let the collector of garbage pass over it from then on.

    A project's declarations are hundreds of thousands of objects that stay; to go through them again and again took
    a part of every request, and of processes that are forked afterwards it copied the memory.
    """
    assert desk.registry and desk.tree
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def run(app: FastAPI, where: Listening, taken: socket.socket) -> None:
    """Answer until the process is told to end; requests under way are finished first."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, proxy_headers=False,
        ssl_certfile=where.certificate or None, ssl_keyfile=where.key or None, timeout_graceful_shutdown=15,
        timeout_keep_alive=20, limit_concurrency=500,
    )
    uvicorn.Server(config).run(sockets=[taken])
