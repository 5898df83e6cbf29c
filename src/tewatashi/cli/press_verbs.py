"""`tewatashi press`: all its verbs, each from the module that says what it does."""

from __future__ import annotations

from tewatashi.cli import press, proofs
from tewatashi.cli.plan import plan_command

app = press.app
app.command("proofread")(proofs.proofread_command)
app.command("plan")(plan_command)
