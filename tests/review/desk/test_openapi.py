"""The API does what its own description says: no server error, no answer that is not described there."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema_rs import meta
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from news.people import Role
from news.telling import Message
from review.desk.app import PREFIX, roles
from storage.database import Connection
from tests.review.desk.sitting import BASE, Sitting, sitting
from tests.storage.post import plan
from tests.storage.telling_world import DAILY, matched, subscribe, topic
from tests.storage.world import add

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
# Of each way to ask for each operation: all of them together are to take seconds, not minutes.
EXAMPLES = 4
# What is there to be asked for, by the noun.
THERE: dict[str, dict[str, Any]] = {
    "accounts": {"number": 1},
    "deliveries": {"number": 1},
    "subscriptions": {"number": 2},
    "tokens": {"number": 1},
}
# What can be made, where chance would not find it.
BODIES: dict[str, dict[str, Any]] = {
    f"POST {PREFIX}/subscriptions": {"topics": ["talks"], "recipient": "c@one.test"},
    f"PATCH {PREFIX}/me": {"email": "d@one.test", "zone": "Asia/Yerevan"},
}
Operation = APIOperation[Any, Any, Any, Any]
SETTINGS = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Program:
    """Asks an API of its own, over a database in which there is a little of everything."""

    def __init__(self, url: str) -> None:
        self._loop = asyncio.Runner()
        self._stack = AsyncExitStack()
        self._signed_in = 0
        self.desk: Sitting = self.run(self._stack.enter_async_context(sitting(url)))
        self.run(self.desk.desk.database.write(furnish))
        self.run(self.sign_in())

    def run(self, awaited: Any) -> Any:
        return self._loop.run(_awaited(awaited))

    def close(self) -> None:
        self.run(self._stack.aclose())
        self._loop.close()

    async def sign_in(self) -> None:
        self._signed_in += 1
        await self.desk.as_(Role.ADMINISTRATOR, f"administrator {self._signed_in}")

    def ask(self, case: Case[Any]) -> httpx.Response:
        answer = self.run(self._sent(case))
        if answer.status_code == 401:  # it ended its own session, or its account
            self.run(self.sign_in())
            answer = self.run(self._sent(case))
            assert answer.status_code != 401
        return answer  # type: ignore[no-any-return]

    async def _sent(self, case: Case[Any]) -> httpx.Response:
        told = requests.Request(**case.as_transport_kwargs(base_url=BASE)).prepare()
        headers = {name: str(value) for name, value in told.headers.items() if name.lower() not in OWN}
        headers |= {"x-csrf-token": self.desk.csrf}
        body: Any = told.body.encode() if isinstance(told.body, str) else told.body
        client = self.desk.client
        return await client.request(str(told.method), str(told.url), headers=headers, content=body)


# What says who asks: that is for us to say.
OWN = {"authorization", "cookie", "host"}


async def _awaited(awaited: Any) -> Any:
    return await awaited


def furnish(conn: Connection) -> None:
    """A topic, a source, an article, subscriptions, and mails that waited, went and failed."""
    add(conn, "mfa")
    topic(conn, "talks", "roads")
    subscribe(conn, "talks")
    subscribe(conn, "talks", "roads", schedule=DAILY)
    matched(conn, "one", "talks")
    plan(conn, "b@one.test", message=Message("Ճանապարհ", "Ճանապարհ\n", "<p>Ճանապարհ</p>"))


@pytest.fixture
def program(database_url: str) -> Iterator[Program]:
    made = Program(database_url)
    yield made
    made.close()


def operations(document: dict[str, Any]) -> list[Operation]:
    """All there are; what removes things comes last, so that the others find them."""
    found: list[Any] = list(schemathesis.openapi.from_dict(document).get_all_operations())
    return sorted((each.ok() for each in found), key=lambda each: each.method == "delete")


def ways(operation: Operation) -> Iterator[tuple[GenerationMode, dict[str, Any]]]:
    """How it is asked for: as described and for what is there, as described, and not as described."""
    noun = operation.path.removeprefix(f"{PREFIX}/").partition("/")[0]
    there: dict[str, Any] = (
        {"path_parameters": THERE[noun]} if noun in THERE and "{" in operation.path else {}
    )
    there |= {"body": BODIES[operation.label]} if operation.label in BODIES else {}
    if there:
        yield GenerationMode.POSITIVE, there
    yield GenerationMode.POSITIVE, {}
    yield GenerationMode.NEGATIVE, {}


def test_the_description_is_valid_and_whole(program: Program) -> None:
    document = program.run(program.desk.api("GET", "/openapi.json")).json()
    assert document["openapi"].startswith("3.1")
    described = {(method.upper(), path) for path, found in document["paths"].items() for method in found}
    assert described == {key for key in roles() if key[1].startswith(PREFIX)}
    names = [found["operationId"] for path in document["paths"].values() for found in path.values()]
    assert len(names) == len(set(names))
    for schema in document["components"]["schemas"].values():
        meta.validate({"$schema": "https://json-schema.org/draft/2020-12/schema", **schema})


def test_every_answer_is_one_that_is_described(program: Program) -> None:
    document = program.run(program.desk.api("GET", "/openapi.json")).json()
    asked = 0
    for operation in operations(document):
        for mode, given_so in ways(operation):
            asked += tried(program, operation, mode, given_so)
    assert asked > len(document["paths"])


def tried(program: Program, operation: Operation, mode: GenerationMode, given_so: dict[str, Any]) -> int:
    """Ask so; returns how often. Raises what is not as described."""
    asked = 0

    @SETTINGS
    @given(case=operation.as_strategy(mode, **given_so))
    def ask(case: Case[Any]) -> None:
        nonlocal asked
        asked += 1
        case.validate_response(program.ask(case), checks=CHECKS)

    ask()
    return asked
