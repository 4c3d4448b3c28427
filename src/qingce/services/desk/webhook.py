"""Webhooks: signed, to public addresses only unless the bank allows an inner one by name.

The name is resolved here and the connection goes to the very address that was judged, so that a name that
answers differently the second time gains nothing. A redirect is judged like a first address.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import socket
from collections.abc import Mapping, Sequence
from urllib.parse import quote_plus, urljoin

import httpx

from qingce.core.event import canonical
from qingce.services.desk.mail import Undelivered

SECONDS = 10
REDIRECTS = 3
ANSWER_LIMIT = 64 << 10
ROOM_LIMIT = 2000
"""Bytes of text that a chat room takes."""
Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def post_webhook(
    channel: str, url: str, subject: str, body: str, *, id: str, secret: str, timestamp: int, allow: Sequence[str] = ()
) -> None:
    """Send a message to a webhook.

    Args:
        channel: ``webhook`` (our own JSON, signed), ``wecom`` or ``dingtalk`` (their text format).
        secret: the key for signing; may be empty for chat rooms.
        timestamp: seconds since 1970.
        allow: hosts, addresses and networks that may be reached although they are not public.

    Raises:
        Undelivered: the address is not allowed, cannot be reached, or does not take it. The words name the host
            and never the whole URL, which of a chat room is a secret.
    """
    headers = {"content-type": "application/json; charset=utf-8"}
    if channel == "webhook":
        content = _own(subject, body, id)
        headers |= signature(secret, timestamp, content) | {"qingce-id": id}
    else:
        text = _cut(f"{subject}\n{body}")
        content = canonical({"msgtype": "text", "text": {"content": text}}).encode()
        if channel == "dingtalk" and secret:
            url += f"&timestamp={timestamp * 1000}&sign={_dingtalk_sign(secret, timestamp * 1000)}"
    answer = _post(url, content, headers, allow)
    if channel != "webhook":
        _judge_room(answer)


def signature(secret: str, timestamp: int, content: bytes) -> dict[str, str]:
    """The headers by which a receiver knows who sent these bytes, and when.

    HMAC-SHA256 over the timestamp, a full stop and the body, in hexadecimal.

    >>> signature("key", 1736125200, b"{}")["qingce-signature"][:11]
    'v1=abe46c1d'
    """
    if not secret:
        return {}
    digest = hmac.new(secret.encode(), f"{timestamp}.".encode() + content, hashlib.sha256).hexdigest()
    return {"qingce-timestamp": str(timestamp), "qingce-signature": f"v1={digest}"}


def judge_url(url: str, allow: Sequence[str] = ()) -> tuple[httpx.URL, Address]:
    """The URL and the address to which it leads, where it may be reached.

    Raises:
        Undelivered: it may not.
    """
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL as failed:
        raise Undelivered("推送地址不是网址。", final=True) from failed
    host = parsed.host
    if parsed.scheme not in ("https", "http") or not host:
        raise Undelivered("推送地址须以 https:// 开头。", final=True)
    if parsed.userinfo:
        raise Undelivered("推送地址里不得写用户名和口令。", final=True)
    port = parsed.port or (443 if parsed.scheme == "https" else 80)
    try:
        found = [ipaddress.ip_address(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, ValueError, UnicodeError) as failed:
        raise Undelivered(f"找不到主机 {host}。") from failed
    permitted = [address for address in found if _allowed(host, address, allow)]
    if permitted:
        return parsed, permitted[0]
    if not all(map(_public, found)):
        raise Undelivered(f"主机 {host} 在内网或本机，默认不推送；确需推送时写入 [desk] webhook_allow。", final=True)
    if parsed.scheme == "http":
        raise Undelivered(f"主机 {host}：推送到公网须用 https。", final=True)
    return parsed, found[0]


def _public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        nat64 = address in ipaddress.ip_network("64:ff9b::/96")
        if inner is None and nat64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return _public(inner)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _allowed(host: str, address: Address, allow: Sequence[str]) -> bool:
    for one in allow:
        if one.lower() == host.lower() or one == str(address):
            return True
        if "/" in one and address in ipaddress.ip_network(one):
            return True
    return False


def _post(url: str, content: bytes, headers: Mapping[str, str], allow: Sequence[str]) -> bytes:
    # no proxy of the environment: it would connect for us, to addresses that nobody judged
    with httpx.Client(timeout=SECONDS, trust_env=False, follow_redirects=False) as client:
        for _ in range(REDIRECTS + 1):
            target, address = judge_url(url, allow)
            there = target.copy_with(host=str(address))
            request = client.build_request(
                "POST", there, content=content, headers={**headers, "host": target.netloc.decode("ascii")},
                extensions={"sni_hostname": target.host},
            )
            try:
                response = client.send(request, stream=True)
                try:
                    answer = _read(response)
                finally:
                    response.close()
            except httpx.HTTPError as failed:
                raise Undelivered(f"主机 {target.host} 不可用（{type(failed).__name__}）。") from failed
            if response.status_code in (307, 308):
                url = urljoin(url, response.headers.get("location", ""))
                continue
            if not response.is_success:
                # what a receiver calls wrong stays wrong; 408 and 429 ask for another try
                final = 400 <= response.status_code < 500 and response.status_code not in (408, 425, 429)
                raise Undelivered(f"主机 {target.host} 答复 {response.status_code}。", final=final)
            return answer
    raise Undelivered("推送地址转来转去，没有终点。", final=True)


def _read(response: httpx.Response) -> bytes:
    answer = b""
    for piece in response.iter_bytes():
        answer += piece
        if len(answer) > ANSWER_LIMIT:
            break
    return answer[:ANSWER_LIMIT]


def _own(subject: str, body: str, id: str) -> bytes:
    try:
        said = json.loads(body)
    except ValueError:
        said = None
    if isinstance(said, dict):
        return body.encode()  # an event for a program, written as such by whoever sends it
    return canonical({"id": id, "subject": subject, "body": body}).encode()


def _cut(text: str) -> str:
    encoded = text.encode()
    return text if len(encoded) <= ROOM_LIMIT else encoded[: ROOM_LIMIT - 3].decode("utf-8", "ignore") + "…"


def _dingtalk_sign(secret: str, milliseconds: int) -> str:
    digest = hmac.new(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256).digest()
    return quote_plus(base64.b64encode(digest))


def _judge_room(answer: bytes) -> None:
    try:
        said = json.loads(answer)
        code = said.get("errcode", 0) if isinstance(said, dict) else -1
    except ValueError:
        code = -1
    if code != 0:
        raise Undelivered(f"群机器人没有接收（errcode {code}）。")
