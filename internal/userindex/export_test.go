package userindex

// SetLimits replaces the limits that decide how pages are read.
func (x *Index) SetLimits(few, scan, verify, ties, tieScan, slack int) {
	x.limits = limits{few: few, scan: scan, verify: verify, ties: ties, tieScan: tieScan, slack: slack}
}
