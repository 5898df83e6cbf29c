"""What a site that was taken over may answer, and what its caller makes of it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import httpx
import pytest

from tewatashi.carriers import lgwan

SEALED = b"age-encryption.org/v1 ..."


class Liar:
    """A site that names any place for a parcel, and notes which calls reach whom."""

    def __init__(self, place: str) -> None:
        self.place, self.called = place, set[str]()

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.called.add(f"{request.url.scheme}://{request.url.host}")
        if request.method == "POST":
            return httpx.Response(201, headers={"Location": self.place})
        offset = len(request.read()) if request.method == "PATCH" else 0
        return httpx.Response(200, headers={"Upload-Offset": str(offset)})

    def send(self) -> None:
        with httpx.Client(base_url="https://gateway.example", transport=httpx.MockTransport(self.answer)) as line:
            lgwan.send_parcel(line, b"cover", io.BytesIO(SEALED), len(SEALED))


@pytest.mark.parametrize("place", ["/api/parcels/ab12", "https://elsewhere.example:8443/api/parcels/ab12"])
def test_a_parcel_goes_to_the_site_that_was_called_whatever_host_its_answer_names(place: str) -> None:
    liar = Liar(place)
    liar.send()
    assert liar.called == {"https://gateway.example"}


@pytest.mark.parametrize(
    "place",
    ["", "http://10.0.0.1/api/parcels/ab12", "//elsewhere.example/x", "/api/letters", "/api/parcels/../letters"],
)
def test_a_place_that_is_none_for_parcels_gets_nothing(place: str) -> None:
    with pytest.raises(httpx.RemoteProtocolError):
        Liar(place).send()


def test_an_answer_without_end_is_not_read_to_its_end() -> None:
    def flood() -> Iterator[bytes]:
        while True:
            yield bytes(1 << 20)

    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=flood()))
    line = httpx.Client(base_url="https://gateway.example", transport=transport)
    with line, pytest.raises(httpx.RemoteProtocolError):
        lgwan.waiting_letters(line)
