r"""A record: one thing that was written before anything looked at it, and its form as a log entry.

An entry is one header line and the raw bytes, at most 65,535 bytes together (16-bit length of tlog-tiles)::

    {"kind":"raw","source":"radar-1","stamp_ns":1605830400000000000}\n<body>
    {"kind":"config","source":"centre","stamp_ns":5,"effective_ns":9}\n<body>
    {"kind":"raw","source":"camera-2","stamp_ns":5,"blob":"<sha256 hex>","length":70000}\n

The header is JSON with exactly these keys in this order, no spaces, UTF-8; ``effective_ns`` stands only when
it differs from ``stamp_ns``; ``blob`` and ``length`` stand only when the body does not fit beside its header,
and the body is then the file of that hash. Each entry has one spelling: a reader re-encodes and compares.

``content`` = SHA-256 of the header of kind, source and stamp alone + newline + body, be it a blob or not.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable

import msgspec

from truceline.terms.faults import Refusal

INPUTS = frozenset(
    {"raw", "config", "agreement", "notice", "statement", "decision", "commitment", "assessment"}
)
OUTPUTS = frozenset({"finding", "case", "report", "seal"})
KINDS = INPUTS | OUTPUTS

MAX_ENTRY_B = 65_535
MAX_SOURCE_SIGNS = 200
_INT64_MAX = 2**63 - 1
_CONTROL_END = 0x20
_DELETE = 0x7F
_HASH_SIGNS = 64
_HEX = frozenset("0123456789abcdef")

BlobReader = Callable[[str], bytes]
"""Gives the bytes of a blob by its SHA-256 in hex."""


class Record(msgspec.Struct, frozen=True):
    """One record of a log; ``received_ns`` is this part's own knowledge (0 when unknown) and never shared.

    ``held_by`` are the letters of the parts whose logs hold it, in order (empty when whoever read it did not say): a
    part's word counts only from its own log.
    """

    seq: int
    kind: str
    source: str
    stamp_ns: int
    effective_ns: int
    received_ns: int
    body: bytes
    content: str
    held_by: str = ""

    @property
    def is_input(self) -> bool:
        """Whether a fold may read it; outputs are never read back."""
        return self.kind in INPUTS


class Header(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The first line of an entry."""

    kind: str
    source: str
    stamp_ns: int
    effective_ns: int | None = None
    blob: str | None = None
    length: int | None = None


class Entry(msgspec.Struct, frozen=True):
    """A decoded log entry; ``body`` is empty when ``header.blob`` names the file that holds it."""

    header: Header
    body: bytes

    @property
    def effective_ns(self) -> int:
        """When it acts: the header's effective time, else its stamp."""
        effective_ns = self.header.effective_ns
        return self.header.stamp_ns if effective_ns is None else effective_ns


class Encoded(msgspec.Struct, frozen=True):
    """Bytes for the log, and the blob that must lie beside it when the body was too large (else None)."""

    entry: bytes
    blob: bytes | None = None


_decoder = msgspec.json.Decoder(Header, strict=True)
_encoder = msgspec.json.Encoder()


def _checked(kind: str, source: str, stamp_ns: int, effective_ns: int) -> None:
    if kind not in KINDS:
        raise Refusal(f"{kind!r} is no kind of record", remedy=f"one of {', '.join(sorted(KINDS))}")
    if not 0 < len(source) <= MAX_SOURCE_SIGNS:
        raise Refusal("a source has 1 to 200 signs", where=source[:40])
    if not source.isprintable() and any(ord(c) < _CONTROL_END or ord(c) == _DELETE for c in source):
        raise Refusal("a source holds no control signs", where=repr(source[:40]))
    if not (0 <= stamp_ns <= _INT64_MAX and 0 <= effective_ns <= _INT64_MAX):
        raise Refusal("a time is nanoseconds UTC from 1970 to 2262", where=source)


def content_of(kind: str, source: str, stamp_ns: int, body: bytes) -> str:
    """Return the content id of a record: SHA-256 hex over kind, source, stamp and body."""
    digest = hashlib.sha256(_encoder.encode(Header(kind, source, stamp_ns)))
    digest.update(b"\n")
    digest.update(body)
    return digest.hexdigest()


