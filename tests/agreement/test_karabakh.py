"""The nine points of 10 November 2020: complete, in our own words, and amended when that became known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.agreement.files import AMENDMENT, KARABAKH, edited
from truceline.agreement.calendar import deadline_ns, deadline_text, window_ns
from truceline.agreement.clauses import JUDGED, WRAPPERS, Cease, Limit, Reach, kind_of
from truceline.agreement.text import (
    Agreement,
    attachment,
    fold_agreement,
    lint,
    notes,
    read_agreement,
    read_amendment,
    read_attachment,
)
from truceline.terms.faults import Refusal
from truceline.terms.time import NS_PER_DAY, civil_day, parse_day, parse_time

SIGNED = parse_time("2020-11-09T21:00:00Z")
AMENDED = parse_time("2020-11-15T09:00:00Z")
LOG = [(SIGNED, KARABAKH), (AMENDED, AMENDMENT)]


def deadlines(agreement: Agreement, clause: str) -> list[str]:
    held = agreement.clause(clause)
    assert isinstance(held, Reach)
    return [deadline_text(held.deadline, item, agreement.time_zone) for item in held.deadline.readings]


def test_both_files_are_clean() -> None:
    assert {item.severity for item in lint(KARABAKH, "karabakh")} == {"note"}
    assert lint(AMENDMENT, "amendment") == []


def test_all_nine_points_are_there() -> None:
    agreement = read_agreement(KARABAKH)
    points = {clause.id.split(".")[0] for clause in agreement.clauses}
    assert points == {str(number) for number in range(1, 10)}
    assert agreement.time_zone == "Europe/Moscow"
    assert {kind_of(clause) for clause in agreement.clauses} >= set(JUDGED)
    for clause in agreement.clauses:
        assert clause.bearer and clause.area and clause.citation and clause.article and clause.span
        assert set(clause.text) == {"en", "ru", "tr"}
        assert kind_of(clause) in WRAPPERS or clause.measure  # type: ignore[union-attr]


def test_fire_ends_at_midnight_in_moscow() -> None:
    agreement = read_agreement(KARABAKH)
    cease = agreement.clause("1.cease")
    assert isinstance(cease, Cease)
    assert window_ns(cease.window, agreement.time_zone)[0] == SIGNED


def test_the_ceilings_are_those_of_point_three() -> None:
    agreement = read_agreement(KARABAKH)
    ceilings = [c.measure.value for c in agreement.clauses if isinstance(c, Limit)]
    assert ceilings == [1960, 90, 380]


def test_every_area_is_marked_approximate_and_versioned() -> None:
    for area in read_agreement(KARABAKH).areas:
        assert area.approximate and area.map_version == "1" and area.author == "Truceline"


def test_what_no_means_can_verify_is_a_note() -> None:
    found = [note.message for note in notes(KARABAKH, "karabakh")]
    assert [text.split("clause ")[1].split(" ")[0] for text in found] == [
        "4.withdraw",
        "7.return",
        "8.exchange",
    ]


def test_a_deadline_has_two_readings_a_day_apart() -> None:
    agreement = read_agreement(KARABAKH)
    clause = agreement.clause("2.agdam")
    assert isinstance(clause, Reach)
    by, before = clause.deadline.readings
    day = civil_day(parse_day("2020-11-20"), "Europe/Moscow")
    assert deadline_ns(clause.deadline, by, "Europe/Moscow") == day[1]
    assert deadline_ns(clause.deadline, before, "Europe/Moscow") == day[0]
    assert deadlines(agreement, "2.agdam") == ["2020-11-20T23:59:59+03:00", "2020-11-20T00:00:00+03:00"]


@pytest.mark.parametrize(
    ("known", "version", "day"),
    [("2020-11-14T12:00:00Z", "1", "2020-11-15"), ("2020-11-16T12:00:00Z", "2", "2020-11-25")],
)
def test_kalbajar_as_known_on(known: str, version: str, day: str) -> None:
    agreement = fold_agreement(LOG, parse_time(known))
    assert agreement.version == version
    assert [text[:10] for text in deadlines(agreement, "6.kalbajar")] == [day, day]
    assert [text[:10] for text in deadlines(agreement, "2.agdam")] == ["2020-11-20"] * 2


@given(st.permutations([*LOG, *LOG]))
def test_the_fold_needs_no_order_and_counts_bytes_once(log: list[tuple[int, bytes]]) -> None:
    agreement = fold_agreement(log, AMENDED)
    assert (agreement.version, agreement.applied, agreement.refused) == ("2", ("2020-11-15-kalbajar",), ())


def test_an_amendment_the_document_carries_counts_from_when_it_was_known() -> None:
    text = (
        AMENDMENT.decode()
        .replace("[amendment]", "[[amendment]]")
        .replace("[[change]]", "[[amendment.change]]")
    )
    carried = KARABAKH + text.replace("[change.set]", "[amendment.change.set]").encode()
    agreement = read_agreement(carried)
    assert deadlines(agreement.known_on(AMENDED - 1), "6.kalbajar")[0][:10] == "2020-11-15"
    assert deadlines(agreement.known_on(AMENDED), "6.kalbajar")[0][:10] == "2020-11-25"
    # logged once more as a document of its own, it is refused as already in force and changes nothing
    folded = fold_agreement([(SIGNED, carried), (AMENDED, AMENDMENT)], AMENDED + NS_PER_DAY)
    assert deadlines(folded, "6.kalbajar")[0][:10] == "2020-11-25"


@pytest.mark.parametrize(
    "body",
    [
        edited('from_version = "1"', 'from_version = "7"', AMENDMENT),
        edited('amends = "2020-11-karabakh"', 'amends = "1953-korea"', AMENDMENT),
        edited('id = "6.kalbajar"', 'id = "6.nowhere"', AMENDMENT),
        edited("2020-11-25", "2020-11-05", AMENDMENT),
        edited('known = "2020-11-15T12:00"', 'known = "2020-11-01T12:00"', AMENDMENT),
        edited("deadline = {", "deadlin = {", AMENDMENT),
        b"\xff not a text",
    ],
)
def test_a_document_that_does_not_fit_is_refused_and_the_old_one_stays(body: bytes) -> None:
    agreement = fold_agreement([LOG[0], (AMENDED, body)], AMENDED)
    assert agreement.version == "1" and len(agreement.refused) == 1
    assert deadlines(agreement, "6.kalbajar")[0][:10] == "2020-11-15"


def test_without_an_agreement_there_is_nothing_to_run() -> None:
    with pytest.raises(Refusal, match="no agreement was known"):
        fold_agreement(LOG, SIGNED - 1)
    with pytest.raises(Refusal, match="not in the log"):
        fold_agreement([LOG[1]], AMENDED)


def test_an_amendment_is_no_agreement_and_the_other_way_round() -> None:
    assert read_amendment(AMENDMENT).version == "2"
    with pytest.raises(Refusal):
        read_agreement(AMENDMENT)
    with pytest.raises(Refusal):
        read_amendment(KARABAKH)


@given(st.binary(max_size=50), st.text(max_size=20).filter(lambda text: text.isprintable()))
def test_an_official_text_is_attached_by_its_hash(body: bytes, source: str) -> None:
    document = attachment(body, "ru", source)
    text = read_attachment(document)
    assert text is not None and text.source == source and len(text.sha256) == 64
    agreement = fold_agreement([LOG[0], (SIGNED + 1, document)], AMENDED)
    assert agreement.texts == (text,) and agreement.version == "1"


def test_no_document_is_an_attachment_by_chance() -> None:
    assert read_attachment(KARABAKH) is None
    assert read_attachment(b"\xff") is None
