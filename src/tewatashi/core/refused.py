"""The one expected error: a document, a person or a state that is not acceptable.

Anything else that rises is our own bug. A refusal never carries a resident's data: it names the line, the column or
the thing, and only values that identify nobody.
"""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 -- a refusal is an answer, not a failure of ours
    """What was not accepted, in the words shown to the person who asked.

    code         stable, lower-case, hyphenated; tests and other programs rely on it
    wrong        Japanese: what is wrong
    do           Japanese: the next act
    found        the value met, if naming it harms nobody
    expected     the value it disagrees with
    requirement  id of the rule in the ward's paper, where one stands behind the refusal
    """

    def __init__(
        self,
        code: str,
        wrong: str,
        *,
        do: str,
        found: object = None,
        expected: object = None,
        requirement: str | None = None,
    ) -> None:
        self.code = code
        self.wrong = wrong
        self.do = do
        self.found = None if found is None else str(found)
        self.expected = None if expected is None else str(expected)
        self.requirement = requirement
        super().__init__(str(self))

    def __str__(self) -> str:
        text = self.wrong
        if self.found is not None and self.expected is not None:
            text += f"（実際: {self.found} ／ 期待: {self.expected}）"
        elif self.found is not None:
            text += f"（実際: {self.found}）"
        elif self.expected is not None:
            text += f"（期待: {self.expected}）"
        text += f" {self.do}"
        return f"{text}［{self.requirement}］" if self.requirement else text

    def as_dict(self) -> dict[str, str | None]:
        """The refusal as one JSON object, for `--json` and for the sites' API."""
        return {
            "code": self.code,
            "wrong": self.wrong,
            "found": self.found,
            "expected": self.expected,
            "do": self.do,
            "requirement": self.requirement,
        }