def encode_entry(
    kind: str, source: str, stamp_ns: int, body: bytes, effective_ns: int | None = None
) -> Encoded:
    """Return the log entry of a record, its body as a blob when both do not fit in 65,535 bytes.

    Args:
        kind: one of ``INPUTS`` or ``OUTPUTS``.
        source: name of the feed, officer or part it comes from.
        stamp_ns: nanoseconds UTC of the first hop.
        body: the raw bytes.
        effective_ns: from when it acts, when that is not the stamp.

    Raises:
        Refusal: unknown kind, empty or overlong source, time out of range.
    """
    _checked(kind, source, stamp_ns, stamp_ns if effective_ns is None else effective_ns)
    if effective_ns == stamp_ns:
        effective_ns = None
    head = _encode_header(Header(kind, source, stamp_ns, effective_ns))
    if len(head) + 1 + len(body) <= MAX_ENTRY_B:
        return Encoded(b"%b\n%b" % (head, body))
    blob = hashlib.sha256(body).hexdigest()
    header = Header(kind, source, stamp_ns, effective_ns, blob, len(body))
    return Encoded(_encode_header(header) + b"\n", body)


def _encode_header(header: Header) -> bytes:
    try:
        return _encoder.encode(header)
    except UnicodeEncodeError as error:
        raise Refusal("a source is valid Unicode", where=repr(header.source[:40])) from error


def decode_entry(data: bytes) -> Entry:
    """Return the entry of log bytes.

    Raises:
        Refusal: the bytes are no entry, or not the one canonical spelling of it.
    """
    if len(data) > MAX_ENTRY_B:
        raise Refusal(f"an entry has at most {MAX_ENTRY_B} bytes, not {len(data)}")
    head, newline, body = data.partition(b"\n")
    if not newline:
        raise Refusal("an entry begins with a header line; no newline found")
    try:
        header = _decoder.decode(head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Refusal(f"the header line is unreadable: {error}") from error
    effective_ns = header.stamp_ns if header.effective_ns is None else header.effective_ns
    _checked(header.kind, header.source, header.stamp_ns, effective_ns)
    if header.effective_ns == header.stamp_ns or _encoder.encode(header) != head:
        raise Refusal("the header line is not in its canonical spelling")
    if header.blob is not None or header.length is not None:
        _check_blob_header(header, body)
    return Entry(header, body)


def _check_blob_header(header: Header, body: bytes) -> None:
    if header.blob is None or header.length is None or body:
        raise Refusal("an entry with a blob names its hash and length and has no bytes of its own")
    if len(header.blob) != _HASH_SIGNS or not _HEX.issuperset(header.blob):
        raise Refusal("a blob is named by 64 lower-case hex signs")
    inline = _encoder.encode(Header(header.kind, header.source, header.stamp_ns, header.effective_ns))
    if not MAX_ENTRY_B < len(inline) + 1 + header.length <= _INT64_MAX:
        raise Refusal("a body that fits beside its header is not a blob")


def to_record(seq: int, data: bytes, blobs: BlobReader, received_ns: int = 0) -> Record:
    """Return the record of log entry ``seq``, its body fetched from ``blobs`` when it lies there.

    Raises:
        Refusal: the entry is not canonical, or the blob is not the one it names.
    """
    entry = decode_entry(data)
    head, body = entry.header, entry.body
    if head.blob is not None:
        body = blobs(head.blob)
        if len(body) != head.length or hashlib.sha256(body).hexdigest() != head.blob:
            raise Refusal("the blob's bytes are not those the entry names", where=f"entry {seq}, {head.blob}")
    content = content_of(head.kind, head.source, head.stamp_ns, body)
    return Record(seq, head.kind, head.source, head.stamp_ns, entry.effective_ns, received_ns, body, content)


def inputs_digest(contents: Iterable[str]) -> str:
    """Return the digest of a set of record contents: SHA-256 over the sorted, distinct hex lines."""
    digest = hashlib.sha256()
    for content in sorted(set(contents)):
        digest.update(content.encode() + b"\n")
    return digest.hexdigest()
