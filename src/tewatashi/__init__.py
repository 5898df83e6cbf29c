"""Tewatashi (手渡し): custody of residents' print data from a ward office to its print contractor and back."""
