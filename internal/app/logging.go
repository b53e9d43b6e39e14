package app

import (
	"io"
	"log/slog"
	"net/url"
	"reflect"

	"github.com/retinue/retinue/internal/store"
)

// newLogger returns the logger that everything is wired with.
func newLogger(w io.Writer, s *Settings) *slog.Logger {
	var level slog.Level
	_ = level.UnmarshalText([]byte(s.LogLevel)) // one of the known words
	options := &slog.HandlerOptions{Level: level}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// LogValue implements slog.LogValuer: all settings, secrets only by whether
// they are set.
func (s *Settings) LogValue() slog.Value {
	var attrs []slog.Attr
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if !field.IsExported() {
			continue
		}
		attrs = append(attrs, slog.Any(field.Tag.Get("env"), v.Field(i).Interface()))
	}
	return slog.GroupValue(append(attrs, slog.String("database_server", s.databaseName()))...)
}

// databaseName is the database setting without user, password and options.
func (s *Settings) databaseName() string {
	d := s.database()
	if !store.IsPostgres(d) {
		return d
	}
	u, err := url.Parse(d)
	if err != nil {
		return "postgres"
	}
	return "postgres://" + u.Host + u.Path
}
