"""Goods from other shops and from spreadsheets: tables read, and made into entries of our file."""
