// Package access is the decision engine: which permissions a user effectively
// has in an organization, whether one may act on another, and why. It is pure
// Go without I/O. What a membership grants is compiled once into a bitset, so
// that a check costs a few nanoseconds.
//
//	granted   = baseline(user type) ∪ roles ∪ direct ∪ inherited from ancestors
//	effective = granted ∩ ceiling(user type) ∩ features(organization)
package access
