"""Orders after they are paid: shipping, lists, sums, tables."""
