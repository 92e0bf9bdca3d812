"""On which line of a TOML text each key, table and array element stands; the standard reader does not say.

The text must already be valid TOML 1.0 (toml.io): the scanner follows its grammar (comments, bare, quoted
and dotted keys, the four kinds of string, arrays over several lines, inline tables, tables and arrays of
tables) and keeps places only. A path is a tuple of keys and array indices: ("clause", 3, "deadline", "at").
"""

from __future__ import annotations

from bisect import bisect_right

Path = tuple[str | int, ...]
_SPACE = " \t\r\n"
_BARE_END = " \t\r\n=.]#,}"


def lines_of(text: str) -> dict[Path, int]:
    """Return the 1-based line of every path in a valid TOML text."""
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


def line_at(lines: dict[Path, int], path: Path) -> int:
    """Return the line of a path, or of the nearest table above it that has one (1 when none has)."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.counts: dict[Path, int] = {}
        self.ends = [place for place, sign in enumerate(text) if sign == "\n"]

    def document(self) -> None:
        table: Path = ()
        self.skip_space()
        while self.at < len(self.text):
            if self.text[self.at] == "[":
                table = self.header()
            else:
                self.pair(table)
            self.skip_space()

    def header(self) -> Path:
        start = self.at
        many = self.text.startswith("[[", self.at)
        self.at += 2 if many else 1
        keys = self.keys()
        self.at += 2 if many else 1
        path: Path = ()
        for place, key in enumerate(keys):
            path = (*path, key)
            if many and place == len(keys) - 1:
                self.counts[path] = self.counts.get(path, -1) + 1
                self.note(path, start)
            if path in self.counts:
                path = (*path, self.counts[path])
        self.note(path, start)
        return path

    def pair(self, table: Path) -> None:
        start = self.at
        keys = self.keys()
        self.at += 1
        path: Path = table
        for key in keys:
            path = (*path, key)
            self.note(path, start)
        self.value(path)

    def keys(self) -> list[str]:
        """Read a dotted key and stand on the sign after it (= or ])."""
        found = []
        while True:
            self.skip_space()
            sign = self.text[self.at]
            if sign in "\"'":
                end = self.string_end()
                found.append(self.text[self.at + 1 : end - 1])
                self.at = end
            else:
                start = self.at
                while self.at < len(self.text) and self.text[self.at] not in _BARE_END:
                    self.at += 1
                found.append(self.text[start : self.at])
            self.skip_space()
            if self.at >= len(self.text) or self.text[self.at] != ".":
                return found
            self.at += 1

    def value(self, path: Path) -> None:
        self.skip_space()
        sign = self.text[self.at]
        if sign in "\"'":
            self.at = self.string_end()
        elif sign == "[":
            self.elements(path)
        elif sign == "{":
            self.members(path)
        else:
            while self.at < len(self.text) and self.text[self.at] not in ",]}#\r\n":
                self.at += 1

    def elements(self, path: Path) -> None:
        self.at += 1
        index = 0
        while not self.closed("]"):
            self.note((*path, index), self.at)
            self.value((*path, index))
            index += 1

    def members(self, path: Path) -> None:
        self.at += 1
        while not self.closed("}"):
            self.pair(path)

    def closed(self, sign: str) -> bool:
        """Skip commas and space; True, past it, when the closing sign is next."""
        self.skip_space()
        while self.text[self.at] == ",":
            self.at += 1
            self.skip_space()
        if self.text[self.at] == sign:
            self.at += 1
            return True
        return False

    def string_end(self) -> int:
        quote = self.text[self.at]
        fence = quote * 3 if self.text.startswith(quote * 3, self.at) else quote
        at = self.at + len(fence)
        while not self.text.startswith(fence, at):
            at += 2 if quote == '"' and self.text[at] == "\\" else 1
        at += len(fence)
        if len(fence) == 3:  # up to two quotes may stand before the closing fence
            while self.text.startswith(quote, at):
                at += 1
        return at

    def skip_space(self) -> None:
        while self.at < len(self.text):
            if self.text[self.at] == "#":
                end = self.text.find("\n", self.at)
                self.at = len(self.text) if end < 0 else end
            elif self.text[self.at] in _SPACE:
                self.at += 1
            else:
                return

    def note(self, path: Path, at: int) -> None:
        self.lines.setdefault(path, bisect_right(self.ends, at - 1) + 1)
