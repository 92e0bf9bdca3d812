"""Floor 8: the web desk; it shows verdicts and never computes one."""
