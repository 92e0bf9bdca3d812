"""The report as HTML: one self-contained page, drawn by one template; it runs nothing and loads nothing."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources

from jinja2 import DictLoader, Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from truceline.report.paper import Paper

TEMPLATES = "truceline.report.templates"
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT[\d:]+(?:Z|[+-]\d\d:\d\d)?)")


def html_bytes(paper: Paper) -> bytes:
    """Return the paper as an HTML page in UTF-8."""
    return _template().render(paper=paper).encode("utf-8", "replace")


def timed(text: str) -> Markup:
    """Return a text escaped, its instants marked so that no line breaks inside one."""
    parts = _TIME.split(text)
    return Markup("").join(
        Markup('<span class="t">{}</span>').format(part) if number % 2 else escape(part)
        for number, part in enumerate(parts)
    )


@lru_cache(maxsize=1)
def _template() -> Template:
    held = {
        name: resources.files(TEMPLATES).joinpath(name).read_text("utf-8")
        for name in ("daily.html", "daily.css")
    }
    environment = Environment(
        loader=DictLoader(held),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["timed"] = timed
    environment.globals["style"] = held["daily.css"]
    return environment.get_template("daily.html")
