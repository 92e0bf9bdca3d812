r"""Signed notes, verifier keys, checkpoints and cosignatures of the C2SP specifications.

    <text, ends in a newline>
    <empty line>
    — <key name> <base64 of key id (4 bytes) || signature>      one line per signature

    key id = SHA-256(name || 0x0A || kind || public key)[:4]
    vkey   = <name>+<key id in hex>+<base64 of kind || public key>

    kind  signature                                signs
    0x01  Ed25519, 64 bytes                        the text
    0x04  time (uint64 s) || Ed25519, 64 bytes     "cosignature/v1\ntime <s>\n" || the text
    0x06  time (uint64 s) || ML-DSA-44, 2420 bytes "subtree/v1\n\0" || name || time || origin || 0 || size
                                                   || root (name and origin after a one-byte length, uint64s)

A checkpoint's text is origin, size in decimal and root in base64, a line each, then extension lines if any.
Base64 is the standard alphabet, and only its one canonical spelling is read. Signing is done where keys are
(``centre/keys.py``); here is what is signed, and the check. Source: signed-note, tlog-checkpoint,
tlog-cosignature.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from truceline.record.tiles import HASH_B
from truceline.terms.faults import Refusal

ED25519 = 0x01
COSIGN_ED25519 = 0x04
COSIGN_MLDSA44 = 0x06
KINDS = {ED25519: "Ed25519", COSIGN_ED25519: "Ed25519 cosignature", COSIGN_MLDSA44: "ML-DSA-44 cosignature"}

MAX_NOTE_B = 1_000_000
MAX_SIGNATURES = 100
_PUBLIC_B = {ED25519: 32, COSIGN_ED25519: 32, COSIGN_MLDSA44: 1312}
_SIGNATURE_B = {ED25519: 64, COSIGN_ED25519: 8 + 64, COSIGN_MLDSA44: 8 + 2420}
_DASH = "\u2014 "
_KEY_ID_B = 4
_INT63_MAX = 2**63 - 1


class Key(msgspec.Struct, frozen=True):
    """A verifier key: its name, the kind of signature it makes, and the public key's bytes."""

    name: str
    kind: int
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that name this key in a signature line."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:_KEY_ID_B]

    @property
    def vkey(self) -> str:
        """The one-line spelling of the key, as policies and configurations hold it."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.kind]) + self.public)}"


class Signature(msgspec.Struct, frozen=True):
    """One signature line of a note; ``data`` is what follows the key id."""

    name: str
    key_id: bytes
    data: bytes

    @property
    def line(self) -> str:
        """The line as it stands in a note, with its newline."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.data)}\n"


class Note(msgspec.Struct, frozen=True):
    """A text (which ends in a newline) and its signatures, not yet checked."""

    text: str
    signatures: tuple[Signature, ...]


class Checkpoint(msgspec.Struct, frozen=True):
    """The head of a log: whose it is, how many entries, and the root of their tree."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        lines = (self.origin, str(self.size), to_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


class Signed(msgspec.Struct, frozen=True):
    """A signature that verified: by which key, and when the cosigner says it was made (0 = says nothing)."""

    key: Key
    time_s: int


class Checked(msgspec.Struct, frozen=True):
    """What the signature lines of a note came to: verified, of unknown keys, and false ones of known keys."""

    verified: tuple[Signed, ...]
    unknown: tuple[Signature, ...]
    failed: tuple[Signature, ...]

    @property
    def keys(self) -> frozenset[Key]:
        """The keys that verified."""
        return frozenset(signed.key for signed in self.verified)


# ---------------------------------------------------------------- base64, names, keys


def to_base64(data: bytes) -> str:
    """Return standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def from_base64(text: str) -> bytes:
    """Return the bytes of standard base64.

    Raises:
        Refusal: it is not the one canonical spelling.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error) as error:
        raise Refusal("not base64", where=repr(text[:60])) from error
    if to_base64(data) != text:
        raise Refusal("base64 in a spelling that is not canonical", where=repr(text[:60]))
    return data


def check_key_name(name: str) -> str:
    """Return the name when it can name a key: not empty, no white space, no plus, no control signs.

    Raises:
        Refusal: it cannot.
    """
    odd = any(
        sign.isspace() or sign in "+\x7f" or sign < " " or "\ud800" <= sign <= "\udfff" for sign in name
    )
    if not name or odd:
        raise Refusal("a key name has no white space and no plus, and is not empty", where=repr(name[:60]))
    return name


def parse_vkey(text: str) -> Key:
    """Return the key of a vkey line.

    Raises:
        Refusal: malformed, of an unknown kind, or its key id is not the one of its bytes.
    """
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Refusal("a vkey is name+id+key", where=repr(text[:60]))
    name, key_id, encoded = parts
    data = from_base64(encoded)
    if not data or data[0] not in KINDS:
        raise Refusal("a vkey of a kind that is not known here", where=name, remedy="0x01, 0x04 or 0x06")
    if len(data) - 1 != _PUBLIC_B[data[0]]:
        raise Refusal(f"a {KINDS[data[0]]} key has {_PUBLIC_B[data[0]]} bytes", where=name)
    key = Key(check_key_name(name), data[0], data[1:])
    if key.key_id.hex() != key_id:
        raise Refusal("the key id of this vkey is not the one of its key", where=name)
    return key


# ---------------------------------------------------------------- notes


def parse_note(data: bytes) -> Note:
    """Return the note of its bytes; every signature line is read, none is checked.

    Raises:
        Refusal: not UTF-8, control signs, no signature, or a line that is not in its canonical form.
    """
    if len(data) > MAX_NOTE_B:
        raise Refusal(f"a note has at most {MAX_NOTE_B} bytes")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Refusal(f"the note is not UTF-8: {error}") from error
    if any(sign < " " and sign != "\n" for sign in whole):
        raise Refusal("a note holds no control signs")
    body, blank, tail = whole.rpartition("\n\n")
    if not blank or not body or not tail.endswith("\n"):
        raise Refusal("a note is a text, an empty line and at least one signature line")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise Refusal(f"a note has at most {MAX_SIGNATURES} signatures")
    return Note(body + "\n", tuple(parse_signature(line) for line in lines))


def parse_signature(line: str) -> Signature:
    """Return the signature of a line (without its newline).

    Raises:
        Refusal: the line is not in its canonical form.
    """
    if not line.startswith(_DASH):
        raise Refusal("a signature line begins with an em dash and a space", where=repr(line[:40]))
    parts = line[len(_DASH) :].split(" ")
    if len(parts) != 2:
        raise Refusal("a signature line is: em dash, key name, base64", where=repr(line[:40]))
    data = from_base64(parts[1])
    if len(data) <= _KEY_ID_B:
        raise Refusal("a signature is longer than its key id", where=repr(line[:40]))
    return Signature(check_key_name(parts[0]), data[:_KEY_ID_B], data[_KEY_ID_B:])


def format_note(note: Note) -> bytes:
    """Return the bytes of a note."""
    return (note.text + "\n" + "".join(signature.line for signature in note.signatures)).encode()


def add_signatures(note: Note, more: Iterable[Signature]) -> Note:
    """Return the note with further signatures; a newer one of the same key takes the older one's place."""
    signatures = list(note.signatures)
    for new in more:
        place = [i for i, old in enumerate(signatures) if (old.name, old.key_id) == (new.name, new.key_id)]
        if place:
            signatures[place[0]] = new
        else:
            signatures.append(new)
    return Note(note.text, tuple(signatures))


