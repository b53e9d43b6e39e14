package userindex

// SetLimits replaces the limits that decide how pages are read.
func (x *Index) SetLimits(few, scan, verify, ties, tieScan, slack int) {
	x.limits = limits{few: few, scan: scan, verify: verify, ties: ties, tieScan: tieScan, slack: slack}
}

// MemberList reads the members of a posting.
func (p Posting) MemberList() ([]uint16, error) {
	var s bitset
	err := s.or(p.Bits)
	var members []uint16
	s.each(func(low uint16) { members = append(members, low) })
	return members, err
}
