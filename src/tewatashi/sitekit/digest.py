"""What is to be done, once a day by e-mail to the office's own relay: numbers, names of forms and words, nothing of a resident.

Rules
  - off unless site.toml has [mail]
  - a day's digest is written down as begun before its text is handed to the relay, and as sent when the relay has it
  - a relay that cannot be reached or says no is tried again; where the line breaks after the text went out, or the site is
    killed there, nobody knows whether the relay has it, and that day's is not sent again: rather none than two
"""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Sequence
from datetime import date
from email.message import EmailMessage
from email.policy import SMTP as MAIL_LINES
from email.utils import format_datetime
from typing import Final

from django.conf import settings

from tewatashi.sitekit import clock
from tewatashi.sitekit.config import Mail, SiteConfig
from tewatashi.sitekit.models import Digest
from tewatashi.sitekit.owed import Line
from tewatashi.sitekit.roles import SITE_TITLES
from tewatashi.sitekit.story import URGENCY_WORDS

log = logging.getLogger(__name__)

EVERY: Final = 60.0  # seconds
_PATIENCE: Final = 30.0  # seconds for each answer of the relay
_ACCEPTED: Final = (250, 251)


def send_when_due(lines: Callable[[], Sequence[Line]]) -> None:
    """Send today's digest if its time has come and none was begun. OSError or SMTPException when the relay did not take it."""
    mail, now = settings.SITE.mail, clock.now()
    if mail is None or now.time() < mail.at or Digest.objects.filter(day=now.date()).exists():
        return
    text = digest(settings.SITE, mail, lines())
    with smtplib.SMTP(mail.host, mail.port, timeout=_PATIENCE) as relay:
        _announce(relay, mail)
        _hand_over(relay, text, now.date())


def _announce(relay: smtplib.SMTP, mail: Mail) -> None:
    """Name sender and recipients; one who is refused must not keep the others from theirs."""
    relay.ehlo_or_helo_if_needed()
    code, words = relay.mail(mail.sender)
    if code not in _ACCEPTED:
        raise smtplib.SMTPSenderRefused(code, words, mail.sender)
    refused = {to: answer for to in mail.to if (answer := relay.rcpt(to))[0] not in _ACCEPTED}
    if len(refused) == len(mail.to):
        raise smtplib.SMTPRecipientsRefused(refused)
    if refused:
        log.warning("the relay refused %s of the digest's recipients", len(refused))


def _hand_over(relay: smtplib.SMTP, text: bytes, day: date) -> None:
    Digest.objects.create(day=day, begun_at=clock.now())
    try:
        code, words = relay.data(text)
    except smtplib.SMTPDataError:
        Digest.objects.filter(day=day).delete()  # it said no before it had any of the text
        raise
    except (OSError, smtplib.SMTPException):
        log.exception("the line broke after the digest of %s went out: not sent again", day)
        return
    if code not in _ACCEPTED:
        Digest.objects.filter(day=day).delete()
        raise smtplib.SMTPDataError(code, words)
    Digest.objects.filter(day=day).update(sent_at=clock.now())


def digest(site: SiteConfig, mail: Mail, lines: Sequence[Line]) -> bytes:
    """The whole message as it crosses the line."""
    now = clock.now()
    message = EmailMessage(policy=MAIL_LINES)
    message["From"] = mail.sender
    message["To"] = ", ".join(mail.to)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<digest-{now:%Y-%m-%d}@{site.name}>"
    counts = "・".join(f"{words}{count}件" for words, count in _counts(lines) if count) or "なし"
    message["Subject"] = f"手渡し（{SITE_TITLES[site.role]}） {now:%m/%d} {counts}"
    message.set_content(_text(site, lines), cte="base64")
    return message.as_bytes()


def _counts(lines: Sequence[Line]) -> list[tuple[str, int]]:
    return [(words, sum(line.due.urgency == kind for line in lines)) for kind, words in URGENCY_WORDS.items()]


def _text(site: SiteConfig, lines: Sequence[Line]) -> str:
    written = [f"手渡し {site.name} で、対応が必要なことをお知らせします。", ""]
    for kind, words in URGENCY_WORDS.items():
        same = [line for line in lines if line.due.urgency == kind]
        if same:
            written += [f"【{words}】{len(same)}件", *(f"・{line.name}: {line.due.text}" for line in same), ""]
    if not lines:
        written += ["今、対応が必要なことはありません。", ""]
    return "\n".join(
        [*written, f"画面: {site.url}/", "このメールに、住民の情報は含まれていません。返信はできません。", ""]
    )
