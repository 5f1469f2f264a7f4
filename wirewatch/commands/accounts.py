"""`wirewatch accounts`: who may sign in at the desk, for whoever sits at the machine."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from news.people import Actor, Role
from wirewatch.commands.output import Json, settings_of, show_json
from wirewatch.settings import Settings, base_url

app = typer.Typer(help="Who may sign in at the desk.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The name to sign in with.")]


@app.command("list")
def list_(context: typer.Context, as_json: Json = False) -> None:
    """Everybody who has an account."""
    rows = asyncio.run(_list(settings_of(context)))
    if as_json:
        show_json(rows)
        return
    for each in rows:
        typer.echo(f"{each['name']}  {each['role']}  {each['state']}")


@app.command()
def link(
    context: typer.Context,
    name: Name,
    role: Annotated[
        Role | None, typer.Option("--role", help="Add the account if it is not there, with this role.")
    ] = None,
) -> None:
    """A one-time link that sets an account's password, for someone new or who lost it."""
    typer.echo(asyncio.run(_link(settings_of(context), name, role)))


async def _list(settings: Settings) -> list[dict[str, object]]:
    from storage import accounts
    from wirewatch.database import database

    async with database(settings) as opened:
        found = await opened.read(accounts.all_accounts)
    states = {each.id: "disabled" if each.disabled else "no password yet" for each in found}
    states |= {each.id: "can sign in" for each in found if each.can_sign_in}
    return [{"name": each.name, "role": str(each.role), "state": states[each.id]} for each in found]


async def _link(settings: Settings, name: str, role: Role | None) -> str:
    from news.errors import UnknownAccount
    from review.desk.admission import hashed, new_key
    from storage import accounts, audit
    from storage.database import Connection
    from wirewatch.database import database, now

    key, at_the_machine = new_key(), Actor(None, "command line")

    def unit(conn: Connection) -> None:
        try:
            account = accounts.named(conn, name)
        except UnknownAccount:
            if role is None:
                raise
            account = accounts.add(conn, name, role, now=now())
            after = {"name": account.name, "role": role}
            audit.record(conn, at_the_machine, "added", "account", account.name, now=now(), after=after)
        accounts.invite(conn, account.id, hashed(key), now=now())
        audit.record(conn, at_the_machine, "made a sign-in link", "account", account.name, now=now())

    async with database(settings) as opened:
        await opened.write(unit)
    return f"{base_url(settings)}/welcome/{key}"
