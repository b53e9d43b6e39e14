// Package userindex finds one page of a tenant's users for any mix of search
// words, facets and order, at any depth, at a cost that does not grow with the
// number of users. It is a small inverted index kept in ordinary tables, the
// same on SQLite and PostgreSQL; docs/adr/0002-user-index.md says why.
//
// # What is stored
//
// Every user has a seq: a number that grows with creation and is never reused.
//
// Postings (user_postings) say who has a key. A key is a facet (s: status, y:
// user type, r: role, o: organization, t: tag) or a piece of folded text (g: three
// characters of a word, w: the first one or two of a word). One row holds the
// users of one chunk of 65,536 seqs as a compressed bitmap. Those of a tenant's last
// chunk, to which new users come, are in a table of their own (user_last_postings).
//
// Columns (user_sort_blocks) hold a sort key of each user packed into eight
// bytes (name) or four (last sign-in), 4,096 users a row. Codes keep the order of
// the keys, but different names may share one; then the names decide. Creation
// needs no column: its order is that of the seqs.
//
// Changes (user_changes) are writes that postings and columns do not hold yet.
// Each write of a user appends one in its own transaction, with the document
// from before it.
//
// # Invariants
//
//  1. For a user without pending changes, the bits are those of the keys of the
//     present document, and the codes those of its sort keys.
//  2. For a user with pending changes, the bits are those of the document before
//     the first of them that is not a mere sign-in; none when it is a creation.
//  3. A user with a bit has a code in both columns, and each block of a column is
//     in the column's directory with the version of its last write.
//  4. Only the holder of the index's lock writes postings and columns. Versions
//     grow with each such transaction.
//
// (2) holds because a change is appended after the user's row was locked, and
// because Fold always takes all changes of a user together, in one snapshot.
//
// # How a page is found
//
// Page reads everything in one snapshot. It intersects the postings of the
// filter to candidates (plan.go), takes out the users with pending changes and
// evaluates those by their present documents instead (pending.go), which makes
// writes visible at once. Then it takes the cheapest way to the first of the
// candidates in order (selection.go):
//
//   - no filter: the table's own index, but by last sign-in, which has none;
//   - by creation: the bitmap, from the position on;
//   - few candidates: their sort keys, read and sorted;
//   - many, by name: the table's own index, skipping who is no candidate, as long
//     as that promises to be short;
//   - else: the codes of all candidates, from a cache of blocks, of which the
//     best are picked (gather.go), and only their sort keys are read.
//
// Trigrams of a word can all occur without the word occurring, so words of more
// than three characters are checked against the text of the users about to be
// returned. A page before a position is a page after it in the reverse order.
//
// # How it is kept
//
// Fold (foldchanges.go) brings changes into postings and columns in small
// portions, in the background. A Batch (apply.go) indexes imported users in the
// transaction of the import.
package userindex
