// Package sessions is how people and programs prove who they are: signing in
// with e-mail and password, throttled; sessions and API keys, checked on every
// request; changing and resetting passwords.
package sessions
