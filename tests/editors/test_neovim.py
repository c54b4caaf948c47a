"""Real Neovim, the one of Debian and the present one, with the plug-in of editors/neovim and real keys."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.neovim import Neovim

PLUGIN = Path(__file__).parents[2] / "editors/neovim"
DEBIAN = "/usr/bin/nvim"
PRESENT = shutil.which("nvim", path=str(Path(sys.executable).parent)) or "nvim-of-binwheels"


class Editor(Neovim):
    """Neovim with the plug-in in a folder of templates. `present`: it is one from 0.11 on."""

    def __init__(self, program: str, folder: Path) -> None:
        super().__init__(program, "--cmd", f"set rtp^={PLUGIN}")
        self.command("filetype plugin on | syntax off | set hidden noswapfile completeopt=menuone,noinsert")
        self.lua("require('dovetail').setup({cmd = {...}})", sys.executable, "-m", "dovetail", "lsp")
        self.command(f"cd {folder}")
        self.command("runtime! ftdetect/*.lua plugin/*.lua")
        self.present = bool(self.eval("has('nvim-0.11')"))

    def open(self, path: Path) -> None:
        self.command(f"edit {path}")
        clients = "vim.lsp.get_clients" if self.present else "vim.lsp.get_active_clients"
        ready = f"local c = {clients}()[1]; return c ~= nil and c.initialized == true"
        self.until(lambda: self.lua(ready), "the server")

    def findings(self) -> list[str]:
        return [item["code"] for item in self.lua("return vim.diagnostic.get(0)")]


@pytest.fixture(
    params=[
        pytest.param(DEBIAN, marks=pytest.mark.external(DEBIAN), id="debian"),
        pytest.param(PRESENT, marks=pytest.mark.external(PRESENT), id="present"),
    ]
)
def editor(request: pytest.FixtureRequest, mails: Path) -> Iterator[Editor]:
    editor = Editor(request.param, mails)
    yield editor
    editor.close()


def test_a_live_product_is_completed_by_its_name(editor: Editor, mails: Path, product: str) -> None:
    (mails / "mail.tpl").write_text("\n")
    editor.open(mails / "mail.tpl")
    # Neovim 0.7 offers only what begins with what was typed, and an id does not: there the name is looked up in the list.
    editor.keys("i{$mywebshop.product." + (product[:6].lower() if editor.present else ""))

    def offered() -> list[str]:
        if not editor.eval("pumvisible()"):
            # A cold shop answers after the first list: the next key asks again.
            editor.keys("<Space><BS>" if editor.present else "<C-x><C-o>")
            time.sleep(0.3)
            return []
        items = editor.eval("complete_info(['items']).items")
        names = [item["abbr"] for item in items]
        return names if product in names else []

    names = editor.until(offered, "the product")
    editor.keys("<C-n>" * names.index(product) + "<C-y>")
    editor.until(lambda: "{$mywebshop.product.123456" in editor.text, "the id")


def test_a_follow_up_is_checked_and_its_mail_knows_the_event(editor: Editor, mails: Path) -> None:
    (mails / "followups").mkdir()
    (mails / "followups" / "cart.toml").write_text(
        'on = "order-creat"\n[[steps]]\nmail = { template = "mail.tpl", subject = "Hello" }\n'
    )
    (mails / "other.toml").write_text("on = ")
    editor.open(mails / "followups" / "cart.toml")
    first = "local found = vim.diagnostic.get(0)[1]; return found and found.message or ''"
    editor.until(lambda: "did you mean `order-create`?" in editor.lua(first), "the fault")
    editor.command("1substitute/creat/create/")
    editor.until(lambda: editor.lua("return #vim.diagnostic.get(0)") == 0, "no fault")
    (mails / "mail.tpl").write_text("{$trigger.grand_totl}\n")
    editor.open(mails / "mail.tpl")
    editor.until(lambda: editor.findings() == ["unknown-name"], "the finding")
    # One server for both, and none for other files.
    editor.command(f"edit {mails / 'other.toml'}")
    attached = "vim.lsp.get_clients({bufnr = 0})" if editor.present else "vim.lsp.buf_get_clients(0)"
    assert editor.lua(f"return vim.tbl_count({attached})") == 0
    every = "vim.lsp.get_clients()" if editor.present else "vim.lsp.get_active_clients()"
    assert editor.lua(f"return vim.tbl_count({every})") == 1


def test_hover_shows_the_value_of_now(editor: Editor, mails: Path, product: str) -> None:
    (mails / "mail.tpl").write_text("{$mywebshop.product.123456.name}\n")
    editor.open(mails / "mail.tpl")
    editor.cursor(1, 29)

    def told() -> str:
        # With its window still open, asking again only moves the cursor into the window.
        editor.lua(
            "for _, w in ipairs(vim.api.nvim_list_wins()) do if vim.api.nvim_win_get_config(w).relative ~= '' then vim.api.nvim_win_close(w, true) end end"
        )
        editor.lua("vim.lsp.buf.hover()")
        time.sleep(0.3)
        code = "local t = {}; for _, w in ipairs(vim.api.nvim_list_wins()) do if vim.api.nvim_win_get_config(w).relative ~= '' then vim.list_extend(t, vim.api.nvim_buf_get_lines(vim.api.nvim_win_get_buf(w), 0, -1, false)) end end; return table.concat(t, '\\n')"
        shown = str(editor.lua(code))
        return shown if product in shown else ""

    assert "Now:" in editor.until(told, "the value")


def test_a_finding_is_mended_by_its_fix(editor: Editor, mails: Path) -> None:
    (mails / "mail.tpl").write_text('<img src="https://shop.example/a.png" width="10">\n')
    editor.open(mails / "mail.tpl")
    editor.until(lambda: "no-alt" in editor.findings(), "the finding")
    editor.cursor(1, 1)
    if editor.present:
        editor.lua(
            "vim.lsp.buf.code_action({apply = true, filter = function(a) return a.kind == 'quickfix' and a.title:find('Add alt') ~= nil end})"
        )
    else:
        editor.lua(
            "vim.ui.select = function(items, _, done) for i, a in ipairs(items) do if a[2].title:find('Add alt') then done(a, i) return end end end"
        )
        editor.lua("vim.lsp.buf.code_action()")
    editor.until(lambda: '<img alt=""' in editor.text, "the fix")
    editor.until(lambda: "no-alt" not in editor.findings(), "the end of the finding")


def test_a_variable_is_renamed(editor: Editor, mails: Path) -> None:
    (mails / "mail.tpl").write_text("{assign var=total value=1}{$total} {$total}\n")
    editor.open(mails / "mail.tpl")
    editor.cursor(1, 30)
    editor.lua("vim.lsp.buf.rename('sum')")
    editor.until(lambda: editor.text.startswith("{assign var=sum value=1}{$sum} {$sum}"), "the new name")


def test_a_text_is_formatted(editor: Editor, mails: Path) -> None:
    (mails / "mail.tpl").write_text("{if  $a==1 }x{/if}\n")
    editor.open(mails / "mail.tpl")
    editor.lua(
        "vim.lsp.buf.format({timeout_ms = 30000})" if editor.present else "vim.lsp.buf.formatting_sync(nil, 30000)"
    )
    editor.until(lambda: editor.text.startswith("{if $a == 1}x{/if}"), "the usual form")
