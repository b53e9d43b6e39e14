package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/password"
	"github.com/retinue/retinue/internal/people"
)

// prepared is what is known of a filled database.
type prepared struct {
	Tenant         string   `json:"tenant"`
	Email          string   `json:"email"` // of the administrator
	Password       string   `json:"password"`
	Signers        []string `json:"signers"`
	SignerPassword string   `json:"signer_password"`
}

// otherTenants is how many small tenants stand beside the big one, and
// otherUsers how many people each has.
const (
	otherTenants = 9
	otherUsers   = 1000
)

const preparedFile = "prepared.json"

// prepare fills the database, unless it was filled by an earlier run.
func (b *bench) prepare(ctx context.Context) error {
	path := filepath.Join(b.in.dir, preparedFile)
	text, err := os.ReadFile(path)
	if err == nil {
		b.state = &prepared{}
		if err := json.Unmarshal(text, b.state); err != nil {
			return err
		}
		if b.in.engine == sqlite || postgresHas(ctx, b.in.database) {
			return nil
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := b.in.empty(ctx); err != nil {
		return err
	}
	b.state = &prepared{SignerPassword: "a made-up password 2026"}
	if err := b.fill(ctx); err != nil {
		return err
	}
	if text, err = json.Marshal(b.state); err != nil {
		return err
	}
	return os.WriteFile(path, text, 0o600)
}

// fill makes the tenants and imports their people.
func (b *bench) fill(ctx context.Context) error {
	if _, err := b.in.output(ctx, "migrate"); err != nil {
		return err
	}
	for i := range otherTenants {
		name := fmt.Sprintf("small%d", i+1)
		if _, err := b.in.createTenant(ctx, name); err != nil {
			return err
		}
		file := filepath.Join(b.in.dir, name+".csv")
		// Other seeds: other people, who have many terms in common with the big tenant's.
		if _, err := writePeople(file, &peopleFile{generator: people.New(uint64(i)), count: otherUsers, now: clock.System{}.Now()}); err != nil {
			return err
		}
		if _, err := b.in.output(ctx, importArgs(name, file)...); err != nil {
			return err
		}
		if err := os.Remove(file); err != nil {
			return err
		}
	}
	admin, err := b.in.createTenant(ctx, "big")
	if err != nil {
		return err
	}
	if err := b.firstDay(ctx, admin); err != nil {
		return err
	}
	return b.importBig(ctx)
}

// createTenant makes a tenant and returns what its administrator signs in with
// for the first time.
func (in *installation) createTenant(ctx context.Context, name string) (credentials, error) {
	email := "admin@" + name + ".test"
	out, err := in.output(ctx, "tenant", "create", "--name", "Tenant "+name, "--short-name", name, "--admin-email", email, "--json")
	if err != nil {
		return credentials{}, err
	}
	var made struct {
		TemporaryPassword string `json:"temporary_password"`
	}
	err = json.Unmarshal([]byte(out), &made)
	return credentials{Tenant: name, Email: email, Password: made.TemporaryPassword}, err
}

// firstDay is what an administrator does first: they change the password, and make
// roles and the organizations of clients.
func (b *bench) firstDay(ctx context.Context, admin credentials) (err error) {
	s, err := b.in.start(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.stop()) }()
	c, err := dial(ctx, s.address)
	if err != nil {
		return err
	}
	defer c.close()
	if err := c.signIn(admin); err != nil {
		return err
	}
	b.state.Tenant, b.state.Email, b.state.Password = admin.Tenant, admin.Email, "quite another password 2026"
	if _, err := c.call(http.MethodPut, "/api/v1/me/password", map[string]string{"new_password": b.state.Password}, nil, http.StatusNoContent); err != nil {
		return err
	}
	if err := c.signIn(b.state.admin()); err != nil {
		return err
	}
	for _, r := range people.Roles() {
		role := map[string]any{"name": r.Name, "code": r.Code, "scope": "organization", "permissions": []string{"conversations.read"}}
		if _, err := c.call(http.MethodPost, "/api/v1/roles", role, nil, http.StatusCreated); err != nil {
			return err
		}
	}
	return makeOrganizations(c, organizationCount(b.in.users))
}

func (p *prepared) admin() credentials {
	return credentials{Tenant: p.Tenant, Email: p.Email, Password: p.Password}
}

func writePeople(path string, f *peopleFile) (signers []string, err error) {
	w, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	signers, err = f.write(w)
	return signers, errors.Join(err, w.Close())
}

// The targets of an import.
const (
	importRate   = 10_000
	importMemory = 300e6
)

// maxSigners is how many people the benchmark can sign in as.
const maxSigners = 400

// importBig imports the people of the big tenant and measures that.
func (b *bench) importBig(ctx context.Context) (err error) {
	hasher, err := password.NewHasher(password.Config{})
	if err != nil {
		return err
	}
	known, err := hasher.Hash(ctx, b.state.SignerPassword)
	if err != nil {
		return err
	}
	file := filepath.Join(b.in.dir, "big.csv")
	defer func() { err = errors.Join(err, os.Remove(file)) }()
	f := &peopleFile{
		generator: people.New(seed), count: b.in.users, now: clock.System{}.Now(),
		signers: maxSigners, known: known, roles: true, places: newPlaces(organizationCount(b.in.users)),
	}
	if b.state.Signers, err = writePeople(file, f); err != nil {
		return err
	}
	check, _, err := b.timed(ctx, dryRunArgs(b.state.Tenant, file)...)
	if err != nil {
		return err
	}
	if err := b.rest(ctx); err != nil {
		return err
	}
	whole, peak, err := b.timed(ctx, importArgs(b.state.Tenant, file)...)
	if err != nil {
		return err
	}
	// The import checks the file once more before it begins.
	took := whole - check
	b.record("import.rate", figure{Text: perSecond(b.in.users, took), Target: verdict(rate(b.in.users, took) >= importRate)})
	b.record("import.check", figure{Text: perSecond(b.in.users, check)})
	b.record("import.memory", figure{Text: megabytes(peak), Target: verdict(float64(peak) <= importMemory)})
	return nil
}

func importArgs(tenant, file string) []string {
	return []string{"users", "import", "--tenant", tenant, file}
}

func dryRunArgs(tenant, file string) []string {
	return []string{"users", "import", "--dry-run", "--tenant", tenant, file}
}

// timed runs a command and says how long it took and how much memory it had at most.
func (b *bench) timed(ctx context.Context, args ...string) (took time.Duration, peak int64, err error) {
	cmd := b.in.command(ctx, args...)
	log, err := os.Create(filepath.Join(b.in.dir, "import.log"))
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	cmd.Stdout, cmd.Stderr = log, log
	watch := clock.Start()
	if err := cmd.Start(); err != nil {
		return 0, 0, err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			if err != nil {
				err = fmt.Errorf("%v, see %s: %w", args[:2], log.Name(), err)
			}
			return watch.Elapsed(), peak, err
		case <-look.C:
			if m, err := memoryOf(cmd.Process.Pid); err == nil {
				peak = max(peak, m.peak)
			}
		}
	}
}
