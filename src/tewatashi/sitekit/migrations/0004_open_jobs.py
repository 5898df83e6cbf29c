"""The jobs that are open, kept apart; those of a site that has worked already are taken from its ledger."""

from django.db import migrations, models


def find_open(apps, _schema_editor):
    entries = apps.get_model("sitekit", "LedgerEntry").objects
    closed = set(entries.filter(kind="job-closed").values_list("job", flat=True))
    opened = entries.filter(kind="job-opened").values_list("job", "index")
    open_job = apps.get_model("sitekit", "OpenJob")
    open_job.objects.bulk_create(open_job(number=job, index=index) for job, index in opened if job not in closed)


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0003_machines")]
    operations = [
        migrations.CreateModel(
            name="OpenJob",
            fields=[
                ("number", models.CharField(max_length=60, primary_key=True, serialize=False)),
                ("index", models.BigIntegerField()),
            ],
            options={"ordering": ["-index"]},
        ),
        migrations.RunPython(find_open, migrations.RunPython.noop, elidable=False),
    ]
