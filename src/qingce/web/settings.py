"""What an installation decides about its doors: hosts, limits, cookies. Nothing here is a secret."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

MIB = 1024 * 1024
MAX_UPLOAD = 64 * MIB
"""Bytes of a request that brings files."""
LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket of requests: ``burst`` at once, then ``per_second`` more each second."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class WebSettings:
    """The decisions of one installation; the defaults are those of one machine on loopback."""

    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    """Names under which the desk may be asked for, without a port; ``*.bank.example`` covers what is below it."""
    secure: bool = False
    """Whether browsers reach the desk by https: cookies are then ``__Host-`` and Secure, and HSTS is sent."""
    proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies whose ``X-Forwarded-*`` headers are believed."""
    max_form: int = 2 * MIB
    """Bytes of an ordinary request body; a route that takes files has ``max_body_size=MAX_UPLOAD``."""
    address_rate: Rate = Rate(per_second=200, burst=1000)
    """All requests from one address; a branch may sit behind one address, so this only stops floods."""
    account_rate: Rate = Rate(per_second=30, burst=300)
    """All requests of one account."""
    sign_in_rate: Rate = Rate(per_second=0.2, burst=20)
    """Attempts to sign in from one address."""
    metrics_from: tuple[IPv4Network | IPv6Network, ...] = LOOPBACK
    """Networks that may read ``/metrics``."""
    demo: bool = False
    """Whether the sign-in page lists the demo accounts."""
    gallery: bool = False
    """Whether ``/_components`` shows every component; for tests and for people who draw pages."""
