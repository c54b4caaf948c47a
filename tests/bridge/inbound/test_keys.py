"""Public keys come from where their owners keep them, and are asked for no more often than needed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dovetail.bridge.inbound.keys import KeysUnreachable, PublicKeys
from tests.bridge.inbound.senders import Names, Site, names, site
from tests.bridge.inbound.signing import KEY_NAME, PATHS, pem, record


@pytest.fixture
def adobe() -> Iterator[Site]:
    with site() as made:
        made.texts[PATHS[0]] = pem(0)
        yield made


@pytest.fixture
def copernica() -> Iterator[Names]:
    with names() as made:
        made.texts[KEY_NAME] = record(0)
        yield made


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_adobes_keys_are_kept_for_a_day(adobe: Site) -> None:
    clock = Clock()
    keys = PublicKeys(adobe.url, clock=clock)
    assert keys.of_paths(PATHS) == {PATHS[0]: pem(0)}
    clock.now += 86_000
    assert keys.of_paths(PATHS[:1]) == {PATHS[0]: pem(0)}
    assert adobe.asked == list(PATHS)
    clock.now += 1_000
    keys.of_paths(PATHS[:1])
    assert adobe.asked == [*PATHS, PATHS[0]]


def test_what_is_not_there_is_asked_for_once_a_minute(adobe: Site, copernica: Names) -> None:
    clock = Clock()
    keys = PublicKeys(adobe.url, copernica.resolver, clock)
    for _ in range(5):
        assert keys.of_paths(PATHS[1:]) == {}
        assert keys.of_name("two._domainkey.copernica.com") == {}
    assert (len(adobe.asked), len(copernica.asked)) == (1, 1)
    clock.now += 61
    copernica.texts["two._domainkey.copernica.com"] = record(1)
    assert keys.of_name("two._domainkey.copernica.com") == {"two._domainkey.copernica.com": record(1)}


def test_copernicas_key_is_kept_as_long_as_dns_says(copernica: Names) -> None:
    clock = Clock()
    keys = PublicKeys(resolver=copernica.resolver, clock=clock)
    assert len(record(0)) > 255
    for _ in range(3):
        assert keys.of_name(KEY_NAME) == {KEY_NAME: record(0)}
    assert copernica.asked == [KEY_NAME]
    clock.now += 601
    copernica.texts[KEY_NAME] = record(1)
    assert keys.of_name(KEY_NAME) == {KEY_NAME: record(1)}


def test_a_site_or_dns_that_fails_is_not_taken_for_no_key(adobe: Site, copernica: Names) -> None:
    keys = PublicKeys(adobe.url, copernica.resolver)
    adobe.failing = copernica.failing = True
    with pytest.raises(KeysUnreachable):
        keys.of_paths(PATHS)
    with pytest.raises(KeysUnreachable):
        keys.of_name(KEY_NAME)
    adobe.failing = copernica.failing = False
    assert keys.of_paths(PATHS[:1])
    assert keys.of_name(KEY_NAME)
    with pytest.raises(KeysUnreachable):
        PublicKeys("http://127.0.0.1:9").of_paths(PATHS)
