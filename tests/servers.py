"""The servers on which the tests run, started once for all of pytest's processes; and a database for each of those.

The first process (pytest's controller) takes the folder var/test, or a temporary one if another run has it, and says so
in the environment, so that the workers, and whatever the tests start, find the same servers.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit, urlunsplit

from onestop.local.servers import FolderInUse, Postgres, Redis, ServerFailed, database_url, hold_folder, redis_url

# What the tests lose when the power fails is nothing that anybody misses.
CARELESS = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off", "max_connections": "200"}
ROOT = Path(__file__).resolve().parent.parent


class Servers:
    """The PostgreSQL and the Redis that this run has started, if it is the one that starts them."""

    def __init__(self) -> None:
        self.folder: Path | None = None
        self.held: IO[str] | None = None
        self.temporary = False
        self.postgres: Postgres | None = None
        self.redis: Redis | None = None

    def take_folder(self, var: Path) -> Path:
        """Take a data folder of our own."""
        try:
            self.folder = var / "test"
            self.held = hold_folder(self.folder)
        except FolderInUse:
            self.folder = Path(tempfile.mkdtemp(prefix="onestop-test-"))
            self.held = hold_folder(self.folder)
            self.temporary = True
        return self.folder

    def start(self) -> None:
        """Start what nobody has named; does nothing in pytest's workers."""
        if self.folder is None:
            return
        if os.environ["DATABASE_URL"] == database_url(self.folder):
            self.postgres = Postgres(self.folder, CARELESS)
            try:
                self.postgres.start()
            except ServerFailed:
                # Another PostgreSQL has made this cluster, or the machine went down without fsync: it holds nothing.
                shutil.rmtree(self.postgres.cluster)
                self.postgres.start()
            self.postgres.create_database()
        if os.environ["REDIS_URL"] == redis_url(self.folder):
            self.redis = Redis(self.folder, {"appendonly": "no"})
            self.redis.start()

    def stop(self) -> None:
        """Stop what we have started."""
        for server in (self.redis, self.postgres):
            if server:
                server.stop()
        if self.held:
            self.held.close()
        if self.temporary and self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


SERVERS = Servers()


def name_servers(var: Path) -> None:
    """Write into the environment where the servers of this run are."""
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
    """Return the address of another database of this Redis."""
    if redis.startswith("unix:"):
        return f"{redis.partition('?')[0]}?db={number}"
    parts = urlsplit(redis)
    return urlunsplit(parts._replace(path=f"/{number}", query=""))


def migrations_fingerprint() -> str:
    """Return a name for what the migrations, ours and the packages', make of an empty database."""
    told = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for folder in ("onestop", "partners", "agreements", "meetings"):
        for file in sorted((ROOT / folder).glob("**/migrations/*")):
            if file.is_file() and file.suffix != ".pyc":
                told.update(file.name.encode() + file.read_bytes())
    return told.hexdigest()[:12]
