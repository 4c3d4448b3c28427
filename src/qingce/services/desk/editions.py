"""Editions as people meet them: the list, one of them with its files, publishing, withdrawing, made again."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from qingce.casework.rights import ANYBODY, Action, Actor
from qingce.core.errors import Missing, Refused
from qingce.ledger.editions import Sealed, Vault, digest
from qingce.ledger.projections.editions import edition as edition_table
from qingce.ledger.tables import checkpoint, journal
from qingce.services.desk.acting import posts
from qingce.services.desk.desk import Desk
from qingce.services.editions import ENGLISH
from qingce.services.outfolder import MARKER
from qingce.services.overlay import FILE, LaidOver, Overlay
from qingce.services.publish import LANGUAGES, build
from qingce.services.settings import FORMATS

SITE, INPUTS, FROZEN = "site", "inputs", "frozen"


@dataclass(frozen=True, slots=True)
class Edition:
    """A frozen edition as the journal knows it.

    Attributes:
        id: sha256 of its manifest; ``content`` the hash over pages and figures that its files print.
        revision: 1 for the first of a period.
        succeeds: the edition that it takes the place of, under the change request ``change``.
        seq: the event that froze it.
    """

    id: str
    report: str
    title: str
    period: str
    revision: int
    succeeds: str
    change: str
    content: str
    seq: int
    state: str
    at: str
    by: str
    published: str
    reason: str

    @property
    def label(self) -> str:
        """How people call it."""
        return f"{self.title}，第 {self.revision} 版"


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that an edition is the one that was frozen.

    Attributes:
        seq, hash: the event that froze it and its link of the chain.
        checkpoint: the first signed head that covers it: ``seq``, ``head``, ``at``, ``key``, ``signature``; or nothing.
    """

    seq: int
    hash: str
    checkpoint: Mapping[str, Any] | None


def vault(desk: Desk) -> Vault:
    """Where the editions of a project lie."""
    return Vault(desk.state / "editions")


def read_editions(db: Connection) -> list[Edition]:
    """Every edition, the latest first."""
    rows = db.execute(select(edition_table).order_by(edition_table.c.seq.desc()))
    return [Edition(**row) for row in rows.mappings()]


def editions(desk: Desk, actor: Actor) -> list[Edition]:
    """Every edition, the latest first.

    Raises:
        Denied: no right.
    """
    desk.require(actor, Action.READ_EDITIONS)
    with desk.reading() as db:
        return read_editions(db)


def edition(desk: Desk, actor: Actor, name: str) -> Edition:
    """One edition; the public sees published ones only.

    Raises:
        Missing: there is none, or not for this actor.
    """
    with desk.reading() as db:
        found = next((e for e in read_editions(db) if e.id == name), None)
    if found is None or (found.state != "published" and not desk.may(actor, Action.READ_EDITIONS)):
        raise Missing("没有这一版，或尚未发布。")
    return found


def published(desk: Desk) -> list[Edition]:
    """What everybody may read, the latest first."""
    desk.require(ANYBODY, Action.READ_PUBLIC)
    with desk.reading() as db:
        return [e for e in read_editions(db) if e.state == "published"]


def post_names(desk: Desk) -> dict[str, str]:
    """How each account is called."""
    with desk.reading() as db:
        return posts(db)


def proof(desk: Desk, found: Edition) -> Proof:
    """The journal's word for an edition."""
    with desk.reading() as db:
        link = db.execute(select(journal.c.hash).where(journal.c.seq == found.seq)).scalar_one()
        row = db.execute(
            select(checkpoint).where(checkpoint.c.seq >= found.seq).order_by(checkpoint.c.seq).limit(1)
        ).mappings().first()
    return Proof(found.seq, link, dict(row) if row else None)


def sealed(desk: Desk, found: Edition) -> Sealed:
    """The files of an edition.

    Raises:
        Missing, ProjectError: they are not there; they were changed.
    """
    return vault(desk).open(found.id)


