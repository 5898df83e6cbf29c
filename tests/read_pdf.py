"""What a PDF says, to a reader and to a scanner."""

from __future__ import annotations

import re

import httpx
import zxingcpp
from pypdfium2 import PdfDocument


def pdf_of(answer: httpx.Response) -> bytes:
    """The base64 of the password notice that stands in the page."""
    found = re.search(r'<template id="notice-pdf">([^<]+)</template>', answer.text)
    assert found is not None
    return found[1].encode()


def read_pdf(pdf: bytes) -> tuple[str, list[str]]:
    """Its text without spaces, and what its codes say."""
    pages = [*PdfDocument(pdf)]
    text = "".join("".join(page.get_textpage().get_text_range() for page in pages).split())
    codes = [code.text for page in pages for code in zxingcpp.read_barcodes(page.render(scale=4).to_pil())]
    return text, codes
