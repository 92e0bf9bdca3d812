"""The desk answers every question about the day, refuses what is out of bounds, and shows verdicts without making any."""

import hashlib

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.desk.staged import OUTAGE, StagedDesk
from truceline.report.day import Day
from truceline.terms.time import parse_time

Client = TestClient[Litestar]
QUESTIONS = (
    "status agreement board alerts sources cases timeline findings tracks moving coverage log reports".split()
)


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_question_is_answered(client: Client, question: str) -> None:
    answer = client.get(f"/api/{question}")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["cache-control"] == "no-store"


def test_status_names_both_parts_and_the_exercise(client: Client, day: Day) -> None:
    status = client.get("/api/status").json()
    assert [(part["part"], part["state"]) for part in status["parts"]] == [("A", "you"), ("B", "connected")]
    assert status["exercise"] == day.exercise != ""
    assert status["now_ms"] == day.known_ns // 1_000_000
    assert status["faults"] == len(day.faults) >= 1
    assert [head["part"] for head in status["heads"]] == ["A", "B"]


def test_the_agreement_comes_with_articles_areas_and_three_languages(client: Client) -> None:
    agreement = client.get("/api/agreement").json()
    clauses = {clause["id"]: clause for clause in agreement["clauses"]}
    assert clauses["1.air"]["kind"] == "EXCLUDE"
    assert clauses["2.agdam"]["deadline"].startswith("2020-11-20")
    for clause in clauses.values():
        assert set(clause["title"]) == set(clause["summary"]) == {"en", "ru", "tr"}
    areas = {area["id"]: area for area in agreement["areas"]["features"]}
    ring = areas["line-buffer"]["geometry"]["coordinates"][0]
    assert areas["line-buffer"]["geometry"]["type"] == "Polygon" and ring[0] == ring[-1]
    assert all(46 < lon < 48 and 39 < lat < 41 for lon, lat in ring)
    assert agreement["places"]


