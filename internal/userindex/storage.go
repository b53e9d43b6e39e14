package userindex

import (
	"context"

	"github.com/retinue/retinue/internal/iam"
)

// Snapshot reads the rows of the index and of the users, all as of one moment:
// it is a read transaction (on PostgreSQL REPEATABLE READ).
type Snapshot interface {
	// Opening reads what every search begins with: the changes that are pending,
	// how many users have each of the keys, and the directory of a column; "" is none.
	Opening(ctx context.Context, tenant iam.TenantID, keys []string, column string) (Opening, error)
	// Postings visits the postings of the keys, ordered by key. The bits are
	// valid during the visit only; the members need not be set.
	Postings(ctx context.Context, tenant iam.TenantID, keys []string, visit func(Posting) error) error
	// Blocks visits those of the blocks of a column that exist, in any order. The
	// visitor may keep the values.
	Blocks(ctx context.Context, tenant iam.TenantID, column string, blocks []int64, visit func(Block) error) error
	// Docs returns the present documents of those of the users that exist.
	Docs(ctx context.Context, tenant iam.TenantID, seqs []int64) ([]UserDoc, error)
	// Texts returns the searchable texts and the places of those of the users that
	// exist, in any order.
	Texts(ctx context.Context, tenant iam.TenantID, by SortBy, seqs []int64) ([]Text, error)
	// Positions returns the places of those of the users that exist, in any order.
	Positions(ctx context.Context, tenant iam.TenantID, by SortBy, seqs []int64) ([]Position, error)
	// Scan returns the first users after a position (nil: from the beginning) in
	// the order of sort, by way of the table's own index: of names or of creation.
	Scan(ctx context.Context, tenant iam.TenantID, sort Sort, after *Position, limit int) ([]Position, error)
}

// Opening is what a search begins with. None of it depends on another part, so
// that a database can be asked for all of it at once.
type Opening struct {
	// Pending are the changes that the index does not hold yet, in the order of
	// their ids.
	Pending []Change
	// Counts tells how many users have a key; keys that nobody has are left out.
	Counts map[string]int64
	// Directory is the row of the column that lists its blocks; nil where there is
	// none yet.
	Directory []byte
}

// Writer changes the index in one transaction.
type Writer interface {
	Snapshot
	// Pending returns the changes that the index does not hold yet, in the order
	// of their ids.
	Pending(ctx context.Context, tenant iam.TenantID) ([]Change, error)
	// Lock keeps other writers of the tenant's index out until the transaction
	// ends, and returns the number of the change now begun.
	Lock(ctx context.Context, tenant iam.TenantID) (version int64, err error)
	// OldDocs returns the old documents of changes that carry one, by change id.
	OldDocs(ctx context.Context, tenant iam.TenantID, changes []int64) (map[int64][]byte, error)
	// ChunkPostings visits the postings of the keys in one chunk, in any order.
	// The bits are valid during the visit only; the members need not be set.
	ChunkPostings(ctx context.Context, tenant iam.TenantID, chunk int64, keys []string, visit func(Posting) error) error
	// PutPostings writes postings; one without bits is deleted.
	PutPostings(ctx context.Context, tenant iam.TenantID, postings []Posting) error
	// AppendPostings adds members and bits to the end of the postings there are, or
	// writes new ones.
	AppendPostings(ctx context.Context, tenant iam.TenantID, postings []Posting) error
	// PutBlocks writes blocks of a column.
	PutBlocks(ctx context.Context, tenant iam.TenantID, column string, blocks []Block) error
	// DeleteChanges forgets changes by their ids.
	DeleteChanges(ctx context.Context, tenant iam.TenantID, changes []int64) error
}

// ChangeKind says what happened to a user.
type ChangeKind string

// The kinds of change.
const (
	// ChangeCreated has no old document: the index knows nothing of the user.
	ChangeCreated ChangeKind = "create"
	// ChangeUpdated and ChangeDeleted carry the document before the change.
	ChangeUpdated ChangeKind = "update"
	ChangeDeleted ChangeKind = "delete"
	// ChangeSignIn touched nothing but the last sign-in; it has no document.
	ChangeSignIn ChangeKind = "signin"
)

// Change is one row of user_changes: a write that the index does not hold yet.
// It is appended in the transaction of the write, after the user's row was
// locked or written, so that the changes of one user are in their true order;
// with it goes the encoded document before the write.
type Change struct {
	ID   int64
	Seq  int64
	Kind ChangeKind
}

// Posting is one row of user_postings: the users of a chunk that have a key.
type Posting struct {
	Key     string
	Chunk   int64
	Members int64 // how many users Bits holds
	Bits    []byte
}

// Block is one row of user_sort_blocks: the codes of blockSize users.
type Block struct {
	Number int64
	Values []byte
}
