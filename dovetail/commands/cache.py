"""`dovetail cache`: what is kept of the answers of integrations, and forgetting it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dovetail.commands.options import load_settings

if TYPE_CHECKING:
    from dovetail.integrations.settings import Settings
    from dovetail.providers.cache import Cache
    from dovetail.providers.vault import Vault

config_option = click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings file. Usual: dovetail.toml in the current folder.",
)

_KEYRING_ENTRY = "cache_key"


@click.group()
def command() -> None:
    """Look at what is kept of your shop's answers, and forget it: all, one integration's, or one person's.

    \b
    Example:
      dovetail cache info
      dovetail cache clear --person ann@example.org
    """


@command.command()
@config_option
def info(config: Path | None) -> None:
    """Say where answers are kept, of which integrations, how many, and how large that is.

    \b
    Example:
      dovetail cache info
    """
    settings = load_settings(config)
    folder = _folder()
    with _opened(folder) as cache:
        contents = cache.contents(now=time.time())
    click.echo(f"{folder}: {contents.bytes / 1024 / 1024:.1f} MB")
    for identifier, number in sorted(contents.answers.items()):
        click.echo(f"  {identifier or '(an earlier version of Dovetail)'}: {number} answers")
    if not contents.answers:
        click.echo("  no answers are kept")
    if contents.encrypted:
        click.echo(f"  about persons, encrypted: {contents.encrypted}")
    for vault in _vaults(settings):
        if not vault.usable():
            click.echo(f"  note: {vault.trouble}")


@command.command()
@click.option("--person", metavar="EMAIL", help="Only answers that hold this e-mail address, in whatever case.")
@click.option("--integration", metavar="NAME", help="Only answers of this integration.")
@config_option
def clear(person: str | None, integration: str | None, config: Path | None) -> None:
    """Forget answers that are kept on this machine. Mailings that are running keep what they have in memory.

    Of a person, everything goes that holds the address; what is encrypted with a key that is not there goes too,
    as nobody can tell whom it is about.

    \b
    Example:
      dovetail cache clear
      dovetail cache clear --integration mywebshop
      dovetail cache clear --person ann@example.org
    """
    if person is not None and "@" not in person.strip().strip("@"):
        raise click.UsageError("--person takes an e-mail address, such as --person ann@example.org")
    # Without a choice nothing depends on the settings, and a broken file must not keep anybody from forgetting.
    settings = load_settings(config) if person is not None or integration is not None or config is not None else None
    with _opened(_folder()) as cache:
        if integration is not None and settings is not None:
            _known(integration, settings, cache)
        vaults = _vaults(settings) if settings is not None else []
        number = cache.forget(person=person.strip() if person else None, identifier=integration, vaults=vaults)
    click.echo(f"{number} answers are forgotten.")


@command.command()
@click.option("--keyring", is_flag=True, help="Put it into the keyring instead of printing it.")
def key(keyring: bool) -> None:
    """Make a key for answers about persons on disk (personal_cache = "encrypted").

    \b
    Example:
      export DOVETAIL_CACHE_KEY=$(dovetail cache key)
      dovetail cache key --keyring
    """
    from dovetail.integrations.secrets import Secret, store_in_keyring
    from dovetail.providers.vault import new_key

    made = new_key()
    if not keyring:
        click.echo(made)
        return
    store_in_keyring(_KEYRING_ENTRY, Secret(made))
    click.echo("The key is in the keyring. Say so in dovetail.toml, for each integration that shall use it:")
    click.echo(f'  personal_key = {{ keyring = "{_KEYRING_ENTRY}" }}')


def _folder() -> Path:
    from dovetail.errors import SettingsError
    from dovetail.integrations.environment import default_cache_folder

    try:
        return default_cache_folder()
    except RuntimeError:
        raise SettingsError(
            "there is no home folder here, so nothing is kept; set DOVETAIL_CACHE to a folder"
        ) from None


@contextmanager
def _opened(folder: Path) -> Iterator[Cache]:
    """The cache; what was done in it counts only when the folder could be used.

    Raises:
        SettingsError: it could not.
    """
    from dovetail.errors import SettingsError
    from dovetail.providers.cache import Cache

    # Where nothing was kept yet, looking makes no folder.
    cache = Cache(folder if (folder / "answers").exists() else None)
    try:
        yield cache
    finally:
        cache.close()
    if cache.trouble:
        raise SettingsError(cache.trouble)


def _vaults(settings: Settings) -> list[Vault]:
    from dovetail.providers.vault import Vault

    return [Vault(item.policy.personal_key) for item in settings.integrations if item.policy.personal_key is not None]


def _known(integration: str, settings: Settings, cache: Cache) -> None:
    """Nothing to forget and no such integration: most likely a slip."""
    from dovetail.errors import UsageError, did_you_mean

    kept = cache.contents(now=time.time()).answers
    known = sorted({item.identifier for item in settings.integrations} | set(kept) - {""})
    if integration not in known:
        near = did_you_mean(integration, known) or (f"known are: {', '.join(known)}" if known else "")
        raise UsageError(
            f"there is no integration `{integration}`, and nothing is kept of one" + (f"; {near}" if near else "")
        )
