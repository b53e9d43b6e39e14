package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/store"
)

// cli is the command line: the settings, which every command knows, and the commands.
type cli struct {
	Settings

	Serve   serveCmd   `cmd:"" help:"Run the server."`
	Demo    demoCmd    `cmd:"" help:"Run the server with a made-up company to look around in."`
	Migrate migrateCmd `cmd:"" help:"Bring the database's schema up to date and stop. serve does so, too."`
	Backup  backupCmd  `cmd:"" help:"Write database and photos into one archive, also while the server runs."`
	Restore restoreCmd `cmd:"" help:"Put back what backup wrote. The server must not run."`
	Tenant  struct {
		Create     tenantCreateCmd  `cmd:"" help:"Add a tenant and its first administrator, whose temporary password is printed once."`
		List       tenantListCmd    `cmd:"" help:"List all tenants."`
		Suspend    tenantSuspendCmd `cmd:"" help:"Keep everybody of a tenant out, at once."`
		Reactivate tenantWakeCmd    `cmd:"" help:"Let them in again."`
	} `cmd:"" help:"Manage tenants."`
	Audit struct {
		Verify auditVerifyCmd `cmd:"" help:"Check that no event of the audit log was changed, removed or reordered, and print its head. Fails when one was."`
	} `cmd:"" help:"Check the audit log."`
	Users struct {
		Import usersImportCmd `cmd:"" help:"Import users from a CSV file, after a dry run that reports what is wrong in it."`
		Export usersExportCmd `cmd:"" help:"Export users as CSV or NDJSON."`

		ResetPassword usersResetPasswordCmd `cmd:"" help:"Give somebody who can't get in a temporary password, which is printed once. Their sessions end."`
	} `cmd:"" help:"Import and export users, and let somebody in again."`
	Index struct {
		Rebuild indexRebuildCmd `cmd:"" help:"Make the index behind the lists of users anew. The server may run."`
	} `cmd:"" help:"Mend the index behind the lists of users."`
	Version versionCmd `cmd:"" help:"Print the version."`
}

// Process is what a command has to do with the world.
type Process struct {
	Args    []string
	Stdout  io.Writer
	Stderr  io.Writer
	Environ []string
	Version string
	Clock   clock.Clock
	IDs     iam.IDs
}

// run is what every command works with.
type run struct {
	*Process
	settings *Settings
	log      *slog.Logger
}

// Exit codes. A check that finds something, as audit verify does, fails with exitFailure.
const (
	exitOK      = 0
	exitFailure = 1
	exitUsage   = 2
)

// usageError is a fault of whoever typed the command or wrote the settings.
type usageError struct{ error }

// Unwrap returns what is wrong.
func (e usageError) Unwrap() error { return e.error }

func usagef(format string, args ...any) error { return usageError{fmt.Errorf(format, args...)} }

// errFailed ends a command that has said already why it failed.
var errFailed = errors.New("failed")

// Main runs the command line and returns the exit code. ctx ends when the
// process is asked to stop.
func Main(ctx context.Context, p *Process) int {
	err := execute(ctx, p)
	switch {
	case err == nil:
		return exitOK
	case errors.Is(err, errFailed):
		return exitFailure
	}
	fmt.Fprintln(p.Stderr, "retinue: "+oneLine(explain(err)))
	if _, ok := errors.AsType[usageError](err); ok {
		return exitUsage
	}
	return exitFailure
}

// explain says what went wrong, for the operator: the cause, too, of what is no
// fault of theirs.
func explain(err error) string {
	e, ok := errors.AsType[*iam.Error](err)
	if !ok {
		return err.Error()
	}
	var parts []string
	for _, f := range e.Fields {
		parts = append(parts, flagOf(f.Pointer)+": "+f.Message)
	}
	if len(e.Fields) != 1 || e.Fields[0].Message != e.Message {
		parts = append([]string{e.Message}, parts...)
	}
	if cause := errors.Unwrap(e); cause != nil && (e.Code == iam.CodeInternal || e.Code == iam.CodeUnavailable) {
		parts = append(parts, "("+cause.Error()+")")
	}
	return strings.Join(parts, " ")
}

