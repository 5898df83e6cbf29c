"""What a bundle shows: whether its entries are in the ledger, are all that are needed, and give the states that it claims.

Rules
  - the checkpoint is signed by the site, and continues every checkpoint of it that another site was given
  - each entry is in the tree of the checkpoint, at its index
  - each entry was allowed by the rules of custody after those before it: what a missing entry made possible was not
  - the states follow from the entries by the auditor's own list of safeguards
  - beside another site's bundle or export: the checkpoints that it holds are these, and both tell the same letters
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from tewatashi.core import contract as contracts
from tewatashi.core import contract_acts, custody
from tewatashi.core import ledger_export as export
from tewatashi.core.acts import KINDS
from tewatashi.core.audit_bundle import FORMAT as BUNDLE
from tewatashi.core.audit_bundle import Bundle, claim_of, read_bundle
from tewatashi.core.contract import Standing
from tewatashi.core.contract_acts import ContractActs
from tewatashi.core.custody import Job
from tewatashi.core.ledger import entry_bytes, parse_entry
from tewatashi.core.ledger_check import Finding, Letters, Witness, compare_letters, forks, open_witnesses
from tewatashi.core.ledger_export import Signed, letters_of
from tewatashi.core.merkle import Checkpoint, leaf_hash, open_checkpoint, verify_consistency, verify_inclusion
from tewatashi.core.refused import Refused
from tewatashi.core.safeguard_list import SafeguardList
from tewatashi.core.safeguards import Line, act_of, assess, needed, scope_of
from tewatashi.core.signing import VerifyKey, parse_canonical

_SKEW = timedelta(seconds=120)  # by which two sites' clocks may differ


@dataclass(frozen=True)
class Other:
    """What another file says, bundle or export: whose it is, what it holds of others, and its entries."""

    key: VerifyKey
    at: str
    own: tuple[Signed, ...]
    held: tuple[Signed, ...]
    peers: dict[str, str]
    lines: tuple[Line, ...]


def read_other(lines: Sequence[bytes]) -> Other:
    """A bundle or a ledger export, read and found whole. Refused as the readers of the two refuse."""
    try:
        first = parse_canonical(lines[0][:-1]) if lines else None
    except Refused:
        first = None
    if isinstance(first, dict) and first.get("format") == BUNDLE:
        return other_of(read_bundle(lines))
    read = export.read_export(lines)
    header = read.header
    start = 1 + header.checkpoints + header.held
    entries = (parse_entry(data[:-1]) for data in lines[start : start + header.size])
    return Other(
        header.key, header.at, read.checkpoints, read.held, dict(header.peers), tuple(enumerate(entries))
    )  # fmt: skip


def other_of(bundle: Bundle) -> Other:
    """A bundle, to be held beside another."""
    header = bundle.header
    own = (Signed(header.checkpoint, header.at), *(Signed(one.note, one.at) for one in bundle.witnessed))
    return Other(header.key, header.at, own, bundle.held, dict(header.peers), tuple(bundle.lines))


def verify(
    bundle: Bundle, rules: SafeguardList, other: Other | None = None, trusted: Iterable[VerifyKey] = ()
) -> list[Finding]:
    """Everything that is wrong with a bundle, alone or beside another site's file; empty when all is well.

    trusted  keys known by another way than the files themselves
    """
    known = {**(other.peers if other else {}), **{key.name: str(key) for key in trusted}}
    header = bundle.header
    found: list[Finding] = []
    if known.get(header.origin, header.vkey) != header.vkey:
        found.append(Finding("key-differs", header.origin, "この束の鍵が、登録された鍵と違います。"))
    try:
        point = open_checkpoint(header.checkpoint.encode("utf-8", "replace"), header.key)
    except Refused as refused:
        return [*found, Finding("signature", header.origin, f"検証点: {refused.wrong}")]
    found += [*_continues(bundle, point), *_in_tree(bundle, point)]
    allowed = list(_allowed(bundle))
    found += [*allowed, *_complete(bundle, rules)]
    found += [] if allowed else _states(bundle, rules)
    return found + (list(_beside(bundle, point, rules, other)) if other else [])


# ------------------------------------------------------------------------------------------------------- by itself


def _continues(bundle: Bundle, point: Checkpoint) -> Iterator[Finding]:
    key = bundle.header.key
    for one in bundle.witnessed:
        for opened in open_witnesses([Signed(one.note, one.at)], key, one.to):
            if isinstance(opened, Finding):
                yield opened
                continue
            old, proof = opened.point, [bytes.fromhex(step) for step in one.proof]
            if not verify_consistency(old.size, point.size, old.root, point.root, proof):
                text = f"{one.to} に渡した{old.size}行の検証点の続きになっていません。"
                yield Finding("forked", key.name, text, old.size)


def _in_tree(bundle: Bundle, point: Checkpoint) -> Iterator[Finding]:
    last = -1
    for one in bundle.entries:
        leaf = leaf_hash(entry_bytes(one.entry))
        if not verify_inclusion(leaf, one.index, point.size, list(one.proof), point.root):
            yield Finding("not-in-tree", point.origin, "検証点の台帳に、この内容の行はありません。", one.index)
        if one.index <= last:
            yield Finding("reordered", point.origin, "行が台帳の順に並んでいません。", one.index)
        last = one.index


def _allowed(bundle: Bundle) -> Iterator[Finding]:
    """Each act that the rules would have refused after those before it."""
    known = ContractActs()
    jobs: dict[str, Job] = {}
    for index, entry in bundle.lines:
        if entry.kind not in KINDS:
            known = contract_acts.after(known, entry)
            continue
        try:
            act, at = act_of(entry)
            standing = contract_acts.as_its_sender_knew(known, entry).standing()
            if KINDS[act.kind].of_contract:
                contracts.evolve(standing, contracts.decide(standing, act))
                known = contract_acts.after(known, entry)
                continue
            number, under = entry.job or "", _under(standing)
            custody.decide(jobs.get(number), under, act, at)
            jobs[number] = custody.evolve(jobs.get(number), number, act, at)
        except Refused as refused:
            text = f"前の行からは行えないことです。前の行が抜けているか、規則に反しています: {refused.wrong}"
            yield Finding("not-allowed", bundle.header.origin, text, index)


def _under(standing: Standing | None) -> Standing:
    if standing is None:
        raise Refused("contract-unknown", "登録されていない契約です。", do="契約の番号を確かめてください。")
    return standing


def _complete(bundle: Bundle, rules: SafeguardList) -> Iterator[Finding]:
    """What is named but not there, and what is there without the entry that makes it a part of the contract."""
    origin, lines = bundle.header.origin, bundle.lines
    there = {index for index, _ in lines}
    for claim in bundle.claims:
        for one in (*claim["evidence"], *claim["breach"]):
            if one["index"] not in there:
                text = f"{claim['id']} の証拠とされた行（{one['kind']}）が、束に入っていません。"
                yield Finding("left-out", origin, text, one["index"])
    if rules.digest == bundle.header.rules:
        belonging = {index for index, _ in needed(lines, bundle.header.scope, rules)}
        for index in sorted(there - belonging):
            text = "この契約・年度の行ではないか、案件を登録した行が抜けています。"
            yield Finding("left-out", origin, text, index)


def _states(bundle: Bundle, rules: SafeguardList) -> Iterator[Finding]:
    header, lines = bundle.header, bundle.lines
    if rules.digest != header.rules:
        text = "この束の措置の一覧は、検証する側のものと違います。状態を計算し直せません。"
        yield Finding("rules-differ", header.origin, text)
        return
    belonging = needed(lines, header.scope, rules)
    if len(belonging) < len(lines):
        return  # `_complete` names what doesn't belong, and without it the others need not follow from each other
    try:
        assessed = assess(rules, belonging, header.scope, header.is_working_day)
    except Refused as refused:
        yield Finding("left-out", header.origin, refused.wrong)
        return
    claims = {claim["id"]: claim for claim in bundle.claims}
    for one in assessed:
        claim, follows = claims.pop(one.safeguard.id, None), claim_of(one, lines)
        if claim != follows:
            said = claim["state"] if claim else "記載なし"
            text = f"{one.safeguard.id} の状態か証拠が、台帳の行から導かれるものと違います（束: {said} ／ 行から: {one.state}）。"
            yield Finding("state-differs", header.origin, text, next(iter(one.breach or one.evidence), None))
    for name in claims:
        yield Finding("state-differs", header.origin, f"{name} という措置は一覧にありません。")


# ----------------------------------------------------------------------------------------- beside another site's file


def _beside(bundle: Bundle, point: Checkpoint, rules: SafeguardList, other: Other) -> Iterator[Finding]:
    header = bundle.header
    if header.peers.get(other.key.name, str(other.key)) != str(other.key):
        yield Finding("key-differs", other.key.name, "もう一方のファイルの鍵が、登録された鍵と違います。")
        return
    yield from _witnesses(bundle, point, other)
    scope = scope_of(header.scope.site, header.contract, header.year, datetime.fromisoformat(other.at))
    if other.key.name == header.origin:
        as_of = min(scope.as_of, header.scope.as_of)
        theirs = needed(other.lines, replace(scope, as_of=as_of), rules)
        yield from _same(bundle, point, theirs)
    else:
        yield from _letters(bundle, other, needed(other.lines, scope, rules))


def _witnesses(bundle: Bundle, point: Checkpoint, other: Other) -> Iterator[Finding]:
    """Checkpoints of this ledger, and of the other's, that the two files hold side by side."""
    mine, key = other_of(bundle), bundle.header.key
    ours = _opened(mine.own, key, key.name)
    theirs = _opened(other.held if other.key.name != key.name else other.own, key, other.key.name)
    yield from (one for one in (*ours, *theirs) if isinstance(one, Finding))
    good = [one for one in theirs if isinstance(one, Witness)]
    yield from forks([*(one for one in ours if isinstance(one, Witness)), *good])
    made = int(datetime.fromisoformat(bundle.header.at).timestamp())
    longest = max((one for one in good if one.at < made - _SKEW.seconds), key=lambda one: one.point.size, default=None)
    if longest is not None and longest.point.size > point.size:
        text = f"台帳が{point.size}行しかありません。{longest.holder} は、束より前に{longest.point.size}行の検証点を持っています。"
        yield Finding("cut", key.name, text, point.size)
    sizes = {one.point.size for one in ours if isinstance(one, Witness)}
    if not any(one.point.size in sizes for one in good):
        text = f"{other.key.name} が持つ検証点の中に、この束の検証点と同じ行数のものがありません。台帳の書出しと比べてください。"
        yield Finding("unwitnessed", key.name, text, grave=False)
    if other.key.name != key.name:
        both = [*_opened(mine.held, other.key, key.name), *_opened(other.own, other.key, other.key.name)]
        yield from (one for one in both if isinstance(one, Finding))
        yield from forks([one for one in both if isinstance(one, Witness)])


