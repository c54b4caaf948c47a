"""`dovetail explore`: what stands under a path of an integration, asked live."""

from __future__ import annotations

from pathlib import Path

import click

from dovetail.commands.options import config_option, load_settings, server_option


@click.command()
@click.argument("path", default="")
@config_option
@server_option
@click.option("--limit", type=click.IntRange(1, 200), default=20, show_default=True, help="How many to show at most.")
def command(path: str, config: Path | None, limit: int) -> None:
    """List what can be written after PATH in a template, asked live from the shop.

    \b
    Example:
      dovetail explore                         your integrations
      dovetail explore mywebshop.              what mywebshop offers
      dovetail explore mywebshop.product.      products, the first 20
      dovetail explore mywebshop.product.sh    products whose name or SKU has "sh"
    """
    from dovetail.commands.paths import continuations

    found = continuations(load_settings(config), path, limit)
    if not found.suggestions:
        click.echo(f"nothing found under {found.shown}", err=True)
        raise click.exceptions.Exit(1)
    width = min(40, max(len(item.insert) for item in found.suggestions))
    for item in found.suggestions:
        label = "" if item.label == item.insert else item.label
        words = "  ".join(part for part in (label, item.detail) if part)
        click.echo(f"{item.insert:<{width}}  {words}".rstrip())
    click.echo(f"\nIn a template: {found.example}", err=True)
