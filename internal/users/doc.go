// Package users manages the people of a tenant: finding, creating, changing,
// suspending and deleting them, their photos and what each may do. Its rules
// hold whoever calls: nobody gives what they don't hold, acts on somebody who
// may do more, or changes their own access, and an active administrator always
// remains.
package users
