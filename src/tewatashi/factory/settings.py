"""Django's settings of the factory; everything in them comes from site.toml."""

from tewatashi.sitekit.settings import base

globals().update(base("factory"))
