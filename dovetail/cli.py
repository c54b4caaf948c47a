"""The command line: the composition root. Commands stand in `commands/`, one a file, and are loaded when used.

Exit codes: 0 fine, 1 the work found problems, 2 wrong use, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import click

from dovetail.errors import DovetailError, UsageError, did_you_mean

COMMANDS = (
    "render", "mail", "check", "format", "explore", "integrations", "events", "followups", "cache", "preview", "lsp",
    "serve", "keys", "database", "doctor", "demo",
)  # fmt: skip
"""In the order of the help. `dovetail.commands.NAME` holds the click command `command`."""


class _Commands(click.Group):
    """Finds commands by name and imports only what is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"dovetail.commands.{cmd_name}").command
        if not isinstance(command, click.Command):
            raise TypeError(f"dovetail.commands.{cmd_name}.command is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            near = did_you_mean(args[0], COMMANDS)
            ctx.fail(f"there is no command `{args[0]}`; {near or 'see dovetail --help'}")
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            number = version("dovetail-mail")
        except PackageNotFoundError:
            number = "(not installed: running from a checkout)"
        click.echo(f"dovetail {number}")
        ctx.exit()


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.option("--debug", is_flag=True, help="Show the traceback when something goes wrong inside Dovetail.")
def group(debug: bool) -> None:
    """Render Smarty mail templates with live data of your webshop.

    \b
    Try it, no shop needed:   dovetail demo
    Connect your own shop:    dovetail integrations add mywebshop magento2
    See what it offers:       dovetail explore mywebshop.product.
    Render one mail:          dovetail render mail.tpl --set profile.firstname=Ann
    Render a mailing:         dovetail mail mail.tpl --recipients people.csv --out mails
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """The console entry: runs a command and ends the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A product's name may hold letters that this terminal has not: show a ? for them, and go on.
            stream.reconfigure(errors="replace")
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run a command; everything that can go wrong becomes one message on stderr and an exit code."""
    debug = "--debug" in arguments
    try:
        code = group.main(args=list(arguments), prog_name="dovetail", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except UsageError as error:
        return _say(str(error), 2)
    except DovetailError as error:
        return _say(str(error), 1)
    except (click.Abort, KeyboardInterrupt):
        return _say("stopped", 130)
    except BrokenPipeError:
        # Whoever read our output has seen enough (`| head`); Python would complain once more at its exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        if debug:
            raise
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or 'the operating system refused'}", 1)
    except ModuleNotFoundError as error:
        if debug:
            raise
        return _say(f"a part is missing: the Python module {error.name}. Install again: pip install dovetail-mail", 1)
    except Exception as error:  # the last net: whatever is left is our own mistake
        if debug:
            raise
        return _say(_bug(error), 1)


def _say(message: str, code: int) -> int:
    click.echo(f"dovetail: {message}", err=True)
    return code


def _bug(error: Exception) -> str:
    # Only the kind and the place: the error's own text may hold customers' data.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = f" at {Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""
    return (
        f"this is a mistake in Dovetail itself ({type(error).__name__}{place}), not in your template. "
        f"Run the command again as `dovetail --debug …` and report what it prints"
    )
