"""`dovetail check`: findings for people and for CI."""

from __future__ import annotations

import json

from tests.cli.dovetail_process import CommandLine


def test_good_templates_are_counted_and_exit_with_0(dovetail: CommandLine) -> None:
    dovetail.write("mails/a.tpl", "{$profile.x|upper|default:'you'}")
    dovetail.write("mails/sub/b.html", "{if 1}b{/if}")
    dovetail.write("mails/readme.md", "{if")
    done = dovetail("check", "mails")
    assert (done.code, done.out.splitlines()[-1]) == (0, "2 checked: 0 errors, 0 warnings")


def test_a_broken_template_is_named_by_the_path_that_was_given(dovetail: CommandLine) -> None:
    dovetail.write("mails/good.tpl", "fine")
    dovetail.write("mails/sub/b.tpl", "ok\n{$x|uper}")
    done = dovetail("check", "mails")
    assert done.code == 1
    assert "mails/sub/b.tpl:2:" in done.out
    assert "did you mean `upper`?" in done.out
    assert done.out.splitlines()[-1].startswith("2 checked: 1 error, ")


def test_json_is_for_programs(dovetail: CommandLine) -> None:
    dovetail.write("b.tpl", "ok\n{$x|uper}")
    done = dovetail("check", "b.tpl", "--format", "json")
    assert done.code == 1
    (finding,) = json.loads(done.out)
    assert (finding["file"], finding["line"], finding["severity"]) == ("b.tpl", 2, "error")
    assert finding["help"] == "did you mean `upper`?"
    (fix,) = finding["fixes"]
    assert (fix["text"], fix["line"], fix["column"], fix["end_column"]) == ("upper", 2, 5, 9)


def test_an_unknown_field_of_an_integration_is_found_without_credentials(dovetail: CommandLine) -> None:
    dovetail.write(
        "dovetail.toml",
        '[integrations.mywebshop]\nkind = "magento2"\nurl = "https://shop.example"\n'
        + "".join(
            f'{name} = {{ env = "NOT_SET_HERE" }}\n'
            for name in ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
        ),
    )
    dovetail.write("b.tpl", "{$mywebshop.product.1}")
    warned = dovetail("check", "b.tpl")
    assert (warned.code, dovetail("check", "b.tpl", "--strict").code) == (0, 1)
    assert "b.tpl:1:2: warning: " in warned.out
    dovetail.write("a.tpl", "{$mywebshop.prodct.123456.title|escape}")
    done = dovetail("check", "a.tpl")
    assert "a.tpl:1:" in done.out
    assert "did you mean `product`?" in done.out


def test_a_path_that_is_not_there_is_named(dovetail: CommandLine) -> None:
    done = dovetail("check", "nowhere")
    assert (done.code, done.err.strip()) == (1, "dovetail: there is no file or folder nowhere")


def test_a_template_that_a_follow_up_sends_is_held_to_the_data_of_its_event(dovetail: CommandLine) -> None:
    dovetail.write("mails/cart.tpl", "{$trigger.custmer.name|escape}")
    dovetail.write("mails/other.tpl", "{$trigger.custmer.name|escape}")
    dovetail.write(
        "mails/followups/cart.toml",
        'on = "cart-abandoned"\n[[steps]]\nmail = { template = "cart.tpl", subject = "Your cart" }\n',
    )
    done = dovetail("check", "mails")
    assert "cart.tpl:1:2: warning: `$trigger` has no `custmer`" in done.out
    assert "did you mean `customer`?" in done.out
    assert "other.tpl" not in done.out
