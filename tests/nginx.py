"""Find nginx for the tests of the proxy. `python -m tests.nginx` prints its path, and fails if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Extracted by setup, not installed: Debian's package would start a web server.
UNPACKED = Path(__file__).resolve().parent.parent / ".venv" / "nginx"


def find_nginx() -> str | None:
    """Return the path in NGINX, or else that of the system, or else that of the extracted package."""
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
