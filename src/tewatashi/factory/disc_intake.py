"""A parcel comes in on a disc: from the image that somebody sends, from the drive, or from the folder where it is mounted.

From here on the job goes as over a line: the same store, the same checks, the same act.

Rules
  FAC-LG-2   only a sealed parcel comes in: with a cover that the ward signed and told of
  WARD-CD-5  the medium is the one that was handed over, by its number and, where the ward's letter names it, its image
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings

from tewatashi.carriers.disc_reader import Disc, Image
from tewatashi.core.cover import Cover, claimed_cover
from tewatashi.core.refused import Refused
from tewatashi.factory import intake
from tewatashi.sitekit import parcels_api


@dataclass(frozen=True)
class Taken:
    """What came in. cover: of the parcel;  image: the disc's, None when it was mounted as a folder."""

    cover: Cover
    image: Image | None


def take_in(disc: Disc, medium: str, sha256: str | None = None) -> Taken:
    """Take the parcel in, checked, stored and recorded; what letters lie on the disc were taken in before.

    medium  the number that was handed over;  sha256  of its image, if the ward's letter named it
    Refused `medium-other`, `disc-...`, `parcel-...`, and as a parcel that comes over the line; nothing is left then.
    """
    if disc.number != medium:
        raise Refused(
            "medium-other", "引き渡された媒体ではありません。", found=disc.number, expected=medium,
            do="媒体の番号を確かめ、違えば区に連絡してください。", requirement="WARD-CD-5",
        )  # fmt: skip
    if sha256 is not None:
        disc.expect(sha256)
    claimed = claimed_cover(disc.note)
    if (disc.parcel, disc.size) != (claimed.parcel, claimed.size):
        # Also because the disc is read to its end only with its parcel's last byte.
        raise Refused(
            "parcel-size", "媒体の送付データが送付票と違います。", found=f"{disc.parcel[:8]} {disc.size}バイト",
            expected=f"{claimed.parcel[:8]} {claimed.size}バイト", do="開かずに、区に連絡してください。",
        )  # fmt: skip
    cover = parcels_api.take_whole(disc.note, settings.SITE.peer("ward").name, disc, intake.take_in)
    return Taken(cover, disc.image)
