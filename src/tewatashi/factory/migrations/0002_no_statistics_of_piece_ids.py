"""PostgreSQL's planner keeps samples of what a column holds: of piece ids it keeps none, for nobody would erase them."""

from __future__ import annotations

from django.db import migrations

_WITH_IDS = {
    "factory_piece": ["piece"],
    "factory_printfile": ["pieces"],
    "factory_readlines": ["lines"],
    "factory_enclosingline": ["recent", "recheck", "findings"],
}


def keep_none(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for table, columns in _WITH_IDS.items():
            for column in columns:
                schema_editor.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")


class Migration(migrations.Migration):
    dependencies = [("factory", "0001_initial")]
    operations = [migrations.RunPython(keep_none, migrations.RunPython.noop)]
