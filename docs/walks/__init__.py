"""The walks that go to every screen, by family."""
