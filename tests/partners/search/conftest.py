"""What the tests of the search share."""

import pytest

from partners.models import Synonym


@pytest.fixture
def no_general_synonyms(db: None) -> None:
    """Take away the thesaurus and the names of programs, which a database of the tests has from the beginning."""
    Synonym.objects.filter(area=None).delete()
