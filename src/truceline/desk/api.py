"""The desk's API: questions about the present day, and the live line; OpenAPI at /schema/openapi.json.

    GET  /api/status /api/agreement /api/board /api/findings /api/findings/{id} /api/cases /api/alerts /api/sources /api/log
    GET  /api/tracks?t=  /api/coverage?cls=&t=  /api/coverage/here?lon=&lat=&cls=&t=  /api/timeline?cl=
    GET  /api/evidence/{content}/{item}  /api/evidence/{content}/{item}/raw  /api/reports  /api/report/{day}?lang=
    GET  /api/moving?since=      the live line's batches for those who cannot hold a WebSocket
    WS   /live                   the same, pushed at most four times a second
Every question may carry ``k`` (as known on). Nothing can be written here, and no verdict is computed here.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from litestar import Controller, Litestar, MediaType, Request, Response, get
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin

from truceline import __version__
from truceline.desk import answers as said
from truceline.desk import asked
from truceline.desk.clauses import agreement_of, board_of
from truceline.desk.evidence import evidence_bytes
from truceline.desk.findings import cases_of, finding_of, findings_of
from truceline.desk.ground import coverage_at, coverage_here
from truceline.desk.hours import alerts_of, sources_of, timeline_of
from truceline.desk.live import live_line
from truceline.desk.pages import PAGES, REPORT_POLICY, guard, own_names, pages
from truceline.desk.shelf import Shelf
from truceline.desk.standing import log_of, status_of
from truceline.desk.tracks import live, tracks_at
from truceline.desk.views import LANGUAGES, Desk
from truceline.terms.faults import Refusal, Trouble

_log = logging.getLogger("truceline.desk")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class DayQuestions(Controller):
    """Questions about a day, as known now or at an earlier time."""

    path = "/api"
    tags = ["day"]  # noqa: RUF012 - as Litestar declares it

    @get("/status", sync_to_thread=True)
    def status(self, state: State, k: asked.Instant = None) -> said.StatusAnswer:
        """Return the centre's clock, day, heads and sources."""
        return status_of(_shelf(state).page(asked.known_ns(k)), _desk(state).status())

    @get("/agreement", sync_to_thread=True)
    def agreement(self, state: State, k: asked.Instant = None) -> said.AgreementAnswer:
        """Return the agreement in force: clauses with their articles, areas as GeoJSON."""
        return agreement_of(_shelf(state).page(asked.known_ns(k)))

    @get("/board", sync_to_thread=True)
    def board(self, state: State, k: asked.Instant = None) -> said.BoardAnswer:
        """Return the clause board, most urgent first."""
        return board_of(_shelf(state).page(asked.known_ns(k)))

    @get("/alerts", sync_to_thread=True)
    def alerts(self, state: State, k: asked.Instant = None) -> said.AlertsAnswer:
        """Return what calls for attention, first things first."""
        return alerts_of(_shelf(state).page(asked.known_ns(k)))

    @get("/sources", sync_to_thread=True)
    def sources(self, state: State, k: asked.Instant = None) -> said.SourcesAnswer:
        """Return all sources and whether they live."""
        return sources_of(_shelf(state).page(asked.known_ns(k)))

    @get("/cases", sync_to_thread=True)
    def cases(self, state: State, k: asked.Instant = None) -> said.CasesAnswer:
        """Return all cases."""
        return cases_of(_shelf(state).page(asked.known_ns(k)))

    @get("/timeline", sync_to_thread=True)
    def timeline(self, state: State, k: asked.Instant = None, cl: asked.ClauseId = "") -> said.TimelineAnswer:
        """Return the day on one axis, gaps included."""
        return timeline_of(_shelf(state).page(asked.known_ns(k)), cl)

    @get("/findings", sync_to_thread=True)
    def findings(
        self,
        state: State,
        k: asked.Instant = None,
        v: asked.VerdictName = "",
        cl: asked.ClauseId = "",
        span: asked.Span = "",
        offset: asked.Offset = 0,
        limit: asked.Limit = 200,
    ) -> said.FindingsAnswer:
        """Return a page of findings, latest first."""
        page = _shelf(state).page(asked.known_ns(k))
        return findings_of(page, asked.verdict_named(v), cl, span, offset, limit)

    @get("/findings/{finding_id:str}", sync_to_thread=True)
    def finding(
        self, state: State, finding_id: asked.FindingId, k: asked.Instant = None
    ) -> said.FindingAnswer:
        """Return one finding with all that it rests on."""
        page = _shelf(state).page(asked.known_ns(k))
        with _absent():
            return finding_of(page, finding_id)


class GroundQuestions(Controller):
    """Questions about places."""

    path = "/api"
    tags = ["ground"]  # noqa: RUF012 - as Litestar declares it

    @get("/tracks", sync_to_thread=True)
    def tracks(self, state: State, k: asked.Instant = None, t: asked.Instant = None) -> said.TracksAnswer:
        """Return all tracks at an instant, with trails."""
        page = _shelf(state).page(asked.known_ns(k))
        return tracks_at(page, asked.at_ns(t, page.day.known_ns))

    @get("/moving", sync_to_thread=True)
    def moving(self, state: State, since: asked.Serial = -1) -> said.LiveAnswer:
        """Return what moved since a batch."""
        desk = _desk(state)
        return live(_shelf(state).page(), desk.status(), desk.moving(since), since)

    @get("/coverage", sync_to_thread=True)
    def coverage(
        self,
        state: State,
        object_class: asked.ObjectClass = "uav",
        k: asked.Instant = None,
        t: asked.Instant = None,
    ) -> said.CoverageAnswer:
        """Return the coverage raster of a class at an instant."""
        page = _shelf(state).page(asked.known_ns(k))
        return coverage_at(page, asked.class_named(object_class), asked.at_ns(t, page.day.known_ns))

    @get("/coverage/here", sync_to_thread=True)
    def here(
        self,
        state: State,
        lon: asked.Longitude,
        lat: asked.Latitude,
        object_class: asked.ObjectClass = "uav",
        k: asked.Instant = None,
        t: asked.Instant = None,
    ) -> said.CoverageHere:
        """Answer whether a class could have been seen at a place, then, and by whom."""
        page = _shelf(state).page(asked.known_ns(k))
        return coverage_here(
            page, asked.class_named(object_class), asked.at_ns(t, page.day.known_ns), lon, lat
        )


