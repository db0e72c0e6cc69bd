"""Dumps of earlier releases' databases, filled with the sample network.

At each release: ``make snapshot V=0.3.0``.
"""

import lzma
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from onestop.local.servers import Postgres, Redis, database_url, postgres_programs, redis_url
from tests.servers import ROOT

FOLDER = Path(__file__).parent
SUFFIX = ".sql.xz"
# A setting that servers before PostgreSQL 17 do not know, and a random word that psql 18 uses for itself.
UNPORTABLE = re.compile(r"^(SET transaction_timeout = 0;|\\(un)?restrict .*)\n", re.MULTILINE)


def releases() -> list[str]:
    """Return the releases that have a snapshot."""
    return sorted(file.name.removesuffix(SUFFIX) for file in FOLDER.glob(f"*{SUFFIX}"))


def read(release: str) -> str:
    """Return the SQL that creates the database of a release."""
    return lzma.decompress((FOLDER / f"{release}{SUFFIX}").read_bytes()).decode()


def write(release: str) -> Path:
    """Fill a new database with the sample network, and dump it."""
    with tempfile.TemporaryDirectory(prefix="onestop-") as folder:
        data = Path(folder)
        servers = Postgres(data, {"fsync": "off"}), Redis(data)
        try:
            for server in servers:
                server.start()
            servers[0].create_database()
            dump = _prepare_and_dump(data)
        finally:
            for server in servers:
                server.stop()
    file = FOLDER / f"{release}{SUFFIX}"
    file.write_bytes(lzma.compress(portable(dump).encode(), preset=9 | lzma.PRESET_EXTREME))
    return file


def portable(dump: str) -> str:
    """Return a dump without what only the newest servers and clients understand."""
    return UNPORTABLE.sub("", dump)


def _prepare_and_dump(data: Path) -> str:
    urls = {"DATABASE_URL": database_url(data), "REDIS_URL": redis_url(data), "ONESTOP_DATA": str(data)}
    ours = os.environ | urls | {"ONESTOP_MODE": "demo", "DJANGO_SETTINGS_MODULE": "onestop.settings"}
    subprocess.run([sys.executable, "manage.py", "prepare", "--sample"], cwd=ROOT, env=ours, check=True)
    dump = [str(postgres_programs() / "pg_dump"), "--no-owner", "--no-privileges", "--dbname", urls["DATABASE_URL"]]
    return subprocess.run(dump, capture_output=True, text=True, check=True).stdout


if __name__ == "__main__":
    sys.stdout.write(f"{write(sys.argv[1])}\n")
