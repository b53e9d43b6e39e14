// Package imports adds many users from a CSV file. An upload is first checked
// as a whole, a dry run with a report by line; only when somebody starts it is
// anybody created. Both passes stream the file in bounded memory, the second one in
// the order of addresses that the first one found. A portion of
// users, their audit events and how far the import is are one transaction, so
// that an import which was interrupted goes on where it was and doubles nobody.
package imports
