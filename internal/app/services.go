package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"
	_ "time/tzdata" // people choose time zones also where the machine has no list of them

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
	"github.com/retinue/retinue/internal/notices"
	"github.com/retinue/retinue/internal/organizations"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/photo"
	"github.com/retinue/retinue/internal/policies"
	"github.com/retinue/retinue/internal/privacy"
	"github.com/retinue/retinue/internal/reviews"
	"github.com/retinue/retinue/internal/roles"
	"github.com/retinue/retinue/internal/sessions"
	"github.com/retinue/retinue/internal/store"
	"github.com/retinue/retinue/internal/teams"
	"github.com/retinue/retinue/internal/tenants"
	"github.com/retinue/retinue/internal/tokens"
	"github.com/retinue/retinue/internal/users"
	"github.com/retinue/retinue/internal/web"
)

// services are the use cases over one open database.
type services struct {
	store         *store.Store
	photos        *photo.DirStore
	pictures      *photo.Processor // one for all: two pictures at once would take twice the memory
	hasher        *password.Hasher
	directories   *authz.Cache
	mailbox       *mailbox.Service
	sessions      *sessions.Service
	users         *users.Service
	roles         *roles.Service
	organizations *organizations.Service
	teams         *teams.Service
	agents        *agents.Service
	fields        *fields.Service
	privacy       *privacy.Service
	apiKeys       *apikeys.Service
	policies      *policies.Service
	audit         *audit.Service
	tenants       *tenants.Service
	imports       *imports.Service
	exports       *exports.Service
	invitations   *invitations.Service
	notices       *notices.Service
	logos         *photo.DirStore
	branding      *branding.Service
	tokens        *tokens.Service
	dashboard     *dashboard.Service
	reviews       *reviews.Service
}

// openStore opens the database, without migrating it.
func (r *run) openStore(ctx context.Context) (*store.Store, error) {
	s := r.settings
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("--data-dir: %w", err)
	}
	if db := s.database(); !store.IsPostgres(db) {
		if err := os.MkdirAll(filepath.Dir(db), 0o700); err != nil {
			return nil, fmt.Errorf("--database: %w", err)
		}
	}
	return store.Open(ctx, store.Options{Database: s.database(), MaxConns: int(s.DBMaxConns), Clock: r.Clock, IDs: r.IDs})
}

// mustExist refuses a command that only makes sense with a database that is there
// already: a mistyped name would make a new one.
func (r *run) mustExist() error {
	db := r.settings.database()
	if store.IsPostgres(db) {
		return nil
	}
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no database at %s; see --data-dir and --database", db)
	} else if err != nil {
		return fmt.Errorf("--database: %w", err)
	}
	return nil
}

// openExisting opens a database that is there, as it is, unless check refuses it:
// by CheckSchema or CheckMigrated.
func (r *run) openExisting(ctx context.Context, check func(*store.Store, context.Context) error) (*store.Store, error) {
	if err := r.mustExist(); err != nil {
		return nil, err
	}
	st, err := r.openStore(ctx)
	if err != nil {
		return nil, err
	}
	if err := check(st, ctx); err != nil {
		return nil, closing(st, err)
	}
	return st, nil
}

// openServices opens the database, brings it up to date and wires the use cases.
// publicURL is where the console is found when no setting says so.
func (r *run) openServices(ctx context.Context, publicURL string) (*services, error) {
	st, err := r.openStore(ctx)
	if err != nil {
		return nil, err
	}
	if _, _, err := st.Migrate(ctx); err != nil {
		return nil, closing(st, err)
	}
	v, err := r.wire(st, publicURL)
	if err != nil {
		return nil, closing(st, err)
	}
	return v, nil
}

func closing(st *store.Store, err error) error {
	_ = st.Close() // err is what matters
	return err
}

