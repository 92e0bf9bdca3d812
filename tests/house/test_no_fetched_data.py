"""No file of the development data is in the repository: tests read it in place."""

import hashlib
from pathlib import Path

from tests.house.source import ROOT, project_files

SMALLEST = 64  # bytes; shorter files (markers, empty packages) are equal by chance


def digests(paths: list[Path]) -> dict[str, Path]:
    """Files by the hash of their contents, trifles left out."""
    big = [path for path in paths if path.stat().st_size >= SMALLEST and not path.name.startswith("LICENSE")]
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in big}


def test_no_development_data_is_committed(data_dir: Path) -> None:
    fetched = digests([path for path in sorted(data_dir.rglob("*")) if path.is_file()])
    assert fetched, f"{data_dir} is empty: the test would prove nothing"
    ours = digests(list(project_files()))
    assert [str(ours[digest].relative_to(ROOT)) for digest in sorted(ours.keys() & fetched.keys())] == []


def test_a_copy_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "a.pcap").write_bytes(b"x" * SMALLEST)
    (tmp_path / "b.raw").write_bytes(b"x" * SMALLEST)
    assert digests([tmp_path / "a.pcap"]).keys() == digests([tmp_path / "b.raw"]).keys()
