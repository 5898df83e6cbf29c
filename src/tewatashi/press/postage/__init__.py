"""The tables of postal rates that come with the press, by the month since which they hold."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from tewatashi.core.postage import Rates, read_rates
from tewatashi.core.refused import Refused


def shipped_rates() -> tuple[str, ...]:
    """Their names, the oldest first."""
    names = (each.name for each in files(__package__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@cache
def load_rates(name: str) -> Rates:
    """One of shipped_rates(); Refused for any other name."""
    if name not in shipped_rates():
        raise Refused(
            "postage-missing", "この名前の郵便料金の表はありません。", found=name, expected="、".join(shipped_rates()),
            do="様式の rates を直すか、料金の表を様式のフォルダに置いてください。",
        )  # fmt: skip
    return read_rates(files(__package__).joinpath(f"{name}.toml").read_bytes())
