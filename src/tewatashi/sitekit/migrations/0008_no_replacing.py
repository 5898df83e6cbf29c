"""SQLite's REPLACE takes the row that is in its way out without a word to a trigger for deleting: it is refused beforehand."""

from django.db import migrations

# Of each table that is memory: whatever makes two rows the same one.
KEYS = {
    "ledgerentry": (("index",),),
    "signedcheckpoint": (("size",),),
    "witnessedcheckpoint": (("id",), ("origin", "size")),
    "alarm": (("id",),),
    "accessline": (("id",),),
    "inletter": (("id",), ("sender", "seq")),
    "outletter": (("id",), ("sender", "recipient", "seq")),
}


def refuse_replacing(_apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return  # elsewhere a row gives way to an UPDATE or a DELETE only, and these are refused
    for table, keys in KEYS.items():
        same = " OR ".join(
            f"EXISTS (SELECT 1 FROM sitekit_{table} WHERE "
            + " AND ".join(f'"{one}" = NEW."{one}"' for one in key)
            + ")"
            for key in keys
        )
        schema_editor.execute(
            f"CREATE TRIGGER sitekit_{table}_no_replace BEFORE INSERT ON sitekit_{table} FOR EACH ROW WHEN {same} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: sitekit_{table}'); END",
            params=None,
        )


def allow_replacing(_apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        for table in KEYS:
            schema_editor.execute(f"DROP TRIGGER sitekit_{table}_no_replace")


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0007_job_holders")]
    operations = [migrations.RunPython(refuse_replacing, allow_replacing)]
