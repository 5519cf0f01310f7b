"""The catalog: its model, its file, its rules, its faults by line, and edits that touch no more."""