def _opened(notes: Iterable[Signed], key: VerifyKey, holder: str) -> list[Witness | Finding]:
    return list(open_witnesses([one for one in notes if one.note.split("\n", 1)[0] == key.name], key, holder))


def _same(bundle: Bundle, point: Checkpoint, theirs: Iterable[Line]) -> Iterator[Finding]:
    """The same site's ledger: the bundle has every entry that it needs."""
    there = dict(bundle.lines)
    for index, entry in theirs:
        if index >= point.size:
            continue
        if index not in there:
            yield Finding("left-out", point.origin, f"この契約の行（{entry.kind}）が、束に入っていません。", index)
        elif there[index] != entry:
            yield Finding("rewritten", point.origin, "台帳の書出しの行と違います。", index)


def _letters(bundle: Bundle, other: Other, theirs: Sequence[Line]) -> Iterator[Finding]:
    told = tuple(letter for index, entry in bundle.lines for letter in letters_of(entry, index))
    mine = {one.letter for one in told}
    in_scope = {index for index, _ in theirs}
    # A letter that the other side refused names no contract there: it counts where we tell of it.
    held = tuple(
        letter
        for index, entry in other.lines
        for letter in letters_of(entry, index)
        if index in in_scope or letter.letter in mine
    )
    us, them = Letters(bundle.header.origin, bundle.header.at, told), Letters(other.key.name, other.at, held)
    yield from compare_letters(us, them)
    yield from compare_letters(them, us)
