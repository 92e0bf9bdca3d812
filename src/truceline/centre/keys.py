"""The keys of a part: made once, kept in ``private/keys`` for their owner alone, and what they sign.

    PRIVATE+KEY+<name>+<key id in hex>+<base64 of kind || 32-byte seed>        one line per file, mode 0600

    log.key        Ed25519 note key (0x01); its name is the log's origin
    log-pq.key     ML-DSA-44 (0x06), same name: the log's own second signature
    mirror.key     Ed25519 cosigner (0x04), named <origin>/mirror: says that the other part's log is stored
    here mirror-pq.key  ML-DSA-44 cosigner (0x06), same name
    officer-<who>.key   Ed25519 note key (0x01), named <origin>/officer/<who>

Source: C2SP signed-note; the private line is the one of the Go package golang.org/x/mod/sumdb/note.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Protocol

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from truceline.centre.disk import make_folder, place, trouble
from truceline.record.note import (
    COSIGN_ED25519,
    COSIGN_MLDSA44,
    ED25519,
    KINDS,
    Key,
    Signature,
    check_key_name,
    from_base64,
    message,
    to_base64,
)
from truceline.terms.faults import Refusal

EXERCISE = "EXERCISE"
_SEED_B = 32
_PREFIX = "PRIVATE+KEY+"
_OWN = {"log": ("", ED25519), "log-pq": ("", COSIGN_MLDSA44)}
_MIRROR = {"mirror": ("/mirror", COSIGN_ED25519), "mirror-pq": ("/mirror", COSIGN_MLDSA44)}


class Signer(Protocol):
    """Whatever can sign notes with one key: a file's key here, a hardware module elsewhere."""

    @property
    def key(self) -> Key:
        """The verifier key."""
        ...

    def sign(self, text: str, time_s: int) -> Signature:
        """Sign a note's text; cosignatures bear the time, plain signatures do not."""
        ...


class KeyPair:
    """A signing key held in memory."""

    def __init__(self, name: str, kind: int, seed: bytes) -> None:
        """Derive the key pair of a 32-byte seed.

        Raises:
            Refusal: a name that cannot name a key, an unknown kind, or a seed of another length.
        """
        if kind not in KINDS or len(seed) != _SEED_B:
            raise Refusal("a key is of kind 0x01, 0x04 or 0x06 and has a seed of 32 bytes", where=name)
        self._seed = seed
        self._private = (
            MLDSA44PrivateKey.from_seed_bytes(seed)
            if kind == COSIGN_MLDSA44
            else Ed25519PrivateKey.from_private_bytes(seed)
        )
        self.key = Key(check_key_name(name), kind, self._private.public_key().public_bytes_raw())

    @property
    def line(self) -> str:
        """The private key as one line; whoever has it can sign."""
        seed = to_base64(bytes([self.key.kind]) + self._seed)
        return f"{_PREFIX}{self.key.name}+{self.key.key_id.hex()}+{seed}"

    def sign(self, text: str, time_s: int) -> Signature:
        """Sign a note's text, at ``time_s`` (seconds since 1970) when the key is a cosigner's."""
        plain = self.key.kind == ED25519
        data = self._private.sign(message(self.key, text, 0 if plain else time_s))
        return Signature(self.key.name, self.key.key_id, data if plain else time_s.to_bytes(8, "big") + data)


def parse_private(line: str) -> KeyPair:
    """Return the key pair of a private line.

    Raises:
        Refusal: malformed, or its key id is not the one of its key.
    """
    parts = line.removeprefix(_PREFIX).split("+", 2)
    if not line.startswith(_PREFIX) or len(parts) != 3:
        raise Refusal("not a private key line", remedy="PRIVATE+KEY+name+id+base64")
    data = from_base64(parts[2])
    pair = KeyPair(parts[0], data[0] if data else 0, data[1:])
    if pair.key.key_id.hex() != parts[1]:
        raise Refusal("the key id of this private key is not the one of its key", where=parts[0])
    return pair


