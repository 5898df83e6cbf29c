"""A registered computer may be a machine for which somebody answers."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0002_append_only")]
    operations = [
        migrations.AddField("computer", "answers", models.CharField("責任者", blank=True, default="", max_length=32)),
    ]
