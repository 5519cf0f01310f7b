"""Tests of the words: keys, plurals, amounts, dates."""