// flags are how an operator gives what fields point at.
var flags = map[string]string{
	"name": "--name", "short_name": "--short-name", "color": "--color", "hosts": "--host",
	"email": "--admin-email", "first_name": "--admin-first-name", "last_name": "--admin-last-name",
}

// flagOf is the flag of a field, or its name where there is none.
func flagOf(pointer string) string {
	field, _, _ := strings.Cut(strings.TrimPrefix(pointer, "/"), "/")
	return cmp.Or(flags[field], field)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// stopParsing carries the exit code of --help out of kong, which would end the process.
type stopParsing struct{ code int }

func execute(ctx context.Context, p *Process) (err error) {
	c, file := &cli{}, &configFile{}
	parser, err := newParser(c, p, file)
	if err != nil {
		return err
	}
	defer func() {
		if v := recover(); v != nil {
			if stop, ok := v.(stopParsing); !ok || stop.code != exitOK {
				panic(v)
			}
		}
	}()
	if err := misspelt(p.Environ, parser.Model.Flags); err != nil {
		return usageError{err}
	}
	k, err := parser.Parse(asked(p.Args))
	if err != nil {
		if fault, ok := errors.AsType[configError](err); ok {
			err = fault.error
		}
		return usageError{file.whence(err, nil)} // kong names the environment itself
	}
	if err := c.complete(); err != nil {
		return usageError{file.whence(err, k)}
	}
	r := &run{Process: p, settings: &c.Settings, log: newLogger(p.Stderr, &c.Settings)}
	k.BindTo(ctx, (*context.Context)(nil))
	return k.Run(r)
}

// asked are the arguments, with what people try first in the place of what they
// mean by it.
func asked(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return []string{"version"}
	}
	return args
}

// complete checks the settings and takes the secrets that are kept in files.
func (s *Settings) complete() error {
	if err := s.check(); err != nil {
		return err
	}
	if err := s.readSecrets(); err != nil {
		return err
	}
	if err := store.CheckDatabase(s.database()); err != nil {
		return fmt.Errorf("--database: %w", err)
	}
	return nil
}

func newParser(c *cli, p *Process, file *configFile) (*kong.Kong, error) {
	return kong.New(c,
		kong.Name("retinue"),
		kong.Description("People and access for conversational-AI platforms.\n\n"+
			"Every setting below is a flag, an environment variable and a key of the file that --config names; the first of these that is given wins."),
		kong.Writers(p.Stdout, p.Stderr),
		kong.Exit(func(code int) { panic(stopParsing{code}) }),
		kong.Resolvers(file),
		kong.ConfigureHelp(kong.HelpOptions{NoExpandSubcommands: false, WrapUpperBound: 120}),
		kong.Help(printHelp),
	)
}

// printHelp explains the settings where they belong: on the first page and with
// the servers. Other commands list those that they all need.
func printHelp(options kong.HelpOptions, ctx *kong.Context) error {
	if selected := ctx.Selected(); selected != nil {
		name := selected.FullPath()
		if !strings.HasSuffix(name, " serve") && !strings.HasSuffix(name, " demo") {
			for _, f := range ctx.Model.Flags {
				f.Hidden = f.Group != nil && f.Group.Key != "Data" && f.Group.Key != "Configuration"
			}
		}
	}
	return kong.DefaultHelpPrinter(options, ctx)
}

// readSecrets takes the secrets that are kept in files.
func (s *Settings) readSecrets() error {
	for _, f := range []struct {
		name, path string
		into       *Secret
	}{
		{"database-url-file", s.DatabaseURLFile, &s.Database},
		{"smtp-password-file", s.SMTPPasswordFile, &s.SMTPPassword},
		{"metrics-token-file", s.MetricsTokenFile, &s.metricsToken},
	} {
		if f.path == "" {
			continue
		}
		text, err := os.ReadFile(f.path)
		if err != nil {
			return fmt.Errorf("--%s: %w", f.name, err)
		}
		*f.into = Secret(strings.TrimSpace(string(text)))
		if *f.into == "" {
			return fmt.Errorf("--%s: %s is empty", f.name, f.path)
		}
	}
	return nil
}

type versionCmd struct{}

// Run prints the version.
func (versionCmd) Run(r *run) error {
	_, err := fmt.Fprintln(r.Stdout, "retinue "+r.Version)
	return err
}
