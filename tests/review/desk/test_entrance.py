"""Coming in: the first link, passwords, sessions, tokens, and those who guess."""

from __future__ import annotations

from datetime import timedelta

from news.people import Role
from review.desk.admission import hashed, new_key
from storage import accounts, keys
from storage.database import Connection
from tests.review.desk.sitting import Sitting, hidden

PASSWORD = "Ճանապարհը փակ է 12.12"


async def invite(desk: Sitting, name: str, role: Role) -> str:
    key = new_key()

    def unit(conn: Connection) -> None:
        made = accounts.add(conn, name, role, now=desk.moment)
        accounts.invite(conn, made.id, hashed(key), now=desk.moment)

    await desk.desk.database.write(unit)
    return key


async def set_password(desk: Sitting, key: str, password: str = PASSWORD, again: str | None = None) -> int:
    page = (await desk.get(f"/welcome/{key}")).text
    fields = {"csrf": hidden(page, "csrf"), "password": password, "again": again or password}
    return (await desk.client.post(f"/welcome/{key}", data=fields)).status_code


async def sign_in(desk: Sitting, name: str, password: str) -> int:
    desk.client.cookies.clear()
    page = (await desk.get("/sign-in")).text
    fields = {"csrf": hidden(page, "csrf"), "name": name, "password": password, "next": "/settings"}
    return (await desk.client.post("/sign-in", data=fields)).status_code


async def test_a_link_sets_a_password_once_and_signs_in(desk: Sitting) -> None:
    key = await invite(desk, "Anahit", Role.ANALYST)
    assert await set_password(desk, key) == 303
    assert (await desk.get("/settings")).status_code == 200
    assert (await desk.get(f"/welcome/{key}")).status_code == 404
    assert await sign_in(desk, "ANAHIT ", PASSWORD) == 303
    assert "Anahit" in (await desk.get("/settings")).text


async def test_a_link_ends_after_seven_days(desk: Sitting) -> None:
    key = await invite(desk, "Anahit", Role.ANALYST)
    desk.moment += timedelta(days=7)
    assert (await desk.get(f"/welcome/{key}")).status_code == 404


async def test_a_password_that_is_short_or_mistyped_is_not_taken(desk: Sitting) -> None:
    key = await invite(desk, "Anahit", Role.ANALYST)
    assert await set_password(desk, key, "short") == 422
    assert await set_password(desk, key, PASSWORD, PASSWORD + "x") == 422
    assert await set_password(desk, key) == 303


async def test_the_form_is_bound_to_the_browser_that_asked_for_it(desk: Sitting) -> None:
    key = await invite(desk, "Anahit", Role.ANALYST)
    await set_password(desk, key)
    desk.client.cookies.clear()
    fields = {"csrf": "x" * 43, "name": "Anahit", "password": PASSWORD}
    assert (await desk.client.post("/sign-in", data=fields)).status_code == 403


async def test_who_guesses_is_stopped_by_name_and_by_address(desk: Sitting) -> None:
    await set_password(desk, await invite(desk, "Anahit", Role.ANALYST))
    for _ in range(keys.LET_BE):
        assert await sign_in(desk, "Anahit", "a wrong password") == 401
    assert await sign_in(desk, "Anahit", PASSWORD) == 429
    assert await sign_in(desk, "somebody else", PASSWORD) == 429
    desk.moment += keys.REMEMBERED + timedelta(seconds=1)
    assert await sign_in(desk, "Anahit", PASSWORD) == 303


async def test_a_name_that_is_not_there_and_a_wrong_password_look_the_same(desk: Sitting) -> None:
    await set_password(desk, await invite(desk, "Anahit", Role.ANALYST))
    assert await sign_in(desk, "Anahit", "a wrong password") == 401
    assert await sign_in(desk, "Nobody", "a wrong password") == 401


async def test_one_goes_on_to_pages_of_ours_only(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    for target in ("//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"):
        answer = await desk.get("/sign-in", next=target)
        assert answer.headers["location"] == "/inbox", target
    assert (await desk.get("/sign-in", next="/topics?x=1")).headers["location"] == "/topics?x=1"


async def test_a_session_ends_at_the_server(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    cookie = desk.client.cookies["wirewatch"]
    assert (await desk.post("/sign-out")).status_code == 303
    desk.client.cookies.set("wirewatch", cookie)
    assert (await desk.get("/settings")).status_code == 303


async def test_a_session_that_is_not_used_ends_and_none_lasts_for_ever(desk: Sitting) -> None:
    await desk.as_(Role.READER)
    for _ in range(5):
        desk.moment += timedelta(days=6)
        status = (await desk.get("/settings")).status_code
    assert status == 303  # 30 days after it began
    await desk.as_(Role.READER, "another")
    desk.moment += keys.IDLE
    assert (await desk.get("/settings")).status_code == 303


async def test_cookies_are_not_for_scripts_and_behind_tls_for_nothing_else(desk: Sitting) -> None:
    key = await invite(desk, "Anahit", Role.ANALYST)
    page = await desk.get(f"/welcome/{key}")
    assert "httponly" in page.headers["set-cookie"].lower()
    assert "samesite=lax" in page.headers["set-cookie"].lower()


async def test_a_token_does_what_its_scope_says_and_no_more(desk: Sitting) -> None:
    await desk.as_(Role.ADMINISTRATOR)
    made = await desk.post("/settings/tokens", name="script", scope="read", days="1")
    key = made.text.split('id="made">')[1].split("<")[0]
    desk.client.cookies.clear()
    bearer = {"authorization": f"Bearer {key}"}
    assert (await desk.client.get("/metrics", headers=bearer)).status_code == 200
    assert (await desk.client.get("/people", headers=bearer)).status_code == 403
    desk.moment += timedelta(days=1)
    assert (await desk.client.get("/metrics", headers=bearer)).status_code == 303


async def test_the_last_administrator_stays_one(desk: Sitting) -> None:
    await set_password(desk, await invite(desk, "Root", Role.ADMINISTRATOR))
    page = (await desk.get("/people")).text
    fields = {"csrf": hidden(page, "csrf"), "account": hidden(page, "account"), "role": "reader"}
    answer = await desk.client.post("/people/change", data=fields | {"enabled": "true"})
    assert answer.status_code == 422
    assert "last administrator" in answer.text


async def test_who_is_disabled_is_out_at_once(desk: Sitting) -> None:
    await desk.as_(Role.ANALYST, "Anahit")
    cookie = desk.client.cookies["wirewatch"]
    await desk.as_(Role.ADMINISTRATOR, "Root")
    page = (await desk.get("/people")).text
    assert "Anahit" in page
    account = page.split("Anahit</td>")[1]
    await desk.post("/people/change", account=hidden(account, "account"), role="analyst")
    assert "disabled" in (await desk.get("/people")).text
    told = (await desk.get("/audit")).text
    assert "Root" in told
    assert "enabled" in told
    desk.client.cookies.set("wirewatch", cookie)
    assert (await desk.get("/settings")).status_code == 303
