"""The agreement's text: TOML bytes in, an Agreement out; and the agreement that a log's records add up to."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable

import msgspec

from truceline.agreement.amend import amend
from truceline.agreement.document import Agreement, Amendment, Text
from truceline.agreement.lint import Defect, Draft, examine, lint, notes
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest

__all__ = [
    "Agreement", "Amendment", "Defect", "attachment", "fold_agreement", "lint", "notes", "read_agreement",
    "read_amendment", "read_attachment",
]  # fmt: skip


def read_agreement(data: bytes, name: str = "agreement") -> Agreement:
    """Return the agreement of a TOML document as first written: the amendments it carries are not yet in it.

    Raises:
        Refusal: the document has defects (the first is named, with its line), or is an amendment.
    """
    draft = _clean(data, name)
    if draft.agreement is None:
        raise Refusal(
            "is an amendment, not an agreement", where=name, remedy="begin with the agreement it amends"
        )
    return draft.agreement


def read_amendment(data: bytes, name: str = "amendment") -> Amendment:
    """Return the amendment of a TOML document of its own.

    Raises:
        Refusal: the document has defects, or is a whole agreement.
    """
    draft = _clean(data, name)
    if draft.amendment is None:
        raise Refusal("is a whole agreement, not an amendment", where=name)
    return draft.amendment


def attachment(body: bytes, language: str, source: str) -> bytes:
    """Return the document that attaches an official text by its hash; the text itself stays outside."""
    held = Text(language, digest(body), source)
    # a JSON string is a TOML basic string: same quotes, same escapes
    spelled = [
        f"{key} = {json.dumps(value, ensure_ascii=False)}"
        for key, value in msgspec.structs.asdict(held).items()
    ]
    return "\n".join(["[attachment]", *spelled, ""]).encode()


def read_attachment(data: bytes) -> Text | None:
    """Return the text an attachment document names, None when the bytes are no such document."""
    try:
        raw = tomllib.loads(data.decode("utf-8"))
        return msgspec.convert(raw["attachment"], Text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, msgspec.ValidationError):
        return None


def fold_agreement(documents: Iterable[tuple[int, bytes]], known_ns: int) -> Agreement:
    """Return the agreement known at a time from (stamp_ns, bytes) of its records in the log, in any order.

    The same bytes twice (both parts logged them) count once. A whole agreement replaces what was in force;
    an amendment changes it; an attachment adds a text. A later document that is defective or does not fit is
    refused: what was in force stays, and ``refused`` says why.

    Raises:
        Refusal: no usable agreement was known by then.
    """
    agreement: Agreement | None = None
    refused: list[str] = []
    seen: set[str] = set()
    for stamp_ns, body in sorted(item for item in documents if item[0] <= known_ns):
        identity = digest(body)
        if identity in seen:
            continue
        seen.add(identity)
        try:
            agreement = _take(agreement, body, f"document stamped {stamp_ns}")
        except Refusal as refusal:
            refused.append(str(refusal))
    if agreement is None:
        raise Refusal(
            f"no agreement was known: {refused[0]}" if refused else "no agreement was known at that time",
            remedy="log the agreement first: truceline init DIR --agreement FILE",
        )
    try:
        agreement = agreement.known_on(known_ns)
    except Refusal as refusal:
        refused.append(str(refusal))
    return msgspec.structs.replace(agreement, refused=tuple(refused))


def _take(agreement: Agreement | None, body: bytes, name: str) -> Agreement:
    text = read_attachment(body)
    if text is None:
        draft = _clean(body, name)
        if draft.agreement is not None:
            return draft.agreement
        if agreement is None or draft.amendment is None:
            raise Refusal("amends an agreement that is not in the log", where=name)
        return amend(agreement, draft.amendment)
    if agreement is None:
        raise Refusal("attaches a text to an agreement that is not in the log", where=name)
    return msgspec.structs.replace(agreement, texts=(*agreement.texts, text))


def _clean(data: bytes, name: str) -> Draft:
    draft, defects = examine(data, name)
    if draft is None or defects:
        first = defects[0]
        more = f", and {len(defects) - 1} more" if len(defects) > 1 else ""
        raise Refusal(
            f"{first.rule}: {first.message}{more}",
            where=f"{name}:{first.line}",
            remedy=first.remedy or "truceline lint lists them all",
        )
    return draft
