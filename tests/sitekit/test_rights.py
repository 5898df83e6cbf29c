"""Files are ours alone, from the moment they are made; what others could read stops the site (FAC-SYS-4)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from tewatashi.core.refused import Refused
from tewatashi.sitekit.rights import make_private_folder, refuse_loose_file, write_private_file
from tewatashi.sitekit.setup import NewSite, make_site
from tewatashi.sitekit.startcheck import refuse_loose_site

pytestmark = pytest.mark.requirement("FAC-SYS-4")


def code_of(path: Path) -> str:
    with pytest.raises(Refused) as refused:
        refuse_loose_file(path)
    return refused.value.code


def test_a_private_file_is_private_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        write_private_file(tmp_path / "key", b"x")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    refuse_loose_file(tmp_path / "key")


def test_a_private_file_is_never_written_over_another(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"old")
    with pytest.raises(FileExistsError):
        write_private_file(tmp_path / "key", b"new")
    assert (tmp_path / "key").read_bytes() == b"old"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666, 0o700])
def test_looser_rights_are_refused(tmp_path: Path, mode: int) -> None:
    write_private_file(tmp_path / "key", b"x")
    (tmp_path / "key").chmod(mode)
    assert code_of(tmp_path / "key") == "rights-loose"


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    write_private_file(tmp_path / "key", b"x")
    (tmp_path / "link").symlink_to(tmp_path / "key")
    assert code_of(tmp_path / "link") == "rights-owner"


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert code_of(tmp_path / "none") == "rights-missing"


def test_one_loose_file_deep_in_the_data_stops_the_site(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site", NewSite("factory", "factory.example", "127.0.0.1", 8443))
    refuse_loose_site(site)
    folder = make_private_folder(site.data_dir / "vault")
    (folder / "file").write_bytes(b"x")
    (folder / "file").chmod(0o644)
    with pytest.raises(Refused, match="緩すぎます"):
        refuse_loose_site(site)
