"""What PostgreSQL must know before the first table: trigrams, indexes over mixed columns, words without accents."""

from django.contrib.postgres.operations import (
    BtreeGinExtension,
    BtreeGistExtension,
    CreateExtension,
    TrigramExtension,
    UnaccentExtension,
)
from django.db import migrations


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    run_before = [("partners", "0001_initial")]

    operations = [
        TrigramExtension(),
        BtreeGinExtension(),
        BtreeGistExtension(),
        UnaccentExtension(),
        CreateExtension("fuzzystrmatch"),
    ]
