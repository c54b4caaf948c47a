"""`dovetail integrations`: connect shops and other sources, look at them, try them, take them out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.options import find_config, load_settings, server_option

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dovetail.integrations.secrets import SecretPlace
    from dovetail.integrations.settings import IntegrationSettings
    from dovetail.providers.kinds import Kind, Setting

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file. Usual: dovetail.toml in the current folder.",
)


@click.group()
def command() -> None:
    """Connect your webshop and other sources: add, list, show, test, remove.

    They stand in dovetail.toml; their secrets never do: they come from environment variables or the keyring.

    \b
    Example:
      dovetail integrations add mywebshop magento2 --set url=https://shop.example
      dovetail integrations test mywebshop
    """


@command.command()
@click.argument("name")
@click.argument("kind", metavar="[KIND]", default="magento2")
@click.option(
    "--set", "values", multiple=True, metavar="SETTING=VALUE", help="A setting: --set url=https://shop.example."
)
@click.option(
    "--secret",
    "secrets",
    multiple=True,
    metavar="SETTING=PLACE",
    help="Where a secret is: --secret access_token=env:SHOP_TOKEN (or keyring:NAME, file:PATH).",
)
@click.option("--keyring", is_flag=True, help="Ask for the secrets now and put them into the keyring.")
@config_option
def add(
    name: str, kind: str, values: tuple[str, ...], secrets: tuple[str, ...], keyring: bool, config: Path | None
) -> None:
    """Add an integration to dovetail.toml. NAME is how templates call it: {$NAME.product…}.

    \b
    Example:
      dovetail integrations add mywebshop magento2 --set url=https://shop.example --set store=nl
      dovetail integrations add mywebshop --set url=https://shop.example --keyring
    """
    from dovetail.errors import SettingsError, did_you_mean
    from dovetail.integrations.edit import add_integration
    from dovetail.integrations.identifiers import fault_of_identifier
    from dovetail.providers.registry import kinds

    if wrong := fault_of_identifier(name):
        raise SettingsError(wrong)
    chosen = kinds().get(kind)
    if chosen is None:
        near = did_you_mean(kind, list(kinds())) or f"known are: {', '.join(kinds())}"
        raise SettingsError(f"there is no kind of integration `{kind}`; {near}")
    path = find_config(config) or Path("dovetail.toml")
    plain = _plain_settings(chosen, values)
    places = _secret_places(chosen, name, plain, secrets, keyring)
    settings = add_integration(path, name, chosen, plain, places)
    if keyring:
        _ask_and_store(settings.integration(name))
    click.echo(f"`{name}` is in {path}.")
    missing = [place for place in places.values() if not place.is_there()]
    if missing:
        click.echo("Its secrets are still missing. Put them here:")
        for place in missing:
            click.echo(f"  {place.describe()}")
    click.echo(f"Try it:  dovetail integrations test {name}")


def _plain_settings(kind: Kind, values: tuple[str, ...]) -> dict[str, object]:
    known = {item.name: item for item in kind.settings}
    plain: dict[str, object] = {}
    for pair in values:
        name, equals, text = pair.partition("=")
        setting = _known(kind, name)
        if not equals:
            raise click.UsageError(f"--set takes SETTING=VALUE, such as --set url=https://shop.example, not `{name}`")
        if setting.secret:
            raise click.UsageError(
                f"`{name}` is a secret; it would stay in your shell's history. "
                f"Say where it is: --secret {name}=env:VARIABLE, or use --keyring"
            )
        plain[name] = _converted(setting, text)
    for name, setting in known.items():
        if setting.required and not setting.secret and name not in plain:
            if not sys.stdin.isatty():
                raise click.UsageError(f"`{name}` is needed ({setting.summary}): --set {name}={setting.example or '…'}")
            plain[name] = _converted(setting, click.prompt(f"{name} ({setting.summary})", type=str))
    return {name: plain[name] for name in known if name in plain}


def _converted(setting: Setting, text: str) -> object:
    if setting.type == "boolean":
        if text.lower() not in ("true", "false"):
            raise click.UsageError(f"`{setting.name}` is true or false")
        return text.lower() == "true"
    if setting.type == "number":
        try:
            return int(text) if text.lstrip("-").isdigit() else float(text)
        except ValueError:
            raise click.UsageError(f"`{setting.name}` is a number") from None
    return text


def _known(kind: Kind, name: str) -> Setting:
    from dovetail.errors import did_you_mean

    for setting in kind.settings:
        if setting.name == name:
            return setting
    names = [setting.name for setting in kind.settings]
    near = did_you_mean(name, names) or f"known are: {', '.join(names)}"
    raise click.UsageError(f"{kind.name} has no setting `{name}`; {near}")


def _secret_places(
    kind: Kind, identifier: str, plain: Mapping[str, object], given: tuple[str, ...], keyring: bool
) -> dict[str, SecretPlace]:
    from dovetail.integrations.secrets import WHERE, SecretPlace

    places: dict[str, SecretPlace] = {}
    for pair in given:
        name, _, place = pair.partition("=")
        where, colon, within = place.partition(":")
        if not _known(kind, name).secret:
            raise click.UsageError(f"`{name}` is not a secret: --set {name}=…")
        if where not in WHERE or not colon or not within:
            raise click.UsageError(
                f"--secret says where `{name}` is, not what it is: "
                f"--secret {name}=env:VARIABLE (or keyring:NAME, file:PATH)"
            )
        places[name] = SecretPlace(where, within)
    return places or _usual_places(kind, identifier, plain, keyring)


def _usual_places(kind: Kind, identifier: str, plain: Mapping[str, object], keyring: bool) -> dict[str, SecretPlace]:
    """Places for the secrets of the kind's first way to prove who asks.

    A kind lists its secrets way by way; the first are as many as the kind is content with.
    """
    from dovetail.errors import SettingsError
    from dovetail.integrations.late import LateProvider
    from dovetail.integrations.secrets import SecretPlace
    from dovetail.integrations.settings import variable_name

    usual = {item.name: item.default for item in kind.settings if item.default is not None}
    places: dict[str, SecretPlace] = {}
    left = [item for item in kind.settings if item.secret]
    while True:
        try:
            LateProvider(identifier, kind, {**usual, **plain}, places)
        except SettingsError:
            if not left:
                raise
            setting = left.pop(0)
            places[setting.name] = (
                SecretPlace("keyring", f"{identifier}/{setting.name}")
                if keyring
                else SecretPlace("env", variable_name(identifier, setting.name))
            )
        else:
            return places


def _ask_and_store(item: IntegrationSettings) -> None:
    from dovetail.integrations.secrets import Secret, store_in_keyring

    for name, place in item.secrets.items():
        if place.where == "keyring":
            store_in_keyring(place.name, Secret(click.prompt(name, hide_input=True, type=str)))


@command.command(name="list")
@config_option
@server_option
def list_(config: Path | None) -> None:
    """List the integrations in dovetail.toml.

    \b
    Example:
      dovetail integrations list
    """
    settings = load_settings(config)
    if not settings.integrations:
        click.echo("none yet. Add one:  dovetail integrations add mywebshop magento2")
    for item in settings.integrations:
        where = item.plain.get("url", "")
        missing = [name for name, place in item.secrets.items() if not place.is_there()]
        state = f"secrets missing: {', '.join(missing)}" if missing else "secrets are there"
        click.echo(f"{item.identifier:<20} {item.kind.name:<12} {where}  ({state})")


@command.command()
@click.argument("name")
@config_option
def show(name: str, config: Path | None) -> None:
    """Show one integration's settings; secrets by their place only.

    \b
    Example:
      dovetail integrations show mywebshop
    """
    from dovetail.integrations.policy import in_settings

    item = load_settings(config).integration(name)
    lines: dict[str, object] = {"kind": f"{item.kind.name} ({item.kind.title})", **item.plain}
    for setting, place in item.secrets.items():
        state = "is there" if place.is_there() else "MISSING"
        lines[setting] = f"••• from the {place.describe()} ({state})"
    lines.update(in_settings(item.policy))
    for label, value in lines.items():
        click.echo(f"{label:<24} {value}")


@command.command()
@click.argument("name")
@config_option
@server_option
def test(name: str, config: Path | None) -> None:
    """Connect to one integration and say what works and which permission is missing.

    \b
    Example:
      dovetail integrations test mywebshop
    """
    item = load_settings(config).integration(name)
    if not test_connection(item):
        raise click.exceptions.Exit(1)


def test_connection(item: IntegrationSettings) -> bool:
    """Run a provider's own connection test and print its findings; whether all is well."""
    from dovetail.providers.connections import Connections

    integration = item.connect()
    with Connections([integration]) as connections:
        findings = connections.talk(item.identifier, integration.provider.check())
    for finding in findings:
        click.echo(f"{'ok ' if finding.ok else 'NO '} {item.identifier}: {finding.what}")
        if finding.help and not finding.ok:
            click.echo(f"     {finding.help}")
    return all(finding.ok for finding in findings)


@command.command()
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@config_option
def remove(name: str, yes: bool, config: Path | None) -> None:
    """Take an integration out of dovetail.toml. Its secrets stay where they are.

    \b
    Example:
      dovetail integrations remove mywebshop --yes
    """
    from dovetail.integrations.edit import remove_integration

    path = find_config(config) or Path("dovetail.toml")
    if not yes:
        click.confirm(f"Remove `{name}` from {path}?", abort=True)
    remove_integration(path, name)
    click.echo(f"`{name}` is no longer in {path}.")
