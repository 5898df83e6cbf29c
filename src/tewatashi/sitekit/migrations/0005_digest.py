"""The days on which a digest went out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0004_open_jobs")]
    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("begun_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
            ],
        ),
    ]
