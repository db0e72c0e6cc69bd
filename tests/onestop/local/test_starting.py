"""A start does only what is needed, says what it does, and tells other commands where the portal is."""

import os
import subprocess
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import call_command

from onestop.local import supervisor
from onestop.local.servers import Postgres, ServerFailed, hold_folder, state_of_holder
from onestop.local.steps import step
from onestop.local.supervisor import Portal, code_fingerprint


class Database:
    """A PostgreSQL that only keeps the comment on its database."""

    def __init__(self, comment=""):
        self.kept = comment

    def comment(self):
        return self.kept

    def set_comment(self, comment):
        self.kept = comment


@pytest.fixture
def portal(tmp_path):
    return Portal("demo", tmp_path, "127.0.0.1", 8123)


@pytest.fixture
def run_prepare(portal, monkeypatch):
    """The preparing of the portal's database, which is only counted."""
    run_prepare = Mock()
    monkeypatch.setattr(portal, "_run_prepare", run_prepare)
    return run_prepare


def test_the_database_is_prepared_once_for_the_same_code(portal, run_prepare, capsys, monkeypatch):
    portal.postgres = Database()
    portal.prepare()
    assert run_prepare.call_count == 1
    assert "Preparing the database" in capsys.readouterr().out
    portal.prepare()
    assert (run_prepare.call_count, capsys.readouterr().out) == (1, "")
    monkeypatch.setattr(supervisor, "code_fingerprint", lambda: "of other code")
    portal.prepare()
    assert run_prepare.call_count == 2


def test_a_database_that_could_not_be_prepared_is_prepared_again(portal, monkeypatch):
    def fail():
        raise ServerFailed("No room.")

    portal.postgres = Database()
    monkeypatch.setattr(portal, "_run_prepare", fail)
    with pytest.raises(ServerFailed):
        portal.prepare()
    assert portal.postgres.comment() == ""


def test_a_database_of_somebody_else_is_prepared_at_each_start(portal, run_prepare):
    portal.prepare()
    portal.prepare()
    assert run_prepare.call_count == 2


def test_the_fingerprint_changes_with_code_data_and_packages(tmp_path, monkeypatch):
    monkeypatch.setattr(supervisor, "ROOT", tmp_path)
    (tmp_path / "partners").mkdir()
    seen = set()
    for name in ("requirements.txt", "partners/rules.py", "partners/0002.sql", "partners/state.toml"):
        for text in ("one", "two"):
            (tmp_path / name).write_text(text)
            if name == "requirements.txt" or (tmp_path / "requirements.txt").exists():
                seen.add(code_fingerprint())
    assert len(seen) == 8
    (tmp_path / "partners" / "picture.png").write_text("not code")
    assert code_fingerprint() in seen


def test_the_comment_stays_with_the_database(tmp_path):
    postgres = Postgres(tmp_path / "data")
    try:
        postgres.start()
        postgres.create_database()
        assert postgres.comment() == ""
        postgres.set_comment("it's prepared")
        assert postgres.comment() == "it's prepared"
    finally:
        postgres.stop()


def test_a_migrated_database_needs_nothing_of_prepare(db, capsys):
    call_command("prepare")
    assert capsys.readouterr().out == ""


def test_a_step_says_how_long_it_took():
    said: list[str] = []
    with step("Winding the clock", said.append):
        assert said == ["· Winding the clock ..."]
    assert said[1].startswith("  done in 0.")


# ---------------------------------------------------------------- Commands beside a running portal
def test_who_holds_a_folder_says_where_it_is(tmp_path):
    assert state_of_holder(tmp_path) == {}
    for port in ("8123", "80"):
        with hold_folder(tmp_path, PORT=port):
            assert state_of_holder(tmp_path) == {"PORT": port}


@pytest.mark.parametrize(
    ("running", "public"),
    [({"PORT": "8123"}, ""), ({"PORT": "8123", "PUBLIC_URL": "http://demo.example"}, "http://demo.example")],
)
def test_a_command_beside_a_running_portal_makes_links_that_lead_there(tmp_path, monkeypatch, running, public):
    told: dict[str, Any] = {}

    def run(command, **_):
        told.update(command=command, environment=dict(os.environ))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(os, "environ", {"ONESTOP_DATA": str(tmp_path), "PATH": os.environ["PATH"]})
    with hold_folder(tmp_path, **running, ONESTOP_MODE="dev"):
        assert supervisor.run(["start_area", "--help"]) == 0
    assert told["command"][1:] == ["manage.py", "start_area", "--help"]
    assert (told["environment"]["PORT"], told["environment"]["ONESTOP_MODE"]) == ("8123", "dev")
    assert told["environment"].get("PUBLIC_URL", "") == public
    assert Path(told["environment"]["ONESTOP_DATA"]) == tmp_path


def test_a_portal_tells_its_port_and_mode_and_no_secrets(tmp_path, monkeypatch):
    environment = {"PUBLIC_URL": "http://demo.example", "SECRET_KEY": "secret", "DATABASE_URL": "postgres://x:y@z/w"}
    monkeypatch.setattr(os, "environ", environment)
    told = Portal("demo", tmp_path, "127.0.0.1", 8123).state()
    assert told == {"PORT": "8123", "ONESTOP_MODE": "demo", "PUBLIC_URL": "http://demo.example"}
