"""The database itself refuses to change what is memory, whoever asks it."""

from __future__ import annotations

import pytest

from tests.sitekit.house import BackOffice, House

MEMORY = ("ledgerentry", "signedcheckpoint", "witnessedcheckpoint", "alarm", "accessline", "inletter", "outletter")
COLUMN = {
    "ledgerentry": "at = 'later'", "signedcheckpoint": "note = root", "witnessedcheckpoint": "note = root",
    "alarm": "text = ''", "accessline": "who = 'nobody'", "inletter": "refused = 'x'", "outletter": "kind = 'x'",
}  # fmt: skip


@pytest.fixture(autouse=True)
def rows(house: House) -> None:
    house.office.ask("fill_memory")
    house.browser(house.new_account()).get("/login")  # a line in the access log


@pytest.mark.parametrize("table", MEMORY)
def test_no_row_can_be_changed(office: BackOffice, table: str) -> None:
    assert "append-only" in office.ask("execute", statement=f"UPDATE sitekit_{table} SET {COLUMN[table]}")


@pytest.mark.parametrize("table", MEMORY)
def test_no_row_can_be_deleted(office: BackOffice, table: str) -> None:
    assert "append-only" in office.ask("execute", statement=f"DELETE FROM sitekit_{table}")


@pytest.mark.parametrize("table", MEMORY)
def test_no_row_gives_way_to_another(house: House, office: BackOffice, table: str) -> None:
    key = {"ledgerentry": '"index"', "signedcheckpoint": "size"}.get(table, "id")
    rows = f"INTO sitekit_{table} SELECT * FROM sitekit_{table}"
    if house.config.database == "sqlite":
        statement = f"REPLACE {rows}"
    else:
        column = COLUMN[table].partition(" ")[0]
        statement = f"INSERT {rows} ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}"
    assert "append-only" in office.ask("execute", statement=statement)


def test_a_letter_is_delivered_once_and_never_undelivered(office: BackOffice) -> None:
    delivered = "UPDATE sitekit_outletter SET delivered_at = CURRENT_TIMESTAMP WHERE delivered_at IS NULL"
    assert office.ask("execute", statement=delivered) is None
    for again in ("NULL", "CURRENT_TIMESTAMP"):
        refused = office.ask("execute", statement=f"UPDATE sitekit_outletter SET delivered_at = {again}")
        assert "append-only" in refused


def test_a_delivery_can_not_carry_another_change_along(office: BackOffice) -> None:
    office.ask("fill_memory")
    statement = "UPDATE sitekit_outletter SET delivered_at = CURRENT_TIMESTAMP, note = ''"
    assert "append-only" in office.ask("execute", statement=statement)
