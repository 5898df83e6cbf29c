"""`./run`: three sites on this machine do the whole main job, and stay up for a look around.

Progress in Japanese on stderr, the result on stdout. Exit status 0 only if every count agrees, both ledgers agree, and no
copy is left.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from pathlib import Path

import httpx

from tewatashi.demo.outcome import Outcome, outcome_of, show
from tewatashi.demo.person import TurnedAway
from tewatashi.demo.sites import Sites
from tewatashi.demo.staff import Stuck
from tewatashi.demo.stage import main_job, running_sites
from tewatashi.press.shipped import shipped_forms


def main(arguments: list[str] | None = None) -> int:
    """Make everything, do the job, tell the outcome, and wait for Ctrl-C unless told to end."""
    options = _options(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has its background jobs ignore it
    os.umask(0o077)
    folder = options.folder or Path(tempfile.mkdtemp(prefix="tewatashi-"))
    say, told = _silent if options.quiet else _aloud, False
    try:
        began = time.monotonic()
        say(f"三つの拠点を作ります: {folder}")
        with running_sites(folder, channel=options.channel) as sites:
            job = main_job(sites, options.households, options.seed, say, options.form)
            job.seconds["準備"] = round(time.monotonic() - began, 2)
            job.run()
            outcome = outcome_of(job, sites)
            _tell(outcome, sites, as_json=options.json)
            told = True
            if not options.once:
                _stay(sites)
    except (Stuck, TurnedAway, RuntimeError, httpx.TransportError) as stopped:  # the last two: a site has died
        print(f"止まりました: {stopped}\n記録: {folder}/*/site.log", file=sys.stderr)
        if options.json and not told:
            print(json.dumps({"ok": False, "stopped": str(stopped)}, ensure_ascii=False))
        return 1
    except KeyboardInterrupt:
        return 130
    else:
        return 0 if outcome.ok else 1


def _aloud(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _silent(_text: str) -> None:
    pass


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="./run", description="区・中継・委託先の三つの拠点を動かし、1案件を最初から最後まで行う。"
    )
    parser.add_argument("--households", type=int, default=300, metavar="N", help="世帯数（省けば300）")
    parser.add_argument(
        "--channel", choices=["lgwan", "disc"], default="lgwan", help="授受の方式: LGWAN 回線（省けばこれ）か CD-R"
    )
    parser.add_argument("--form", choices=shipped_forms(), default="tokusoku", help="帳票（省けば督促状 tokusoku）")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="同じ数なら同じデータ")
    parser.add_argument("--once", action="store_true", help="案件が終わったら拠点も終える")
    parser.add_argument("--json", action="store_true", help="結果を1つの JSON で標準出力に出す")
    parser.add_argument("--quiet", action="store_true", help="経過を出さない")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="拠点を置くフォルダー（省けば一時フォルダー）")
    options = parser.parse_args(arguments)
    if options.households < 1:
        parser.error("--households は1以上です。")
    if options.folder is not None and (options.folder / "ward").exists():
        parser.error(f"{options.folder} には、すでに拠点があります。")
    return options


def _tell(outcome: Outcome, sites: Sites, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(outcome.as_dict(), ensure_ascii=False))
    else:
        print(show(outcome, sites))


def _stay(sites: Sites) -> None:
    """Stuck as soon as one of the sites ends."""
    print("拠点は動いています。Ctrl+C で終わります。", file=sys.stderr)
    while all(site.process is not None and site.process.poll() is None for site in sites.sites.values()):
        time.sleep(0.5)
    raise Stuck("拠点の一つが終わりました。")


if __name__ == "__main__":
    sys.exit(main())
