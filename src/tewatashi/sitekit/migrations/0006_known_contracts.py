"""How much of each contract the other sites' letters have shown that they know."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0005_digest")]
    operations = [
        migrations.CreateModel(
            name="KnownContract",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("site", models.CharField(max_length=64)),
                ("contract", models.CharField(max_length=60)),
                ("place", models.BigIntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("site", "contract"), name="one_place_a_contract")]
            },
        ),
    ]
