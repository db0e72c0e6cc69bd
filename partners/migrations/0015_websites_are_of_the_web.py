from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("partners", "0014_signatory_from"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="organization",
            constraint=models.CheckConstraint(
                condition=models.Q(("website", ""), ("website__iregex", "^(https?|ftps?)://"), _connector="OR"),
                name="organization_website_is_of_the_web",
            ),
        ),
        migrations.AddConstraint(
            model_name="service",
            constraint=models.CheckConstraint(
                condition=models.Q(("website", ""), ("website__iregex", "^(https?|ftps?)://"), _connector="OR"),
                name="service_website_is_of_the_web",
            ),
        ),
    ]
