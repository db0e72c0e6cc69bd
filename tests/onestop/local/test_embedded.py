"""The embedded servers: private, side by side, and robust."""

import contextlib
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
import pytest

from onestop.local import servers
from onestop.local.servers import FolderInUse, Postgres, Redis, ServerFailed, hold_folder, socket_folder


@pytest.fixture
def data(tmp_path):
    return tmp_path / "data with a space"


@pytest.fixture
def started():
    """Return a function that starts a server, which is stopped after the test."""
    with contextlib.ExitStack() as end:

        def start(server):
            end.callback(server.stop)
            server.start()
            return server

        yield start


def query(data, sql):
    connection = psycopg2.connect(host=str(socket_folder(data)), user="postgres", dbname="onestop")
    connection.autocommit = True
    with contextlib.closing(connection), connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0] if cursor.description else None


def test_the_servers_are_private_and_do_not_listen_on_the_network(data, started):
    postgres, redis = started(Postgres(data)), started(Redis(data))
    for folder in (data, socket_folder(data), postgres.cluster):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700, folder
        assert folder.stat().st_uid == os.geteuid()
    for server in (postgres, redis):
        ports = subprocess.run(
            ["sh", "-c", f"cat /proc/{server.process.pid}/net/tcp; ls -l /proc/{server.process.pid}/fd"],
            capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip
        listening = {line.split()[9] for line in ports.splitlines() if line.split()[3:4] == ["0A"]}
        assert not {inode for inode in listening if f"socket:[{inode}]" in ports}


def test_committed_data_survives_a_stop_and_a_kill(data, started):
    postgres = started(Postgres(data))
    postgres.create_database()
    query(data, "CREATE TABLE kept (n int)")
    query(data, "INSERT INTO kept VALUES (7)")
    postgres.stop()
    postgres.start()
    assert query(data, "SELECT n FROM kept") == 7
    os.kill(postgres.process.pid, signal.SIGKILL)
    postgres.process.wait()
    postgres.start()
    assert query(data, "SELECT n FROM kept") == 7


def test_a_pid_file_with_the_pid_of_another_process_is_ignored(data, started):
    postgres = started(Postgres(data))
    pid_file = postgres.cluster / "postmaster.pid"
    words = pid_file.read_text().splitlines()
    os.killpg(postgres.process.pid, signal.SIGKILL)
    postgres.process.wait()
    # In a container the same small PIDs are used again: here it is that of this test.
    pid_file.write_text("\n".join([str(os.getpid()), *words[1:]]))
    postgres.start()
    assert postgres.answers()


def test_two_data_folders_run_side_by_side(tmp_path, started):
    first, second = started(Postgres(tmp_path / "one")), started(Postgres(tmp_path / "two"))
    assert first.answers()
    assert second.answers()


def test_only_one_process_can_lock_a_folder(data):
    with hold_folder(data), pytest.raises(FolderInUse, match="ONESTOP_DATA"):
        hold_folder(data)
    hold_folder(data).close()


def test_a_long_path_gets_a_short_folder_for_sockets(tmp_path, started):
    data = tmp_path / ("deep" * 20) / ("deeper" * 10)
    folder = socket_folder(data)
    assert data not in folder.parents
    started(Redis(data))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    folder.joinpath("redis.sock").unlink()
    folder.rmdir()


def test_a_folder_for_sockets_of_another_user_is_refused(tmp_path, monkeypatch):
    strange = tmp_path / "strange"
    strange.symlink_to(tmp_path)
    with pytest.raises(ServerFailed, match="belongs to another user"):
        servers.make_private(strange)


def test_an_interrupted_initdb_is_repeated(data, started):
    half = data / "postgres.new"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18")
    assert started(Postgres(data)).answers()


def test_data_of_another_version_is_refused(data):
    cluster = data / "postgres"
    cluster.mkdir(parents=True)
    (cluster / "PG_VERSION").write_text("9\n")
    with pytest.raises(ServerFailed, match="was created by PostgreSQL 9"):
        Postgres(data).start()


def test_a_folder_without_programs_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("ONESTOP_POSTGRES_BIN", str(tmp_path))
    with pytest.raises(ServerFailed, match="does not contain initdb"):
        servers.postgres_programs()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change its user")
def test_root_without_namespaces_runs_postgresql_as_nobody_and_keeps_folders_closed(data, monkeypatch, started):
    data.parent.chmod(0o700)
    monkeypatch.setattr(servers, "namespaces_work", lambda: False)
    postgres = started(Postgres(data))
    assert Path(f"/proc/{postgres.process.pid}").stat().st_uid != 0
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (data.parent, data, socket_folder(data))} == {0o700}
    postgres.stop()
    # And the same data on a machine that allows them.
    monkeypatch.undo()
    assert started(Postgres(data)).answers()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change its user")
def test_root_that_cannot_change_its_user_gets_instructions(data, monkeypatch):
    monkeypatch.setattr(servers, "namespaces_work", lambda: False)
    monkeypatch.setattr(servers, "runs_as", lambda *_: False)
    with pytest.raises(ServerFailed, match="DATABASE_URL"):
        Postgres(data).start()


def test_servers_die_with_their_parent(data, tmp_path):
    code = (
        "import sys, time; from pathlib import Path; from onestop.local.servers import Postgres, Redis\n"
        "data = Path(sys.argv[1]); p = Postgres(data); p.start(); r = Redis(data); r.start()\n"
        "print(p.process.pid, r.process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(data)], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        parent.kill()
    deadline = time.monotonic() + 10
    while any(alive(pid) for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def alive(pid):
    """Return whether the process is running and not a zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "ZX"
    except OSError:
        return False
