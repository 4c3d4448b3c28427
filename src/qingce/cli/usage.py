"""Wrong use of the command line, told in Chinese: what typer says of arguments and options, and the heads of help."""

from __future__ import annotations

import re
import sys
from typing import Any

import typer

_WRONG: Any = typer.BadParameter.__mro__[1]  # UsageError, which typer does not export
_SAID = tuple((re.compile(pattern), words) for pattern, words in (
    (r"Missing (?:argument|parameter) '?(.+?)'?\.$", r"缺少参数 \1。"),
    (r"Missing option '?(.+?)'?\.$", r"缺少选项 \1。"),
    (r"Missing command\.$", "请写命令。"),
    (r"No such command '(.+)'\.$", r"没有命令“\1”。"),
    (r"No such command '(.+)'\. Did you mean (.+)\?$", r"没有命令“\1”。是不是 \2？"),
    (r"No such option: (\S+) \(Possible options?: (.+)\)$", r"没有选项 \1。是不是 \2？"),
    (r"No such option: (\S+?)(?: Did you mean (.+)\?)?$", r"没有选项 \1。"),
    (r"Option '(.+)' requires an argument\.$", r"选项 \1 后面要写取值。"),
    (r"Option '(.+)' requires (\d+) arguments\.$", r"选项 \1 后面要写 \2 个取值。"),
    (r"Option '(.+)' does not take a value\.$", r"选项 \1 不带取值。"),
    (r"Got unexpected extra argument\(?s?\)? \((.+)\)$", r"多写了 \1。"),
    (r"Argument '(.+)' takes (\d+) values\.$", r"参数 \1 要写 \2 个值。"),
    (r"Invalid value for '?(.+?)'?: Input should be a valid integer.*$", r"\1 要写整数。"),
    (r"Invalid value for '?(.+?)'?: Input should be a valid number.*$", r"\1 要写数字。"),
    (r"Invalid value for '?(.+?)'?: Input should be greater than or equal to (.+)$", r"\1 不能小于 \2。"),
    (r"Invalid value for '?(.+?)'?: Input should be less than or equal to (.+)$", r"\1 不能大于 \2。"),
    (r"Invalid value for '?(.+?)'?: (.+)$", r"\1：\2"),
    (r"Invalid value: (.+)$", r"\1"),
))


def run(app: typer.Typer) -> int:
    """Run the program; the exit code.

    Raises:
        QingceError, OSError, ModuleNotFoundError: as the command did.
    """
    command = typer.main.get_command(app)
    if len(sys.argv) <= 2 or not {"--help"}.isdisjoint(sys.argv):
        _help_in_chinese(command)
    try:
        return int(command.main(standalone_mode=False) or 0)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except _WRONG as wrong:
        return _told(wrong)


def in_chinese(words: str) -> str:
    """What typer says of wrong use.

    >>> in_chinese("Missing argument 'PROJECT'."), in_chinese("Invalid value for '--port': Input should be greater "
    ...     "than or equal to 1")
    ('缺少参数 PROJECT。', '--port 不能小于 1。')
    """
    return next((pattern.sub(said, words) for pattern, said in _SAID if pattern.match(words)), words)


def _told(wrong: Any) -> int:
    context = wrong.ctx
    if type(wrong).__name__ == "NoArgsIsHelpError":
        wrong.show()
        return int(wrong.exit_code)
    print(f"qingce: {in_chinese(' '.join(wrong.format_message().split()))}", file=sys.stderr)
    if context is not None:
        path = context.command_path
        pieces = " ".join(context.command.collect_usage_pieces(context)).replace("[[", "[").replace("]]", "]")
        print(f"用法：{path} {pieces}\n说明：{path} --help", file=sys.stderr)
    return int(wrong.exit_code)


def _help_in_chinese(command: Any) -> None:
    from typer import rich_utils

    rich_utils.ARGUMENTS_PANEL_TITLE, rich_utils.OPTIONS_PANEL_TITLE = "参数", "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.REQUIRED_LONG_STRING, rich_utils.DEFAULT_STRING = "[必填]", "[默认：{}]"
    rich_utils.ENVVAR_STRING = "[环境变量：{}]"
    _help_option(command)


def _help_option(command: Any) -> None:
    option = command.get_help_option(typer.Context(command))
    if option is not None:
        option.help = "显示这份说明。"
    for inner in getattr(command, "commands", {}).values():
        _help_option(inner)
