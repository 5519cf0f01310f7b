"""The published specifications, and whether a call or an answer keeps to them."""
