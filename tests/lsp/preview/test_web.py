"""The preview's web server: for the page that was opened, and for nobody else."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping

import httpx
import pytest

from dovetail.lsp.preview.web import Event, Pages


class Desk:
    """A server, and what was done in its pages."""

    def __init__(self) -> None:
        self.done: list[tuple[str, str, Mapping[str, object]]] = []
        self.pages = Pages(self._act, lambda _: None)

    async def _act(self, name: str, action: str, given: Mapping[str, object]) -> None:
        self.done.append((name, action, given))


def served(test: Callable[[Desk, str, httpx.AsyncClient], Coroutine[object, object, None]]) -> Callable[[], None]:
    def run() -> None:
        async def all_of_it() -> None:
            desk = Desk()
            await desk.pages.start()
            async with httpx.AsyncClient() as client:
                await test(desk, desk.pages.url("mail"), client)
            desk.pages.close()

        asyncio.run(all_of_it())

    run.__name__ = test.__name__
    return run


@served
async def test_the_page_and_its_parts_are_there(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    for part, kind in (("", "text/html"), ("preview.js", "text/javascript"), ("preview.css", "text/css")):
        reply = await client.get(url + part)
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith(kind)
        assert "default-src 'none'" in reply.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"


@served
async def test_without_the_token_there_is_nothing(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    for wrong in (url.replace(desk.pages.token, "x"), url.replace(desk.pages.token, ""), url.replace("/mail/", "/../")):
        assert (await client.get(wrong)).status_code == 404


@served
async def test_another_name_for_this_machine_is_refused(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    assert (await client.get(url, headers={"Host": "evil.example"})).status_code == 404


@served
async def test_only_files_of_the_page_are_served(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    for path in ("../../server.py", "%2e%2e/preview.html", "preview.html", "nothing"):
        assert (await client.get(url + path)).status_code == 404


@served
async def test_a_click_is_taken_from_the_page_only(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    origin = url.split("/", 3)[:3]
    own = {"Origin": "/".join(origin)}
    assert (await client.post(url + "click", json={"offset": 7}, headers=own)).status_code == 204
    assert desk.done == [("mail", "click", {"offset": 7})]
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert (await client.post(url + "click", json={"offset": 8}, headers=headers)).status_code == 404
    assert (await client.post(url + "click", content=b"{", headers=own)).status_code == 400
    assert (await client.post(url + "click", content=b"[1]", headers=own)).status_code == 400
    assert len(desk.done) == 1


@served
async def test_a_large_body_is_not_read(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        await client.post(url + "click", content=b"x" * 100_000, headers={"Origin": url[:22]})
    assert desk.done == []


@served
async def test_who_opens_a_page_later_is_told_the_latest(desk: Desk, url: str, client: httpx.AsyncClient) -> None:
    for version in (1, 2):
        desk.pages.tell("mail", Event("mail", {"version": version, "html": "</script>\n\ndata: x"}))
    desk.pages.tell("other", Event("mail", {"version": 9}))
    async with client.stream("GET", url + "events") as reply:
        lines = reply.aiter_lines()
        assert await anext(lines) == "event: mail"
        told = json.loads((await anext(lines)).removeprefix("data: "))
        assert told == {"version": 2, "html": "</script>\n\ndata: x"}
        assert await anext(lines) == ""
        assert desk.pages.watched("mail")
        desk.pages.tell("mail", Event("cursor", {"offset": 3}))
        assert await anext(lines) == "event: cursor"
