"""The database itself refuses to change or delete what is memory: ledger, checkpoints, alarms, access log, letters."""

from django.db import migrations

APPEND_ONLY = ("ledgerentry", "signedcheckpoint", "witnessedcheckpoint", "alarm", "accessline", "inletter")
# Of a queued letter one thing may change, once: that the next site has it.
LETTER = ("id", "sender", "recipient", "seq", "kind", "job", "note", "queued_at")


def refuse_changes(_apps, schema_editor):
    statements = _SQL[schema_editor.connection.vendor]()
    for statement in statements:
        schema_editor.execute(statement, params=None)  # none: the % of RAISE is no placeholder


def _sqlite():
    for table in APPEND_ONLY:
        yield from _sqlite_triggers(table, "")
    same = " AND ".join(f"NEW.{column} IS OLD.{column}" for column in LETTER)
    allowed = f"WHEN NOT ({same} AND OLD.delivered_at IS NULL AND NEW.delivered_at IS NOT NULL)"
    yield from _sqlite_triggers("outletter", allowed)


def _sqlite_triggers(table, when_updated):
    for act, when in (("UPDATE", when_updated), ("DELETE", "")):
        yield (
            f"CREATE TRIGGER sitekit_{table}_no_{act.lower()} BEFORE {act} ON sitekit_{table} FOR EACH ROW {when} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only: sitekit_{table}'); END"
        )


def _postgresql():
    yield (
        "CREATE FUNCTION sitekit_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'append-only: %', TG_TABLE_NAME; END $$"
    )
    for table in (*APPEND_ONLY, "outletter"):
        yield (
            f"CREATE TRIGGER sitekit_{table}_no_truncate BEFORE TRUNCATE ON sitekit_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION sitekit_append_only()"
        )
        acts = "UPDATE OR DELETE" if table != "outletter" else "DELETE"
        yield (
            f"CREATE TRIGGER sitekit_{table}_no_change BEFORE {acts} ON sitekit_{table} "
            "FOR EACH ROW EXECUTE FUNCTION sitekit_append_only()"
        )
    columns = lambda row: ", ".join(f"{row}.{column}" for column in LETTER)  # noqa: E731
    yield (
        "CREATE TRIGGER sitekit_outletter_once BEFORE UPDATE ON sitekit_outletter FOR EACH ROW "
        f"WHEN (NOT (ROW({columns('NEW')}) IS NOT DISTINCT FROM ROW({columns('OLD')}) "
        "AND OLD.delivered_at IS NULL AND NEW.delivered_at IS NOT NULL)) "
        "EXECUTE FUNCTION sitekit_append_only()"
    )


_SQL = {"sqlite": _sqlite, "postgresql": _postgresql}


class Migration(migrations.Migration):
    dependencies = [("sitekit", "0001_initial")]
    operations = [migrations.RunPython(refuse_changes, elidable=False)]
