"""Tests of goods that come from other shops and from spreadsheets."""
