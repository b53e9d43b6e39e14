// Package apitest runs the real API for tests: the use cases on a real store,
// behind a real HTTP server, with two tenants that must never see each other.
//
// Every answer is held against the OpenAPI document: its status must be declared
// and its body must be what the schema says.
package apitest

import (
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/retinue/retinue/internal/agents"
	"github.com/retinue/retinue/internal/api"
	"github.com/retinue/retinue/internal/apikeys"
	"github.com/retinue/retinue/internal/audit"
	"github.com/retinue/retinue/internal/authz"
	"github.com/retinue/retinue/internal/branding"
	"github.com/retinue/retinue/internal/dashboard"
	"github.com/retinue/retinue/internal/exports"
	"github.com/retinue/retinue/internal/fields"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/imports"
	"github.com/retinue/retinue/internal/invitations"
	"github.com/retinue/retinue/internal/mail"
	"github.com/retinue/retinue/internal/mailbox"
	"github.com/retinue/retinue/internal/organizations"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/policies"
	"github.com/retinue/retinue/internal/privacy"
	"github.com/retinue/retinue/internal/reviews"
	"github.com/retinue/retinue/internal/roles"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store/storetest"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/tenants"
	"github.com/retinue/retinue/internal/tokens"
	"github.com/retinue/retinue/internal/users"
)

// Password is that of everybody who has chosen one.
const Password = "plum jacket seven rivers"

// World is a running API over an empty database.
type World struct {
	storetest.DB

	TB      testing.TB
	Server  *httptest.Server
	OpenAPI *huma.OpenAPI
	Deps    api.Deps
	Tenants *tenants.Service
	Imports *imports.Service
	Exports *exports.Service
	Audit   *audit.Service
	// DNS and Web are the outside world as domain checks find it: TXT records by
	// name, and answers by address; LedHere are the names that lead here.
	DNS       map[string][]string
	Web       map[string]string
	LedHere   map[string]bool
	Branding  *branding.Service
	Dashboard *dashboard.Service
	Tokens    *tokens.Service
	Reviews   *reviews.Service
	Log       *Log
}

// Log collects what the server logs.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(b)
}

// String is everything logged until now.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// Each runs a test on an empty world over every engine there is.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, db storetest.DB) { test(t, New(t, db)) })
}

// NewSQLite runs the API over an empty SQLite database, for tests of what no
// database decides.
func NewSQLite(tb testing.TB) *World {
	tb.Helper()
	return New(tb, storetest.SQLite(tb))
}

// New runs the API over the database until the test ends.
func New(tb testing.TB, db storetest.DB) *World {
	tb.Helper()
	w := &World{DB: db, TB: tb, Log: &Log{}}
	w.wire()
	w.OpenAPI = document()
	w.Server = httptest.NewServer(api.New(w.Deps))
	tb.Cleanup(w.Server.Close)
	return w
}

// document is made once: it is the same for all.
var document = sync.OnceValue(func() *huma.OpenAPI { return api.Describe("") })

func must[T any](tb testing.TB) func(T, error) T {
	return func(v T, err error) T {
		tb.Helper()
		if err != nil {
			tb.Fatal(err)
		}
		return v
	}
}