func (r *run) wire(st *store.Store, publicURL string) (*services, error) {
	s := r.settings
	v := &services{store: st, pictures: photo.NewProcessor(1), directories: authz.NewCache(st, r.Clock)}
	st.OnAccessChanged(v.directories.Invalidate)
	var err error
	if v.photos, err = photo.NewDirStore(filepath.Join(s.DataDir, "photos")); err != nil {
		return nil, err
	}
	if v.hasher, err = newHasher(s); err != nil {
		return nil, err
	}
	link := func(t *iam.Tenant) string { return consoleURL(string(s.PublicURL), publicURL, t) }
	if v.mailbox, err = r.newMailbox(st, link); err != nil {
		return nil, err
	}
	v.sessions, err = sessions.New(sessions.Deps{
		Store: st, IDs: r.IDs, Clock: r.Clock, Hasher: v.hasher, Policy: &password.Policy{}, Mailer: v.mailbox,
		Directories: v.directories,
		Config: sessions.Config{
			Lifetime: time.Duration(s.SessionLifetime), Idle: time.Duration(s.SessionIdle), ResetLifetime: time.Duration(s.ResetLifetime),
			Refusal: time.Duration(s.RefusalTime),
		},
	})
	if err != nil {
		return nil, err
	}
	v.invitations = invitations.New(invitations.Deps{
		Store: st, IDs: r.IDs, Clock: r.Clock, Directories: v.directories, Mailbox: v.mailbox, Sessions: v.sessions, Hasher: v.hasher,
	})
	v.users = users.New(users.Deps{
		Store: st, IDs: r.IDs, Directories: v.directories, Hasher: v.hasher, Passwords: v.sessions,
		Photos: v.photos, Pictures: v.pictures, Mailer: v.mailbox, Inviter: v.invitations,
	})
	v.notices = &notices.Service{Store: st, Mailbox: v.mailbox}
	v.roles = roles.New(roles.Deps{Store: st, IDs: r.IDs})
	v.teams = teams.New(teams.Deps{Store: st, IDs: r.IDs, Photos: v.photos, Pictures: v.pictures})
	v.agents = agents.New(agents.Deps{Store: st, IDs: r.IDs, Directories: v.directories})
	v.fields = fields.New(fields.Deps{Store: st, IDs: r.IDs, Clock: r.Clock})
	v.audit = audit.NewService(audit.Deps{Store: st, IDs: r.IDs})
	v.privacy = privacy.New(privacy.Deps{Store: st, IDs: r.IDs, Users: v.users, Log: v.audit, Photos: v.photos})
	v.organizations = organizations.New(organizations.Deps{
		Store: st, IDs: r.IDs, Directories: v.directories, Photos: v.photos, Pictures: v.pictures,
	})
	v.apiKeys = apikeys.New(apikeys.Deps{Store: st, IDs: r.IDs, Clock: r.Clock})
	v.policies = policies.New(policies.Deps{Store: st, IDs: r.IDs, Limits: v.sessions.Limits(), Flush: v.sessions.Flush})
	v.tenants = tenants.New(tenants.Deps{Store: st, IDs: r.IDs, Hasher: v.hasher, Passwords: v.sessions})
	v.imports = imports.New(imports.Deps{
		Store: st, IDs: r.IDs, Clock: r.Clock, Directories: v.directories,
		Dir: filepath.Join(s.DataDir, "imports"), ValidateHash: password.ValidateEncoded, Writers: st.Writers(),
	})
	v.exports = exports.New(exports.Deps{
		Store: st, IDs: r.IDs, Clock: r.Clock, Directories: v.directories, Users: v.users, Invitations: v.invitations, Audit: v.audit,
		Rows: api.ExportRows(api.Deps{PhotoURL: photoURL}), Dir: filepath.Join(s.DataDir, "exports"),
	})
	return v, r.wireDashboard(v, link)
}

