// Package people makes up believable people, deterministically from a seed.
//
// It serves the demo company (DemoCompany) and the benchmark generator
// (Generator), which need names from many languages and scripts, skewed the
// way real directories are: a few names, roles and types cover most people and
// a long tail covers the rest. Nobody here is real: e-mail addresses end in
// ".example" (RFC 2606) and telephone numbers come from ranges reserved for
// drama, or carry a 555 marker where a country reserves none.
package people
