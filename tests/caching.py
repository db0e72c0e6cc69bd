"""Assertions on caching headers."""

from typing import Any

from onestop.ops.problems import PREFIX


def assert_kept_from_caches(response: Any, *, is_signed_in: bool) -> None:
    """Fail if a cache could show the response to another person."""
    told = {part.strip() for part in response.get("Cache-Control", "").split(",")}
    about = f"{response.wsgi_request.method} {response.wsgi_request.path}: {sorted(told)}"
    if "public" in told:
        assert not is_signed_in, about
        assert not response.cookies, about
        varies = {part.strip() for part in response.get("Vary", "").split(",")} - {""}
        if response.wsgi_request.path.startswith(PREFIX):  # the same for everyone
            assert varies <= {"Accept-Encoding"}, about
        else:
            assert {"Cookie", "HX-Request"} <= varies, about
    else:
        assert "private" in told, about
        assert "no-store" in told or ("no-cache" in told and "ETag" in response), about
