"""Prepare child processes: they die with their parent, and PostgreSQL does not run as root.

All functions that change the process run between fork and exec.
"""

import ctypes
import os
import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

LINUX = sys.platform == "linux"
CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1
NO_NAMESPACE = 99
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION, CAP_DAC_OVERRIDE = 0x20080522, 1


def die_with_parent(sign: int) -> Callable[[], None]:
    """Return a function for ``preexec_fn`` that makes the kernel send this signal when the parent dies."""
    parent = os.getpid()

    def ask() -> None:
        ask_for_signal_of_parents_death(sign)
        # The parent may have died between the fork and the request; then no signal would ever come.
        if LINUX and os.getppid() != parent:
            os._exit(1)

    return ask


def ask_for_signal_of_parents_death(sign: int) -> None:
    """Make the kernel send this process a signal when its parent dies, for whatever reason."""
    if LINUX:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, sign)


def nobody() -> tuple[int, int]:
    """Return the user and group IDs of the unprivileged user "nobody"."""
    try:
        person = pwd.getpwnam("nobody")
    except KeyError:
        return 65534, 65534
    return person.pw_uid, person.pw_gid


def map_root_to_nobody() -> None:
    """Become nobody inside a user namespace and stay root outside it: PostgreSQL refuses to run as root."""
    outer = os.geteuid(), os.getegid()
    uid, gid = nobody()
    if ctypes.CDLL(None).unshare(CLONE_NEWUSER) != 0:
        os._exit(NO_NAMESPACE)
    for name, text in (("setgroups", "deny"), ("uid_map", f"{uid} {outer[0]} 1"), ("gid_map", f"{gid} {outer[1]} 1")):
        try:
            Path(f"/proc/self/{name}").write_text(text)
        except OSError:
            os._exit(NO_NAMESPACE)


def become_nobody() -> None:
    """Become nobody, but keep the capability to enter closed folders, such as a home with mode 0700.

    Without NO_SETUID_FIXUP, access(2) would ignore that capability, and PostgreSQL uses it to find its own program.
    """
    libc = ctypes.CDLL(None)
    uid, gid = nobody()
    libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0)
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    # Effective, permitted and inheritable sets, each in two words: one capability in all of them, and no other.
    rights = (ctypes.c_uint32 * 6)(*[1 << CAP_DAC_OVERRIDE] * 3, 0, 0, 0)
    if libc.capset(header, rights) == 0:
        libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)  # to keep it through exec


def namespaces_work() -> bool:
    """Return whether this machine allows user namespaces; many containers do not."""
    return runs_as(map_root_to_nobody, [sys.executable, "-S", "-c", ""])


def runs_as(identity: Callable[[], None], command: list[str | Path]) -> bool:
    """Return whether a program runs successfully under this identity."""
    quiet = subprocess.DEVNULL
    try:
        return subprocess.run(command, preexec_fn=identity, check=False, stdout=quiet, stderr=quiet).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def process_runs(pid: int, program: str) -> bool:
    """Return whether a process exists and runs a program of this name."""
    try:
        if LINUX:
            return Path(f"/proc/{pid}/exe").readlink().name.removesuffix(" (deleted)") == program
        os.kill(pid, 0)
    except OSError:
        return False
    return True
