"""The servers of the tests, started once for all of pytest's processes, with a database for each process.

The first process (pytest's controller) locks the folder var/test, or a temporary one if another run has locked it, and
sets it in the environment, so that its workers and all child processes use the same servers.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from onestop.local.servers import FolderInUse, Postgres, Redis, ServerFailed, database_url, hold_folder, redis_url

# Data of tests need not survive a power failure. Planning a join of many tables takes longer than joining the few rows
# of a test: it is done in the order in which it is written.
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_connections": "200",
    "join_collapse_limit": "1",
    "from_collapse_limit": "1",
}
ROOT = Path(__file__).resolve().parent.parent


class Servers:
    """The PostgreSQL and the Redis that this process has started, if any."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.held: IO[str] | None = None
        self.temporary = False
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None

    def take_folder(self, var: Path) -> Path:
        """Lock a data folder for this run."""
        try:
            self.folder = var / "test"
            self.held = hold_folder(self.folder)
        except FolderInUse:
            self.folder = Path(tempfile.mkdtemp(prefix="onestop-test-"))
            self.held = hold_folder(self.folder)
            self.temporary = True
        return self.folder

    def start(self) -> None:
        """Start the servers that the environment does not set; do nothing in pytest's workers."""
        if self.folder is None:
            return
        if os.environ["DATABASE_URL"] == database_url(self.folder):
            self.postgres = Postgres(self.folder, CARELESS)
            try:
                self.postgres.start()
            except ServerFailed:
                # The cluster is of another version, or damaged by a crash without fsync; it has no data to keep.
                shutil.rmtree(self.postgres.cluster)
                self.postgres.start()
            self.postgres.create_database()
        if os.environ["REDIS_URL"] == redis_url(self.folder):
            self.redis = Redis(self.folder, {"appendonly": "no"})
            self.redis.start()

    def stop(self) -> None:
        """Stop the servers that this process has started."""
        for server in (self.redis, self.postgres):
            if server:
                server.stop()
        if self.held:
            self.held.close()
        if self.temporary and self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


SERVERS = Servers()


def name_servers(var: Path) -> None:
    """Set the servers of this run in the environment."""
    if "ONESTOP_TEST_DATA" not in os.environ:
        folder = SERVERS.take_folder(var)
        os.environ["ONESTOP_TEST_DATA"] = os.environ["ONESTOP_DATA"] = str(folder)
        os.environ.setdefault("DATABASE_URL", database_url(folder))
        os.environ.setdefault("REDIS_URL", redis_url(folder))
        os.environ["ONESTOP_TEST_REDIS"] = os.environ["REDIS_URL"]
    # Each worker has its own pair of Redis databases: one for Celery, one for the cache.
    number = 2 * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    base = os.environ["ONESTOP_TEST_REDIS"]
    os.environ["REDIS_URL"], os.environ["CACHE_URL"] = numbered(base, number), numbered(base, number + 1)


def numbered(redis: str, number: int) -> str:
    """Return the URL of another database of this Redis."""
    if redis.startswith("unix:"):
        return f"{redis.partition('?')[0]}?db={number}"
    parts = urlsplit(redis)
    return urlunsplit(parts._replace(path=f"/{number}", query=""))


def migrations_fingerprint() -> str:
    """Return a hash of all migrations, ours and those of packages."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for folder in ("onestop", "partners", "agreements", "meetings"):
        for file in sorted((ROOT / folder).glob("**/migrations/*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]
