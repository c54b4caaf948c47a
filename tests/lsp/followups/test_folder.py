"""The follow-ups beside templates: which are sent by which events, as files and open texts have it."""

from __future__ import annotations

from pathlib import Path

import pytest

from dovetail.bridge.followups import reading
from dovetail.lsp.folders import root_of
from dovetail.lsp.followups.folder import Followups

MAIL = '[[steps]]\nmail = {{ template = "{}", subject = "Hello" }}\n'


def followup(on: str, *templates: str) -> str:
    return f"on = {on}\n" + "".join(MAIL.format(each) for each in templates)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "cart.toml").write_text(followup('"cart-abandoned"', "cart.tpl", "again.tpl"))
    (tmp_path / "order.toml").write_text(followup('["order-create", "order-paid"]', "again.tpl"))
    (tmp_path / "notes.txt").write_text("on")
    return tmp_path


def events(followups: Followups, template: str) -> tuple[str, ...]:
    found = followups.trigger(template)
    return found.events if found is not None else ()


def test_templates_know_the_events_of_all_follow_ups_that_send_them(folder: Path) -> None:
    made = Followups(folder)
    assert events(made, "cart.tpl") == ("cart-abandoned",)
    assert events(made, "again.tpl") == ("cart-abandoned", "order-create", "order-paid")
    assert made.trigger("other.tpl") is None
    assert Followups(folder / "none").trigger("cart.tpl") is None


def test_an_open_text_stands_over_its_file_and_half_a_line_changes_nothing(folder: Path) -> None:
    opened = dict[Path, str]()
    made = Followups(folder, lambda: dict(opened))
    opened[folder / "cart.toml"] = followup('"cart-create"', "cart.tpl")
    opened[folder / "new.toml"] = followup('"user-register"', "cart.tpl")
    assert events(made, "cart.tpl") == ("cart-create", "user-register")
    opened[folder / "cart.toml"] = "on = "
    assert events(made, "cart.tpl") == ("cart-create", "user-register")
    # Faults elsewhere in the text say nothing against what it sends.
    opened[folder / "cart.toml"] = followup('"cart-change"', "cart.tpl") + 'wiat = "1"\n[[steps]]\n'
    assert events(made, "cart.tpl") == ("cart-change", "user-register")
    opened.clear()
    assert events(made, "cart.tpl") == ("cart-abandoned",)


def test_files_are_read_once_until_they_change(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, real = list[str](), reading.checked

    def counted(name: str, file: str, text: str, check: reading.CheckText) -> object:
        read.append(file)
        return real(name, file, text, check)

    monkeypatch.setattr(reading, "checked", counted)
    made = Followups(folder)
    for _ in range(5):
        made.trigger("cart.tpl")
    assert sorted(read) == ["cart.toml", "order.toml"]
    (folder / "order.toml").write_text(followup('"order-refunded"', "cart.tpl"))
    made.changed_on_disk()
    assert events(made, "cart.tpl") == ("cart-abandoned", "order-refunded")
    (folder / "cart.toml").unlink()
    made.changed_on_disk()
    assert events(made, "cart.tpl") == ("order-refunded",)
    assert sorted(read) == ["cart.toml", "order.toml", "order.toml"]


def test_events_of_ones_own_are_known_by_where_they_are_raised_or_waited_for(folder: Path) -> None:
    (folder / "own.toml").write_text('on = "asked"\n[[steps]]\nraise = { event = "reminded" }\n')
    assert list(Followups(folder).own_events()) == ["reminded", "asked"]


@pytest.mark.parametrize("workspace", ["", "mails", "mails/followups"])
def test_its_templates_stand_beside_its_folder(tmp_path: Path, workspace: str) -> None:
    path = tmp_path / "mails" / "followups" / "cart.toml"
    path.parent.mkdir(parents=True)
    # An editor may take the folder of a file for the workspace.
    assert root_of(path, [tmp_path / workspace] if workspace else []) == tmp_path / "mails"
    (tmp_path / "dovetail.toml").touch()
    assert root_of(path, []) == tmp_path
    (tmp_path / "mails" / "dovetail.toml").touch()
    assert root_of(path, [tmp_path]) == tmp_path / "mails"


def test_a_file_that_is_no_text_is_passed_over(folder: Path) -> None:
    (folder / "bad.toml").write_bytes(b"\xff\xfe")
    assert events(Followups(folder), "cart.tpl") == ("cart-abandoned",)
