"""Where the nginx of the proxy's tests is. `python -m tests.nginx` says it, and fails if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Unpacked by set-up, not installed: Debian's package would start a web server on the machine.
UNPACKED = Path(__file__).resolve().parent.parent / ".venv" / "nginx"


def find_nginx() -> str | None:
    """Return the program: the one named in NGINX, else the system's, else the one that set-up has unpacked."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin", "/usr/local/sbin"])
    for name in (os.environ.get("NGINX"), shutil.which("nginx", path=path), str(UNPACKED / "usr/sbin/nginx")):
        if name and Path(name).exists():
            works = subprocess.run([name, "-v"], capture_output=True, check=False).returncode == 0
            return name if works else None
    return None


if __name__ == "__main__":
    found = find_nginx()
    sys.stdout.write(f"{found or 'no nginx'}\n")
    sys.exit(0 if found else 1)
