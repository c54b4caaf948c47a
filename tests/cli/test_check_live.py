"""`dovetail check --live`: the gate before sending, against a shop over real HTTP."""

from __future__ import annotations

import json

from tests.cli.dovetail_process import CommandLine
from tests.doubles.shop import Shop

WHOLE = (
    "<!doctype html><html lang=nl><head><title>t</title></head><body><div style='display:none'>preheader</div>"
    "<p>{body}</p><a href='https://shop.example/u'>Afmelden</a></body></html>"
)


def test_a_mail_that_is_well_passes(with_shop: CommandLine) -> None:
    with_shop.write("a.tpl", WHOLE.replace("{body}", "{$mywebshop.product.123456.title|escape}"))
    done = with_shop("check", "a.tpl", "--live")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1].startswith("1 checked: 0 errors")


def test_an_id_that_the_shop_does_not_have_stops_the_mailing(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", "x\n{$mywebshop.product.99999999.title}")
    asked_nothing = with_shop("check", "a.tpl")
    assert (asked_nothing.code, shop.log()) == (0, [])
    done = with_shop("check", "a.tpl", "--live")
    assert done.code == 1
    assert "a.tpl:2:2: error: there is no `$mywebshop.product.99999999`" in done.out
    assert "[unknown-id]" in done.out


def test_a_finding_that_is_meant_and_one_that_is_set_off_do_not_stop_it(with_shop: CommandLine) -> None:
    with_shop.write("a.tpl", "{* dovetail-ignore unknown-id *}{$mywebshop.product.99999999.title}")
    assert with_shop("check", "a.tpl", "--live").code == 0
    with_shop.write("b.tpl", "{$mywebshop.product.99999999.title}")
    settings = with_shop.read("dovetail.toml")
    with_shop.write("dovetail.toml", settings + '\n[lint]\nseverity = { unknown-id = "info" }\n')
    assert with_shop("check", "b.tpl", "--live").code == 0


def test_a_shop_that_cannot_be_asked_is_told_once_and_has_a_code_of_its_own(with_shop: CommandLine) -> None:
    settings = with_shop.read("dovetail.toml").splitlines()
    dead = ['url = "http://127.0.0.1:9"' if line.startswith("url") else line for line in settings]
    with_shop.write("dovetail.toml", "\n".join(dead) + "\n")
    with_shop.write("a.tpl", "{$mywebshop.product.1.title}{$mywebshop.product.2.title}")
    done = with_shop("check", "a.tpl", "--live")
    assert done.code == 2
    assert done.out.count("[unreachable]") == 1
    assert "`mywebshop` could not be asked" in done.err


def test_samples_are_rendered_and_counted_without_naming_anybody(with_shop: CommandLine) -> None:
    rows = "".join(f"person{number}@example.org,{'Ann' if number % 4 else ''},{number % 5}\n" for number in range(40))
    with_shop.write("people.csv", "email,firstname,lot\n" + rows)
    with_shop.write("a.tpl", "Dear {$profile.firstname}, {10 / $profile.lot}")
    done = with_shop("check", "a.tpl", "--live", "--recipients", "people.csv", "--sample", "40")
    assert done.code == 1
    assert "`$profile.firstname` is empty for 10 of 40 sample recipients" in done.out
    assert "(for 8 of 40 sample recipients)" in done.out
    assert "[render-error]" in done.out
    assert "@example.org" not in done.out + done.err


def test_the_sample_of_the_settings_is_used(with_shop: CommandLine) -> None:
    with_shop.write("people.csv", "email,firstname\na@example.org,\nb@example.org,Bob\n")
    with_shop.write("a.tpl", "{$profile.firstname}")
    settings = with_shop.read("dovetail.toml")
    with_shop.write("dovetail.toml", settings + '\n[lint]\nsample = "people.csv"\n')
    assert "empty for 1 of 2" in with_shop("check", "a.tpl", "--live").out


def test_the_rendered_mail_is_looked_at(with_shop: CommandLine) -> None:
    with_shop.write("part.tpl", "{for $i=1 to 3000}<p>A line of the mail that repeats itself {$i}</p>{/for}")
    with_shop.write("a.tpl", "<html><body>{include file='part.tpl'}</body></html>")
    with_shop.write(
        "b.tpl", "<html><body>{block name=a}<img src='https://127.0.0.1/x.png' alt=''>{/block}</body></html>"
    )
    big = with_shop("check", "a.tpl", "--live").out
    assert "[too-large]" in big
    assert "[no-unsubscribe]" in big
    assert "[no-plain-text]" in with_shop("check", "b.tpl", "--live").out


def test_pictures_are_asked_for_and_never_in_a_private_network(with_shop: CommandLine, shop: Shop) -> None:
    with_shop.write("a.tpl", f"<p>x</p><img src='{shop.url}/media/not-there.jpg' alt=''>")
    done = with_shop("check", "a.tpl", "--live")
    assert "[dead-image]" in done.out
    assert any(entry["method"] == "HEAD" for entry in shop.log())
    shop.clear()
    settings = with_shop.read("dovetail.toml").replace("allow_private_addresses = true\n", "")
    with_shop.write("dovetail.toml", settings)
    done = with_shop("check", "a.tpl", "--live")
    assert "this picture leads to a private address" in done.out
    assert shop.log() == []


def test_sarif_is_for_code_hosts(with_shop: CommandLine) -> None:
    with_shop.write("mails/a b.tpl", "😀{$mywebshop.product.99999999.title}\n{$profile.email|uper}")
    done = with_shop("check", "mails", "--live", "--format", "sarif")
    assert done.code == 1
    log = json.loads(done.out)
    assert (log["version"], log["$schema"]) == ("2.1.0", "https://json.schemastore.org/sarif-2.1.0.json")
    (run,) = log["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert {"unknown-id", "unknown-modifier"} <= set(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"] == "mails/a%20b.tpl"
        assert place["region"]["startLine"] >= 1 <= place["region"]["startColumn"]
    (missing,) = [each for each in run["results"] if each["ruleId"] == "unknown-id"]
    region = missing["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (1, 3)
    (misspelt,) = [each for each in run["results"] if each["ruleId"] == "unknown-modifier"]
    (replacement,) = misspelt["fixes"][0]["artifactChanges"][0]["replacements"]
    assert replacement["insertedContent"] == {"text": "upper"}


def test_settings_of_lints_that_do_not_fit_are_named_with_their_place(dovetail: CommandLine) -> None:
    dovetail.write("a.tpl", "x")
    dovetail.write("dovetail.toml", '[lint]\nclients = "gmail"\nsample = "gone.csv"\nsevrity = 1\n')
    done = dovetail("check", "a.tpl")
    assert done.code == 1
    assert "dovetail.toml:2:1: `clients` is a list" in done.err
    assert "dovetail.toml:3:1: there is no file `gone.csv`" in done.err
    assert "dovetail.toml:4:1: `sevrity` is not a setting of lint. Did you mean `severity`?" in done.err
    dovetail.write("dovetail.toml", '[lint.severity]\nno-alt = "loud"\n')
    assert "the severity of `no-alt` is one of error, warning, info, hint, off" in dovetail("check", "a.tpl").err
    dovetail.write("dovetail.toml", '[lint.severity]\nno-altt = "off"\n')
    wrong = dovetail("check", "a.tpl")
    assert "dovetail.toml:2:1: there is no finding `no-altt`. Did you mean `no-alt`?" in wrong.err
