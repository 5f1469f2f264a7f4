"""What was sent: digests and alerts as they went out, and how each delivery went."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from news.errors import NotToBeResent
from news.telling import DeliveryState, Message, Told
from review import subscribing
from review.desk.admission import READER, Who
from review.desk.parts import DeskParts
from review.desk.reach import mailing, reach
from review.desk.rendering import render
from storage import mailings
from storage.database import Connection

router = APIRouter()
HERE = "/mails/sent"
LINES = 50
Number = Annotated[int, Path(ge=1, lt=2**63)]
# A mail is a page of its own, shown in a frame: nothing in it runs and nothing is fetched; its links open
# elsewhere. It is the one thing of the desk that may stand in a frame, and in ours only.
FRAME = (
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; "
    "img-src data:; form-action 'none'; frame-ancestors 'self'"
)
FRAMED = {"content-security-policy": FRAME, "x-frame-options": "SAMEORIGIN"}
KINDS = {
    "digests": (Told.DIGEST,),
    "alerts": (Told.ALERT, Told.OVERFLOW),
    "health": (Told.HEALTH,),
}


@router.get(HERE, dependencies=[READER])
async def sent(
    request: Request,
    desk: DeskParts,
    who: Who,
    kind: Annotated[str, Query(max_length=20)] = "",
    state: Annotated[str, Query(max_length=20)] = "",
    recipient: Annotated[str, Query(max_length=320)] = "",
    before: Annotated[int | None, Query(ge=1, lt=2**63)] = None,
) -> Response:
    """Mails, the newest first, with what the servers answered."""
    own = reach(who)
    found = await desk.database.read(
        mailings.mailings,
        limit=LINES + 1,
        before=before,
        states={DeliveryState(state)} if state in list(DeliveryState) else (),
        kinds=KINDS.get(kind, ()),
        recipient=own if own is not None else recipient.strip() or None,
    )
    asked = {"kind": kind, "state": state, "recipient": recipient}
    onward = {**asked, "before": found[LINES - 1].delivery.id} if len(found) > LINES else None
    return render(
        request,
        "mails/sent.html",
        found=found[:LINES],
        onward=urlencode({name: value for name, value in onward.items() if value}) if onward else "",
        asked=asked,
        everybody=own is None,
        states=list(DeliveryState),
        kinds=[each for each in KINDS if own is None or each != "health"],
        done=request.query_params.get("done", ""),
    )


@router.get(f"{HERE}/{{number}}", dependencies=[READER])
async def one(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """A mail as it went out, and how it went."""
    found = await desk.database.read(mailing, number, who)
    message = await desk.database.read(mailings.words, number)
    return render(request, "mails/mail.html", found=found, message=message, wrong="")


@router.get(f"{HERE}/{{number}}/html", dependencies=[READER])
async def html(desk: DeskParts, who: Who, number: Number) -> Response:
    """The same as mail programs show it, for a frame."""
    await desk.database.read(mailing, number, who)
    return framed(await desk.database.read(mailings.words, number))


@router.post(f"{HERE}/{{number}}/resend", dependencies=[READER])
async def resend(request: Request, desk: DeskParts, who: Who, number: Number) -> Response:
    """Try a failed or parked one again."""

    def unit(conn: Connection) -> None:
        mailing(conn, number, who)
        subscribing.resend(conn, number, who.actor, now=desk.clock())

    try:
        await desk.database.write(unit)
    except NotToBeResent as error:
        found = await desk.database.read(mailing, number, who)
        message = await desk.database.read(mailings.words, number)
        shown = {"found": found, "message": message, "wrong": str(error)}
        return render(request, "mails/mail.html", status=409, **shown)
    desk.changed()
    return RedirectResponse(f"{HERE}/{number}", 303)


def framed(message: Message) -> Response:
    """A mail's HTML as a page that may do nothing; its links open elsewhere."""
    head, found, rest = message.html.partition("<head>")
    page = f'{head}{found}<base target="_blank">{rest}' if found else message.html
    return HTMLResponse(page, headers=FRAMED)
