"""The page that shows what the demo made: `index.html` beside the mails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

NEXT = (
    ("dovetail demo --serve", "keeps the sample shop open; then, in a second terminal:"),
    ("cd {folder}", ""),
    ("dovetail render newsletter.tpl --set profile.customer_id=2 -o mail.html", "after you changed the template"),
    ("dovetail mail newsletter.tpl --recipients recipients.csv --out mails", "a whole mailing"),
    ("dovetail check newsletter.tpl", "finds misspelt names before a customer does"),
    ("dovetail explore mywebshop.product.", "what the shop has to offer"),
)
"""What to try next: a command and what it is good for."""

_STYLE = """
body { margin: 0; background: #f4efe7; color: #26241f; font: 16px/1.6 Helvetica, Arial, sans-serif }
main { max-width: 1120px; margin: 0 auto; padding: 40px 20px 60px }
h1, h2 { font: normal 32px/1.2 Georgia, serif; color: #26473d; margin: 0 0 8px }
h2 { font-size: 22px; margin-top: 40px }
.mails { display: grid; grid-template-columns: repeat(auto-fill, minmax(320px, 1fr)); gap: 24px; margin-top: 28px }
.mail { display: block; background: #fff; border-radius: 10px; overflow: hidden; color: inherit; text-decoration: none }
.mail { border: 1px solid #e0d6c5 }
.mail div { height: 460px; overflow: hidden; background: #f4efe7 }
.mail div { display: flex; justify-content: center }
.mail iframe { width: 640px; height: 920px; border: 0; pointer-events: none; flex: none }
.mail iframe { transform: scale(.55); transform-origin: 50% 0 }
.mail p { margin: 0; padding: 14px 18px; border-top: 1px solid #ece4d6 }
code { background: #fff; border-radius: 4px; padding: 2px 6px; font-size: 14px }
li { margin: 6px 0 }
"""


def index(mails: Sequence[tuple[str, str]], requests: Mapping[str, int], folder: str) -> str:
    """The page. `mails` are (file name, for whom), `requests` how often the shop was asked what."""
    cards = "".join(
        f'<a class="mail" href="{escape(name)}"><div><iframe src="{escape(name)}" title="{escape(who)}" loading="lazy">'
        f"</iframe></div><p>{escape(who)}</p></a>"
        for name, who in mails
    )
    asked = "".join(f"<li>{count} × <code>{escape(path)}</code></li>" for path, count in requests.items())
    steps = "".join(
        f"<li><code>{escape(command.format(folder=folder))}</code> {escape(use)}</li>" for command, use in NEXT
    )
    total = sum(requests.values())
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Dovetail demo</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{len(mails)} mails, {total} requests</h1>"
        "<p>Each was made from <code>newsletter.tpl</code> with products, prices, orders and carts "
        "that the sample shop was asked for while the mails were made.</p>"
        f'<div class="mails">{cards}</div><h2>What the shop was asked</h2><ul>{asked}</ul>'
        f"<h2>Try next</h2><ul>{steps}</ul></main></body></html>\n"
    )
