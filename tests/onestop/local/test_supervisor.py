"""The demo as a whole: it starts, survives crashes, and leaves no process behind."""

import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import pytest

from tests.servers import ROOT
from tests.thorough import also, thorough

# One data folder for all tests: the first start migrates, the others are fast.
pytestmark = [pytest.mark.xdist_group("supervisor"), pytest.mark.starts_a_demo]
PATIENCE = 90


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("demo") / "data"


@pytest.fixture
def port():
    """A free port of which the system makes no other use until the demo listens on it, half a minute later."""
    for number in random.sample(range(20_000, 30_000), 100):  # below those that outgoing connections get
        with socket.socket() as free, suppress(OSError):
            free.bind(("127.0.0.1", number))
            return number
    raise AssertionError("no port is free")


@pytest.fixture
def demo(data, port):
    """Return a function that starts the demo and waits until it prints its URL."""
    started = []

    def start():
        process = begin(data, port)
        started.append(process)
        lines = []
        for line in process.stdout:
            lines.append(line)
            if "answers at" in line:
                process.greeting, process.said = line, lines
                return process
        raise AssertionError("".join(lines))

    yield start
    for process in started:
        process.kill()
        process.wait()
    wait_until(lambda: not processes_of(data), "every process to end")


def begin(data, port, *arguments):
    ours = {"PATH": os.environ["PATH"], "ONESTOP_DATA": str(data), "PORT": str(port), "PYTHONUNBUFFERED": "1"}
    if programs := os.environ.get("ONESTOP_POSTGRES_BIN"):
        ours["ONESTOP_POSTGRES_BIN"] = programs
    return subprocess.Popen(
        [sys.executable, "-m", "onestop.local.supervisor", *(arguments or ["demo"])],
        cwd=ROOT,
        env=ours,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def processes_of(data):
    """Return the command of each process on this data folder, by PID."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            mine = f"ONESTOP_DATA={data}".encode() in (folder / "environ").read_bytes().split(b"\0")
            # The servers overwrite their environment with their titles, but run in their folders.
            mine = mine or data in Path(folder / "cwd").resolve().parents
            state = (folder / "stat").read_text().rsplit(")", 1)[1].split()[0]
            if mine and state not in "ZX":
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def pid_of(data, words):
    return min(pid for pid, command in processes_of(data).items() if words in command)


def ready(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health/ready", timeout=5) as answer:
            return json.load(answer)["status"] == "ready"
    except (OSError, urllib.error.URLError):
        return False


def wait_until(condition, what, seconds=PATIENCE):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds} s for {what}"
        time.sleep(0.1)


@pytest.mark.parametrize("sign", [signal.SIGTERM, also(signal.SIGINT)])
def test_the_demo_starts_keeps_its_data_to_itself_and_one_signal_stops_it(demo, data, port, sign):
    process = demo()
    assert re.search(rf"http://localhost:{port}/.*staff@riverbend\.example.*password", process.greeting)
    wait_until(lambda: ready(port), "the worker's first pulse")
    # A command on the same data, as make manage runs it, makes links that lead to the running portal.
    command = begin(data, "", "run", "shell", "-c", "from django.conf import settings; print(settings.PUBLIC_URL)")
    assert command.wait(60) == 0
    assert f"http://localhost:{port}\n" in command.stdout.read()
    # A second demo on the same data gets instructions.
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        free = other.getsockname()[1]
    second = begin(data, free)
    assert second.wait(30) == 1
    assert "ONESTOP_DATA" in second.stdout.read()
    assert ready(port)
    process.send_signal(sign)
    assert process.wait(30) == 0
    wait_until(lambda: not processes_of(data), "its servers to end", 15)


@thorough
def test_after_a_kill_nothing_is_left_and_the_demo_starts_again(demo, data, port):
    process = demo()
    process.kill()
    process.wait()
    wait_until(lambda: not processes_of(data), "its children to follow", 15)
    demo()
    wait_until(lambda: ready(port), "the second start")
    # Then all processes, in any order; some end by themselves after the first was killed.
    for pid in processes_of(data):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not processes_of(data), "the killed to be gone", 15)
    last = demo()
    assert not any("Preparing the database" in line for line in last.said)
    wait_until(lambda: ready(port), "the third start")


@thorough
def test_a_killed_program_is_started_again(demo, data, port):
    demo()
    wait_until(lambda: ready(port), "the start")
    for words in ("gunicorn", "-D ", "redis-server", " beat ", "worker@"):
        before = pid_of(data, words)
        os.kill(before, signal.SIGKILL)
        wait_until(
            lambda before=before, words=words: any(
                pid != before and words in command for pid, command in processes_of(data).items()
            ),
            f"{words} to come back",
        )
        wait_until(lambda: ready(port), f"the portal to answer after the end of {words}")


def test_a_port_in_use_is_an_error(data, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        process = begin(data, port)
        assert process.wait(30) == 1
        assert f"Port {port} is used by another program" in process.stdout.read()


@pytest.mark.parametrize("wrong", ["eight thousand", "0", "70000"])
def test_an_invalid_port_is_an_error(data, wrong):
    process = begin(data, wrong)
    assert process.wait(30) == 1
    assert "it must be a number from 1 to 65535" in process.stdout.read()
