"""Writes the table of docs/reference/agreements.md from the agreement files, so that the page cannot be stale.

What stands above the mark is written by hand and kept. Usage: .venv/bin/python tools/document_agreements.py [--check]
"""

from __future__ import annotations

import sys
from pathlib import Path

from truceline.agreement.clauses import JUDGED, WRAPPERS, AnyClause, kind_of
from truceline.agreement.document import Agreement
from truceline.agreement.text import read_agreement

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reference" / "agreements.md"
MARK = "<!-- written by tools/document_agreements.py; edit above this line only -->\n"
SHOWN = (
    "classes", "types", "item", "line", "tolerance_m", "state", "looks", "counting", "period_days", "within_days", "trigger",
    "users", "closure_h", "act", "undertaking", "attesters", "of", "number", "notice_h", "contested", "within_h", "years",
    "renewal_years", "notice_months", "coupled", "after",
)  # fmt: skip


def agreements() -> list[Agreement]:
    """Every whole agreement of the folder, in order of file name."""
    files = sorted((ROOT / "agreements").glob("*.toml"))
    return [read_agreement(file.read_bytes(), file.name) for file in files if ".amendment-" not in file.name]


def judged_by(clause: AnyClause) -> str:
    """What can verify a clause."""
    kind = kind_of(clause)
    if kind in JUDGED:
        return "technical means"
    if kind in WRAPPERS:
        return "signed words" if kind == "REPAIR" else "changes other clauses"
    return "attested by people" if kind == "ATTEST" else "signed words and sightings"


def parameters(clause: AnyClause) -> str:
    """The parameters that a clause sets, in one cell."""
    told = []
    measure = getattr(clause, "measure", None)
    if measure is not None and kind_of(clause) == "LIMIT":
        told.append(f"{measure.relation} {measure.value:g} {measure.unit}")
    deadline = getattr(clause, "deadline", None)
    if deadline is not None:
        told.append(
            f"by {deadline.at} ({len(deadline.readings)} reading{'s' * (len(deadline.readings) > 1)})"
        )
    for name in SHOWN:
        value = getattr(clause, name, None)
        if value not in (None, "", (), 0, 0.0, False):
            text = (
                ", ".join(value)
                if isinstance(value, tuple)
                else f"{value:g}"
                if isinstance(value, float)
                else value
            )
            told.append(f"{name} {text}")
    return "; ".join(str(item) for item in told).replace("|", "/")


def table() -> str:
    """One table an agreement."""
    parts = []
    for agreement in agreements():
        parts.append(f"## {agreement.title['en']}\n\n`{agreement.id}`, {len(agreement.clauses)} clauses.\n")
        parts.append(
            "| clause | article | kind | what | parameters | judged by | basis |\n|---|---|---|---|---|---|---|"
        )
        parts += [
            f"| `{c.id}` | {c.article} | {kind_of(c)} | {c.title['en'].replace('|', '/')} | {parameters(c)} | "
            f"{judged_by(c)} | {c.basis} |"
            for c in agreement.clauses
        ]
        parts.append("")
    return "\n".join(parts)


def page() -> str:
    """The whole page: its hand-written head and the tables."""
    head = PAGE.read_text(encoding="utf-8").split(MARK)[0]
    return f"{head}{MARK}\n{table()}"


def main() -> int:
    """Write the page, or with --check say whether it is stale."""
    made = page()
    if "--check" in sys.argv:
        return int(PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
