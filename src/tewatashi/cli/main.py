"""`tewatashi`: the command line. A noun, then a verb; results on stdout, everything else on stderr.

Exit codes: 0 done · 1 our bug · 2 usage · 3 not found · 4 refused by a rule · 5 verification failed · 9 incomplete, can be resumed
"""

from __future__ import annotations

import typer

from tewatashi.cli import audit, due, form, ledger, medium, plan, press, proofs, residue, scan_key, site, user

# A traceback of Typer's shows the values of variables: they could be a resident's.
app = typer.Typer(
    help="手渡し: 住民の印刷データの授受・印刷・消去を、証拠とともに行う。",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
app.add_typer(site.app, name="site")
app.add_typer(user.app, name="user")
app.add_typer(user.computers, name="computer")
app.add_typer(ledger.app, name="ledger")
app.add_typer(audit.app, name="audit")
app.add_typer(residue.app, name="residue")
app.add_typer(form.app, name="form")
app.add_typer(medium.app, name="medium")
app.add_typer(scan_key.app, name="scan-key")
press.app.command("proofread")(proofs.proofread_command)
press.app.command("plan")(plan.plan_command)
app.add_typer(press.app, name="press")
app.command("due")(due.due)

if __name__ == "__main__":
    app()
