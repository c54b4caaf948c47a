"""What Copernica's users have, and how the contradictions of its documentation are settled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dovetail.engine.compiler.options import Options
from dovetail.engine.environment import Engine
from dovetail.errors import RenderError, TemplateSyntaxError
from dovetail.providers.connections import Connections
from dovetail.providers.kinds import Integration
from dovetail.providers.profiles import MemoryProfiles

NOW = 1_709_647_629.0  # 2024-03-05 14:07:09 UTC


def rendered(text: str, data: Mapping[str, object] | None = None, **options: object) -> str:
    engine = Engine(clock=lambda: NOW, **options)  # type: ignore[arg-type]
    return str(engine.from_string(text).render(data or {}))


ORDERS = [
    {"id": 1, "status": "done", "total": "19.95", "date": "2024-01-01"},
    {"id": 2, "status": "open", "total": 5, "date": "2024-02-01"},
    {"id": 3, "status": "done", "total": 100, "date": "2024-03-01"},
]


@pytest.mark.parametrize(
    ("list_", "expected"),
    [
        ("filter:'status':'done'", "1 3 "),
        ("filter:'total':'>':10", "1 3 "),
        ("filter:'total':'<=':'19.95'", "1 2 "),
        ("filter:'missing'", ""),
        ("filter:'status'", "1 2 3 "),
        ("filter:'status':'in':['open']", "2 "),
        ("orderby:'total'", "2 1 3 "),
        ("orderby:'total':'desc'", "3 1 2 "),
        ("limit:2", "1 2 "),
        ("filter:'status':'done'|orderby:'date':'desc'|limit:1", "3 "),
    ],
)
def test_list_modifiers_work_on_any_list(list_: str, expected: str) -> None:
    text = f"{{foreach $profile.orders|{list_} as $o}}{{$o.id}} {{/foreach}}"
    assert rendered(text, {"profile": {"orders": ORDERS}}) == expected


def test_the_first_of_a_list() -> None:
    assert rendered("{$o = $l|orderby:'total':'desc'|first}{$o.id}[{$e|first}]", {"l": ORDERS, "e": []}) == "3[]"


def test_foreach_and_assign_in_their_copernica_spelling() -> None:
    assert rendered("{foreach $o in $l}{$o.id}{foreachelse}none{/foreach}", {"l": ORDERS}) == "123"
    assert rendered("{assign $a|upper to $b}{$b}", {"a": "x"}) == "X"


@pytest.mark.parametrize("given", ["trigger", "event", "mailing"])
def test_the_trigger_has_three_names(given: str) -> None:
    trigger = {"grand_total": 5, "timestamp": 1_000_000}
    data: dict[str, object] = {"mailing": {"trigger": trigger}} if given == "mailing" else {given: trigger}
    assert (
        rendered("{$trigger.grand_total}{$event.grand_total}{$mailing.trigger.grand_total} {$timestamp}", data)
        == "555 1000000"
    )


def test_the_destination_is_whom_the_mail_addresses() -> None:
    assert rendered("{$destination.name}", {"profile": {"name": "P"}}) == "P"
    data = {"subprofile": {"name": "S", "profile": {"name": "P"}}}
    assert rendered("{$destination.name}{$subprofile.name}{$profile.name}", data) == "SSP"


def test_the_timestamp_is_the_moment_of_sending_and_stays() -> None:
    assert rendered("{$timestamp} {$smarty.now}", {"mailing": {"sendtimestamp": 5}}) == f"5 {int(NOW)}"


def test_unknown_modifiers_have_no_effect_in_copernicas_dialect() -> None:
    assert rendered("{$x|nosuch|upper}", {"x": "a"}, options=Options(dialect="copernica")) == "A"
    with pytest.raises(TemplateSyntaxError, match="unknown modifier `nosuch`"):
        rendered("{$x|nosuch|upper}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{'johan de wit'|ucfirst}", "Johan de wit"),
        ("{'a'|toupper}{'A'|tolower}", "Aa"),
        ("{' a '|trim}{'x'|md5|strlen}{'x'|sha1|strlen}{'x'|sha256|strlen}{'x'|sha512|strlen}", "a324064128"),
        ("{'a b'|urlencode}{'é'|base64_encode}", "a+bw6k="),
        ("{if 3 gte 3 and 3 lte 3}y{/if}", "y"),
        ("{foreach [1,2,3,4]|range:1:3 as $v}{$v}{/foreach}", "23"),
        ('[{"a\n\nb\nc"|count_paragraphs}][{"x"|indent}]', "[3][    x]"),
        ("{if $interest}yes{/if}", "yes"),
        ("{19.995|number_format:2:',':'.'}", "20,00"),
        ("{'19.95' * 2}", "39.9"),
    ],
)
def test_contradictions_are_settled(text: str, expected: str) -> None:
    assert rendered(text, {"interest": "no"}) == expected


def test_a_hyphen_subtracts() -> None:
    assert rendered("{$a-$b}", {"a": 3, "b": 1}) == "2"


def test_dates_as_text_as_number_and_as_object() -> None:
    moment = datetime(2027, 3, 22, 13, 44, 11, tzinfo=UTC)
    assert (
        rendered("{$d} {$d.year} {$d.time} {$d.timestamp}", {"d": moment})
        == "2027-03-22 13:44:11 2027 13:44:11 1805723051"
    )
    assert (
        rendered("{$d|date_format:'%d-%m-%Y'}{$s|date_format:'%H:%M'}", {"d": moment, "s": "2025-10-04 15:35:00"})
        == "22-03-202715:35"
    )
    assert rendered("{$x = '2024-01-31'|datetime}{$x.month}{$y = $x|date_mod:'+1 day'}{$y}") == "12024-02-01 00:00:00"
    assert rendered("{'+2 days'|date_format:'%d'}") == "07"
    assert rendered("{\"$d +1 day\"|date_format:'%d-%m-%Y'}", {"d": "2024-02-28"}) == "29-02-2024"


def test_dates_in_the_language_and_zone_of_the_mailing() -> None:
    text = "{1709647629|date_format:'%A %e %B %H:%M'} {1709647629|date_format:'D j M'}"
    assert rendered(text, language="nl_NL", timezone=ZoneInfo("Europe/Amsterdam")) == "dinsdag  5 maart 15:07 di 5 mrt"
    assert rendered(text) == "Tuesday  5 March 14:07 Tue 5 Mar"


def test_raw_captures_are_not_escaped() -> None:
    assert rendered("{rawcapture assign=c}<b>{$x}</b>{/rawcapture}{$c nofilter}", {"x": "<i>"}) == "<b><i></b>"
    assert rendered("{capture assign=c}<b>{$x}</b>{/capture}{$c nofilter}", {"x": "<i>"}) == "<b>&lt;i&gt;</b>"


def test_parts_for_the_mail_and_for_its_web_version() -> None:
    text = "{mailonly}M{/mailonly}{webonly}W{/webonly}<a href='{webversion}'><a href='{unsubscribe}'>"
    data: dict[str, object] = {"webversion": "https://w", "unsubscribe": "https://u"}
    assert rendered(text, data) == "M<a href='https://w'><a href='https://u'>"
    assert rendered(text, {**data, "mailing": {"webversion": True}}).startswith("W")


def profiles(text: str, **data: object) -> str:
    source = MemoryProfiles(
        {
            "Customers": [{"id": 1, "city": "Delft"}, {"id": 2, "city": "Gent"}, {"id": 3, "city": "Delft"}],
            "Customers:Orders": [
                {"id": 10, "profile": 1, "sku": "A"},
                {"id": 11, "profile": 3, "sku": "B"},
                {"id": 12, "profile": 1, "sku": "C"},
            ],
        }
    )
    with Connections([Integration(source)], cache_folder=None) as connections:
        return str(Engine(driver=connections).from_string(text).render(data))


def test_profiles_are_loaded_by_their_fields() -> None:
    assert profiles("{loadprofile source='Customers' city='Delft' assign=p}{$p.id}") == "1"
    text = "{loadprofile source='Customers' city=$c multiple=true orderby='id desc' assign=l}{foreach $l as $p}{$p.id}{/foreach}"
    assert profiles(text, c="Delft") == "31"
    assert profiles("{loadprofile source='Customers' city='Rome' assign=p}[{$p.id}]") == "[]"


def test_subprofiles_belong_to_a_profile() -> None:
    text = "{loadsubprofile source='Customers:Orders' profile=$profile.id multiple=true assign=l}{foreach $l as $o}{$o.sku}{/foreach}"
    assert profiles(text, profile={"id": 1}) == "AC"
    assert profiles("{loadsubprofile source='Customers:Orders' multiple=true limit=2 assign=l}{$l|count}") == "2"


def test_an_unknown_database_is_an_error_with_a_remedy() -> None:
    with pytest.raises(RenderError, match=r"there is no database `Customer`") as caught:
        profiles("{loadprofile source='Customer' assign=p}")
    assert caught.value.diagnostic.help == "did you mean `Customers`?"
