"""What a part keeps to itself until it is revealed: texts and salts, encrypted at rest.

    PRIVATE/keys/store.secret      32 random bytes in hex, mode 0600
    PRIVATE/sealed/<name>       "TLP1" || nonce (12 bytes) || ChaCha20-Poly1305(plain text; the name is bound
    to it)

Names are hex (content ids), so that the folder tells nothing. Losing store.secret loses what was not yet
revealed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from truceline.centre.disk import make_folder, place, trouble
from truceline.record.commit import SALT_B, Opening, commit
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest

_MAGIC = b"TLP1"
_NONCE_B = 12
_KEY_B = 32


class PrivateStore:
    """The sealed folder of a part."""

    def __init__(self, folder: Path) -> None:
        """Open ``DIR/private``; its key is made at the first use.

        Raises:
            Refusal: the key is unreadable, readable by others, or gone while sealed files remain.
        """
        self._sealed = folder / "sealed"
        path = folder / "keys" / "store.secret"
        try:
            make_folder(self._sealed)
            make_folder(path.parent)
            if not path.exists():
                if any(self._sealed.iterdir()):
                    raise Refusal(
                        "store.secret is gone", where=str(path), remedy="restore it from its backup"
                    )
                place(path, os.urandom(_KEY_B).hex().encode() + b"\n", path.parent, mode=0o600)
            if path.stat().st_mode & 0o077:
                raise Refusal("others can read this key", where=str(path), remedy=f"chmod 600 {path}")
            key = bytes.fromhex(path.read_text("ascii").strip())
            self._cipher = ChaCha20Poly1305(key)
        except OSError as error:
            raise trouble(error, folder) from error
        except ValueError as error:
            raise Refusal("store.secret is not 32 bytes in hex", where=str(path)) from error

    def put(self, name: str, data: bytes) -> None:
        """Seal data under a hex name, durable; the same name again takes its place."""
        nonce = os.urandom(_NONCE_B)
        sealed = _MAGIC + nonce + self._cipher.encrypt(nonce, data, _named(name))
        place(self._sealed / name, sealed, self._sealed.parent, mode=0o600)

    def get(self, name: str) -> bytes:
        """Return the data of a name.

        Raises:
            Refusal: nothing is sealed under it, or it was changed or sealed with another key.
        """
        bound = _named(name)
        path = self._sealed / name
        try:
            sealed = path.read_bytes()
        except FileNotFoundError as error:
            raise Refusal("nothing is sealed under this name", where=str(path)) from error
        except OSError as error:
            raise trouble(error, path) from error
        start = len(_MAGIC) + _NONCE_B
        try:
            if sealed[: len(_MAGIC)] != _MAGIC:
                raise InvalidTag
            return self._cipher.decrypt(sealed[len(_MAGIC) : start], sealed[start:], bound)
        except (InvalidTag, ValueError) as error:
            raise Refusal(
                "this file was changed, or sealed with another key",
                where=str(path),
                remedy="restore private/",
            ) from error

    def names(self) -> list[str]:
        """Return the names of what is sealed."""
        return sorted(path.name for path in self._sealed.iterdir())

    def drop(self, name: str) -> None:
        """Remove what is sealed under a name (it was revealed)."""
        _named(name)
        (self._sealed / name).unlink(missing_ok=True)


def _named(name: str) -> bytes:
    if not name or not set(name) <= set("0123456789abcdef"):
        raise Refusal("sealed things are named in hex", where=name[:40])
    return name.encode()


def seal_fields(
    store: PrivateStore, subject: str, values: Mapping[str, str], salts: Callable[[int], bytes] = os.urandom
) -> bytes:
    """Commit to values and keep them sealed; return the body of the ``commitment`` record.

    The openings lie under the SHA-256 of that body.
    """
    body, openings = commit(subject, values, {name: salts(SALT_B) for name in values})
    store.put(digest(body), msgspec.json.encode(openings))
    return body


def openings_of(store: PrivateStore, body: bytes, names: tuple[str, ...] | None = None) -> dict[str, Opening]:
    """Return the openings of a commitment record's body, all or those of some fields, to reveal them."""
    held = msgspec.json.decode(store.get(digest(body)), type=dict[str, Opening])
    return {name: opening for name, opening in held.items() if names is None or name in names}
