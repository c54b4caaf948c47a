"""From conditions to what Magento is asked, where that depends on an attribute's options."""

from __future__ import annotations

import pytest

from dovetail.engine.ports import Filter, Operator, Query
from dovetail.errors import ProviderError
from dovetail.providers.magento2.context import Attribute
from dovetail.providers.magento2.plan import Plan, make_plan
from dovetail.providers.magento2.search import Condition

MANY = {str(identity): f"Kleur {identity}" for identity in range(1000, 2000)}
ATTRIBUTES = {
    "color": Attribute("color", "select", {"9": "Rood", "10": "Rood, licht", "11": "Blauw"}),
    "material": Attribute("material", "multiselect", {"5": "Wol", "7": "Hennep, biologisch"}),
    "shade": Attribute("shade", "select", MANY),
    "tags": Attribute("tags", "multiselect", MANY),
}


def plan(field: str, operator: Operator, value: None | str | tuple[str, ...]) -> Plan:
    return make_plan("product", Query((Filter(field, operator, value),)), ATTRIBUTES, "mywebshop", ["sku"])


@pytest.mark.parametrize(
    ("field", "operator", "value", "group"),
    [
        ("color", "==", "rood", [("eq", "9")]),
        ("color", "!=", "Rood", [("neq", "9")]),
        ("color", "in", ("Rood", "Blauw"), [("in", "9,11")]),
        ("color", "like", "ROOD", [("in", "9,10")]),
        ("color", "like", "%licht%", [("in", "10")]),
        ("color", "==", None, [("null", "1")]),
        ("material", "==", "hennep, biologisch", [("finset", "7")]),
        ("material", "!=", "Wol", [("nfinset", "5")]),
        ("material", "in", ("Wol", "7"), [("finset", "5"), ("finset", "7")]),
        ("material", "like", "o", [("finset", "5"), ("finset", "7")]),
        ("material", "==", None, [("null", "1")]),
        ("material", "!=", None, [("notnull", "1")]),
    ],
)
def test_an_option_is_meant_by_its_label(
    field: str, operator: Operator, value: None | str | tuple[str, ...], group: list[tuple[str, str]]
) -> None:
    (found,) = plan(field, operator, value).groups
    assert [(each.condition, each.value) for each in found] == group
    assert all(each == Condition(field, each.condition, each.value) for each in found)


@pytest.mark.parametrize(("field", "operator"), [("color", "like"), ("material", "like"), ("material", "in")])
def test_a_label_that_no_option_has_is_nothing(field: str, operator: Operator) -> None:
    assert plan(field, operator, () if operator == "in" else "no such label").nothing


@pytest.mark.parametrize("field", ["shade", "tags"])
def test_no_option_is_left_out_for_want_of_room(field: str) -> None:
    with pytest.raises(ProviderError, match=f"1000 options of {field}"):
        plan(field, "like", "kleur")
    (group,) = plan(field, "like", "kleur 101").groups
    values = [value for each in group for value in each.value.split(",")]
    assert values == [str(each) for each in range(1010, 1020)]
