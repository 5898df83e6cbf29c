"""Which pieces share an envelope by the plan, and into which the line put the last one."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("factory", "0003_plans")]
    operations = [
        migrations.AddField("piece", "envelope", models.PositiveIntegerField(default=0)),
        migrations.AddField("enclosingline", "envelope", models.PositiveIntegerField(default=0)),
    ]
