"""Settings of the storage of files and of the virus scanner."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from onestop.ops.file_settings import DISK, S3, file_storage, scanner_url


@pytest.fixture
def env(monkeypatch):
    """Return a function that returns an environment with these variables."""

    def given(**variables):
        for name in ("S3_BUCKET", "S3_REGION", "S3_ENDPOINT_URL", "S3_PREFIX", "CLAMAV_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        return environ.Env()

    return given


def test_files_are_on_the_disk_without_a_bucket(env):
    assert file_storage(env(), production=True) == DISK


def test_a_bucket_is_private_and_its_keys_are_not_in_the_settings(env):
    given = env(S3_BUCKET="portal", S3_REGION="us-east-2", S3_PREFIX="/files/", AWS_SECRET_ACCESS_KEY="secret")
    storage = file_storage(given, production=True)
    options = storage["OPTIONS"]
    assert storage["BACKEND"] == S3
    assert (options["bucket_name"], options["region_name"], options["location"]) == ("portal", "us-east-2", "files")
    assert (options["default_acl"], options["file_overwrite"]) == (None, False)
    assert "secret" not in str(storage)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"S3_REGION": "us-east-2"}, "have no effect without S3_BUCKET"),
        ({"S3_PREFIX": "files"}, "have no effect without S3_BUCKET"),
        ({"S3_BUCKET": "portal"}, "S3_BUCKET needs S3_REGION"),
        ({"S3_BUCKET": "s3://portal", "S3_REGION": "us-east-2"}, "must be the name of a bucket"),
        ({"S3_BUCKET": "portal", "S3_ENDPOINT_URL": "http://minio.example.org"}, "must begin with https://"),
        ({"S3_BUCKET": "portal", "S3_ENDPOINT_URL": "minio.example.org"}, "must begin with https://"),
    ],
)
def test_settings_of_a_bucket_that_do_not_fit_stop_the_start(env, variables, words):
    with pytest.raises(ImproperlyConfigured, match=words):
        file_storage(env(**variables), production=True)


def test_a_bucket_beside_a_demo_may_do_without_tls(env):
    assert file_storage(env(S3_BUCKET="a", S3_ENDPOINT_URL="http://localhost:9000"), production=False)["BACKEND"] == S3


@pytest.mark.parametrize(
    "url", ["", "tcp://clamav.example.org:3310", "tcp://127.0.0.1", "unix:///run/clamav/clamd.ctl"]
)
def test_addresses_of_a_scanner(env, url):
    assert scanner_url(env(CLAMAV_URL=url)) == url


@pytest.mark.parametrize(
    "url", ["localhost:3310", "http://localhost:3310", "tcp://", "unix://run/clamd.ctl", "unix://", "yes"]
)
def test_other_addresses_stop_the_start(env, url):
    with pytest.raises(ImproperlyConfigured, match="CLAMAV_URL"):
        scanner_url(env(CLAMAV_URL=url))
