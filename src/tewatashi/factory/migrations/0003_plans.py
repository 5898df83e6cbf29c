"""A job's enclosing plan in numbers, and the version codes that were read at the line."""

from __future__ import annotations

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("factory", "0002_no_statistics_of_piece_ids")]
    operations = [
        migrations.CreateModel(
            name="EnclosingPlan",
            fields=[
                ("job", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("withdrawals", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="InsertCheck",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("job", models.CharField(db_index=True, max_length=40)),
                ("code", models.CharField(max_length=40)),
                ("by", models.CharField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={"ordering": ["id"]},
        ),
    ]
