"""Names of integrations: what templates can write, and what does not already mean something else."""

from __future__ import annotations

import pytest

from dovetail.integrations.identifiers import RESERVED, fault_of_identifier


@pytest.mark.parametrize("name", ["mywebshop", "Shop2", "my_shop", "s"])
def test_letters_digits_and_underscores_make_a_name(name: str) -> None:
    assert fault_of_identifier(name) == ""


@pytest.mark.parametrize("name", ["", "2shop", "_shop", "my-shop", "my shop", "shóp", "shop\n", "a.b"])
def test_what_a_template_cannot_write_is_refused_with_a_proposal(name: str) -> None:
    assert "cannot be an integration's name" in fault_of_identifier(name)
    proposal = fault_of_identifier(name).split("Call it `")[1].split("`")[0]
    assert fault_of_identifier(proposal) == ""


@pytest.mark.parametrize("name", [*sorted(RESERVED), "Profile", "SMARTY"])
def test_a_reserved_word_is_refused_with_a_proposal(name: str) -> None:
    assert "already means something else" in fault_of_identifier(name)
    proposal = fault_of_identifier(name).split("Call the integration `")[1].split("`")[0]
    assert fault_of_identifier(proposal) == ""


def test_the_words_of_mailings_are_reserved() -> None:
    words = ["profile", "subprofile", "destination", "mailing", "template", "account", "smarty", "trigger", "event"]
    assert {*words, "timestamp", "document", "property"} <= RESERVED
