"""The command ``qingce serve``: the desk of a project, opened for browsers."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


def serve(
    folder: str, host: str, port: int, *, names: Sequence[str], proxies: Sequence[str], certificate: str, key: str,
    database: str, demo: bool,
) -> None:
    """Open the desk, say where it is, answer until told to end.

    Raises:
        ProjectError: it may not or cannot listen there, or the project cannot be opened.
    """
    from qingce.cli.show import say
    from qingce.services.desk import open_desk
    from qingce.services.desk.demo import open_demo
    from qingce.services.desk.opening import first_link
    from qingce.web import create_app
    from qingce.web.observe import log_as_json
    from qingce.web.serving import bind, listening, run

    where = listening(
        host, port, names=names, proxies=proxies, certificate=certificate, key=key, demo=demo
    )
    desk = open_demo(folder) if demo else open_desk(Path(folder), url=database)
    taken = bind(where)
    say(f"青册已打开：{where.url}")
    if demo:
        say("演示环境：登录页列出演示账户，不需要口令；只有本机能打开。按 Ctrl+C 结束。")
    elif token := first_link(desk):
        say(f"还没有人设过口令。请系统管理员用这个一次性链接设置（24 小时内有效）：\n{where.url}/welcome?token={token}")
    log_as_json()
    try:
        run(create_app(desk, where.settings), where, taken)
    finally:
        desk.close()
