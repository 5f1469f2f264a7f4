"""Lists as files to take away, sent while they are read."""

from __future__ import annotations

from collections.abc import AsyncIterable, Iterable, Sequence

from fastapi.responses import StreamingResponse

from review.exporting import Format, Row, file_name, stream


def download(
    form: Format, columns: Sequence[str], pages: AsyncIterable[Iterable[Row]], *, name: str, title: str
) -> StreamingResponse:
    """An answer that the browser saves under `name`; `columns`, `pages` and `title` as in `stream`."""
    headers = {"content-disposition": f'attachment; filename="{file_name(name, form)}"'}
    body = stream(form, columns, pages, title=title)
    return StreamingResponse(body, headers=headers, media_type=form.media_type)