class RecordQuestions(Controller):
    """Questions about what was written: evidence, logs, reports."""

    path = "/api"
    tags = ["record"]  # noqa: RUF012 - as Litestar declares it

    @get("/evidence/{content:str}/{item:int}", sync_to_thread=True)
    def evidence(self, state: State, content: asked.Content, item: asked.Item) -> said.EvidenceAnswer:
        """Return the bytes behind a citation and what each of them says."""
        with _absent():
            record, fields = _desk(state).evidence(content, item)
        return evidence_bytes(_shelf(state).page(), record, item, fields)

    @get("/evidence/{content:str}/{item:int}/raw", sync_to_thread=True, media_type="application/octet-stream")
    def raw(self, state: State, content: asked.Content, item: asked.Item) -> Response[bytes]:
        """Return a record's body as it was written."""
        with _absent():
            record, _ = _desk(state).evidence(content, item)
        name = f'attachment; filename="{content[:16]}.bin"'
        return Response(
            record.body, media_type="application/octet-stream", headers={"content-disposition": name}
        )

    @get("/log", sync_to_thread=True)
    def log(self, state: State, k: asked.Instant = None) -> said.LogAnswer:
        """Return both logs' heads and the last seal."""
        return log_of(_shelf(state).page(asked.known_ns(k)), _desk(state).status())

    @get("/reports", sync_to_thread=True)
    def reports(self, state: State) -> said.ReportsAnswer:
        """Return the days that have a report."""
        return said.ReportsAnswer(_desk(state).reports(), LANGUAGES)

    @get("/report/{day:str}", sync_to_thread=True, media_type=MediaType.HTML)
    def report(self, state: State, day: asked.Day, lang: asked.Language = "en") -> Response[bytes]:
        """Return the report of a day as the document that is signed."""
        if lang not in LANGUAGES:
            raise Refusal(f"no report in {lang!r}", remedy=f"one of {', '.join(LANGUAGES)}")
        with _absent():
            body = _desk(state).report(day, lang)
        # The document brings its own style sheet and may run nothing.
        headers = {"content-security-policy": REPORT_POLICY, "x-frame-options": "SAMEORIGIN"}
        return Response(body, media_type="text/html; charset=utf-8", headers=headers)


def build(desk: Desk, hosts: Iterable[str] = (), static: Path | None = None) -> Litestar:
    """Return the desk's application.

    Args:
        desk: who answers.
        hosts: names under which the desk may be asked, besides loopback (else a foreign page could rebind its name to us).
        static: the built console; the one inside the package unless given.
    """
    return Litestar(
        route_handlers=[DayQuestions, GroundQuestions, RecordQuestions, live_line, *pages(static or PAGES)],
        state=State({"desk": desk, "shelf": Shelf(desk)}),
        openapi_config=OpenAPIConfig(
            title="Truceline desk",
            version=__version__,
            description="What was seen, what was not, and what could not have been seen. Read only.",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
            path="/schema",
        ),
        middleware=[own_names(frozenset({*LOOPBACK, *hosts}))],
        compression_config=CompressionConfig(backend="gzip", gzip_compress_level=5, minimum_size=1024),
        exception_handlers={Trouble: _refused, HTTPException: _failed, Exception: _broken},
        before_send=[guard],
        cors_config=None,
        logging_config=None,
        pdb_on_exception=False,
    )


@dataclass
class _absent:
    """Turns a refusal inside it into "not found"."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Refusal):
            raise HTTPException(
                status_code=404, detail=error.what, extra={"where": error.where, "remedy": error.remedy}
            )


def _desk(state: State) -> Desk:
    desk: Desk = state["desk"]
    return desk


def _shelf(state: State) -> Shelf:
    shelf: Shelf = state["shelf"]
    return shelf


def _refused(_: Request[object, object, State], error: Trouble) -> Response[said.ErrorAnswer]:
    status = 400 if isinstance(error, Refusal) else 500
    return Response(said.ErrorAnswer(status, error.what, error.where, error.remedy), status_code=status)


def _broken(request: Request[object, object, State], error: Exception) -> Response[said.ErrorAnswer]:
    _log.error("the desk failed at %s", request.url.path, exc_info=error)
    body = said.ErrorAnswer(
        500, "the desk failed", request.url.path, "the log of the process says why; nothing is lost"
    )
    return Response(body, status_code=500, media_type=MediaType.JSON)


def _failed(request: Request[object, object, State], error: HTTPException) -> Response[said.ErrorAnswer]:
    extra = error.extra if isinstance(error.extra, dict) else {}
    what = error.detail
    if isinstance(error.extra, list):
        what = "; ".join(
            f"{item.get('key', '')}: {item.get('message', '')}"
            for item in error.extra
            if isinstance(item, dict)
        )
    where = str(extra.get("where", "")) or request.url.path
    body = said.ErrorAnswer(error.status_code, what, where, str(extra.get("remedy", "")))
    return Response(body, status_code=error.status_code, media_type=MediaType.JSON)
