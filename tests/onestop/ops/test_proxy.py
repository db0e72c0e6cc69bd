"""The proxy of deploy/nginx.conf before gunicorn: slow clients use its connections, but none of our threads."""

import contextlib
import http.client
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from onestop.local.child_process import die_with_parent
from tests.conftest import environment_of_this_database
from tests.nginx import find_nginx
from tests.servers import ROOT

NGINX = find_nginx()
pytestmark = [
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed; `make test` unpacks one on Debian"),
    pytest.mark.xdist_group("proxy"),
]
THREADS = 2
FROM_ONE_ADDRESS = 100  # the limit in deploy/nginx.conf
PATIENCE = 30
# The start of a sign-in request, up to the body that the portal must read.
BEGUN = (
    b"POST /account/login/ HTTP/1.1\r\nHost: localhost\r\nOrigin: https://localhost\r\n"
    b"Cookie: csrftoken=" + b"a" * 32 + b"\r\nContent-Length: 4000\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nlogin="
)
MAIN = """
{user}daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log warn; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/portal.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def make_certificate(folder: Path) -> None:
    """Write a certificate for localhost that only these tests trust."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    signed = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False).sign(
        key, hashes.SHA256()
    )
    (folder / "fullchain.pem").write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )


class Proxy:
    """nginx with the shipped configuration, on its own ports, before a gunicorn with few threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tls, self.plain, self.portal = free_port(), free_port(), free_port()
        make_certificate(folder)
        shipped = (ROOT / "deploy" / "nginx.conf").read_text()
        for what, instead, times in (
            (r"listen 443 ", f"listen 127.0.0.1:{self.tls} ", 2),
            (r"listen 80\b", f"listen 127.0.0.1:{self.plain}", 2),
            (r"portal\.example\.org;", "localhost;", 2),
            (r"https://portal\.example\.org", f"https://localhost:{self.tls}", 1),
            (r"/etc/ssl/portal", str(folder), 2),
            (r"127\.0\.0\.1:8000", f"127.0.0.1:{self.portal}", 1),
        ):
            shipped, found = re.subn(what, instead, shipped)
            assert found == times, what
        (folder / "portal.conf").write_text(shipped)
        user = "user root; " if os.geteuid() == 0 else ""  # the folder is this user's alone
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user))
        self.command = [
            str(NGINX),
            "-p",
            str(folder),
            "-c",
            str(folder / "nginx.conf"),
            "-e",
            str(folder / "error.log"),
        ]

    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.folder / "fullchain.pem"))

    def connect(self, source: str = "127.0.0.1", name: str = "localhost") -> ssl.SSLSocket:
        plain = socket.create_connection(("127.0.0.1", self.tls), PATIENCE, (source, 0))
        return self.trust().wrap_socket(plain, server_hostname=name)

    def ask(self, path: str, *, source: str = "127.0.0.2", **more: str) -> http.client.HTTPResponse:
        """Send a whole request, from another address than the slow ones."""
        whole = http.client.HTTPSConnection("localhost", self.tls, timeout=PATIENCE, context=self.trust())
        whole.sock = self.connect(source)
        whole.request("GET", path, headers=more)
        answer = whole.getresponse()
        answer.read()
        return answer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def proxy(folder: Path, django_db_setup: None) -> Iterator[Proxy]:
    proxy = Proxy(folder)
    gunicorn = [sys.executable, "-m", "gunicorn", "onestop.wsgi", "--bind", f"127.0.0.1:{proxy.portal}"]
    gunicorn += ["--worker-class", "gthread", "--workers", "1", "--threads", str(THREADS), "--timeout", "60"]
    longest = re.search(r"--limit-request-line (\d+)", (ROOT / "deploy" / "onestop-web.service").read_text())
    gunicorn += longest[0].split() if longest else []
    environment = environment_of_this_database() | {"TRUSTED_PROXIES": "1", "LOG_LEVEL": "ERROR"}
    with contextlib.ExitStack() as started:
        for command in (gunicorn, proxy.command):
            process = started.enter_context(
                subprocess.Popen(command, cwd=ROOT, env=environment, preexec_fn=die_with_parent(signal.SIGTERM))
            )
            started.callback(process.terminate)
        deadline = time.monotonic() + 4 * PATIENCE  # loading the portal takes long on a busy machine
        while not is_up(proxy):
            assert time.monotonic() < deadline, (folder / "error.log").read_text()
            time.sleep(0.1)
        yield proxy


def is_up(proxy: Proxy) -> bool:
    try:
        return proxy.ask("/health/live").status == 200
    except OSError:
        return False


def test_the_shipped_configuration_is_valid(folder: Path) -> None:
    other = folder / "tried"
    other.mkdir()
    done = subprocess.run([*Proxy(other).command, "-t"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in re.sub(r".*\"listen \.\.\. http2\" directive is deprecated.*", "", done.stderr)


def test_slow_clients_block_no_thread(proxy: Proxy) -> None:
    """With a hundred of them in the middle of headers and bodies, and two threads, the portal still responds."""
    with contextlib.ExitStack() as slow:
        headers = [slow.enter_context(proxy.connect()) for _ in range(40)]
        for each in headers:
            each.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        bodies = [slow.enter_context(proxy.connect()) for _ in range(60)]
        for each in bodies:
            each.sendall(BEGUN)
        for _ in range(5):
            for each in (*headers, *bodies):
                each.sendall(b"x")
            assert proxy.ask("/account/login/").status == 200
            assert proxy.ask("/health/live").status == 200


def test_the_limit_of_one_address_does_not_affect_others(proxy: Proxy) -> None:
    with contextlib.ExitStack() as slow:
        # Another address than in the test before, whose connections nginx may still count.
        many = [slow.enter_context(proxy.connect("127.0.0.3")) for _ in range(FROM_ONE_ADDRESS + 5)]
        for each in many:
            each.sendall(BEGUN)
        assert proxy.ask("/health/live", source="127.0.0.3").status == 429
        assert proxy.ask("/health/live").status == 200


def test_forwarded_headers_of_clients_are_ignored(proxy: Proxy) -> None:
    forged = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", "X-Forwarded-For": "192.0.2.1"}
    answer = proxy.ask("/account/profile/", **forged)
    assert (answer.status, answer.headers["Location"]) == (302, "/account/login/?next=/account/profile/")


def test_a_body_over_the_limit_is_refused_before_it_is_sent(proxy: Proxy) -> None:
    with proxy.connect("127.0.0.2") as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 26214401\r\n\r\n")
        assert client.recv(100).startswith(b"HTTP/1.1 413 ")


def test_another_host_name_is_refused(proxy: Proxy) -> None:
    with pytest.raises(ssl.SSLError):
        proxy.connect(name="evil.example")
    plain = http.client.HTTPConnection("127.0.0.1", proxy.plain, timeout=PATIENCE)
    plain.request("GET", "/somewhere/?a=1", headers={"Host": "localhost"})
    assert plain.getresponse().headers["Location"] == f"https://localhost:{proxy.tls}/somewhere/?a=1"
    plain.close()
    plain.request("GET", "/", headers={"Host": "evil.example"})
    with pytest.raises(http.client.RemoteDisconnected):
        plain.getresponse()


# What a search field, a broken link or a bored visitor may send; {q} is what is typed, percent-encoded.
TYPED = (
    "x" * 10_000, "ñ" * 200, "💼" * 200, "ع" * 1000, "a\x00b", "\u202ework\u202c \u200fjob", "it's \"half quoted",
    "&|!<->:*'\\", "()&|!<->" * 25, "job & ! work", "'", ":*", "\\", "%", "-", "-job", "or", "\"\"", "\ufeff\ufffe",
)  # fmt: skip
RAW = ("%ED%A0%BD", "job%ED%A0%BDwork", "%FF%FE", "%00", "%zz", "%", "%F0%9F%92")


@pytest.mark.parametrize("typed", [*(quote(one, safe="") for one in TYPED), *RAW])
def test_whatever_is_typed_gets_a_page(proxy: Proxy, typed: str) -> None:
    assert proxy.ask(f"/directory/?q={typed}").status == 200
