"""ACT, ATTEST, PASSAGE, REPAIR, TERM: judged by signed words with a truth that each test states."""

from typing import Any

import msgspec
import pytest

from tests.verify.scenes import END, PATROL_A, PATROL_B, agreement, material, nobody, report
from truceline.agreement.calendar import Deadline, Reading, Window
from truceline.agreement.clauses import Act, AnyClause, Passage, Repair, Term
from truceline.agreement.document import Agreement
from truceline.terms.faults import Refusal
from truceline.terms.ids import digest
from truceline.terms.time import parse_time
from truceline.verify.finding import Finding
from truceline.verify.judge import judge, norm_states
from truceline.verify.norms import broken_since, states_of
from truceline.verify.statements import Spoken, is_statement, read_statement, said_of
from truceline.verify.wrappers import life_of


def spoken(statement: str, clause: str, party: str, at: str, held_by: str = "", **given: str) -> Spoken:
    """A statement record; a guarantor's stands in its own part's log."""
    body = {"statement": statement, "clause": clause, "party": party, "at": at} | given
    data = msgspec.json.encode(body)
    own = {"RUS": "A", "TUR": "B"}.get(party, "AB")
    return Spoken(digest(data), parse_time(at), held_by or own, data)


def only(*clauses: AnyClause) -> Agreement:
    return msgspec.structs.replace(agreement(), clauses=clauses)


def day(held: Agreement, *said: Spoken, reports: Any = (), norms: Any = ()) -> list[Finding]:
    given = msgspec.structs.replace(material(nobody(), None, reports), spoken=said)
    return judge(held, given, norms)


def the_act(**given: Any) -> Agreement:
    clause = agreement().clause("5.centre")
    assert isinstance(clause, Act)
    return only(msgspec.structs.replace(clause, **given))


T = "2020-11-20T10:00:00Z"
DUE = Deadline("2020-11-20T15:00", (Reading("by", True),))
DONE = (spoken("done", "5.centre", "RUS", T), spoken("done", "5.centre", "TUR", "2020-11-20T10:30:00Z"))
DENIED = tuple(spoken("not done", "5.centre", party, "2020-11-20T13:00:00Z") for party in ("RUS", "TUR"))


@pytest.mark.parametrize(
    ("said", "verdict", "key"),
    [
        (DONE, "compliant", "act.done"),
        (DONE[:1], "not verified", "word.one"),
        ((), "not verified", "act.overdue"),
        (DENIED, "violated", "act.not_done"),
        (DENIED[:1], "not verified", "act.overdue"),
        ((DONE[0], DENIED[1]), "not verified", "act.disputed"),
    ],
)
def test_an_act_by_a_deadline(said: tuple[Spoken, ...], verdict: str, key: str) -> None:
    (finding,) = day(the_act(deadline=DUE), *said)
    assert (finding.verdict, finding.reason.key) == (verdict, key)
    if verdict == "compliant":
        assert finding.margin.unit == "h" and finding.margin.low == 1.5
        assert finding.evidence and finding.sources == ("RUS", "TUR")


def test_a_sight_of_it_is_the_second_word() -> None:
    held = the_act(deadline=DUE, classes=("vehicle",))
    seen = report(PATROL_B, "10:20", 46.93, 39.99)
    assert day(held, DONE[0], reports=[seen])[0].verdict == "compliant"
    assert day(held, DONE[0])[0].verdict == "not verified"


def test_an_act_every_few_days_and_after_a_trigger() -> None:
    every = the_act(period_days=11.0, trigger="")
    assert day(every, *DONE)[0].verdict != "violated"
    called = the_act(within_days=0.25, trigger="asked for")
    asked = spoken("triggered", "5.centre", "TUR", "2020-11-20T09:00:00Z")
    assert day(called)[0].reason.key == "act.not_triggered"
    assert day(called, asked, *DONE)[0].verdict == "compliant"
    late = tuple(spoken("not done", "5.centre", party, "2020-11-20T16:00:00Z") for party in ("RUS", "TUR"))
    assert day(called, asked, *late)[0].verdict == "violated"


def test_a_guarantors_word_counts_from_its_own_log_only() -> None:
    forged = spoken("done", "5.centre", "TUR", T, held_by="A")
    assert not said_of(agreement(), [forged])
    assert day(the_act(deadline=DUE), DONE[0], forged)[0].verdict == "not verified"


@pytest.mark.parametrize(
    ("said", "verdict", "key"),
    [
        ((), "not verified", "attest.people"),
        ((("attested", "RUS"),), "not verified", "attest.some"),
        ((("attested", "RUS"), ("attested", "TUR")), "compliant", "attest.kept"),
        ((("attested", "RUS"), ("disputed", "TUR")), "not verified", "attest.disputed"),
    ],
)
def test_an_undertaking_is_attested(said: tuple[tuple[str, str], ...], verdict: str, key: str) -> None:
    held = only(agreement().clause("4.withdraw"))
    (finding,) = day(held, *(spoken(word, "4.withdraw", party, T) for word, party in said))
    assert (finding.verdict, finding.reason.key) == (verdict, key)
    assert finding.indication == (key == "attest.disputed")


def the_route(closure_h: float) -> Agreement:
    clause = agreement().clause("6.corridor")
    assert isinstance(clause, Passage)
    return only(msgspec.structs.replace(clause, closure_h=closure_h))


def hours(statement: str, party: str, *clocks: int) -> list[Spoken]:
    return [spoken(statement, "6.corridor", party, f"2020-11-20T{clock:02d}:10:00Z") for clock in clocks]


