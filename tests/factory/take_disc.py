"""Takes a disc in, as a program of the factory: its settings are those of one site, a test run's are not.

python -m tests.factory.take_disc SITE.TOML PATH MEDIUM [SHA256]   -> JSON: what came in, or the refusal

PATH is an image, a mounted folder, or an .age file with its .cover beside it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
import orjson


def main(config: str, path: str, medium: str, sha256: str | None = None) -> None:
    os.environ.update(TEWATASHI_CONFIG=config, DJANGO_SETTINGS_MODULE="tewatashi.factory.settings")
    django.setup()
    from tewatashi.carriers.disc_reader import open_disc, sent_files
    from tewatashi.core.refused import Refused
    from tewatashi.factory import disc_intake

    try:
        if path.endswith(".age"):
            note = Path(path).with_suffix(".cover").read_bytes()
            taken = disc_intake.take_in(sent_files(medium, note, [Path(path).read_bytes()]), medium)
        else:
            with open_disc(Path(path)) as disc:
                taken = disc_intake.take_in(disc, medium, sha256)
        answer = {"parcel": taken.cover.parcel, "image": taken.image and taken.image.sha256}
    except Refused as refused:
        answer = {"refused": refused.code}
    sys.stdout.write(orjson.dumps(answer).decode())


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:])
