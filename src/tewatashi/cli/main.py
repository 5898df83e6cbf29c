"""`tewatashi`: the command line. A noun, then a verb; results on stdout, everything else on stderr.

Exit codes: 0 done · 1 our bug · 2 usage · 3 not found · 4 refused by a rule · 5 verification failed · 9 incomplete, can be resumed
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any, Final

import typer
from typer.core import TyperGroup

# Each noun's module and what in it holds its verbs.
_NOUNS: Final[Mapping[str, tuple[str, str]]] = {
    "site": ("site", "app"),
    "user": ("user", "app"),
    "computer": ("user", "computers"),
    "ledger": ("ledger", "app"),
    "audit": ("audit", "app"),
    "residue": ("residue", "app"),
    "form": ("form", "app"),
    "medium": ("medium", "app"),
    "scan-key": ("scan_key", "app"),
    "press": ("press_verbs", "app"),
    "due": ("due", "app"),
    "piece": ("piece", "app"),
}


class _Nouns(TyperGroup):
    """Loads a noun's module when it is named: whoever exports a ledger does not wait for the press."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 -- as the class asks
        return list(_NOUNS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002
        if cmd_name not in _NOUNS:
            return None
        module, verbs = _NOUNS[cmd_name]
        command = typer.main.get_command(getattr(importlib.import_module(f"tewatashi.cli.{module}"), verbs))
        command.name = cmd_name
        return command


# A traceback of Typer's shows the values of variables: they could be a resident's.
app = typer.Typer(cls=_Nouns, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def tewatashi() -> None:
    """手渡し: 住民の印刷データの授受・印刷・消去を、証拠とともに行う。"""


if __name__ == "__main__":
    app()
