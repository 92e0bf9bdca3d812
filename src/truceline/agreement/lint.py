"""Lint: what is wrong with an agreement's file, by line and rule; and what no technical means can verify.

``toml`` the text is no TOML; ``unknown-key``, ``missing-key``, ``form`` a table has not its declared form;
all other rules are those of ``checks``. A defect keeps a file from being used; a note does not.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Any

import msgspec

from truceline.agreement.areas import Area
from truceline.agreement.checks import Flaw, flaws
from truceline.agreement.clauses import BY_KIND, LANGUAGES, AnyClause, kind_of
from truceline.agreement.document import Agreement, Amendment, Heading, Text, Variant
from truceline.agreement.lines import Path, line_at, lines_of
from truceline.agreement.parties import Judgement, Party

TABLES: dict[str, type[msgspec.Struct]] = {
    "party": Party, "area": Area, "clause": msgspec.Struct, "text": Text, "variant": Variant, "amendment":
    Amendment,
}  # fmt: skip
SINGLE: dict[str, type[msgspec.Struct]] = {"agreement": Heading, "judgement": Judgement}
_UNKNOWN = re.compile(r"Object contains unknown field `(?P<key>[^`]+)`")
_PLACE = re.compile(r" - at `\$(?P<path>[^`]*)`")
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+)\]|\[\.\.\.\]")
_TOML_LINE = re.compile(r"line (\d+)")


class Defect(msgspec.Struct, frozen=True, order=True):
    """One defect or note: line in the file, rule, message, remedy, file; ``severity`` is defect or note."""

    line: int
    rule: str
    message: str
    remedy: str = ""
    name: str = ""
    severity: str = "defect"

    def __str__(self) -> str:
        """Return ``name:line: rule: message (remedy)``."""
        tail = f" ({self.remedy})" if self.remedy else ""
        return f"{self.name}:{self.line}: {self.rule}: {self.message}{tail}"


class Draft(msgspec.Struct, frozen=True):
    """A file as far as it could be read: ``agreement`` or ``amendment``, or neither and the flaws."""

    flaws: tuple[Flaw, ...]
    lines: dict[Path, int]
    agreement: Agreement | None = None
    amendment: Amendment | None = None


def lint(data: bytes, name: str = "agreement") -> list[Defect]:
    """Return every defect of an agreement or amendment file by line; for a file without any, its notes."""
    return examine(data, name)[1] or notes(data, name)


def notes(data: bytes, name: str = "agreement") -> list[Defect]:
    """Return a note for every clause that no technical means can verify; none for a file with defects."""
    draft, defects = examine(data, name)
    if draft is None or defects or draft.agreement is None:
        return []
    return [
        Defect(
            line_at(draft.lines, ("clause", place)),
            "attested",
            f"no technical means can verify clause {clause.id} ({kind_of(clause)})",
            "people must attest it",
            name,
            "note",
        )
        for place, clause in enumerate(draft.agreement.clauses)
        if kind_of(clause) == "ATTEST"
    ]


def examine(data: bytes, name: str) -> tuple[Draft | None, list[Defect]]:
    """Return a file as far as it could be read (None: it is no TOML) and its defects by line."""
    try:
        draft = draft_of(data)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.search(str(error))
        return None, [
            Defect(int(found[1]) if found else _last_line(data), "toml", str(error), "mend the TOML", name)
        ]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return None, [Defect(line, "toml", "the file is not UTF-8", "save it as UTF-8", name)]
    found_flaws = [
        Defect(line_at(draft.lines, f.path), f.rule, f.message, f.remedy, name) for f in draft.flaws
    ]
    return draft, sorted(found_flaws)


def draft_of(data: bytes) -> Draft:
    """Return a file as far as it can be read.

    Raises:
        UnicodeDecodeError, tomllib.TOMLDecodeError: it is no TOML text.
    """
    text = data.decode("utf-8")
    raw = tomllib.loads(text)
    lines = lines_of(text)
    if "agreement" not in raw and isinstance(raw.get("amendment"), dict):
        return _draft_amendment(raw, lines)
    found: list[Flaw] = [
        Flaw((key,), "unknown-key", f"no table is called {key!r}", f"known: {', '.join([*SINGLE, *TABLES])}")
        for key in raw
        if key not in TABLES and key not in SINGLE
    ]
    single: dict[str, Any] = {}
    for key, form in SINGLE.items():
        single[key] = _read(raw.get(key, {}), form, (key,), found)
    many: dict[str, list[Any]] = {key: list(_read_all(raw.get(key, []), key, found)) for key in TABLES}
    if found or None in single.values():
        return Draft(tuple(found), lines)
    agreement = Agreement(
        single["agreement"],
        tuple(many["party"]),
        tuple(many["area"]),
        tuple(many["clause"]),
        single["judgement"],
        tuple(many["text"]),
        tuple(many["variant"]),
        tuple(many["amendment"]),
    )
    return Draft(tuple(flaws(agreement)), lines, spoken_in_english(agreement))


def spoken_in_english(agreement: Agreement) -> Agreement:
    """Return the agreement with its English summaries where a language is not written, so that every reader finds words."""

    def whole(words: dict[str, str]) -> dict[str, str]:
        return {**dict.fromkeys(LANGUAGES, words.get("en", "")), **words}

    swap = msgspec.structs.replace
    return swap(
        agreement,
        heading=swap(agreement.heading, title=whole(agreement.heading.title)),
        parties=tuple(swap(item, name=whole(item.name)) for item in agreement.parties),
        areas=tuple(
            swap(item, name=whole(item.name), site=tuple(swap(s, name=whole(s.name)) for s in item.site))
            for item in agreement.areas
        ),
        clauses=tuple(swap(c, title=whole(c.title), text=whole(c.text)) for c in agreement.clauses),
    )


def _draft_amendment(raw: dict[str, Any], lines: dict[Path, int]) -> Draft:
    found = [
        Flaw((key,), "unknown-key", f"an amendment has no table {key!r}", "known: amendment, change")
        for key in raw
        if key not in ("amendment", "change")
    ]
    amendment = _read({**raw["amendment"], "change": raw.get("change", [])}, Amendment, ("amendment",), found)
    # the entries of [[change]] stand at the top of the file, not under [amendment]
    moved = [msgspec.structs.replace(f, path=f.path[1:]) if f.path[1:2] == ("change",) else f for f in found]
    return Draft(tuple(moved), lines, None, None if moved else amendment)


def _read_all(tables: Any, key: str, found: list[Flaw]) -> Iterator[Any]:
    if not isinstance(tables, list):
        found.append(Flaw((key,), "form", f"write [[{key}]], once for each"))
        return
    for place, table in enumerate(tables):
        path: Path = (key, place)
        form = TABLES[key]
        if key == "clause":
            kind = table.get("kind") if isinstance(table, dict) else None
            if kind not in BY_KIND:
                found.append(
                    Flaw((*path, "kind"), "kind", f"no kind of clause is called {kind!r}", ", ".join(BY_KIND))
                )
                continue
            form = BY_KIND[kind]
        item = _read(table, form, path, found)
        if item is not None:
            yield item


def _read(table: Any, form: type[msgspec.Struct], path: Path, found: list[Flaw]) -> Any:
    """Return a table as its struct; None after noting unknown and missing keys, first wrong value."""
    if not isinstance(table, dict):
        found.append(Flaw(path, "form", f"{path[0]} must be a table"))
        return None
    before = len(found)
    needed = [field.encode_name for field in msgspec.structs.fields(form) if field.required]
    for key in needed:
        if key not in table:
            named = f" {table['id']!r}" if isinstance(table.get("id"), str) else ""
            found.append(Flaw(path, "missing-key", f"{path[0]}{named} has no `{key}`", f"give `{key}`"))
    if len(found) > before:
        known = {field.encode_name for field in msgspec.structs.fields(form)} | {"kind"}
        found += [_unknown(path, key) for key in table if key not in known]
        return None
    while True:
        try:
            item = msgspec.convert(table, AnyClause if path[0] == "clause" else form)
        except msgspec.ValidationError as error:
            unknown = _UNKNOWN.search(str(error))
            place = (*path, *_path_of(str(error)))
            if unknown is None:
                said = str(error).split(" - at ")[0]
                found.append(Flaw(place, "missing-key" if "missing required" in said else "form", said))
                return None
            found.append(_unknown(place, unknown["key"]))
            table = _without(table, (*place[len(path) :], unknown["key"]))
        else:
            return item if len(found) == before else None


def _unknown(path: Path, key: str) -> Flaw:
    return Flaw((*path, key), "unknown-key", f"no key is called {key!r} here", "check its spelling")


def _without(value: Any, path: Path) -> Any:
    head, *rest = path
    if isinstance(value, list):
        return [_without(item, tuple(rest)) if place == head else item for place, item in enumerate(value)]
    if not rest:
        return {key: item for key, item in value.items() if key != head}
    return {key: _without(item, tuple(rest)) if key == head else item for key, item in value.items()}


def _path_of(message: str) -> Path:
    found = _PLACE.search(message)
    if found is None:
        return ()
    steps = _STEP.finditer(found["path"])
    return tuple(step[1] if step[1] is not None else int(step[2]) for step in steps if step[1] or step[2])


def _last_line(data: bytes) -> int:
    return data.rstrip().count(b"\n") + 1