# ---------------------------------------------------------------- checkpoints


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint of a note's text.

    Raises:
        Refusal: fewer than three lines, an empty line, or a number or root not in its canonical spelling.
    """
    lines = text.split("\n")
    if lines.pop() != "" or len(lines) < 3 or "" in lines:
        raise Refusal("a checkpoint is at least three lines, none of them empty")
    origin, size, root, *extensions = lines
    if not (size.isascii() and size.isdecimal() and len(size) <= 19 and str(int(size)) == size):
        raise Refusal("the size of a checkpoint is a plain decimal number", where=repr(size[:30]))
    if int(size) > _INT63_MAX:
        raise Refusal("the size of a checkpoint does not fit in 63 bits", where=size)
    digest = from_base64(root)
    if len(digest) != HASH_B:
        raise Refusal(f"the root of a checkpoint has {HASH_B} bytes, not {len(digest)}")
    return Checkpoint(origin, int(size), digest, tuple(extensions))


# ---------------------------------------------------------------- what is signed, and the check


def message(key: Key, text: str, time_s: int = 0) -> bytes:
    """Return the bytes that ``key`` signs for a note's text (a cosignature: a checkpoint's, at ``time_s``).

    Raises:
        Refusal: an ML-DSA-44 cosignature of a text that is no checkpoint, or a name too long for it.
    """
    if key.kind == ED25519:
        return text.encode()
    if key.kind == COSIGN_ED25519:
        return f"cosignature/v1\ntime {time_s}\n{text}".encode()
    head = parse_checkpoint(text)
    name, origin = key.name.encode(), head.origin.encode()
    if len(name) > 255 or len(origin) > 255:
        raise Refusal("names of cosigner and log have at most 255 bytes", where=key.name)
    return b"".join(
        (
            b"subtree/v1\n\0",
            bytes([len(name)]) + name,
            time_s.to_bytes(8, "big"),
            bytes([len(origin)]) + origin,
            (0).to_bytes(8, "big"),
            head.size.to_bytes(8, "big"),
            head.root,
        )
    )


def time_of(key: Key, signature: Signature) -> int:
    """Return the seconds since 1970 a cosignature bears, 0 for a plain signature."""
    return 0 if key.kind == ED25519 else int.from_bytes(signature.data[:8], "big")


def verify(key: Key, text: str, signature: Signature) -> bool:
    """Return whether the signature is ``key``'s over the text."""
    if (signature.name, signature.key_id) != (key.name, key.key_id):
        return False
    if len(signature.data) != _SIGNATURE_B[key.kind]:
        return False
    time_s = time_of(key, signature)
    if time_s > _INT63_MAX:
        return False
    raw = signature.data if key.kind == ED25519 else signature.data[8:]
    try:
        if key.kind == COSIGN_MLDSA44:
            MLDSA44PublicKey.from_public_bytes(key.public).verify(raw, message(key, text, time_s))
        else:
            Ed25519PublicKey.from_public_bytes(key.public).verify(raw, message(key, text, time_s))
    except (InvalidSignature, ValueError, Refusal):
        return False
    return True


def check(note: Note, keys: Sequence[Key]) -> Checked:
    """Return which signature lines verify, which are of keys not given, and which are false.

    Two lines of one key are told as failed: a note says each thing once.
    """
    known = {(key.name, key.key_id): key for key in keys}
    verified: list[Signed] = []
    unknown: list[Signature] = []
    failed: list[Signature] = []
    seen: set[Key] = set()
    for signature in note.signatures:
        key = known.get((signature.name, signature.key_id))
        if key is None:
            unknown.append(signature)
        elif key in seen or not verify(key, note.text, signature):
            failed.append(signature)
        else:
            seen.add(key)
            verified.append(Signed(key, time_of(key, signature)))
    return Checked(tuple(verified), tuple(unknown), tuple(failed))
