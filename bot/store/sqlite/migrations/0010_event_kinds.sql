-- Kinds of events in the shop's own words; what came under Stripe's names may still be waiting.
UPDATE inbox SET kind = CASE
  WHEN kind LIKE 'checkout.session%' THEN 'session'
  WHEN kind LIKE 'charge.dispute%' THEN 'dispute'
  WHEN kind LIKE 'refund.%' OR kind LIKE 'charge.refund%' THEN 'refund'
  ELSE 'other' END
WHERE kind NOT IN ('session', 'refund', 'dispute', 'other');
