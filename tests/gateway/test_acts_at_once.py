"""Many acts at once on one ledger: no gap, no fork, no number twice."""

from __future__ import annotations

import io
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.counterparty import SealedParcel
from tests.gateway.station import Station
from tewatashi.carriers import lgwan
from tewatashi.core.merkle import Tree, leaf_hash

pytestmark = pytest.mark.requirement("WARD-LG-2")
AT_ONCE = 8


def test_acts_at_once_leave_no_gap_and_no_fork(site: Station) -> None:
    site.end.open()
    parcels = [site.sealed() for _ in range(2 * AT_ONCE)]
    start = threading.Barrier(AT_ONCE)

    def bring(mine: list[SealedParcel]) -> None:
        with lgwan.open_line(site.config.url, site.ca, lambda: site.ward.pass_to(site.name)) as line:
            start.wait()
            for parcel in mine:
                lgwan.send_parcel(line, parcel.note, io.BytesIO(parcel.file), len(parcel.file))

    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(bring, [parcels[n::AT_ONCE] for n in range(AT_ONCE)]))
    for parcel in parcels:
        assert site.acts(parcel.cover.job).count("parcel-held") == 1
    whole_ledger(site)
    for recipient in (site.ward.name, site.end.party.name):
        numbers = site.rows(
            "SELECT seq FROM sitekit_outletter WHERE sender = ? AND recipient = ? ORDER BY id", site.name, recipient
        )
        assert [seq for (seq,) in numbers] == list(range(1, len(numbers) + 1))
    site.until(lambda: all(site.end.parcels.get(one.cover.parcel) == one.file for one in parcels))


def whole_ledger(site: Station) -> None:
    """Every line stands at its index, with the hash of its data and the tree up to it."""
    tree = Tree()
    for index, leaf, peaks, data in site.rows(
        'SELECT "index", leaf_hash, peaks, data FROM sitekit_ledgerentry ORDER BY "index"'
    ):
        assert index == tree.size
        assert bytes(leaf) == leaf_hash(bytes(data))
        tree = tree.append(bytes(leaf))
        assert bytes(peaks) == b"".join(tree.peaks)
