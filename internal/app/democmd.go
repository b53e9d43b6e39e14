package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"text/tabwriter"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/demo"
	"github.com/retinue/retinue/internal/fold"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

type demoCmd struct {
	Data string `default:"data/demo" placeholder:"DIR" help:"Directory of the demo's data, instead of --data-dir; made if it is not there. Default: ${default}."`
	JSON bool   `name:"json" help:"Print one line of JSON with the address and whom to sign in as. Default: a table."`
}

// Run makes the demo company where there is none yet, and serves it.
func (c demoCmd) Run(ctx context.Context, r *run) error {
	r.settings.DataDir = c.Data
	return r.serve(ctx, r.ensureDemo, c.announce)
}

// announce says where the demo is and whom to sign in as.
func (c demoCmd) announce(ctx context.Context, s *server) error {
	list, err := s.demoSignIns(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(s.Stdout).Encode(struct {
			URL     string        `json:"url"`
			SignIns []demo.SignIn `json:"sign_ins"`
		}{s.url, list})
	}
	fmt.Fprintf(s.Stdout, "\nThe demo of Retinue is at\n\n  %s\n\n", s.url)
	if len(list) == 0 {
		fmt.Fprintln(s.Stdout, "Nobody can sign in with the demo's password any more: use those that were set since, or begin anew with another --data.")
	} else {
		fmt.Fprintf(s.Stdout, "Sign in as one of these of %s, all with the password  %s\n\n", demo.ShortName(), demo.Password)
	}
	w := tabwriter.NewWriter(s.Stdout, 0, 0, 2, ' ', 0)
	for _, p := range list {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", p.Email, p.UserType, p.Name)
	}
	fmt.Fprintln(w, "\nEverybody here is made up. Stop with Ctrl-C; the data stays in "+s.settings.DataDir+".")
	return w.Flush()
}

// demoSignIns are those of the demo who can still sign in with its password:
// whoever looks around may change or remove any of them.
func (v *services) demoSignIns(ctx context.Context) ([]demo.SignIn, error) {
	defer debug.FreeOSMemory() // what the hashes took
	people, err := v.demoPeople(ctx)
	if err != nil {
		return nil, err
	}
	list := []demo.SignIn{}
	fits := map[string]bool{} // by hash: those who have their first password share one
	for _, s := range demo.SignIns() {
		u := people[s.Email]
		if u == nil || u.Status != iam.StatusActive || u.PasswordHash == "" {
			continue
		}
		ok, known := fits[u.PasswordHash]
		if !known {
			if ok, _, err = v.hasher.Verify(ctx, u.PasswordHash, s.Password); err != nil {
				return nil, err
			}
			fits[u.PasswordHash] = ok
		}
		if ok {
			list = append(list, s)
		}
	}
	return list, nil
}

// demoPeople finds those to sign in as who are there still, by the address that
// the demo gave them.
func (v *services) demoPeople(ctx context.Context) (map[string]*iam.User, error) {
	people := map[string]*iam.User{}
	err := v.store.Read(ctx, func(tx iam.Tx) error {
		t, err := tx.TenantByShortName(ctx, demo.ShortName())
		if err != nil || t.Status != iam.StatusActive {
			return err
		}
		for _, s := range demo.SignIns() {
			u, err := tx.UserByEmail(ctx, t.ID, fold.EmailKey(s.Email))
			if err == nil {
				people[s.Email] = u
			} else if iam.CodeOf(err) != iam.CodeNotFound {
				return err
			}
		}
		return nil
	})
	return people, err
}

