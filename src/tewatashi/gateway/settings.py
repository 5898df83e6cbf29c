"""Django's settings of the gateway; everything in them comes from site.toml."""

from tewatashi.sitekit.settings import base

globals().update(base("gateway"))
