"""The press: from a form and records to print files."""

import os

# OpenBLAS, which comes with numpy, would start threads as it is loaded: 40 ms of every process, for linear algebra that
# nothing here does.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
