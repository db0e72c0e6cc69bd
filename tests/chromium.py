"""Find Chromium for the browser tests. `python -m tests.chromium` prints its path, and fails if there is none."""

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def find_chromium() -> str | None:
    """Return the path in CHROMIUM, or else that of the system, or else that of Playwright."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
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
