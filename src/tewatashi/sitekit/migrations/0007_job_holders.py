"""Which jobs may ever have had something in a place or with a person; those of a site that has worked already from its ledger."""

import json

from django.db import migrations, models


def find_holders(apps, _schema_editor):
    entries = apps.get_model("sitekit", "LedgerEntry").objects.exclude(job=None)
    holder = apps.get_model("sitekit", "JobHolder")
    found = set()
    for job, data in entries.values_list("job", "data").iterator():
        entry = json.loads(bytes(data))
        act = entry["body"].get("act")
        if isinstance(act, dict):
            named = {act.get(name) for name in ("place", "spool", "hand", "to")}
            if entry["kind"] in ("notices-delivered", "report-sealed"):
                named.add(entry["by"])
            found |= {(one, job) for one in named if isinstance(one, str)}
    holder.objects.bulk_create(holder(holder=one, job=job) for one, job in sorted(found))


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0006_known_contracts")]
    operations = [
        migrations.CreateModel(
            name="JobHolder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("holder", models.CharField(max_length=60)),
                ("job", models.CharField(max_length=60)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("holder", "job"), name="one_row_a_holder_of_a_job")]
            },
        ),
        migrations.RunPython(find_holders, migrations.RunPython.noop, elidable=False),
    ]
