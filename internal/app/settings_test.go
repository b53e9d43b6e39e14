package app

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/retinue/retinue/internal/clock"
	"github.com/retinue/retinue/internal/iam"
)

// command runs the command line in this process.
func command(t *testing.T, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Main(context.Background(), &Process{
		Args: args, Stdout: &out, Stderr: &errs, Environ: os.Environ(), Version: "v1.2.3", Clock: clock.System{}, IDs: &iam.RandomIDs{},
	})
	return code, out.String(), errs.String()
}

// A wrong value stops the start with one line that names the setting, the value
// and what is allowed.
func TestWrongSettings(t *testing.T) {
	for _, c := range []struct {
		name, file string
		env, args  []string
		want       string
	}{
		{name: "flag", args: []string{"--session-idle", "soon"}, want: `retinue: --session-idle: "soon" is not a span of time; write it like 90s, 30m or 24h`},
		{name: "range", args: []string{"--session-lifetime", "10s"}, want: `retinue: --session-lifetime: 10s is out of range; 5m to 8760h is allowed`},
		{name: "range or zero", args: []string{"--session-idle", "5s"}, want: `retinue: --session-idle: 5s is out of range; 1m to 8760h is allowed, and 0s for never`},
		{name: "number", args: []string{"--db-max-conns", "many"}, want: `retinue: --db-max-conns: "many" is not a whole number from 0 on`},
		{name: "number range", args: []string{"--argon2-memory", "64"}, want: `retinue: --argon2-memory: 64 is out of range; 8192 to 262144 is allowed`},
		{name: "product", args: []string{"--argon2-memory", "262144", "--argon2-iterations", "5"}, want: `retinue: --argon2-memory times --argon2-iterations is 1310720; at most 1048576 is allowed`},
		{name: "choice", args: []string{"--log-level", "loud"}, want: `retinue: --log-level: "loud" is not one of debug, info, warn, error`},
		{name: "address", args: []string{"--listen", "8080"}, want: `retinue: --listen: "8080" is not a host and a port from 0 to 65535; write it like 127.0.0.1:8080 or [::1]:8080`},
		{name: "network", args: []string{"--trusted-proxies", "10.0.0.0/8,nginx"}, want: `retinue: --trusted-proxies: "nginx" is not a network; write it like 10.0.0.0/8 or 192.0.2.7, several with commas`},
		{name: "url", args: []string{"--public-url", "people.example.com"}, want: `retinue: --public-url: "people.example.com" is not an address of a site; write it like https://people.example.com`},
		{name: "sender", args: []string{"--smtp-host", "mail", "--smtp-from", "nobody"}, want: `retinue: --smtp-from: "nobody" is not an e-mail address; write it like people@example.com or Retinue <people@example.com>`},
		{name: "sender missing", args: []string{"--smtp-host", "mail"}, want: `retinue: --smtp-host needs --smtp-from`},
		{name: "half of TLS", args: []string{"--tls-cert", "a.pem"}, want: `retinue: --tls-cert and --tls-key go together: give both or none`},
		{name: "unknown flag", args: []string{"--lissten", "x"}, want: `retinue: unknown flag --lissten, did you mean "--listen"?`},
		{name: "environment", env: []string{"RETINUE_LOG_FORMAT", "xml"}, want: `retinue: --log-format: "xml" is not one of text, json (from RETINUE_LOG_FORMAT)`},
		{name: "environment, unreadable", env: []string{"RETINUE_LISTEN", "bogus"}, want: `retinue: --listen: "bogus" is not a host and a port from 0 to 65535; write it like 127.0.0.1:8080 or [::1]:8080 (from envar RETINUE_LISTEN="bogus")`},
		{name: "flag before environment", env: []string{"RETINUE_LOG_FORMAT", "json"}, args: []string{"--log-format", "xml"}, want: `retinue: --log-format: "xml" is not one of text, json`},
		{name: "flag before file", file: "log-format = \"json\"\n", args: []string{"--log-format", "xml"}, want: `retinue: --log-format: "xml" is not one of text, json`},
		{name: "file, range", file: "[session]\nlifetime = \"10s\"\n", want: `retinue: --session-lifetime: 10s is out of range; 5m to 8760h is allowed (from FILE)`},
		{name: "unknown variable", env: []string{"RETINUE_DATABSE", "x"}, want: `retinue: the environment variable RETINUE_DATABSE is not a setting; did you mean RETINUE_DATABASE?`},
		{name: "file", file: "[session]\nidle = \"soon\"\n", want: `retinue: --session-idle: "soon" is not a span of time; write it like 90s, 30m or 24h (from FILE)`},
		{name: "unknown key", file: "listn = \"x\"\n", want: `retinue: --config: FILE: "listn" is not a setting; did you mean listen?`},
		{name: "syntax", file: "listen = \n", want: `retinue: --config: FILE, line 1: expected value but found '\n' instead`},
		{name: "no such file", args: []string{"--config", "nowhere.toml"}, want: `retinue: --config: open nowhere.toml: no such file or directory`},
		{name: "another database", args: []string{"--database", "mysql://me:secret@x/y"}, want: `retinue: --database: mysql:// is no database that is known here; give a file, or a URL that begins with postgres://`},
		{name: "another database, misspelt", args: []string{"--database", "Postgress://x/y"}, want: `retinue: --database: postgress:// is no database that is known here; give a file, or a URL that begins with postgres://`},
		{name: "no secret", args: []string{"--smtp-password-file", "nowhere"}, want: `retinue: --smtp-password-file: open nowhere: no such file or directory`},
	} {
		t.Run(c.name, func(t *testing.T) {
			args := append([]string{"serve"}, c.args...)
			if c.env != nil {
				t.Setenv(c.env[0], c.env[1])
			}
			if c.file != "" {
				name := filepath.Join(t.TempDir(), "retinue.toml")
				if err := os.WriteFile(name, []byte(c.file), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--config", name)
				c.want = strings.ReplaceAll(c.want, "FILE", name)
			}
			code, stdout, stderr := command(t, args...)
			if diff := cmp.Diff(c.want+"\n", stderr); diff != "" || code != exitUsage || stdout != "" {
				t.Errorf("exit code %d, output %q, error:\n%s", code, stdout, diff)
			}
		})
	}
}

// What only makes sense with a database that is there makes none.
func TestMistypedDatabase(t *testing.T) {
	for _, args := range [][]string{
		{"tenant", "list"},
		{"tenant", "suspend", "northwind"},
		{"tenant", "reactivate", "northwind"},
		{"audit", "verify"},
		{"index", "rebuild"},
		{"users", "export"},
		{"users", "import", "-"},
		{"users", "reset-password", "--email", "x@y.example"},
		{"backup", filepath.Join(t.TempDir(), "b.tar.gz")},
	} {
		dir := filepath.Join(t.TempDir(), "mistyped")
		code, _, errs := command(t, append(args, "--data-dir", dir)...)
		if code != exitFailure || !strings.Contains(errs, "there is no database at "+dir) || strings.Count(errs, "\n") != 1 {
			t.Errorf("%v: exit code %d: %s", args, code, errs)
		}
		if _, err := os.Lstat(dir); !os.IsNotExist(err) {
			t.Errorf("%v made something: %v", args, err)
		}
	}
}

// Flags go before the environment, the environment before the file, the file
// before the default.
func TestPrecedence(t *testing.T) {
	name := filepath.Join(t.TempDir(), "retinue.toml")
	text := "listen = \"file:1\"\nlog-level = \"warn\"\nlog_format = \"json\"\ntrusted-proxies = [\"10.0.0.0/8\", \"::1\"]\n[smtp]\nport = 2525\n"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("RETINUE_LISTEN", "env:2")
	t.Setenv("RETINUE_LOG_LEVEL", "error")
	t.Setenv("RETINUE_PORT", "tcp://10.0.0.1:80") // as Kubernetes does
	s := testRun(t, "--config", name, "--listen", "flag:3").settings
	got := []any{s.Listen, s.LogLevel, s.LogFormat, int(s.SMTPPort), len(s.TrustedProxies), s.SessionIdle.String()}
	if diff := cmp.Diff([]any{Address("flag:3"), Choice("error"), Choice("json"), 2525, 2, "8h"}, got); diff != "" {
		t.Error(diff)
	}
}

// The file that comes with the service is one that the program reads.
func TestSettingsThatComeWithTheService(t *testing.T) {
	s := testRun(t, "--config", filepath.Join("..", "..", "deploy", "retinue.toml")).settings
	if string(s.PublicURL) != "https://people.example.com" || len(s.TrustedProxies) != 2 {
		t.Errorf("%+v", s)
	}
}

// The first page of the help explains every setting with its default and its
// environment variable, which is made from the flag's name.
func TestHelp(t *testing.T) {
	code, help, _ := command(t, "--help")
	if code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	text := strings.Join(strings.Fields(help), " ")
	parser, err := newParser(&cli{}, &Process{}, &configFile{})
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, f := range parser.Model.Flags {
		if f.Name == "help" {
			continue
		}
		known++
		env := "RETINUE_" + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
		if len(f.Envs) != 1 || f.Envs[0] != env || !strings.Contains(text, "($"+env+")") {
			t.Errorf("--%s: the environment variable is %v, and not %s", f.Name, f.Envs, env)
		}
		if !strings.Contains(text, "--"+f.Name+"=") || !strings.Contains(f.Help, "Default: ") {
			t.Errorf("--%s: the help does not explain it with its default", f.Name)
		}
		if f.Default != "" && !strings.Contains(f.Help, "Default: "+f.Default) && !strings.Contains(f.Help, f.Default) {
			t.Errorf("--%s: the help does not name the default %s", f.Name, f.Default)
		}
	}
	if fields := reflect.TypeFor[Settings]().NumField() - 1; known != fields {
		t.Errorf("%d flags for %d settings", known, fields)
	}
	for _, asked := range []string{"version", "--version"} {
		if code, stdout, _ := command(t, asked); stdout != "retinue v1.2.3\n" || code != exitOK {
			t.Errorf("%s prints %q, exit code %d", asked, stdout, code)
		}
	}
	if code, again, _ := command(t, "help"); code != exitOK || again != help {
		t.Errorf("help prints %q, exit code %d", again, code)
	}
	_, want, _ := command(t, "audit", "verify", "--help")
	if code, got, _ := command(t, "help", "audit", "verify"); code != exitOK || got != want {
		t.Errorf("help audit verify prints %q, exit code %d", got, code)
	}
}

// What is logged at the start holds no secret.
func TestSettingsAreLoggedWithoutSecrets(t *testing.T) {
	s := testRun(t, "--database", "postgres://retinue:hunter2@db.example/retinue?sslmode=disable", "--smtp-host", "mail",
		"--smtp-from", "a@b.example", "--smtp-password", "hunter3").settings
	for _, format := range []Choice{"text", "json"} {
		s.LogFormat, s.LogLevel = format, "debug"
		var out bytes.Buffer
		newLogger(&out, s).Debug("settings", "settings", s)
		if strings.Contains(out.String(), "hunter") {
			t.Errorf("%s: a secret is in %s", format, out.String())
		}
		if !strings.Contains(out.String(), "postgres://db.example/retinue") || !strings.Contains(out.String(), "RETINUE_LISTEN") {
			t.Errorf("%s: settings are missing in %s", format, out.String())
		}
	}
}