// wire puts the use cases together as the program does, with cheap hashing.
func (w *World) wire() {
	db, dir := w.DB, w.TB.TempDir()
	directories := authz.NewCache(db.Store, db.Clock)
	db.OnAccessChanged(directories.Invalidate)
	hasher := must[*password.Hasher](w.TB)(password.NewHasher(password.Config{MemoryKiB: 64, Iterations: 1}))
	link := func(*iam.Tenant) string { return "http://console.example" }
	mails := mailbox.New(mailbox.Deps{
		Store: db.Store, IDs: db.IDs, Renderer: &mail.Renderer{}, From: "retinue@example.com", PublicURL: link,
	})
	signing := must[*sessions.Service](w.TB)(sessions.New(sessions.Deps{
		Store: db.Store, IDs: db.IDs, Clock: db.Clock, Hasher: hasher, Policy: &password.Policy{}, Mailer: mails,
		Directories: directories,
		Config:      sessions.Config{Lifetime: 12 * time.Hour, Idle: time.Hour, ResetLifetime: time.Hour},
	}))
	photos := must[*photo.DirStore](w.TB)(photo.NewDirStore(filepath.Join(dir, "photos")))
	w.TB.Cleanup(func() { _ = photos.Close() })
	w.Tenants = tenants.New(tenants.Deps{Store: db.Store, IDs: db.IDs, Hasher: hasher, Passwords: signing})
	w.Imports = imports.New(imports.Deps{
		Store: db.Store, IDs: db.IDs, Clock: db.Clock, Directories: directories, Dir: filepath.Join(dir, "uploads"), ValidateHash: password.ValidateEncoded,
	})
	w.wireDashboard(directories, link, photos, mails, dir)
	w.Audit = audit.NewService(audit.Deps{Store: db.Store, IDs: db.IDs})
	inviting := invitations.New(invitations.Deps{
		Store: db.Store, IDs: db.IDs, Clock: db.Clock, Directories: directories, Mailbox: mails, Sessions: signing, Hasher: hasher,
	})
	w.Deps = api.Deps{
		Policies:      policies.New(policies.Deps{Store: db.Store, IDs: db.IDs, Limits: signing.Limits(), Flush: signing.Flush}),
		Authenticator: signing, Sessions: signing, Replays: api.StoreReplays(db.Store), Clock: db.Clock,
		Users: users.New(users.Deps{
			Store: db.Store, IDs: db.IDs, Directories: directories, Hasher: hasher, Passwords: signing,
			Photos: photos, Pictures: photo.NewProcessor(1), Mailer: mails, Inviter: inviting,
		}),
		Roles: roles.New(roles.Deps{Store: db.Store, IDs: db.IDs}),
		Organizations: organizations.New(organizations.Deps{
			Store: db.Store, IDs: db.IDs, Directories: directories, Photos: photos, Pictures: photo.NewProcessor(1),
		}),
		APIKeys: apikeys.New(apikeys.Deps{Store: db.Store, IDs: db.IDs, Clock: db.Clock}),
		Teams:   teams.New(teams.Deps{Store: db.Store, IDs: db.IDs, Photos: photos, Pictures: photo.NewProcessor(1)}),
		Agents:  agents.New(agents.Deps{Store: db.Store, IDs: db.IDs, Directories: directories}),
		Fields:  fields.New(fields.Deps{Store: db.Store, IDs: db.IDs, Clock: db.Clock}),
		Imports: w.Imports, Audit: w.Audit, Mails: mails, MailTexts: mails,
		Invitations: inviting, Tenants: w.Tenants,
		Dashboard: w.Dashboard, Branding: w.Branding,
		Logger: slog.New(slog.NewJSONHandler(w.Log, nil)), Outbox: true, Version: "test",
	}
	w.Exports = exports.New(exports.Deps{
		Store: db.Store, IDs: db.IDs, Clock: db.Clock, Directories: directories, Users: w.Deps.Users.(exports.Users),
		Invitations: w.Deps.Invitations, Audit: w.Audit, Rows: api.ExportRows(api.Deps{}), Dir: filepath.Join(dir, "exports"),
	})
	w.Deps.Exports = w.Exports
	w.Reviews = reviews.New(reviews.Deps{
		Store: db.Store, IDs: db.IDs, Clock: db.Clock, Directories: directories, Users: w.Deps.Users.(reviews.Users), Teams: w.Deps.Teams.(reviews.Teams),
		Tokens: w.Tokens, Mailbox: mails, PublicURL: link,
	})
	w.Deps.Reviews = w.Reviews
	w.Deps.Privacy = privacy.New(privacy.Deps{
		Store: db.Store, IDs: db.IDs, Users: w.Deps.Users.(privacy.Deleter), Log: w.Audit, Photos: photos,
	})
}

// Tenant makes a tenant and signs its administrator in.
func (w *World) Tenant(shortName string) *Client {
	w.TB.Helper()
	made := must[*tenants.Created](w.TB)(w.Tenants.Create(context.Background(), tenants.Create{
		Name: "The " + shortName + " company", ShortName: shortName,
		Admin: tenants.Admin{FirstName: "Ada", LastName: "Okafor", Email: "admin@" + shortName + ".example", Password: Password},
	}))
	c := w.Anonymous()
	c.Tenant, c.ID, c.ShortName = made.Tenant.ID, made.Admin.ID, shortName
	c.SignIn(made.Admin.Email, Password)
	if c.Session.MustChangePassword {
		c.Settle()
	}
	return c
}
