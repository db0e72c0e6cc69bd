"""Find Chromium for the browser tests. `python -m tests.chromium` prints its path, and fails if there is none."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

# The one without windows needs a third less CPU time. Extracted by setup, beside whatever the system has.
UNPACKED = Path(__file__).resolve().parent.parent / ".venv" / "chromium" / "usr/lib/chromium/chromium-headless-shell"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    """Return the path in CHROMIUM, or else the extracted one, or else that of the system or of Playwright."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    if UNPACKED.exists() and subprocess.run([UNPACKED, "--version"], capture_output=True, check=False).returncode == 0:
        return str(UNPACKED)
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


if __name__ == "__main__":
    found = find_chromium()
    sys.stdout.write(f"{found or 'no Chromium'}\n")
    sys.exit(0 if found else 1)
