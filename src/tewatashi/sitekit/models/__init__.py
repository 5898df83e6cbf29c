"""The tables that every site has. What may never change is held by triggers in the database itself (see migrations)."""

from tewatashi.sitekit.models.access import AccessLine
from tewatashi.sitekit.models.accounts import Computer, LoginGuard, User
from tewatashi.sitekit.models.ledger import (
    Alarm,
    JobHolder,
    LedgerEntry,
    OpenJob,
    SignedCheckpoint,
    WitnessedCheckpoint,
)
from tewatashi.sitekit.models.letters import InLetter, KnownContract, OutLetter
from tewatashi.sitekit.models.mail import Digest
from tewatashi.sitekit.models.uploads import Upload

__all__ = [
    "AccessLine",
    "Alarm",
    "Computer",
    "Digest",
    "InLetter",
    "JobHolder",
    "KnownContract",
    "LedgerEntry",
    "LoginGuard",
    "OpenJob",
    "OutLetter",
    "SignedCheckpoint",
    "Upload",
    "User",
    "WitnessedCheckpoint",
]
