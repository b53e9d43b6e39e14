// Package policies sets what organizations ask of the people who act in them:
// when sessions end, from which addresses people come, how long passwords are,
// and whether somebody may log in as them. It says before who would be shut out,
// and lets single addresses in for a time.
package policies
