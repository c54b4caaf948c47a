"""What every command has: help with an example, exit codes, sentences instead of tracebacks."""

from __future__ import annotations

import click
import pytest

from dovetail.cli import COMMANDS, group, run
from tests.cli.dovetail_process import CommandLine


def _all_commands() -> list[str]:
    names: list[str] = []
    context = click.Context(group, info_name="dovetail")
    for name in COMMANDS:
        command = group.get_command(context, name)
        names.append(name)
        if isinstance(command, click.Group):
            names += [f"{name} {inner}" for inner in command.list_commands(context)]
    return names


@pytest.mark.parametrize("name", _all_commands())
def test_every_command_has_help_with_an_example(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*name.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert "Example" in shown
    assert f"dovetail {name}" in shown.split("Example", 1)[1]


def test_help_lists_every_command_with_a_summary(dovetail: CommandLine) -> None:
    done = dovetail("--help")
    assert done.code == 0
    listed = done.out.split("Commands:\n")[1]
    assert [line.split()[0] for line in listed.splitlines() if line[2:3].strip()] == list(COMMANDS)


def test_version_is_one_line(dovetail: CommandLine) -> None:
    done = dovetail("--version")
    assert (done.code, done.out.count("\n")) == (0, 1)
    assert done.out.startswith("dovetail ")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["rendr"], "there is no command `rendr`; did you mean `render`?"),
        (["render"], "Missing argument 'TEMPLATE'"),
        (["render", "a.tpl", "--profil", "x"], "--profil"),
        (["render", "a.tpl", "--set", "name"], "--set takes NAME=VALUE, such as --set profile.firstname=Ann"),
        (["mail", "a.tpl"], "--recipients"),
        (["check"], "PATH"),
    ],
)
def test_wrong_use_exits_with_2_and_says_what_is_right(
    dovetail: CommandLine, arguments: list[str], expected: str
) -> None:
    done = dovetail(*arguments)
    assert done.code == 2
    assert expected in done.err


def test_a_mistake_inside_dovetail_says_so_and_keeps_the_data_to_itself(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_arguments: object) -> None:
        raise RuntimeError("ann@example.com")

    monkeypatch.setattr("dovetail.commands.variables.gather", broken)
    assert run(["render", "a.tpl"]) == 1
    said = capsys.readouterr().err
    assert "this is a mistake in Dovetail itself (RuntimeError at test_commands.py:" in said
    assert "dovetail --debug" in said
    assert "ann@example.com" not in said
    with pytest.raises(RuntimeError):
        run(["--debug", "render", "a.tpl"])
