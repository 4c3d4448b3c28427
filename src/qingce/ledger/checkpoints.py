"""Checkpoints: what the chain was at a place, signed with Ed25519, so that nobody can shorten or remake it unseen.

The private key lies in a file that only its owner may read. Whoever has the public key, as printed in
an edition, can hold any copy of the journal against any checkpoint.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from sqlalchemy import Connection, insert, select

from qingce.core.errors import ProjectError
from qingce.core.event import GENESIS, canonical, moment
from qingce.ledger.journal import Broken, Writing
from qingce.ledger.tables import checkpoint, journal


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed head.

    Attributes:
        seq: the place; ``head`` the hash there.
        key: the public key, hexadecimal; ``signature`` over :attr:`statement`, hexadecimal.
    """

    seq: int
    head: str
    at: str
    key: str
    signature: str

    @property
    def statement(self) -> str:
        """What is signed."""
        return canonical({"at": self.at, "head": self.head, "seq": self.seq})

    @property
    def genuine(self) -> bool:
        """Whether the signature is that of the key over the statement."""
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.key))
            public.verify(bytes.fromhex(self.signature), self.statement.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


class SigningKey:
    """The key of a project's checkpoints, made when it is first needed.

    Args:
        path: its file; its folder is made.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def private(self) -> Ed25519PrivateKey:
        """The key itself.

        Raises:
            ProjectError: the file cannot be made or read, or is no key.
        """
        try:
            if not self.path.exists():
                self._make()
            return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(self.path.read_text("ascii").strip()))
        except (OSError, ValueError) as failed:
            raise ProjectError(f"{self.path} 不是可用的签名密钥：{failed}。") from failed

    @property
    def public(self) -> str:
        """The public key, hexadecimal."""
        return self.private().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()

    def _make(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        # linked into place whole: two programs that begin at once agree on one key
        fresh = self.path.with_suffix(f".{os.getpid()}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(raw.hex() + "\n")
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(fresh, self.path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()


def sign(made: Writing, key: SigningKey) -> Checkpoint:
    """Sign the chain as it stands in this transaction; the ``checkpointed`` event follows the signed place."""
    private = key.private()
    unsigned = Checkpoint(made.seq, made.head, moment(made.at), key.public, "")
    signature = private.sign(unsigned.statement.encode()).hex()
    signed = Checkpoint(unsigned.seq, unsigned.head, unsigned.at, unsigned.key, signature)
    made.db.execute(insert(checkpoint).values(
        seq=signed.seq, head=signed.head, at=signed.at, key=signed.key, signature=signed.signature))
    made.append("system", "checkpointed", f"checkpoint/{signed.seq}", {"head": signed.head, "signature": signature})
    return signed


def sign_after(made: Writing, key: SigningKey, events: int) -> Checkpoint | None:
    """Sign the chain where at least so many events stand behind the last checkpoint, its own event among them."""
    last = latest(made.db)
    return None if made.seq - (last.seq if last else 0) < events else sign(made, key)


def latest(db: Connection) -> Checkpoint | None:
    """The newest checkpoint."""
    row = db.execute(select(checkpoint).order_by(checkpoint.c.seq.desc()).limit(1)).first()
    return None if row is None else Checkpoint(*row)


def every(db: Connection) -> list[Checkpoint]:
    """All checkpoints, oldest first."""
    return [Checkpoint(*row) for row in db.execute(select(checkpoint).order_by(checkpoint.c.seq))]


def hold(db: Connection) -> Broken | None:
    """The first checkpoint that the chain does not bear out, or nothing."""
    for point in every(db):
        if not point.genuine:
            return Broken(point.seq, f"检查点 {point.seq} 的签名不符。")
        link = db.execute(select(journal.c.hash).where(journal.c.seq == point.seq)).scalar() if point.seq else GENESIS
        if link != point.head:
            return Broken(point.seq, f"日志在 {point.seq} 处与已签名的检查点不符：其前的事项被删改或重写过。")
    return None
