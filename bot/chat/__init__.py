"""The chat side: screens, button data and handlers; the only part that imports ``telegram``."""

import os

# python-telegram-bot warns at every 429 until told which type its ``retry_after`` shall have.
os.environ.setdefault("PTB_TIMEDELTA", "1")
