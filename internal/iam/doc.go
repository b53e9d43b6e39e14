// Package iam is the domain of Retinue: the nouns of the directory (tenant,
// organization, user, membership, role, session, API key, audit event), what
// makes a value of them valid, the errors the product speaks in, and the store
// interfaces that use cases are written against.
//
// It imports the standard library only, so that every other package may import
// it and it may import none of them.
package iam
