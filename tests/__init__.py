"""Tests of the shop; the folders mirror ``bot/``."""

import os
import sys

# What is imported is compiled once for all processes of a run, and kept for the next one.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
