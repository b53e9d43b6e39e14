// Package exports makes files of lists in the background: users, invitations,
// memberships, audit events. A small one is ready when it is asked for; a large
// one is written in portions, in bounded memory, and says how far it is.
//
// What whoever asked for it may do is looked up again before every portion. How
// far the file is holds in the database: an export whose server was killed goes
// on from there, or begins anew where the file is not at hand. Only a whole file
// is ever handed out, to whom it was made for, and it is gone after a day.
//
// A file lies with the server that made it. Servers that share their data
// directory share the files; others say that it is elsewhere.
package exports
