"""Whose word a checkpoint needs (C2SP tlog-policy): known logs, witnesses, groups of them, and the quorum.

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<k> <name>...
    quorum <name>|none                   exactly once; every name stands on an earlier line

Items are parted by spaces and tabs; lines that begin with # and empty lines do not count.
The same text, as the body of a ``config`` record of source ``keys``, is how a log declares its own keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from truceline.record.note import COSIGN_ED25519, COSIGN_MLDSA44, ED25519, Key, parse_vkey
from truceline.terms.faults import Refusal

KEYS_SOURCE = "keys"
_NONE = "none"
_MAX_LINES = 10_000
_LOG_KINDS = (ED25519, COSIGN_MLDSA44)
_WITNESS_KINDS = (COSIGN_ED25519, COSIGN_MLDSA44)


class Group(msgspec.Struct, frozen=True):
    """``need`` of the members (witnesses or groups) make the group witness a checkpoint."""

    name: str
    need: int
    members: tuple[str, ...]


class Policy(msgspec.Struct, frozen=True):
    """Known logs, witnesses by name, groups in the order of their lines, and the name of the quorum."""

    logs: tuple[Key, ...]
    witnesses: tuple[tuple[str, Key], ...]
    groups: tuple[Group, ...]
    quorum: str = _NONE

    @property
    def keys(self) -> tuple[Key, ...]:
        """All keys the policy names."""
        return (*self.logs, *(key for _, key in self.witnesses))

    def log_keys(self, origin: str) -> tuple[Key, ...]:
        """Return the keys of the log of that origin (empty: the policy does not know it)."""
        return tuple(key for key in self.logs if key.name == origin)

    def missing(self, verified: Iterable[Key]) -> str:
        """Return what the quorum lacks in plain words, empty when it is met by these verified keys."""
        present = set(verified)
        met: dict[str, bool] = {_NONE: True}
        told = {name: f"the cosignature of {name}" for name, _ in self.witnesses}
        met.update({name: key in present for name, key in self.witnesses})
        for group in self.groups:
            met[group.name] = sum(met[member] for member in group.members) >= group.need
            lacking = ", ".join(member for member in group.members if not met[member])
            told[group.name] = f"{group.need} of group {group.name} (missing: {lacking})"
        return "" if met[self.quorum] else told[self.quorum]


def parse_policy(text: bytes) -> Policy:
    """Return the policy of a file's bytes.

    Raises:
        Refusal: with the number of the line that is wrong.
    """
    reading = _Reading()
    lines = text.split(b"\n")
    if len(lines) > _MAX_LINES:
        raise Refusal(f"a policy has at most {_MAX_LINES} lines")
    for number, line in enumerate(lines, 1):
        where = f"line {number}"
        if any(byte == 0x7F or (byte < 0x20 and byte != 0x09) for byte in line):
            raise Refusal("a policy holds no control signs but tab and newline", where=where)
        whole = line.replace(b"\t", b" ").decode("utf-8", "surrogateescape")
        words = [word for word in whole.split(" ") if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            reading.take(words[0], words[1:])
        except Refusal as error:
            raise Refusal(error.what, where=where, remedy=error.remedy) from error
    if reading.quorum is None:
        raise Refusal("a policy has one quorum line", remedy="add `quorum none` to ask for no cosignature")
    return Policy(tuple(reading.logs), tuple(reading.witnesses), tuple(reading.groups), reading.quorum)


class _Reading:
    """A policy while its lines are read."""

    def __init__(self) -> None:
        self.logs: list[Key] = []
        self.witnesses: list[tuple[str, Key]] = []
        self.groups: list[Group] = []
        self.quorum: str | None = None
        self._names: set[str] = {_NONE}
        self._used: set[str] = {_NONE}

    def take(self, word: str, rest: list[str]) -> None:
        if word == "log" and len(rest) in {1, 2}:
            self.logs.append(self._key(rest[0], _LOG_KINDS, self.logs))
        elif word == "witness" and len(rest) in {2, 3}:
            key = self._key(rest[1], _WITNESS_KINDS, [key for _, key in self.witnesses])
            self.witnesses.append((self._new(rest[0]), key))
        elif word == "group" and len(rest) >= 3:
            self._group(rest[0], rest[1], rest[2:])
        elif word == "quorum" and len(rest) == 1:
            if self.quorum is not None:
                raise Refusal("a second quorum line")
            if rest[0] not in self._names:
                raise Refusal(f"{rest[0]} stands on no earlier line")
            self.quorum = rest[0]
        else:
            raise Refusal("not a line of a policy", remedy="log, witness, group or quorum with its items")

    def _key(self, text: str, kinds: Sequence[int], others: Sequence[Key]) -> Key:
        key = parse_vkey(text)
        if key.kind not in kinds:
            raise Refusal(f"a key of kind {key.kind:#04x} does not belong on this line", where=key.name)
        if any(other.public == key.public for other in others):
            raise Refusal("the same public key twice", where=key.name)
        return key

    def _new(self, name: str) -> str:
        if name in self._names:
            raise Refusal(f"the name {name} is taken")
        self._names.add(name)
        return name

    def _group(self, name: str, need: str, members: list[str]) -> None:
        for member in members:
            if member not in self._names or member == _NONE:
                raise Refusal(f"{member} stands on no earlier line")
            if member in self._used:
                raise Refusal(f"{member} is already a member of a group")
            self._used.add(member)
        count = {"all": len(members), "any": 1}.get(need)
        if count is None:
            if not (need.isascii() and need.isdecimal() and len(need) < 9 and need == str(int(need))):
                raise Refusal("a group says all, any or a decimal number", where=need)
            count = int(need)
        if not 1 <= count <= len(members):
            raise Refusal(f"a group of {len(members)} cannot ask for {count}")
        self.groups.append(Group(self._new(name), count, tuple(members)))


def format_policy(policy: Policy) -> bytes:
    """Return the policy as a file's bytes."""
    lines = [f"log {key.vkey}" for key in policy.logs]
    lines += [f"witness {name} {key.vkey}" for name, key in policy.witnesses]
    lines += [f"group {group.name} {group.need} {' '.join(group.members)}" for group in policy.groups]
    lines.append(f"quorum {policy.quorum}")
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def policy_of(logs: Sequence[Key], cosigners: Sequence[Key] = (), *, ask: bool = True) -> Policy:
    """Return the policy of a log and its cosigners: with ``ask`` every one of them must have cosigned.

    Witness names are ``<key name>/ed25519`` and ``<key name>/ml-dsa-44``.
    """
    names = {COSIGN_ED25519: "ed25519", COSIGN_MLDSA44: "ml-dsa-44"}
    witnesses = tuple((f"{key.name}/{names[key.kind]}", key) for key in cosigners)
    if not witnesses or not ask:
        return Policy(tuple(logs), witnesses, (), _NONE)
    group = Group("every-cosigner", len(witnesses), tuple(name for name, _ in witnesses))
    return Policy(tuple(logs), witnesses, (group,), group.name)
