"""A door whose port is taken is refused before anything is started."""

import socket
from pathlib import Path

import pytest

from truceline.centre.clock import SystemClock
from truceline.centre.config import Config, HereSettings, PartSettings
from truceline.centre.doors import check_doors
from truceline.centre.part import make_part
from truceline.centre.shipped import agreement_bytes
from truceline.means.source import Source
from truceline.terms.faults import Refusal


def test_a_taken_port_is_refused_by_name_and_a_free_one_is_not(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as holder:
        holder.bind(("127.0.0.1", 0))
        port = holder.getsockname()[1]
        source = Source("R1", "asterix", door=f"udp:127.0.0.1:{port}")
        config = Config(part=(PartSettings("A"),), source=(source,), here=HereSettings(part="A"))
        part = make_part(tmp_path / "a", config, agreement_bytes("2020-11-karabakh.toml"), SystemClock())
        try:
            with pytest.raises(Refusal, match=rf"source R1: cannot listen on udp 127.0.0.1:{port}.*door"):
                check_doors(part)
            holder.close()
            check_doors(part)
        finally:
            part.close()