def figures_of(seal: Sealed) -> Mapping[str, Any]:
    """The frozen ``figures.json`` of an edition; the bytes are checked each time, and parsed once."""
    return _parsed(seal.read(f"{SITE}/figures.json"))


@lru_cache(maxsize=2)
def _parsed(data: bytes) -> Mapping[str, Any]:
    loaded: dict[str, Any] = json.loads(data)
    return loaded


# -- acts -------------------------------------------------------------------------------------------
def publish(desk: Desk, actor: Actor, name: str) -> Edition:
    """Let everybody read an edition.

    Raises:
        Denied, Missing, Refused: no right; there is none; it is published already, or its files are damaged.
    """
    desk.require(actor, Action.PUBLISH)
    found = edition(desk, actor, name)
    if damage := sealed(desk, found).damage():
        raise Refused(f"封版文件与封版时不一致：{'、'.join(damage[:5])}。请从备份恢复后再发布。")
    with desk.writing() as made:
        state = made.db.execute(select(edition_table.c.state).where(edition_table.c.id == name)).scalar_one()
        if state == "published":
            raise Refused("这一版已经发布。")
        made.append(actor.account, "published", f"edition/{name}", {"content": found.content})
    return edition(desk, actor, name)


def withdraw(desk: Desk, actor: Actor, name: str, reason: str) -> Edition:
    """Serve an edition no longer; it stays frozen, and its list of hashes stays.

    Raises:
        Denied, Missing, Refused: no right; there is none; it is not published, or no reason is given.
    """
    desk.require(actor, Action.PUBLISH)
    edition(desk, actor, name)
    if not reason.strip():
        raise Refused("请写明撤回的原因。")
    with desk.writing() as made:
        state = made.db.execute(select(edition_table.c.state).where(edition_table.c.id == name)).scalar_one()
        if state != "published":
            raise Refused("这一版没有发布，不必撤回。")
        made.append(actor.account, "edition_withdrawn", f"edition/{name}", {"reason": reason.strip()})
    return edition(desk, actor, name)


# -- made again -------------------------------------------------------------------------------------
def remake(seal: Sealed, room: Path) -> Path:
    """Build an edition again from nothing but its frozen inputs; returns the folder of what came out.

    Args:
        room: an empty folder to work in.
    """
    clone = room / INPUTS
    for name in seal.files:
        if name.startswith(f"{INPUTS}/"):
            target = room / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(seal.path(name), target)
    overlay = Overlay.load((clone / FILE).read_text(encoding="utf-8"))
    (clone / FILE).unlink()
    both = any(name.startswith(f"{SITE}/{ENGLISH}/") for name in seal.files)
    made = build(LaidOver(clone, overlay), room / SITE, FORMATS, LANGUAGES if both else LANGUAGES[:1])
    if made.out is None:
        blocked = next(f.reason for f in made.findings if f.blocks)
        raise Refused(f"用封版时的输入不能再次成册：{blocked}")
    return made.out


def differences(seal: Sealed, out: Path) -> list[str]:
    """Files of an edition's site that came out otherwise, or only on one side."""
    frozen = {name.removeprefix(f"{SITE}/"): said["sha256"] for name, said in seal.files.items()
              if name.startswith(f"{SITE}/")}
    made = {path.relative_to(out).as_posix(): digest(path) for path in out.rglob("*")
            if path.is_file() and path.name != MARKER}
    return sorted(name for name in {*frozen, *made} if frozen.get(name) != made.get(name))


def verify(desk: Desk, actor: Actor, name: str) -> tuple[list[str], list[str]]:
    """Files that are damaged, and files that come out otherwise when the edition is built again.

    Raises:
        Denied, Missing: no right; there is none.
    """
    desk.require(actor, Action.READ_EDITIONS)
    seal = sealed(desk, edition(desk, actor, name))
    damage = seal.damage()
    if damage:
        return damage, []
    with tempfile.TemporaryDirectory(prefix="qingce-remake-") as room:
        return [], differences(seal, remake(seal, Path(room)))
