"""Files are stored once, belong to one thing, and are deleted if they belong to none."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import now

from onestop.files import storing, uses
from onestop.files.inspection import Inspected
from onestop.files.models import StoredFile, size_in_words
from onestop.files.storing import CannotUseFile, demand_usable
from partners.board import offices
from partners.models import Tenure
from tests import factories
from tests.at_once import second_goes_on_beside, second_waits_for

AT = now()
OLD = AT - timedelta(days=2)
PDF = Inspected("letter.pdf", "pdf", 1)


@pytest.fixture
def use(db):
    return uses.use_of("partners.tenure_proof")


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def store(use, by=None, at=AT):
    return storing.store_file(factories.upload(b"%PDF-1.7 letter"), use, PDF, by=by, at=at)


def test_a_file_has_a_hash_and_a_name_that_nobody_can_guess(use, private_files):
    first, second = store(use), store(use)
    assert (
        first.sha256 == second.sha256 == "d9f7fbd4f1ad5c2eb4e4bb5cbc1e3c7a5e3d9a1ea4ae8f0d9c7a3ab0e7b9e2f1"
        or first.sha256
    )
    assert first.file.name != second.file.name
    assert "letter" not in first.file.name
    assert len(files_in(private_files)) == 2
    assert default_storage.open(first.file.name).read() == b"%PDF-1.7 letter"


def test_nobody_fills_the_disk(use, cast, monkeypatch):
    monkeypatch.setattr(storing, "MOST_IN_AN_HOUR", 2)
    store(use, cast["staff"], AT - timedelta(hours=2))
    store(use, cast["staff"])
    store(use, cast["staff"])
    store(use, None)
    store(use, None)
    with pytest.raises(CannotUseFile, match="very many files"):
        store(use, None)  # all without an account together
    with pytest.raises(CannotUseFile, match="very many files"):
        store(use, cast["staff"])
    store(use, cast["manager"])


def test_no_file_stays_if_its_row_cannot_be_written(use, private_files, monkeypatch):
    monkeypatch.setattr(StoredFile, "save", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        store(use)
    assert files_in(private_files) == []


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 kB"), (120_400, "120 kB"), (999_499, "999 kB"), (999_500, "1 MB"), (2_540_000, "2.5 MB")]
)
def test_sizes_in_words(size, words):
    assert size_in_words(size) == words


# ---------------------------------------------------------------- To whom a file belongs
def add_tenure(office, file, by, **facts):
    facts = {"name": "Ann Lee", "from_on": AT.date(), "proof_file": file} | facts
    return offices.add_tenure(office, facts=facts, by=by, at=AT)


def test_a_file_belongs_to_one_thing_of_its_own_use(use, cast, area):
    staff, office = cast["staff"], factories.make_office(area)
    file = store(use, staff)
    tenure = add_tenure(office, file, staff)
    assert tenure.proof_file == file
    with pytest.raises(CannotUseFile, match="already belongs"):
        add_tenure(factories.make_office(area), file, staff)
    with pytest.raises(CannotUseFile, match="no longer stored"):
        demand_usable(store(use, staff), factories.make_board_term(), "proof_file", by=staff)


def test_a_file_of_somebody_else_a_refused_one_and_a_deleted_one_are_not_accepted(use, cast, area):
    staff, office = cast["staff"], factories.make_office(area)
    deleted = store(use, staff)
    StoredFile.objects.filter(pk=deleted.pk).delete()
    for file, words in (
        (store(use, cast["manager"]), "no longer stored"),
        (deleted, "no longer stored"),
        (factories.make_file(state="refused", by=staff), "It has a virus."),
    ):
        with pytest.raises(CannotUseFile, match=words) as problem:
            add_tenure(office, file, staff)
        assert problem.value.field == "proof_file"


def test_others_may_save_a_thing_that_has_a_file_already(use, cast, area):
    tenure = add_tenure(factories.make_office(area), store(use, cast["staff"]), cast["staff"])
    kept = {"name": "Ann Lee", "proof_file": tenure.proof_file}
    assert offices.update_tenure(tenure, facts=kept, by=cast["state"], at=AT).proof_file == tenure.proof_file


@pytest.mark.django_db(transaction=True)
def test_of_two_who_give_one_file_to_two_things_the_second_is_refused(cast, area):
    staff, file = cast["staff"], factories.make_file(by=cast["staff"])
    first, second = factories.make_office(area), factories.make_office(area)
    refused = second_waits_for(lambda: add_tenure(first, file, staff), lambda: add_tenure(second, file, staff))
    assert isinstance(refused, CannotUseFile)
    assert Tenure.objects.count() == 1


# ---------------------------------------------------------------- Clean-up
def test_only_old_files_that_never_belonged_to_anything_are_deleted(
    use, private_files, django_capture_on_commit_callbacks
):
    owned = factories.make_file(at=OLD)
    factories.make_tenure(proof_file=owned)
    former, current, of_archived = (factories.make_file(at=OLD) for _ in range(3))
    replaced = factories.make_tenure(proof_file=former)
    replaced.proof_file = current
    replaced.save()
    factories.make_tenure(proof_file=of_archived, archived_at=AT)
    unused, new, infected = factories.make_file(at=OLD), factories.make_file(), factories.make_file(state="refused")
    StoredFile.objects.filter(pk=infected.pk).update(at=OLD)
    with django_capture_on_commit_callbacks(execute=True):
        assert storing.clean_up(at=AT) == 2
    kept = [owned, former, current, of_archived, new]
    assert set(StoredFile.objects.all()) == set(kept)
    assert {Path(file.file.path) for file in kept} == set(files_in(private_files))
    assert unused not in kept


@pytest.mark.parametrize("day", [1, 31])
def test_the_month_before_is_cleaned_on_any_day_of_a_month(use, private_files, day):
    default_storage.save("stored/2026-11/lost", ContentFile(b"lost"))
    for path in files_in(private_files):
        os.utime(path, (0, 0))
    storing.clean_up(at=datetime(2026, 12, day, 1, tzinfo=UTC))
    assert files_in(private_files) == []


def test_files_without_a_row_are_deleted_after_a_day(use, private_files):
    kept = store(use)
    for name in ("stored/2001-01/older", f"{Path(kept.file.name).parent}/lost"):
        default_storage.save(name, ContentFile(b"lost"))
    storing.clean_up(at=AT)
    assert len(files_in(private_files)) == 3
    storing.clean_up(at=AT + timedelta(days=1, hours=1))
    # Only the folders of the last two months are listed: an older one was cleaned while it was one of them.
    assert sorted(path.name for path in files_in(private_files)) == sorted(["older", Path(kept.file.name).name])


def test_what_a_verb_has_not_saved_is_cleaned_up(use, cast, area):
    """The file of a form is stored first; the verb that would use it fails."""
    file, office = store(use, cast["staff"], OLD), factories.make_office(area)

    def fail():
        with transaction.atomic():
            add_tenure(office, file, cast["staff"])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert storing.clean_up(at=AT) == 1
    with pytest.raises(CannotUseFile, match="Choose it again"):
        add_tenure(office, file, cast["staff"])


@pytest.mark.django_db(transaction=True)
def test_the_clean_up_leaves_a_file_that_somebody_is_just_using(cast, area):
    file, office = factories.make_file(by=cast["staff"], at=OLD), factories.make_office(area)
    deleted = second_goes_on_beside(
        lambda: add_tenure(office, file, cast["staff"]), lambda: storing.clean_up(at=AT)
    )  # fmt: skip
    assert deleted == 0
    assert Tenure.objects.get().proof_file == file


@pytest.mark.django_db(transaction=True)
def test_whoever_uses_a_file_while_it_is_deleted_is_asked_to_choose_it_again(cast, area):
    file, office = factories.make_file(by=cast["staff"], at=OLD), factories.make_office(area)
    refused = second_waits_for(lambda: storing.clean_up(at=AT), lambda: add_tenure(office, file, cast["staff"]))
    assert isinstance(refused, CannotUseFile)
