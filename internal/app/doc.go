// Package app is the program: its settings, its commands, and the wiring of
// everything else, from top to bottom and without globals.
package app
