"""Who asked for what, when and from where: one line a request, append-only by trigger."""

from __future__ import annotations

from django.db import models


class AccessLine(models.Model):
    """One request. `route` is the name of the page, never its address: an address may hold anything a person typed."""

    id = models.BigAutoField(primary_key=True)
    at = models.CharField(max_length=40)
    who = models.CharField(max_length=80)
    computer = models.CharField(max_length=60)
    address = models.CharField(max_length=45)
    method = models.CharField(max_length=10)
    route = models.CharField(max_length=100)
    status = models.PositiveSmallIntegerField()
    remark = models.CharField(max_length=120)

    def __str__(self) -> str:
        return f"{self.at} {self.who} {self.route} {self.status}"
