"""Progress of long work, which never stops the work."""

from django.core.cache import cache

from onestop.files.progress import percent_done, say_progress


def test_progress_is_stored_until_the_work_ends():
    assert percent_done("some-work") == 0
    say_progress("some-work", 0.424)
    assert percent_done("some-work") == 42
    assert percent_done("other-work") == 0
    say_progress("some-work", None)
    assert percent_done("some-work") == 0


def test_a_failing_cache_stops_nothing(monkeypatch):
    def fail(*args, **kwargs):
        raise ConnectionError

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(cache, name, fail)
    say_progress("some-work", 0.5)
    say_progress("some-work", None)
    assert percent_done("some-work") == 0
