"""はじめにお読みください.txt: what a medium is and whose, for whoever opens it on a plain PC, finder or handler.

UTF-8 with a BOM, CRLF. Every Notepad since Windows 2000 reads that, and so does whatever a finder has; CP932 would be
wrong characters anywhere but on a Japanese Windows. No character stands in it that CP932 lacks, so that a program which
turns it into that loses none.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tewatashi.core.cover import Cover
from tewatashi.core.refused import Refused
from tewatashi.documents.papers import line
from tewatashi.documents.wareki import era_day, era_moment

_TEMPLATE: Final = """\
【重要】この媒体には、暗号化された個人情報が入っています。

媒体の番号　{number}
持ち主　　　{owner}
作成日時　　{made}
案件番号　　{job}（契約 {contract}）
消去の期限　{erase_by}


■ この媒体を見つけた方へ

　中のファイルを開いたり、写したり、ほかの機器に移したりしないで、すぐに次へ知らせてください。
　知らせを受けた者が、受け取りにうかがいます。

{contact}


■ この媒体は何か

　通知書の印刷等を委託した事業者に、印刷用のデータを渡すための媒体です。
　データは暗号化（age 形式）されていて、パスワードがなければ開けません。
　パスワードはこの媒体に入っていません。別の日に、紙の通知書で手渡されます。


■ 入っているもの

{files}


■ 受け取った取扱者の方へ

　１　媒体の番号が、ラベル及び確認書の番号と同じことを確かめてください。
　２　鍵付きのケースで運び、施錠できる金庫に保管してください。パスワード通知書とは別の場所に保管してください。
　３　複写及び複製を禁じます。
　４　納品が完了したら、パスワード通知書とともに返却してください。
　５　番号や大きさ、ハッシュ値が違うときは、開かずに、直ちに上の連絡先に知らせてください。
"""


@dataclass(frozen=True)
class Owner:
    """Whose a medium is. name: one line;  contact: lines, as many as needed: address, telephone, hours."""

    name: str
    contact: tuple[str, ...]

    def __post_init__(self) -> None:
        for text in (self.name, *self.contact):
            line(text)


def read_me_first(
    number: str, made: datetime, owner: Owner, note: bytes, cover: Cover, *, letters: bytes = b""
) -> bytes:
    """The text. number: the medium's;  note: the cover as signed;  Refused `disc-text` for a character that CP932 lacks."""
    text = _TEMPLATE.format(
        number=number, owner=owner.name, made=era_moment(made), job=cover.job, contract=cover.contract,
        erase_by=era_day(date.fromisoformat(cover.erase_by)), contact="\n".join(f"　{text}" for text in owner.contact),
        files="\n".join(_files(note, cover, letters)),
    )  # fmt: skip
    _refuse_rare(text)
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def _files(note: bytes, cover: Cover, letters: bytes) -> Iterable[str]:
    yield from _file(f"{cover.parcel}.cover", "送付票（署名付き。個人情報は入っていません）", len(note), _digest(note))
    if letters:
        yield from _file(
            f"{cover.parcel}.letters", "署名付きの通知（個人情報は入っていません）", len(letters), _digest(letters)
        )
    yield from _file(f"{cover.parcel}.age", "送付データ（暗号化された個人情報）", cover.size, cover.sha256)


def _file(name: str, what: str, size: int, sha256: str) -> Iterable[str]:
    yield f"　{name}"
    yield f"　　{what}　{size:,}バイト"
    yield f"　　SHA-256 {sha256}"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _refuse_rare(text: str) -> None:
    rare = next((char for char in text if char.encode("cp932", "replace").decode("cp932") != char), None)
    if rare is not None:
        raise Refused(
            "disc-text", "媒体の説明文に、Windows の標準の文字にない文字があります。",
            found=unicodedata.name(rare, f"U+{ord(rare):04X}"), do="別の字で登録してください。",
        )  # fmt: skip