// wireDashboard wires what client organizations see.
func (r *run) wireDashboard(v *services, link func(*iam.Tenant) string) error {
	s := r.settings
	var err error
	if v.logos, err = photo.NewDirStore(filepath.Join(s.DataDir, "logos")); err != nil {
		return err
	}
	file, own := s.SecretKeyFile, s.SecretKeyFile == ""
	if own {
		file = filepath.Join(s.DataDir, secretEntry)
	}
	secret, err := tokens.LoadSecret(file, own)
	if err != nil {
		return err
	}
	box, err := tokens.NewBox(secret)
	if err != nil {
		return err
	}
	v.tokens = tokens.New(tokens.Deps{Store: v.store, Clock: r.Clock, Box: box})
	v.branding = branding.New(branding.Deps{
		Store: v.store, IDs: r.IDs, Clock: r.Clock, Directories: v.directories, Logos: v.logos, Photos: v.photos, Pictures: v.pictures,
		DNS: net.DefaultResolver, HTTP: branding.PublicClient(), Mailer: v.mailbox, Reserved: hostNameOf(string(s.PublicURL)),
	})
	v.dashboard = dashboard.New(dashboard.Deps{Store: v.store, IDs: r.IDs, Tokens: v.tokens, PublicURL: link})
	v.reviews = reviews.New(reviews.Deps{
		Store: v.store, IDs: r.IDs, Clock: r.Clock, Directories: v.directories, Users: v.users, Teams: v.teams, Tokens: v.tokens, Mailbox: v.mailbox, PublicURL: link,
	})
	return nil
}

// newHasher hashes passwords at the cost that is set.
func newHasher(s *Settings) (*password.Hasher, error) {
	return password.NewHasher(password.Config{
		MemoryKiB: uint32(s.Argon2Memory), Iterations: uint32(s.Argon2Iterations), Parallelism: uint8(s.Argon2Parallelism),
		MaxConcurrent: int(s.Argon2Concurrency),
	})
}

// newMailbox wires the outbox; without an SMTP server it keeps mails.
func (r *run) newMailbox(st *store.Store, link func(*iam.Tenant) string) (*mailbox.Service, error) {
	s := r.settings
	d := mailbox.Deps{
		Store: st, IDs: r.IDs, Renderer: &mail.Renderer{}, From: s.SMTPFrom.Address.Address, FromName: s.SMTPFrom.Name, PublicURL: link,
		LinkLifetimes: map[mail.Kind]time.Duration{
			mail.PasswordReset: time.Duration(s.ResetLifetime), mail.Invitation: invitations.Lifetime, mail.SignInInvitation: invitations.Lifetime,
		},
	}
	if s.SMTPHost != "" {
		var err error
		d.Sender, err = mail.NewSMTP(mail.SMTPConfig{
			Host: s.SMTPHost, Port: int(s.SMTPPort), Username: s.SMTPUsername, Password: string(s.SMTPPassword), TLS: mail.TLSMode(s.SMTPTLS),
		})
		if err != nil {
			return nil, usageError{err}
		}
	}
	return mailbox.New(d), nil
}

// close releases what openServices took.
func (v *services) close() error {
	_ = v.logos.Close()
	_ = v.photos.Close()  // nothing is written there any more
	_ = v.mailbox.Close() // what was sent is written down
	return v.store.Close()
}

// consoleURL is where people of a tenant find the console: under the tenant's
// own host name, or where the installation is.
func consoleURL(configured, fallback string, t *iam.Tenant) string {
	base := configured
	if base == "" {
		base = fallback
	}
	u, err := url.Parse(base)
	if err != nil || t == nil || len(t.Hosts) == 0 || configured == "" {
		return base
	}
	host := t.Hosts[0]
	if port := u.Port(); port != "" {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host
}

// photoURL is where package web serves a photo or logo.
func photoURL(tenant iam.TenantID, key string) string {
	return "/photos/" + string(tenant) + "/" + key
}

// present is who sent a request for something beside the API, with their browser.
// It counts as no activity of theirs.
func (v *services) present(r *http.Request) (*sessions.Principal, error) {
	return api.Browser(v.sessions, r, web.Secure(r), sessions.Request{From: api.ClientOf(r, web.ClientIP(r)), Background: true})
}

// tenantOf tells whose session the cookie of a request holds.
func (v *services) tenantOf(r *http.Request) (iam.TenantID, error) {
	p, err := v.present(r)
	if err != nil {
		return "", err
	}
	return p.Tenant.ID, nil
}
