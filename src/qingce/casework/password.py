"""What a password must be: long, not guessable, not the account's own name."""

from __future__ import annotations

import re
import unicodedata

SHORTEST = 10
LONGEST = 128
REMEMBERED = 5
"""How many earlier passwords may not come back."""

_WORDS = """
    password passwort passw0rd p@ssw0rd p@ssword letmein welcome iloveyou sunshine princess dragon monkey football
    baseball superman batman master shadow trustno1 qwerty qwertyuiop asdfghjkl zxcvbnm 1qaz2wsx 1q2w3e4r 1q2w3e4r5t
    qazwsx qazwsxedc admin administrator root guest test testtest changeme default secret login abc123 abcd1234 a123456
    aa123456 a1b2c3d4 qwe123 qweasd qweasdzxc asd123 zxc123 woaini woaini1314 woaini520 wobuzhidao mima mimamima
    nihao nihaoma zhongguo beijing shanghai lanzhou gansu chengguan yinhang lanzhouyinhang bank esg esgreport qingce
    huawei taobao 5201314 1314520 520520 168168 666666 888888 88888888 66666666 11111111 00000000 12345678 123456789
    1234567890 0123456789 123123123 123321 112233 147258369 987654321 31415926 qq123456 wang123456 zhang123456
    li123456 abc123456 summer winter spring autumn
"""
_COMMON = frozenset(_WORDS.split())
"""Words from which people make passwords first; with digits and signs around them they are no better."""
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm")


def weaknesses(password: str, account: str, post: str = "") -> list[str]:
    """What is wrong with a password, in Chinese; empty where nothing is.

    >>> weaknesses("qingce", "clerk")
    ['口令至少 10 个字符。', '口令过于常见，容易被猜中。']
    >>> weaknesses("黄河之水天上来 1", "clerk")
    ['口令至少 10 个字符。']
    >>> weaknesses("chengguan-clerk-2025", "clerk")
    ['口令不得含有账户名或岗位名称。']
    >>> weaknesses("herons rest on ice", "clerk")
    []
    """
    found = []
    if len(password) < SHORTEST:
        found.append(f"口令至少 {SHORTEST} 个字符。")
    if len(password) > LONGEST:
        found.append(f"口令至多 {LONGEST} 个字符。")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in password):
        found.append("口令含有不能输入的控制字符。")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if any(len(name) > 2 and name.casefold() in plain for name in (account, post)):
        found.append("口令不得含有账户名或岗位名称。")
    if plain.isdecimal():
        found.append("口令不得只含数字。")
    if _common(plain):
        found.append("口令过于常见，容易被猜中。")
    return found


def _common(plain: str) -> bool:
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    if plain in _COMMON or core in _COMMON or re.sub(r"[\W_]", "", plain) in _COMMON:
        return True
    return len(set(plain)) <= 4 or _is_run(plain) or _repeats(plain)


def _is_run(plain: str) -> bool:
    bare = re.sub(r"[\W_]", "", plain)
    return bool(bare) and any(bare in run * 3 or bare in run[::-1] * 3 for run in _RUNS)


def _repeats(plain: str) -> bool:
    # abcabcabc, and a common word said twice
    for size in range(1, len(plain) // 2 + 1):
        piece = plain[:size]
        if (piece * (len(plain) // size + 1))[:len(plain)] == plain and (size <= 4 or piece in _COMMON):
            return True
    return False
