"""Django's settings of the ward; everything in them comes from site.toml."""

from tewatashi.sitekit.settings import base

globals().update(base("ward"))
