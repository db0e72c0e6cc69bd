"""Find names that are nearly alike: "Rehabilitation Service" and "Rehabilitation Services"."""

from django.contrib.postgres.operations import TrigramExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_imports")]
    operations = [TrigramExtension()]
