"""Writes the desk's OpenAPI, from which the console's types are generated: ``python -m truceline.desk.schema [FILE]``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, cast

from truceline.desk.api import build
from truceline.desk.views import Desk


def openapi() -> dict[str, Any]:
    """Return the OpenAPI document; the version is left out, since types do not change with a release."""
    app = build(cast(Desk, None))
    document: dict[str, Any] = app.openapi_schema.to_schema()
    document["info"]["version"] = "0"
    return document


def spelled() -> str:
    """Return the document as the file spells it."""
    return json.dumps(openapi(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        Path(sys.argv[1]).write_text(spelled(), encoding="utf-8")
    else:
        sys.stdout.write(spelled())
