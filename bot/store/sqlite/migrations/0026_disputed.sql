-- What a dispute is about, in minor units of the payment's currency; of earlier ones it is not
-- known, and all of the payment counts as disputed.
ALTER TABLE orders ADD COLUMN disputed INTEGER;
