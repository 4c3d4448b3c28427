"""The words and the small program that go into every pack, for readers who have nothing else."""

from __future__ import annotations

CHECK = '''"""Check an unzipped pack with the standard library alone: python check.py"""

import hashlib
import json
import pathlib
import sys

here = pathlib.Path(__file__).resolve().parent
wrong = []
for line in (here / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
    wanted, name = line.split("  ", 1)
    path = here / name
    if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != wanted:
        wrong.append(name)
seal = (here / "edition" / "manifest.json").read_bytes()
edition = json.loads((here / "pack.json").read_text(encoding="utf-8"))["edition"]
if hashlib.sha256(seal).hexdigest() != edition:
    wrong.append("edition/manifest.json is not the edition " + edition)
for name, said in json.loads(seal)["files"].items():
    path = here / "edition" / name
    if name.startswith("inputs/") and hashlib.sha256(path.read_bytes()).hexdigest() != said["sha256"]:
        wrong.append(name + " is not what was frozen")
frozen = json.loads((here / "journal.json").read_text(encoding="utf-8"))["frozen"]
if hashlib.sha256((frozen["prev"] + "\\n" + frozen["event"]).encode()).hexdigest() != frozen["hash"]:
    wrong.append("journal.json")
print("\\n".join(wrong) or "every file is as it was frozen; edition " + edition)
sys.exit(1 if wrong else 0)
'''

README = """# 复算包 · Re-performance pack

{title} · {period} · 第 {revision} 版
封版哈希 · edition `{edition}`

## 怎样核对

1. **封版哈希**应与报告公开页面（或日志检查点）所印的一致。这是全部核对的起点，请从包以外的地方取得它。
2. **每个文件未被改动**：解开后运行 `python check.py`（只用 Python 标准库，不用青册的任何代码），
   或 `sha256sum -c SHA256SUMS`。
   `edition/manifest.json` 的 sha256 就是封版哈希；它列出封版时的每个输入和数值文件的 sha256。
3. **重算全部数值**：安装青册 {package}（声明指纹 `{declarations}`），运行

       qingce verify 本包.zip --edition {edition}

   程序用包内的台账和口径从头计算，逐个数值与 `edition/site/figures.json` 比较到字节。
   项目自带的指标代码在 `edition/inputs/packs/`；看过并信任之后加 `--trust-code`。
   退出码：0 全部相同，1 有不同，2 包不可用或被改动。
4. **不用青册复算一个数**：在 `figures.json` 里按 `id` 找到数值，按它的 `lineage` 找到公式、因子版次、
   台账文件（路径与 sha256）和取数 SQL（`rows_sql`）；台账在 `edition/inputs/records/`，用任何工具按同样条件合计即可。
5. **日志**：`journal.json` 是封版这一事项、它在哈希链中的位置和其后的签名检查点。
   `evidence.csv` 是证据目录（文件按 sha256 另取）。`samples.json` 是鉴证已抽样本：总体哈希、方法、种子和抽中的项。

## How to verify

1. The **edition's hash** must be the one printed on the report's public page (or under a signed checkpoint of the
   journal). Take it from outside of this pack: everything else rests on it.
2. **No file was changed**: unzip and run `python check.py`, or `sha256sum -c SHA256SUMS`. It needs the standard library
   only. The sha256 of `edition/manifest.json` is the edition's hash; it names every input and figure file by sha256.
3. **Make every figure again**: install qingce {package} and run `qingce verify THIS.zip --edition {edition}`.
   It computes from the records and definitions in the pack and holds each figure against
   `edition/site/figures.json`, to the byte. Declarations of the project's own are in `edition/inputs/packs/`; read
   them, and add `--trust-code` if you trust them. Exit codes: 0 all the same, 1 some differ, 2 the pack is unusable.
4. **One figure without qingce**: find it by `id` in `figures.json`; its `lineage` names formula, factor editions, files
   (path and sha256) and the query that lists its rows (`rows_sql`). The files are in `edition/inputs/records/`.
5. `journal.json` holds the event that froze the edition, its link of the chain and the signed checkpoint after it;
   `evidence.csv` the index of evidence; `samples.json` the samples that were drawn: frame hash, method, seed, units.
"""