// ensureDemo makes the demo company in an empty database, for a server at url. What
// is there already stays as it is, unless it is something else.
func (r *run) ensureDemo(ctx context.Context, url string) error {
	defer debug.FreeOSMemory() // what drawing 40 portraits took
	database := r.settings.database()
	if !store.IsPostgres(database) {
		if _, err := os.Lstat(database); errors.Is(err, os.ErrNotExist) {
			return r.newDemoFile(ctx, database, url)
		}
	}
	st, err := r.openStore(ctx)
	if err != nil {
		return err
	}
	if _, _, err := st.Migrate(ctx); err != nil {
		return closing(st, err)
	}
	all, err := chosenTenants(ctx, st, "")
	if err = errors.Join(err, st.Close()); err != nil {
		return err
	}
	switch {
	case len(all) == 0:
		return r.buildDemo(ctx, url)
	case slices.ContainsFunc(all, func(t *iam.Tenant) bool { return t.ShortName == demo.ShortName() }):
		return nil // whoever looks around may add tenants
	}
	return usagef("%s holds another installation: give the demo a directory of its own with --data", r.settings.databaseName())
}

// newDemoFile makes the database beside its place and moves it there when it is
// complete, so that an interrupted start leaves nothing half-made.
func (r *run) newDemoFile(ctx context.Context, database, url string) error {
	if err := os.MkdirAll(filepath.Dir(database), 0o700); err != nil {
		return err
	}
	work, err := os.MkdirTemp(filepath.Dir(database), ".new-demo-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	settings := *r.settings
	settings.Database = Secret(filepath.Join(work, "retinue.db"))
	other := *r
	other.settings = &settings
	if err := other.buildDemo(ctx, url); err != nil {
		return err
	}
	return os.Rename(string(settings.Database), database)
}

// demoKiB is the cost of the hashes that are replaced in the end.
const demoKiB = 8

// buildDemo makes the company in the empty database of the settings; links in its
// mails lead to url.
func (r *run) buildDemo(ctx context.Context, url string) (err error) {
	now := r.Clock.Now()
	past := clock.NewFake(now)
	settings, process := *r.settings, *r.Process
	settings.Argon2Memory, settings.Argon2Iterations, settings.Argon2Parallelism = demoKiB, 1, 1
	// Ids are made of the time, and those of the past must not follow ours.
	process.Clock, process.IDs = past, &iam.RandomIDs{}
	then := &run{Process: &process, settings: &settings, log: r.log}
	if err := os.MkdirAll(settings.DataDir, 0o700); err != nil {
		return err
	}
	st, err := store.Open(ctx, store.Options{Database: settings.database(), Clock: past, IDs: process.IDs, NoSync: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	if _, _, err := st.Migrate(ctx); err != nil {
		return err
	}
	v, err := then.wire(st, url)
	if err != nil {
		return err
	}
	hasher, err := newHasher(r.settings)
	if err != nil {
		return err
	}
	hash, err := hasher.Hash(ctx, demo.Password)
	if err != nil {
		return err
	}
	err = demo.Build(ctx, demo.Deps{
		Store: st, Clock: past, IDs: process.IDs, Tenants: v.tenants, Organizations: v.organizations, Roles: v.roles,
		Users: v.users, Sessions: v.sessions, APIKeys: v.apiKeys, Teams: v.teams, Agents: v.agents, Fields: v.fields, Reviews: v.reviews, Photos: v.photos, Hash: hash,
		Invitations: v.invitations, Tell: v.notices.Work,
		Dashboards: demo.Dashboards{Dashboard: v.dashboard, Branding: v.branding},
	}, now)
	return errors.Join(err, settle(ctx, st))
}

// settle does what the background jobs of a server would have done since.
func settle(ctx context.Context, st *store.Store) error {
	const portion = 1000
	tenants, err := st.UnsealedTenants(ctx)
	if err != nil {
		return err
	}
	for _, t := range tenants {
		for n := portion; n == portion; {
			err := st.Write(ctx, func(tx iam.Tx) (err error) {
				n, err = tx.SealEvents(ctx, t, portion)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	for _, fold := range []func(context.Context, int) (int, error){st.FoldCounters, st.FoldUserIndex} {
		for n := portion; n >= portion; {
			if n, err = fold(ctx, portion); err != nil {
				return err
			}
		}
	}
	return st.Optimize(ctx)
}
