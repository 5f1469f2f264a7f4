"""/healthz, /readyz and /metrics, for whoever watches the service from outside."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from review.desk.admission import EVERYBODY, READER
from review.desk.parts import DeskParts
from storage.census import census

router = APIRouter()


@router.get("/healthz", dependencies=[EVERYBODY])
async def healthz(desk: DeskParts) -> Response:
    """200 while the service does its work; what ails it is for those who are signed in, at /metrics."""
    answer = desk.probes.get("/healthz")
    status = (await answer())[0] if answer else 200
    return Response("ok\n" if status == 200 else "not well\n", status, media_type="text/plain")


@router.get("/readyz", dependencies=[EVERYBODY])
async def readyz(desk: DeskParts) -> Response:
    """200 when requests can be answered: the database answers."""
    await desk.database.read_now(census)
    return Response("ready\n", media_type="text/plain")


@router.get("/metrics", dependencies=[READER])
async def metrics(request: Request, desk: DeskParts) -> Response:
    """What is counted and measured, for Prometheus; it comes with a token of scope `read`."""
    answer = desk.probes.get("/metrics")
    if answer is None:
        return Response("# the service is elsewhere: ask it\n", media_type="text/plain")
    status, kind, body = await answer()
    return Response(body, status, media_type=kind)
