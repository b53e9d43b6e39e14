package app

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	"github.com/alecthomas/kong"
)

// configFile gives kong the settings of the file that --config names. Flags and
// environment variables go before it.
type configFile struct {
	path   string
	values map[string]string
	given  map[string]bool // settings that were taken from the file
}

// Validate implements kong.Resolver; what the file holds is checked by load,
// once it is known which file it is.
func (f *configFile) Validate(*kong.Application) error { return nil }

// Resolve implements kong.Resolver.
func (f *configFile) Resolve(ctx *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
	if flag.Name == "config" || len(flag.Envs) == 0 {
		return nil, nil //nolint:nilnil // kong's way to say that there is no value
	}
	if f.values == nil {
		if err := f.load(ctx); err != nil {
			return nil, err
		}
	}
	value, ok := f.values[flag.Name]
	if _, env := os.LookupEnv(flag.Envs[0]); env || !ok {
		return nil, nil //nolint:nilnil // as above
	}
	f.given[flag.Name] = true
	return value, nil
}

func (f *configFile) load(ctx *kong.Context) error {
	f.values, f.given = map[string]string{}, map[string]bool{}
	known := map[string]bool{}
	for _, flag := range ctx.Model.Flags {
		if len(flag.Envs) == 0 {
			continue
		}
		known[flag.Name] = true
		if flag.Name == "config" {
			f.path, _ = ctx.FlagValue(flag).(string)
		}
	}
	if f.path == "" {
		return nil
	}
	var tree map[string]any
	if _, err := toml.DecodeFile(f.path, &tree); err != nil {
		if p, ok := errors.AsType[toml.ParseError](err); ok {
			return configError{fmt.Errorf("--config: %s, line %d: %s", f.path, p.Position.Line, p.Message)}
		}
		return configError{fmt.Errorf("--config: %w", err)}
	}
	if err := f.flatten("", tree); err != nil {
		return err
	}
	for key := range f.values {
		if !known[key] || key == "config" {
			return configError{fmt.Errorf("--config: %s: %q is not a setting%s", f.path, key, suggestion(key, known))}
		}
	}
	return nil
}

// flatten takes "host" in the table [smtp] for smtp-host.
func (f *configFile) flatten(prefix string, tree map[string]any) error {
	for key, v := range tree {
		name := prefix + strings.ReplaceAll(key, "_", "-")
		switch v := v.(type) {
		case map[string]any:
			if err := f.flatten(name+"-", v); err != nil {
				return err
			}
		case []any:
			parts := make([]string, len(v))
			for i := range v {
				parts[i] = fmt.Sprint(v[i])
			}
			f.values[name] = strings.Join(parts, ",")
		case string, int64, bool:
			f.values[name] = fmt.Sprint(v)
		default:
			return configError{fmt.Errorf("--config: %s: %q is neither text nor a whole number nor a list of them", f.path, name)}
		}
	}
	return nil
}

// configError is an error about the file itself: kong would name whichever flag
// it happened to be looking for.
type configError struct{ error }

// Unwrap returns what is wrong.
func (e configError) Unwrap() error { return e.error }

// aboutSetting is how an error begins that is about one setting.
var aboutSetting = regexp.MustCompile(`^--([a-z0-9-]+): `)

// whence adds to an error about a setting which file it was taken from, or, when k
// tells what the command line has, which environment variable.
func (f *configFile) whence(err error, k *kong.Context) error {
	about := aboutSetting.FindStringSubmatch(err.Error())
	if about == nil {
		return err
	}
	name := about[1]
	if f.given[name] {
		return fmt.Errorf("%w (from %s)", err, f.path)
	}
	if k == nil {
		return err
	}
	typed := slices.ContainsFunc(k.Path, func(p *kong.Path) bool { return p.Flag != nil && p.Flag.Name == name })
	for _, flag := range k.Model.Flags {
		if flag.Name != name || len(flag.Envs) == 0 || typed {
			continue
		}
		if _, set := os.LookupEnv(flag.Envs[0]); set {
			return fmt.Errorf("%w (from %s)", err, flag.Envs[0])
		}
	}
	return err
}

// misspelt finds an environment variable that is nearly one of ours. Others
// that begin alike are left alone: Kubernetes sets RETINUE_PORT and its kind
// for a service of that name.
func misspelt(environ []string, flags []*kong.Flag) error {
	known := map[string]bool{}
	for _, f := range flags {
		for _, e := range f.Envs {
			known[e] = true
		}
	}
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "RETINUE_") || known[name] {
			continue
		}
		if hint := suggestion(name, known); hint != "" {
			return fmt.Errorf("the environment variable %s is not a setting%s", name, hint)
		}
	}
	return nil
}

// suggestion names the known word that differs by one or two characters.
func suggestion(word string, known map[string]bool) string {
	best, at := "", 3
	for k := range known {
		if d := distance(word, k); d < at || d == at && k < best {
			best, at = k, d
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean " + best + "?"
}

// distance is how many characters must be changed, added or removed.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = slices.Min([]int{cost, row[j] + 1, row[j+1] + 1})
		}
	}
	return row[len(b)]
}