def test_the_board_shows_only_what_findings_say(client: Client, day: Day) -> None:
    board = client.get("/api/board").json()
    verdicts = {finding.id: finding.verdict for finding in day.findings}
    rows = board["rows"]
    assert rows[0]["verdict"] == "violated" and rows[0]["clause"] == "1.air"
    for row in rows:
        assert row["verdict"] == verdicts.get(row["finding"])
        assert all(verdicts[span["finding"]] == span["verdict"] for span in row["strip"])
        assert all(span["end_ms"] <= day.known_ns // 1_000_000 for span in row["strip"])
    assert board["tally"]["violated"] == sum(row["verdict"] == "violated" for row in rows)
    assert sum(board["tally"].values()) == len(rows)


def test_findings_are_filtered_and_say_how_many_are_hidden(client: Client, day: Day) -> None:
    everything = client.get("/api/findings").json()
    assert everything["hidden"] == 0 and everything["total"] == len(everything["rows"])
    broken = client.get("/api/findings", params={"v": "violated"}).json()
    assert {row["verdict"] for row in broken["rows"]} == {"violated"}
    assert broken["total"] + broken["hidden"] == everything["total"]
    hours = client.get(
        "/api/findings", params={"cl": "1.air", "span": "hour", "limit": 3, "offset": 2}
    ).json()
    assert (
        len(hours["rows"]) == 3
        and hours["offset"] == 2
        and not any(row["whole_day"] for row in hours["rows"])
    )
    assert {row["id"] for row in everything["rows"]} <= {finding.id for finding in day.findings}


def test_a_violated_finding_leads_to_its_bytes(client: Client, desk: StagedDesk) -> None:
    row = client.get("/api/findings", params={"v": "violated", "span": "hour"}).json()["rows"][0]
    finding = client.get(f"/api/findings/{row['id']}").json()
    assert finding["row"]["verdict"] == "violated"
    assert {belief["guarantor"] for belief in finding["beliefs"]} == {"A", "B"}
    assert finding["explanations"] and finding["detection"] and finding["paths"][0]["points"]
    assert {one["source"] for one in finding["evidence"]} == {"R1", "R2"}
    cited = finding["evidence"][0]
    assert cited["kind"] == "plot" and cited["range_m"] > 0 and cited["track"] == finding["tracks"][0]
    shown = client.get(f"/api/evidence/{cited['content']}/{cited['item']}").json()
    body = bytes.fromhex(shown["hex"])
    assert shown["length"] == shown["shown_length"] == len(body)
    assert shown["sha256"] == hashlib.sha256(body).hexdigest()
    for field in shown["fields"]:
        assert body[field["offset"] : field["offset"] + field["length"]].hex() == field["hex"]
    assert any("range" in field["text"] for field in shown["fields"])
    raw = client.get(f"/api/evidence/{cited['content']}/{cited['item']}/raw")
    assert raw.content == body and "attachment" in raw.headers["content-disposition"]
    assert desk.evidence(cited["content"], cited["item"])[0].body == body


def test_a_finding_is_found_by_its_first_signs(client: Client, day: Day) -> None:
    identity = day.findings[0].id
    assert client.get(f"/api/findings/{identity[:12]}").json()["row"]["id"] == identity
    assert client.get("/api/findings/" + "0" * 64).status_code == 404


def test_an_outage_is_drawn_as_a_gap_and_takes_coverage_away(client: Client) -> None:
    start, end = (parse_time(text) // 1_000_000 for text in OUTAGE)
    timeline = client.get("/api/timeline").json()
    rows = {row["source"]: row for row in timeline["sources"]}
    gap = next(gap for gap in rows["R2"]["gaps"] if gap["start_ms"] > timeline["start_ms"])
    assert (
        abs(gap["start_ms"] - start) < 60_000
        and abs(gap["end_ms"] - end) < 60_000
        and gap["word"] == "outage"
    )
    assert not any(
        w["start_ms"] < gap["end_ms"] and w["end_ms"] > gap["start_ms"] for w in rows["R2"]["watched"]
    )
    here = {"lon": 47.16, "lat": 39.62, "cls": "uav"}
    before = client.get("/api/coverage/here", params={**here, "t": "2020-11-20T08:15:00Z"}).json()
    during = client.get("/api/coverage/here", params={**here, "t": "2020-11-20T08:35:00Z"}).json()
    assert before["probability"] > 0.5 > during["probability"]
    assert {one["source"]: one["cause"] for one in during["sources"]}["R2"] == "outage"


def test_ground_that_nobody_computed_is_not_called_seen(client: Client) -> None:
    far = client.get("/api/coverage/here", params={"lon": 10, "lat": 50}).json()
    assert far["probability"] is None and far["sources"] == []


def test_the_raster_has_a_figure_for_every_cell(client: Client, day: Day) -> None:
    coverage = client.get("/api/coverage", params={"cls": "uav"}).json()
    assert len(coverage["percent"]) == coverage["rows"] * coverage["columns"]
    assert len(coverage["lattice"]) == coverage["lattice_rows"] * coverage["lattice_columns"]
    assert 0 <= min(coverage["percent"]) <= max(coverage["percent"]) <= 100
    assert coverage["end_ms"] <= day.known_ns // 1_000_000


def test_tracks_carry_trail_ellipse_and_the_findings_that_cite_them(client: Client) -> None:
    tracks = client.get("/api/tracks", params={"t": "2020-11-20T08:15:00Z"}).json()["tracks"]
    assert tracks and all(-180 <= track["lon"] <= 180 for track in tracks)
    cited = [track for track in tracks if track["cited"]]
    assert len(cited) == 1 and cited[0]["address"] == "" and len(cited[0]["trail"]) > 3
    assert cited[0]["ellipse"]["major_m"] >= cited[0]["ellipse"]["minor_m"] > 0
    assert set(cited[0]["sources"]) == {"R1", "R2"}
    before = client.get("/api/tracks", params={"t": "2020-11-20T08:14:00Z"}).json()["tracks"]
    earlier = next(track for track in before if track["id"] == cited[0]["id"])
    assert (earlier["lon"], earlier["lat"]) != (cited[0]["lon"], cited[0]["lat"])


def test_cases_keep_both_assessments_side_by_side(client: Client) -> None:
    case = client.get("/api/cases").json()["rows"][0]
    assert case["committed"] == ["A", "B"] and [a["part"] for a in case["assessments"]] == ["A", "B"]
    assert case["outcome"] == "agreed with reservation"


def test_alerts_put_the_violation_first_and_count_what_was_not_readable(client: Client) -> None:
    alerts = client.get("/api/alerts").json()["rows"]
    assert alerts[0]["kind"] == "violated" and alerts[0]["finding"]
    assert "faults" in {alert["kind"] for alert in alerts}


def test_the_report_may_run_nothing(client: Client, day: Day) -> None:
    assert client.get("/api/reports").json()["days"] == [day.day]
    report = client.get(f"/api/report/{day.day}", params={"lang": "tr"})
    assert report.status_code == 200 and report.headers["content-type"].startswith("text/html")
    policy = report.headers["content-security-policy"]
    assert (
        "default-src 'none'" in policy and "script-src" not in policy and "frame-ancestors 'self'" in policy
    )
    assert client.get("/api/report/1999-01-01").status_code == 404


@pytest.mark.parametrize(
    "address",
    [
        "/api/tracks?t=yesterday",
        "/api/tracks?t=2020-11-20T99:00:00Z",
        "/api/status?k=" + "9" * 4000,
        "/api/coverage?cls=ufo",
        "/api/coverage?cls=" + "x" * 400,
        "/api/coverage/here?lon=999&lat=0",
        "/api/coverage/here?lon=nan&lat=0",
        "/api/coverage/here",
        "/api/findings?v=guilty",
        "/api/findings?limit=100000",
        "/api/findings?offset=-1",
        "/api/findings?span=week",
        "/api/findings/..%2f..%2fetc",
        "/api/findings/" + "f" * 4000,
        "/api/evidence/zz/0",
        "/api/evidence/" + "0" * 64 + "/-1",
        "/api/evidence/" + "0" * 64 + "/0",
        "/api/timeline?cl=no-such-clause",
        "/api/report/2020-11-20?lang=xx",
        "/api/report/..%2f..%2fetc",
        "/api/moving?since=-5",
        "/api/nowhere",
    ],
)
def test_what_is_out_of_bounds_is_refused_with_words(client: Client, address: str) -> None:
    answer = client.get(address)
    assert 400 <= answer.status_code < 500, answer.status_code
    said = answer.json()
    assert said["status"] == answer.status_code and said["what"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_written(client: Client, method: str) -> None:
    for address in ("/api/status", "/api/findings", "/"):
        assert client.request(method, address).status_code == 405


def test_a_day_as_known_earlier_knows_less(client: Client) -> None:
    early = client.get("/api/status", params={"k": "2020-11-20T08:05:00Z"}).json()
    assert early["known_ms"] == parse_time("2020-11-20T08:05:00Z") // 1_000_000
    assert early["records"] < client.get("/api/status").json()["records"]
    assert client.get("/api/board", params={"k": "2020-11-20T08:05:00Z"}).json()["tally"]["violated"] == 0
