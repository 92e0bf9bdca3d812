"""The desk's headers, names and files: no inline script, no foreign origin, no name but its own."""

from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.desk.staged import StagedDesk
from truceline.desk.api import build

Client = TestClient[Litestar]


@pytest.mark.parametrize(
    "address", ["/", "/watch", "/findings", "/findings/" + "a" * 64, "/cases/x", "/reports/2020-11-20"]
)
def test_every_place_of_the_console_is_the_one_page(client: Client, address: str) -> None:
    page = client.get(address)
    assert page.status_code == 200 and "<title>Truceline" in page.text
    assert page.headers["cache-control"] == "no-store"


def test_answers_carry_the_headers(client: Client) -> None:
    for address in ("/", "/api/status", "/assets/index-abc.js", "/api/nowhere"):
        headers = client.get(address).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "http:" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers


def test_built_files_are_kept_and_nothing_else_is_served(client: Client) -> None:
    assert "immutable" in client.get("/assets/index-abc.js").headers["cache-control"]
    for address in (
        "/assets/../index.html",
        "/assets/%2e%2e/%2e%2e/api.py",
        "/assets/nothing.js",
        "/static/index.html",
    ):
        assert client.get(address).status_code == 404, address


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8470", ""]
)
def test_a_foreign_name_is_not_answered(client: Client, host: str) -> None:
    answer = client.get("/api/status", headers={"host": host})
    assert answer.status_code == 400 and "what" in answer.json()


@pytest.mark.parametrize("host", ["127.0.0.1:8470", "localhost:1", "[::1]:8470", "127.0.0.1"])
def test_loopback_is_answered_on_any_port(client: Client, host: str) -> None:
    assert client.get("/api/reports", headers={"host": host}).status_code == 200


def test_a_named_host_is_answered(desk: StagedDesk, built: Path) -> None:
    with TestClient(
        build(desk, hosts=["desk.example"], static=built), base_url="http://desk.example"
    ) as held:
        assert held.get("/api/reports").status_code == 200


def test_other_origins_get_no_leave(client: Client) -> None:
    answer = client.options(
        "/api/status", headers={"origin": "http://evil.example", "access-control-request-method": "GET"}
    )
    assert "access-control-allow-origin" not in answer.headers


def test_without_a_build_the_page_says_what_to_do(desk: StagedDesk, tmp_path: Path) -> None:
    with TestClient(build(desk, static=tmp_path), base_url="http://127.0.0.1") as held:
        assert "make console" in held.get("/").text
