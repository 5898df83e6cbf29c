"""Makes a medium's image, as a program of the ward: its settings are those of one site, a test run's are not.

python -m tests.ward.make_medium SITE.TOML JOB MEDIUM [refuse|die|sweep]   -> JSON: the image and what lies in the folder
"""

from __future__ import annotations

import os
import signal
import sys
from dataclasses import asdict

import django
import orjson


def main(config: str, job: str, medium: str, then: str = "") -> None:
    os.environ.update(TEWATASHI_CONFIG=config, DJANGO_SETTINGS_MODULE="tewatashi.ward.settings")
    django.setup()
    from tests.carriers.discs import LETTERS, OWNER
    from tewatashi.core.refused import Refused
    from tewatashi.ward import carrying, media

    def record(_: media.Image) -> None:
        if then == "refuse":
            raise Refused("too-early", "まだです。", do="待ってください。")
        if then == "die":
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        if then == "sweep":
            carrying.sweep()
            answer: dict[str, object] = {}
        else:
            answer = asdict(media.make(job, medium, OWNER, record, LETTERS))
    except Refused as refused:
        answer = {"refused": refused.code}
    sys.stdout.write(orjson.dumps(answer | {"there": media.names()}).decode())


if __name__ == "__main__":
    os.umask(0o077)
    main(*sys.argv[1:])
