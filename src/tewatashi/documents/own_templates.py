"""Templates of a ward's own: `<name>.typ` in a folder stands in the place of the shipped template of that name.

Rules
  - they are read and tried with a sample when the site starts: one that can't be set stops the site, with its line; what
    is used is what was tried, until the next start
  - they read nothing but the shipped parts (`_paper.typ` and the like): typst confines them to that folder, and what
    could reach a package or build source from text is refused
R2: read through a descriptor of the folder, never through a link.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from tewatashi.core.refused import Refused
from tewatashi.documents.box_papers import NAME as BOX_LABELS
from tewatashi.documents.box_papers import render_box_labels
from tewatashi.documents.contract_papers import CONTRACT_PAPERS, render_contract_paper
from tewatashi.documents.contract_samples import BOX_EXAMPLE, CONTRACT_EXAMPLES, SAFEGUARD_EXAMPLES
from tewatashi.documents.media_papers import MEDIA_PAPERS, render_medium_paper
from tewatashi.documents.papers import PAPERS
from tewatashi.documents.render import render, replace_templates
from tewatashi.documents.safeguard_papers import SAFEGUARD_PAPERS, render_safeguard_paper
from tewatashi.documents.samples import EXAMPLES, MEDIA_EXAMPLES, NOW

_SHEETS: Final = {"council-sheet": ("outsourcing-sheet", "connection-sheet")}  # papers that share a template
_CONTRACT: Final = {"council-sheet", *CONTRACT_PAPERS} - {*_SHEETS["council-sheet"]}
NAMES: Final = tuple(sorted({*PAPERS, *MEDIA_PAPERS, *SAFEGUARD_PAPERS, *_CONTRACT, BOX_LABELS}))
_MOST_BYTES: Final = 1 << 18
# typst would fetch `@preview/...` from a network; `eval`, `std` and `plugin` build or load what nobody has read.
_REACHES: Final = re.compile(r"\b(eval|std|plugin)\b|\b(import|include)\b(?!\s+\"_[a-z]+\.typ\")")


def use(folder: Path, fonts: Path) -> tuple[str, ...]:
    """Put the folder's templates in place of the shipped ones. Returned: their names; none where there is no folder.

    Refused `template-...` for a file of no such paper, one that reaches out, or one that can't be set.
    """
    found = _read_all(folder)
    for name, source in found.items():
        _refuse_reaching_out(name, source)
    replace_templates(found)
    try:
        for name in found:
            _try_out(name, fonts)
    except BaseException:
        replace_templates({})
        raise
    return tuple(found)


def _read_all(folder: Path) -> dict[str, bytes]:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise _unreadable(folder.name, error) from None
    try:
        return {_name_of(file): _read(descriptor, file) for file in sorted(os.listdir(descriptor))}  # noqa: PTH208 -- of what was opened
    finally:
        os.close(descriptor)


def _name_of(file: str) -> str:
    name = file.removesuffix(".typ")
    if name not in NAMES or file == name:
        raise Refused(
            "template-name", "差し替えられる書面の様式ではないファイルがあります。", found=f"papers/{file[:60]}",
            expected="・".join(f"{one}.typ" for one in NAMES), do="ファイルの名前を直すか、フォルダから除いてください。",
        )  # fmt: skip
    return name


def _read(folder: int, file: str) -> bytes:
    try:
        descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=folder)
        with os.fdopen(descriptor, "rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
    except OSError as error:
        raise _unreadable(file, error) from None
    if len(data) > _MOST_BYTES:
        raise Refused(
            "template-size", "書面の様式が大きすぎます。", found=f"papers/{file}", expected=f"{_MOST_BYTES // 1024} KiBまで",
            do="様式を小さくしてください。",
        )  # fmt: skip
    return data


def _unreadable(file: str, error: OSError) -> Refused:
    return Refused(
        "template-unreadable", "書面の様式を読めません。", found=f"papers/{file}（{error.strerror}）",
        do="ふつうのファイルとして置き、読める権限にしてください。",
    )  # fmt: skip


def _refuse_reaching_out(name: str, source: bytes) -> None:
    text = source.decode("utf-8", "replace")
    reaches = _REACHES.search(text)
    if reaches is not None:
        line = text.count("\n", 0, reaches.start()) + 1
        raise Refused(
            "template-reach", "書面の様式で使えない語があります。", found=f"papers/{name}.typ {line}行目: {reaches[0]}",
            expected='読み込めるのは、添付の部品だけです（import "_paper.typ": * など）', do="その行を直してください。",
        )  # fmt: skip


def _try_out(name: str, fonts: Path) -> None:
    if name in PAPERS:
        render(name, EXAMPLES[name], fonts, NOW)
    elif name in MEDIA_PAPERS:
        render_medium_paper(name, MEDIA_EXAMPLES[name], fonts, NOW)
    elif name in SAFEGUARD_PAPERS:
        render_safeguard_paper(name, SAFEGUARD_EXAMPLES[name], fonts, NOW)
    elif name == BOX_LABELS:
        render_box_labels(BOX_EXAMPLE, fonts, NOW)
    else:
        for paper in _SHEETS.get(name, (name,)):
            render_contract_paper(paper, CONTRACT_EXAMPLES[paper], fonts, NOW)
