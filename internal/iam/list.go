package iam

// The limits of a page.
const (
	DefaultPageSize = 50
	MaxPageSize     = 200
)

// Page asks for one page of a keyset-paged list.
type Page struct {
	Limit int // 1 to MaxPageSize; 0 means DefaultPageSize
	// Cursor is what the list answered with before; "" is the first page. It is
	// opaque and bound to tenant, list, filter and sort: used elsewhere, the
	// answer is CodeInvalidCursor.
	Cursor string
}

// Size returns the limit, defaulted and bounded.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return DefaultPageSize
	}
	return min(p.Limit, MaxPageSize)
}

// List is one page and the cursors of its neighbours, "" where there is none.
type List[T any] struct {
	Items []T
	Next  string
	Prev  string
}

// UserSort is an order of the list of users; ties are broken by creation.
type UserSort string

// The orders of the list of users.
const (
	SortName           UserSort = "name"
	SortNameDesc       UserSort = "-name"
	SortLastSignIn     UserSort = "last_sign_in"
	SortLastSignInDesc UserSort = "-last_sign_in"
	SortCreated        UserSort = "created"
	SortCreatedDesc    UserSort = "-created"
)

// Valid tells whether s is one of the orders.
func (s UserSort) Valid() bool {
	switch s {
	case SortName, SortNameDesc, SortLastSignIn, SortLastSignInDesc, SortCreated, SortCreatedDesc:
		return true
	}
	return false
}

// UserFilter selects users. Zero fields do not filter; all given ones combine.
type UserFilter struct {
	// Search holds words; each must be in name, nickname or e-mail: three
	// letters and more anywhere, one and two at the beginning of a word. Case
	// and accents do not matter.
	Search string
	// AlsoID makes a search find who has this external id, too: for those who may
	// read external ids.
	AlsoID string
	// Email and ExternalID are of one user at most: an address as written or in
	// any other case, and an external id as it is.
	Email, ExternalID string

	Status Status
	Type   UserType
	Role   RoleID // held in an organization or a team
	Team   TeamID
	// Fields must all match.
	Fields []FieldMatch
	// Org asks for members of one organization, with Below also of those below
	// it. Package users turns it into Orgs; the store does not look at it.
	Org   OrgID
	Below bool
	// Orgs restricts to members of any of these organizations; nil does not.
	Orgs []OrgID
	// Keep leaves out of a list everybody of whom it is false, as if there were
	// none of them: pages are as full, and cursors are made of none of them. nil
	// keeps all. CountUsers does not ask it.
	Keep func(*User) bool
	Sort UserSort // "" means SortName
	Page Page
}

// UserStats are the three numbers above the list of users.
type UserStats struct{ Total, Active, Suspended int64 }
