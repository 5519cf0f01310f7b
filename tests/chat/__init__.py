"""Tests of the chat: screens and button data as pure units, the rest over real HTTP."""
