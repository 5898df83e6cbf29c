"""The rules: values and bytes in, values and bytes out. No framework, network, disk, clock or randomness."""