def test_a_route_that_two_saw_passable_all_day_was_open() -> None:
    night = [
        spoken("passed", "6.corridor", p, f"2020-11-19T{c}:00:00Z") for p in ("RUS", "TUR") for c in (18, 22)
    ]
    said = [*night, *hours("passed", "RUS", 3, 8, 13, 18), *hours("passed", "TUR", 4, 9, 14, 19)]
    (finding,) = day(the_route(6.0), *said)
    assert finding.verdict == "compliant" and finding.margin.low is not None and finding.margin.low >= 0.0
    one = day(the_route(6.0), *(item for item in said if b"TUR" not in item.body))
    assert one[0].verdict == "not verified"
    assert day(the_route(6.0), *said[:-1])[0].verdict == "compliant"
    assert day(the_route(2.0), *said)[0].verdict == "not verified", "fewer words leave more room"


def test_a_route_that_two_were_turned_back_from_was_closed() -> None:
    said = [*hours("denied", "RUS", 2, 6, 11), *hours("denied", "TUR", 3, 10)]
    (finding,) = day(the_route(6.0), *said)
    assert finding.verdict == "violated" and finding.explanations and finding.margin.high == -1.0
    assert day(the_route(6.0), *said[:3])[0].verdict == "not verified"
    through = report(PATROL_A, "06:30", 46.58, 39.66)
    assert day(the_route(6.0), *said, reports=[through])[0].verdict == "not verified"
    assert day(the_route(6.0))[0].reason.key == "passage.no_word"


def repairing(within_h: float = 12.0) -> Agreement:
    air = agreement().clause("1.air")
    duty = Repair(
        id="1.remedy", article="1", title=air.title, text=air.text, citation="a test", bearer=air.bearer,
        area=air.area, window=Window("2020-11-10"), of=("1.air",), act="ground them", within_h=within_h,
        escalation=("joint commission",),
    )  # fmt: skip
    return only(air, duty)


def test_a_broken_clause_makes_its_repair_due_and_stays_on_record() -> None:
    norms = (("1.air", "violated", "2020-11-20T01:00:00Z"),)
    held = repairing()
    assert "1.remedy" not in {item.clause for item in day(held)}
    late = [item for item in day(held, norms=norms) if item.clause == "1.remedy"]
    assert [item.reason.key for item in late] == ["repair.overdue"]
    words = [spoken("done", "1.remedy", party, T) for party in ("RUS", "TUR")]
    found = day_with_clauses(held, words, norms)
    done = [item for item in found if item.clause == "1.remedy"]
    assert [(item.verdict, item.margin.low) for item in done] == [("compliant", 3.0)]
    quiet = [
        msgspec.structs.replace(item, verdict="compliant") if item.clause == "1.air" else item
        for item in found
    ]
    after = norm_states(norms, quiet, held, END)
    assert states_of(after)["1.air"] == "repaired" and states_of(after)["1.remedy"] == "fulfilled"
    assert broken_since(after) == {"1.air": parse_time("2020-11-20T01:00:00Z")}
    unrepaired = [item for item in quiet if item.clause != "1.remedy"]
    assert states_of(norm_states(norms, unrepaired, held, END))["1.air"] == "violated"


def day_with_clauses(held: Agreement, words: list[Spoken], norms: Any) -> list[Finding]:
    return day(held, *words, norms=norms)


def test_a_repair_that_two_say_was_not_made_is_broken_itself() -> None:
    norms = (("1.air", "violated", "2020-11-20T01:00:00Z"),)
    words = [spoken("not done", "1.remedy", party, "2020-11-20T14:00:00Z") for party in ("RUS", "TUR")]
    found = [item for item in day(repairing(), *words, norms=norms) if item.clause == "1.remedy"]
    assert found[0].verdict == "violated" and ("escalation", "joint commission") in found[0].reason.values


def test_a_term_is_renewed_unless_somebody_objects_in_time() -> None:
    term = agreement().clause("4.term")
    assert isinstance(term, Term)
    held = msgspec.structs.replace(
        agreement(),
        clauses=tuple(
            msgspec.structs.replace(c, window=Window("2020-11-10")) if c.id == "4.term" else c
            for c in agreement().clauses
        ),
    )
    ends = parse_time("2025-11-09T21:00:00Z")
    late = said_of(held, [spoken("objection", "4.term", "AZE", "2025-08-01T00:00:00Z")])
    early = said_of(held, [spoken("objection", "4.term", "AZE", "2025-05-01T00:00:00Z")])
    for clause in (held.clause("3.apc"), held.clause("4.term")):
        assert life_of(held, clause, early).end_ns == ends
        assert life_of(held, clause, late).end_ns == parse_time("2030-11-09T21:00:00Z")
        assert life_of(held, clause, ()).end_ns > parse_time("2200-01-01T00:00:00Z")
    assert states_of(norm_states((), [], held, ends, early))["3.apc"] == "expired"
    assert life_of(held, held.clause("1.cease"), early).end_ns == 2**63 - 1


@pytest.mark.parametrize(
    "body",
    [
        b'{"statement":"said"}',
        msgspec.json.encode({"statement": "done", "clause": "99", "party": "RUS", "at": T}),
        msgspec.json.encode({"statement": "done", "clause": "5.centre", "party": "XYZ", "at": T}),
        msgspec.json.encode({"statement": "done", "clause": "5.centre", "party": "RUS", "at": "noon"}),
    ],
)
def test_what_is_no_statement_is_refused(body: bytes) -> None:
    assert is_statement(body)
    with pytest.raises(Refusal):
        read_statement(body, agreement())
    assert not said_of(agreement(), [Spoken("x", 0, "A", body)])
