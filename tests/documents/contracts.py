"""One of each paper of a contract: the samples that the product carries, with the council's own words in the sheets."""

from __future__ import annotations

from tewatashi.documents.contract_samples import CONTRACT_EXAMPLES
from tewatashi.ward.sheets import CONNECTION, OUTSOURCING

EXAMPLES: dict[str, dict[str, object]] = CONTRACT_EXAMPLES | {
    name: {**CONTRACT_EXAMPLES[name], "fields": [{"name": n, "text": t} for n, t in sheet.items()]}
    for name, sheet in (("outsourcing-sheet", OUTSOURCING), ("connection-sheet", CONNECTION))
}
