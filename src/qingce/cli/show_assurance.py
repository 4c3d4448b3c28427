"""Printing what came of re-performing a pack."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from qingce.cli.show import say

if TYPE_CHECKING:
    from qingce.services.repack.reperform import Reperformed

_PARTS = {"qingce": "青册", "declarations": "声明与引擎", "ibis-framework": "Ibis", "duckdb": "DuckDB"}


def show_reperformed(found: Reperformed, every: bool, as_json: bool) -> None:
    """Each figure that did not come out the same, with both values; with ``every`` all of them; then the count."""
    from qingce.services.repack.reperform import STATE_LABELS

    if as_json:
        print(json.dumps(_plain(found), ensure_ascii=False))
        return
    say(f"{found.title}（{found.period}），封版哈希 {found.edition}")
    for name, (was, now) in found.versions.items():
        say(f"注意：{_PARTS.get(name, name)}的版本不同，封版时 {was or '—'}，本机 {now}。")
    if found.code:
        say(f"已运行包内自带的指标代码 {len(found.code)} 个文件。")
    for each in found.verdicts:
        if each.state != "same" or every:
            both = f"封版 {each.frozen or '—'}，重算 {each.now or '—'}"
            values = each.frozen if each.state in ("same", "trail") else both
            say(f"  {STATE_LABELS[each.state]}  {each.label}  {values}  {each.key}")
    counted = "，".join(f"{STATE_LABELS[state]} {count:,}" for state, count in found.counts.items())
    say(f"{len(found.verdicts):,} 个数值：{counted}。" + ("figures.json 逐字节相同。" if found.identical else ""))


def _plain(found: Reperformed) -> dict[str, Any]:
    return {
        "edition": found.edition, "title": found.title, "period": found.period, "agrees": found.agrees,
        "identical": found.identical, "counts": found.counts,
        "versions": {name: {"pack": was, "here": now} for name, (was, now) in found.versions.items()},
        "code": list(found.code),
        "figures": [{"id": v.key, "label": v.label, "state": v.state, "frozen": v.frozen, "now": v.now}
                    for v in found.verdicts],
    }
