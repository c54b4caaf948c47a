"""An account used from elsewhere gives what the same shop gives here: `dovetail.connect`, the CLI, the language server."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from lsprotocol import types
from pytest_lsp import client_capabilities

import dovetail
from dovetail.engine.loaders import DictLoader
from dovetail.integrations.settings import read_settings
from tests.doubles.shop import Shop
from tests.lsp.protocol.conftest import editor, write_settings
from tests.service.conftest import Service, connected

TEMPLATES = {
    "product.tpl": "{$mywebshop.product.123456.title|escape} costs {$mywebshop.product.123456.price|escape}",
    "list.tpl": "{foreach $mywebshop.products|limit:7 as $p}{$p.sku}: {$p.name|escape} {$p.stock.qty}\n{/foreach}",
    "orders.tpl": "{foreach $mywebshop.orders|filter:'customer_id':'==':$profile.id|limit:3 as $o}"
    "{$o.increment_id} {$o.grand_total} {foreach $o.items as $i}{$i.name|escape};{/foreach}{foreachelse}none{/foreach}"
    "{$mywebshop.customer[$profile.id].firstname|escape}",
    "absent.tpl": "{if $mywebshop.product.99999999}there{else}not there{/if}, {$mywebshop.name|escape}",
    "parts.tpl": "{include file='parts/name.tpl' id=123456}",
    "parts/name.tpl": "<b>{$mywebshop.product[$id].name|escape}</b>",
}


def people(shop: Shop) -> list[dict[str, object]]:
    """Customers with orders, and one that is none."""
    orders = [shop.dump("orders", each["id"]) for each in shop.dump("orders")]
    ids = {order["customer_id"] for order in orders if order.get("customer_id")}
    return [{"profile": {"id": number}} for number in (*sorted(ids)[:4], 400_000)]


@pytest.fixture(scope="module")
def shop(service_shop: Shop, ann: httpx.Client) -> Iterator[Shop]:
    service_shop.clear()
    assert connected(ann, service_shop).status_code == 201
    for name, text in TEMPLATES.items():
        assert ann.put(f"/templates/{name}", json={"text": text}).status_code == 200
    yield service_shop
    ann.delete("/integrations/mywebshop")


@pytest.fixture(scope="module")
def key(service: Service) -> str:
    return service.key(scopes=("read", "render"))


@pytest.fixture
def here(shop: Shop, tmp_path: Path) -> Path:
    """The same shop and the same templates in a folder."""
    write_settings(tmp_path, shop.url, shop.oauth)
    for name, text in TEMPLATES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def of(folder: Path) -> dovetail.Environment:
    return dovetail.Environment(
        loader=DictLoader(TEMPLATES),
        integrations=read_settings(folder / "dovetail.toml").connect(),
        cache_folder=None,
    )


def test_mails_are_the_same_as_here(service: Service, shop: Shop, key: str, here: Path) -> None:
    profiles = people(shop)
    with dovetail.connect(service.url, key=key, cache_folder=None) as there, of(here) as local:
        assert there.engine.schemas == local.engine.schemas
        for name in TEMPLATES:
            for variables in profiles:
                given = {**variables, "id": 123456}
                expected = local.get_template(name).render(given)
                made = there.get_template(name).render(given)
                assert str(made) == str(expected), name
                assert made.report.undefined == expected.report.undefined
        expected_mails = [
            str(each) for each in dovetail.Mailing(local.get_template("orders.tpl")).render_many(profiles)
        ]
        mails = [str(each) for each in dovetail.Mailing(there.get_template("orders.tpl")).render_many(profiles)]
    assert mails == expected_mails
    assert any("none" not in mail for mail in mails)


@pytest.mark.asyncio
async def test_without_blocking(service: Service, shop: Shop, key: str, here: Path) -> None:
    with dovetail.connect(service.url, key=key, cache_folder=None) as there, of(here) as local:
        text = TEMPLATES["product.tpl"]
        assert str(await there.from_string(text).render_async({})) == str(
            await local.from_string(text).render_async({})
        )


def test_one_request_to_the_service_for_a_round_and_none_when_it_is_known(
    service: Service, shop: Shop, key: str
) -> None:
    with dovetail.connect(service.url, key=key, cache_folder=None) as there:
        names = "".join(f"{{$mywebshop.product[{number}].name}}" for number in range(123456, 123486))
        assert there.from_string(names).render({}).report.requests == 1
        assert there.from_string(names).render({}).report.requests == 0


def test_it_is_said_what_is_wrong(service: Service, shop: Shop, key: str) -> None:
    with pytest.raises(dovetail.AccessError, match="wrong, expired or revoked"):
        dovetail.connect(service.url, key="dvt_wrong")
    with pytest.raises(dovetail.SettingsError, match="no address of a Dovetail service"):
        dovetail.connect("dovetail.example", key=key)
    with pytest.raises(dovetail.ProviderError, match="the Dovetail service says no"):
        dovetail.connect(f"{service.url}/elsewhere", key=key)
    with (
        dovetail.connect(service.url, key=service.key(scopes=("read",)), cache_folder=None) as there,
        pytest.raises(dovetail.RenderError, match="this key is not for `render`"),
    ):
        there.from_string("{$mywebshop.product.123456.name}").render({})
    with (
        dovetail.connect(service.url, key=key, cache_folder=None) as there,
        pytest.raises(dovetail.TemplateNotFound, match=r"product\.tpl"),
    ):
        there.get_template("produkt.tpl")


def test_a_shop_that_is_down_is_told_as_it_is_here(service: Service, shop: Shop, here: Path, bob: httpx.Client) -> None:
    # Another account's: this one is left alone for half a minute afterwards.
    assert connected(bob, shop).status_code == 201
    key = bob.post("/keys", json={"name": "far", "scopes": ["read", "render"]}).json()["text"]
    text = "{$mywebshop.product.123470.description}{$mywebshop.product.123471.name}"
    told = list[str]()
    shop.fault(kind="status", code=500)
    try:
        with dovetail.connect(service.url, key=key, cache_folder=None) as there, of(here) as local:
            for environment in (local, there):
                with pytest.raises(dovetail.RenderError) as caught:
                    environment.from_string(text).render({})
                told.append(str(caught.value))
    finally:
        shop.clear()
        bob.delete("/integrations/mywebshop")
    assert told[0] == told[1]


def test_a_service_that_went_away(tmp_path: Path, shop: Shop) -> None:
    service = Service(tmp_path, ("--allow-private-addresses",))
    service.start()
    with service.client(service.first_key) as client:
        connected(client, shop)
    with dovetail.connect(service.url, key=service.first_key, cache_folder=None) as there:
        service.kill()
        with pytest.raises(dovetail.RenderError, match="`mywebshop` cannot be reached"):
            there.from_string("{$mywebshop.product.123456.name}").render({})
        with pytest.raises(dovetail.UnreachableError):
            there.get_template("mail.tpl")
    with pytest.raises(dovetail.UnreachableError):
        dovetail.connect(service.url, key="dvt_x")


def test_credentials_of_the_shop_stay_there(service: Service, shop: Shop, ann: httpx.Client) -> None:
    said = ann.get("/schemas").text
    asks = [{"identifier": "mywebshop", "collection": "product", "key": 123456}]
    said += ann.post("/answers", json={"asks": asks}).text
    assert "$record" in said
    assert not [name for name, value in shop.oauth.items() if value in said]


@pytest.mark.parametrize(
    "key", [None, True, 1.5, [], {"$query": "x"}, {"$query": [[], [], [[]], 1]}, {"$nothing": 1}, {"a": 1}]
)
def test_an_ask_without_a_key_that_there_is(ann: httpx.Client, key: object) -> None:
    asked = ann.post("/answers", json={"asks": [{"identifier": "x", "collection": "y", "key": key}]})
    assert asked.status_code in (400, 422), asked.text


def test_asks_for_what_is_not_there(ann: httpx.Client, bob: httpx.Client, shop: Shop) -> None:
    ask = {"identifier": "mywebshop", "collection": "product", "key": 123456}
    other = bob.post("/answers", json={"asks": [ask]})
    assert "no integration" in other.json()["items"][0]["error"]["message"]
    odd = ann.post("/answers", json={"asks": [{**ask, "collection": "nothing"}, ask]})
    assert odd.status_code == 200, odd.text
    assert odd.json()["items"][1]["value"], odd.text


def run(service: Service, key: str, folder: Path, *arguments: str) -> str:
    environment = {**os.environ, "DOVETAIL_API_KEY": key, "DOVETAIL_CACHE": str(folder / f"cache{uuid.uuid4().hex}")}
    ran = subprocess.run(
        [sys.executable, "-m", "dovetail", *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_commands_say_the_same(service: Service, shop: Shop, key: str, here: Path) -> None:
    for command in (
        ("render", "product.tpl"),
        ("render", "orders.tpl", "--set", "profile.id=2"),
        ("explore", "mywebshop."),
        ("explore", "mywebshop.product."),
        ("check", "product.tpl"),
    ):
        assert run(service, key, here, *command, "--server", service.url) == run(service, key, here, *command)
    assert "mywebshop" in run(service, key, here, "integrations", "list", "--server", service.url)


def test_a_mailing_with_workers(service: Service, shop: Shop, key: str, here: Path) -> None:
    (here / "people.csv").write_text("id\n1\n2\n3\n")
    common = ("mail", "orders.tpl", "--recipients", "people.csv")
    run(service, key, here, *common, "--out", "one", "--server", service.url)
    run(service, key, here, *common, "--out", "two", "--workers", "2", "--partition", "2", "--server", service.url)
    run(service, key, here, *common, "--out", "local")
    mails = [sorted(path.read_text() for path in (here / name).rglob("*.html")) for name in ("one", "two", "local")]
    assert len(mails[0]) == 3
    assert mails[0] == mails[1] == mails[2]


def test_a_command_without_a_key(service: Service, here: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "dovetail", "render", "product.tpl", "--server", service.url],
        cwd=here, env={**os.environ, "DOVETAIL_API_KEY": ""}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ran.returncode == 1
    assert "DOVETAIL_API_KEY" in ran.stderr


@pytest.mark.asyncio
async def test_the_language_server_completes_products_of_the_service(
    service: Service, shop: Shop, key: str, tmp_path: Path
) -> None:
    product = shop.dump("products", 123456, store=1)
    client = editor()
    environment = {**os.environ, "DOVETAIL_API_KEY": key, "DOVETAIL_CACHE": str(tmp_path / "cache")}
    await client.start_io(sys.executable, "-m", "dovetail", "lsp", "--stdio", "--server", service.url, env=environment)
    try:
        await client.initialize_session(
            types.InitializeParams(
                capabilities=client_capabilities("visual-studio-code"),
                workspace_folders=[types.WorkspaceFolder(tmp_path.as_uri(), "templates")],
            )
        )
        uri = (tmp_path / "mail.tpl").as_uri()
        text = "{$mywebshop.product." + product["name"].split()[0].lower()
        client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "smarty", 1, text)))
        at = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(0, len(text)))
        for _ in range(100):
            found = await client.text_document_completion_async(at)
            items = found.items if isinstance(found, types.CompletionList) else found or []
            if product["name"] in {item.label for item in items}:
                break
            await asyncio.sleep(0.1)
        else:
            raise AssertionError("not completed")
    finally:
        await client.shutdown_session()
        await client.stop()  # type: ignore[no-untyped-call]