class PartKeys(msgspec.Struct, frozen=True):
    """The keys of one part: two for its own log, two to cosign the other's, one per officer."""

    log: KeyPair
    log_pq: KeyPair
    mirror: KeyPair
    mirror_pq: KeyPair
    officers: dict[str, KeyPair]

    @property
    def origin(self) -> str:
        """The name of the part's log."""
        return self.log.key.name

    @property
    def signers(self) -> tuple[KeyPair, KeyPair]:
        """What signs the part's own checkpoints."""
        return self.log, self.log_pq

    @property
    def cosigners(self) -> tuple[KeyPair, KeyPair]:
        """What cosigns the other part's checkpoints."""
        return self.mirror, self.mirror_pq


def _part(pairs: dict[str, KeyPair]) -> PartKeys:
    officers = {
        name.removeprefix("officer-"): pair
        for name, pair in sorted(pairs.items())
        if name.startswith("officer-")
    }
    return PartKeys(pairs["log"], pairs["log-pq"], pairs["mirror"], pairs["mirror-pq"], officers)


def _names(origin: str, officers: tuple[str, ...]) -> dict[str, tuple[str, int]]:
    own = {name: (origin + suffix, kind) for name, (suffix, kind) in {**_OWN, **_MIRROR}.items()}
    return {**own, **{f"officer-{who}": (f"{origin}/officer/{who}", ED25519) for who in officers}}


def exercise_keys(origin: str, seed: int, officers: tuple[str, ...] = ()) -> PartKeys:
    """Return keys derived from a seed, for exercises alone: anyone can derive them.

    Raises:
        Refusal: the origin does not bear the word EXERCISE.
    """
    if EXERCISE not in origin:
        raise Refusal(
            "keys from a seed are for exercises alone", where=origin, remedy=f"put {EXERCISE} in the origin"
        )
    pairs = {}
    for file, (name, kind) in _names(origin, officers).items():
        derived = hashlib.sha256(f"truceline exercise key\n{seed}\n{file}\n{name}\n".encode()).digest()
        pairs[file] = KeyPair(name, kind, derived)
    return _part(pairs)


def make_keys(folder: Path, origin: str, officers: tuple[str, ...] = ()) -> PartKeys:
    """Make new keys in a folder (``private/keys``), each in a file that only its owner can read.

    Raises:
        Refusal: keys are already there, or the folder cannot be written.
    """
    if origin and EXERCISE in origin:
        raise Refusal("the word EXERCISE in an origin is kept for exercise keys", where=origin)
    pairs = {
        file: KeyPair(name, kind, os.urandom(_SEED_B))
        for file, (name, kind) in _names(origin, officers).items()
    }
    keys = _part(pairs)
    save_keys(folder, keys)
    return keys


def save_keys(folder: Path, keys: PartKeys) -> None:
    """Write keys to a folder, mode 0600.

    Raises:
        Refusal: keys are already there, or the folder cannot be written.
    """
    try:
        make_folder(folder)
        folder.chmod(0o700)
    except OSError as error:
        raise trouble(error, folder) from error
    if any(folder.glob("*.key")):
        raise Refusal(
            "there are keys already", where=str(folder), remedy="keys are never overwritten; move them away"
        )
    files = {"log": keys.log, "log-pq": keys.log_pq, "mirror": keys.mirror, "mirror-pq": keys.mirror_pq}
    files.update({f"officer-{who}": pair for who, pair in keys.officers.items()})
    for name, pair in files.items():
        place(folder / f"{name}.key", f"{pair.line}\n".encode(), folder, mode=0o600)


def load_keys(folder: Path) -> PartKeys:
    """Return the keys of a folder.

    Raises:
        Refusal: a key is missing, unreadable, or readable by others.
    """
    pairs: dict[str, KeyPair] = {}
    try:
        for path in sorted(folder.glob("*.key")):
            if path.stat().st_mode & 0o077:
                raise Refusal("others can read this key", where=str(path), remedy=f"chmod 600 {path}")
            pairs[path.stem] = parse_private(path.read_text("utf-8").removesuffix("\n"))
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal(f"unreadable key: {error}", where=str(folder)) from error
    missing = sorted({*_OWN, *_MIRROR} - set(pairs))
    if missing:
        raise Refusal(
            f"no key {', '.join(missing)}", where=str(folder), remedy="restore private/keys from its backup"
        )
    return _part(pairs)
