"""`wirewatch init`: a settings file to begin with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

# The repository's own, which is also packed beside the code.
TEXT = Path(__file__).parents[1] / "settings.toml"


def init(
    folder: Annotated[Path, typer.Argument(help="Where; made if it is not there. Default: here.")] = Path(),
) -> None:
    """Write a commented settings.toml, unless there is one."""
    file = folder / "settings.toml"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(TEXT.read_text("utf-8"))
    except FileExistsError:
        typer.echo(f"{file.absolute()} is there already and stays as it is.")
    else:
        typer.echo(f"{file.absolute()} is written: every setting, with what it means.")
    here = "" if folder.absolute() == Path.cwd() else f"cd {folder.absolute()} && "
    typer.echo("Set crawl.contact there to your e-mail address or page, so that sites can tell who asks.")
    typer.echo(f"Then: {here}wirewatch run")
