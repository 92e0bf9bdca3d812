"""What was written: records, the signed append-only log, proofs, mirrors and the check of it all."""
