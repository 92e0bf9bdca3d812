"""The live line: batches, heartbeats, pings; and only for our own pages."""

import pytest
from litestar import Litestar
from litestar.exceptions import WebSocketDisconnect
from litestar.testing import TestClient

from tests.desk.staged import StagedDesk
from truceline.desk.api import build
from truceline.report.day import Day

Client = TestClient[Litestar]


def test_the_first_batch_is_whole(client: Client) -> None:
    with client.websocket_connect("/live") as line:
        batch = line.receive_json()
    assert batch["whole"] and batch["lanes"] == ["air"] and batch["since"] == -1
    assert batch["tracks"] and batch["heads"] and batch["delay_ms"] == 40.0


def test_a_silent_picture_still_beats(client: Client) -> None:
    with client.websocket_connect("/live") as line:
        first, beat = line.receive_json(), line.receive_json()
    assert beat["serial"] == first["serial"] and beat["tracks"] == []


def test_tracks_move_from_batch_to_batch(day: Day) -> None:
    seconds = iter(range(100_000))
    desk = StagedDesk(day, lambda: float(next(seconds)), pace=12.0)
    desk.begun -= 20 * 60 / 12.0
    with (
        TestClient(build(desk), base_url="http://127.0.0.1") as held,
        held.websocket_connect("/live") as line,
    ):
        one, other = line.receive_json(), line.receive_json()
    assert other["now_ms"] > one["now_ms"]
    places = [
        {track["id"]: (track["lon"], track["lat"]) for track in batch["tracks"]} for batch in (one, other)
    ]
    both = places[0].keys() & places[1].keys()
    assert both and any(places[0][track] != places[1][track] for track in both)


def test_a_ping_is_answered(client: Client) -> None:
    with client.websocket_connect("/live") as line:
        line.send_text('{"ping":1}')
        assert any("pong" in line.receive_json() for _ in range(4))


def test_a_page_of_another_origin_is_sent_away(client: Client) -> None:
    with client.websocket_connect("/live", headers={"origin": "http://evil.example"}) as line:
        with pytest.raises(WebSocketDisconnect) as gone:
            line.receive_json()
    assert gone.value.code == 4403


def test_our_own_page_is_served(client: Client) -> None:
    with client.websocket_connect("/live", headers={"origin": "http://127.0.0.1:8470"}) as line:
        assert line.receive_json()["whole"]


def test_batches_can_also_be_fetched(client: Client) -> None:
    first = client.get("/api/moving").json()
    assert first["whole"]
    assert client.get("/api/moving", params={"since": first["serial"]}).json()["tracks"] == []
