"""The settings of where files are stored and what scans them, read from the environment; wrong ones stop the start."""

from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

DISK = {"BACKEND": "onestop.files.storage.WholeFileStorage"}
S3 = "onestop.files.s3.PrivateS3Storage"
TIMEOUTS = {"connect_timeout": 5, "read_timeout": 20, "retries": {"max_attempts": 2}}


def file_storage(env: environ.Env, *, production: bool) -> dict[str, Any]:
    """Return the storage of files: the bucket S3_BUCKET, or the disk without one.

    :raises ImproperlyConfigured: if the settings of the bucket do not fit together.
    """
    bucket, region = env.str("S3_BUCKET", default=""), env.str("S3_REGION", default="")
    endpoint = env.str("S3_ENDPOINT_URL", default="")
    prefix = env.str("S3_PREFIX", default="").strip("/")
    if not bucket:
        if region or endpoint or prefix:
            raise ImproperlyConfigured("S3_REGION, S3_ENDPOINT_URL and S3_PREFIX have no effect without S3_BUCKET.")
        return DISK
    if "/" in bucket or ":" in bucket:
        raise ImproperlyConfigured(f"S3_BUCKET is {bucket!r}; it must be the name of a bucket, not an address.")
    if not region and not endpoint:
        raise ImproperlyConfigured("S3_BUCKET needs S3_REGION (Amazon), or S3_ENDPOINT_URL (other providers).")
    if endpoint and urlsplit(endpoint).scheme not in ({"https"} if production else {"http", "https"}):
        raise ImproperlyConfigured(f"S3_ENDPOINT_URL is {endpoint!r}; it must begin with https://.")
    return {"BACKEND": S3, "OPTIONS": _bucket_options(bucket, region, endpoint, prefix)}


def _bucket_options(bucket: str, region: str, endpoint: str, prefix: str) -> dict[str, Any]:
    """Return the options of django-storages. The keys are not among them: boto3 reads AWS_ACCESS_KEY_ID itself."""
    from botocore.config import Config  # here: only with a bucket

    return {
        "bucket_name": bucket,
        "region_name": region or None,
        "endpoint_url": endpoint or None,
        "location": prefix,
        # None: what the bucket says, which is private unless somebody has opened it. New buckets refuse any other.
        "default_acl": None,
        "file_overwrite": False,
        "client_config": Config(**TIMEOUTS),
    }


def scanner_url(env: environ.Env) -> str:
    """Return the address of the virus scanner, or an empty text without one.

    :raises ImproperlyConfigured: if it is none.
    """
    url = env.str("CLAMAV_URL", default="")
    place = urlsplit(url)
    is_tcp = place.scheme == "tcp" and bool(place.hostname)
    if url and not is_tcp and not (place.scheme == "unix" and place.path.startswith("/") and not place.netloc):
        raise ImproperlyConfigured(
            f"CLAMAV_URL is {url!r}; it must be tcp://host:3310 or unix:///run/clamav/clamd.ctl."
        )
    return url
