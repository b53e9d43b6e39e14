package app

import (
	"path/filepath"
	"time"
)

// Settings are everything that can be set, the same for every command. Each is
// a flag, an environment variable (RETINUE_ and the flag's name) and a key of
// the configuration file (the flag's name); the first of these that is given
// wins, else the default holds.
type Settings struct {
	Config string `group:"Configuration" env:"RETINUE_CONFIG" placeholder:"FILE" help:"TOML file with settings, named as these flags. Default: none."`

	Database        Secret `group:"Data" env:"RETINUE_DATABASE" placeholder:"FILE|URL" help:"SQLite file, or the postgres:// URL of a PostgreSQL database. Default: retinue.db in the data directory."`
	DatabaseURLFile string `group:"Data" name:"database-url-file" env:"RETINUE_DATABASE_URL_FILE" placeholder:"FILE" help:"File that holds what --database would, to keep its password off the command line. Default: none."`
	DataDir         string `group:"Data" env:"RETINUE_DATA_DIR" default:"data" placeholder:"DIR" help:"Directory of photos, uploads and the SQLite file. Default: ${default}."`
	SecretKeyFile   string `group:"Data" env:"RETINUE_SECRET_KEY_FILE" placeholder:"FILE" help:"File with 64 hexadecimal digits that private keys in the database are sealed with; nodes of one database share it. Default: secret.key in the data directory, made when missing."`
	DBMaxConns      Count  `group:"Data" name:"db-max-conns" env:"RETINUE_DB_MAX_CONNS" default:"16" placeholder:"N" help:"Most connections to PostgreSQL, 2 to 1000. Default: ${default}."`

	Listen          Address  `group:"Network" env:"RETINUE_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address to listen on; port 0 takes a free one. Default: ${default}."`
	PublicURL       URL      `group:"Network" name:"public-url" env:"RETINUE_PUBLIC_URL" placeholder:"URL" help:"Address under which people reach the console, for links in mails. Default: made from --listen."`
	TLSCert         string   `group:"Network" name:"tls-cert" env:"RETINUE_TLS_CERT" placeholder:"FILE" help:"PEM file of the certificate chain, to serve https without a proxy. Default: none, plain http."`
	TLSKey          string   `group:"Network" name:"tls-key" env:"RETINUE_TLS_KEY" placeholder:"FILE" help:"PEM file of the certificate's key. Default: none."`
	TrustedProxies  Networks `group:"Network" env:"RETINUE_TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Networks of the proxies whose X-Forwarded-For, -Proto and -Host are believed. Default: none."`
	ShutdownTimeout Duration `group:"Network" env:"RETINUE_SHUTDOWN_TIMEOUT" default:"20s" placeholder:"TIME" help:"How long requests may finish after SIGTERM, 0s to 10m. Default: ${default}."`

	SessionLifetime Duration `group:"Sign-in" env:"RETINUE_SESSION_LIFETIME" default:"24h" placeholder:"TIME" help:"Longest a session lasts, 5m to 8760h. Default: ${default}."`
	SessionIdle     Duration `group:"Sign-in" env:"RETINUE_SESSION_IDLE" default:"8h" placeholder:"TIME" help:"Ends a session that was not used for so long, 1m to 8760h; 0s never. Default: ${default}."`
	ResetLifetime   Duration `group:"Sign-in" env:"RETINUE_RESET_LIFETIME" default:"1h" placeholder:"TIME" help:"How long a link for a new password works, 5m to 168h. Default: ${default}."`
	RefusalTime     Duration `group:"Sign-in" env:"RETINUE_REFUSAL_TIME" default:"500ms" placeholder:"TIME" help:"A wrong password is answered no sooner than this, 0s to 10s: longer than checking the slowest hash does that was imported, so that the time tells nobody which accounts exist. Default: ${default}."`

	Argon2Memory      Count `group:"Password hashing" name:"argon2-memory" env:"RETINUE_ARGON2_MEMORY" default:"19456" placeholder:"KIB" help:"Memory of one argon2id hash in KiB, 8192 to 262144; times the passes over it at most 1048576. Default: ${default}."`
	Argon2Iterations  Count `group:"Password hashing" name:"argon2-iterations" env:"RETINUE_ARGON2_ITERATIONS" default:"2" placeholder:"N" help:"Passes over that memory, 1 to 20. Default: ${default}."`
	Argon2Parallelism Count `group:"Password hashing" name:"argon2-parallelism" env:"RETINUE_ARGON2_PARALLELISM" default:"1" placeholder:"N" help:"Lanes of one hash, 1 to 16. Default: ${default}."`
	Argon2Concurrency Count `group:"Password hashing" name:"argon2-concurrency" env:"RETINUE_ARGON2_CONCURRENCY" default:"0" placeholder:"N" help:"Hashes computed at once, 0 to 256; more wait. 0 means one per core. Default: ${default}."`

	SMTPHost         string  `group:"Mail" name:"smtp-host" env:"RETINUE_SMTP_HOST" placeholder:"HOST" help:"SMTP server. Default: none; mails are kept and shown in the console's outbox."`
	SMTPPort         Count   `group:"Mail" name:"smtp-port" env:"RETINUE_SMTP_PORT" default:"0" placeholder:"PORT" help:"Port of the SMTP server, 0 to 65535; 0 is the usual one of --smtp-tls. Default: ${default}."`
	SMTPTLS          Choice  `group:"Mail" name:"smtp-tls" env:"RETINUE_SMTP_TLS" default:"starttls" placeholder:"MODE" help:"starttls, implicit or none. Default: ${default}."`
	SMTPUsername     string  `group:"Mail" name:"smtp-username" env:"RETINUE_SMTP_USERNAME" placeholder:"NAME" help:"Name to sign in to the SMTP server with. Default: none, no sign-in."`
	SMTPPassword     Secret  `group:"Mail" name:"smtp-password" env:"RETINUE_SMTP_PASSWORD" placeholder:"TEXT" help:"Password for it; better in a file. Default: none."`
	SMTPPasswordFile string  `group:"Mail" name:"smtp-password-file" env:"RETINUE_SMTP_PASSWORD_FILE" placeholder:"FILE" help:"File that holds the password. Default: none."`
	SMTPFrom         Mailbox `group:"Mail" name:"smtp-from" env:"RETINUE_SMTP_FROM" placeholder:"ADDRESS" help:"Sender of mails, such as \"Retinue <people@example.com>\". Needed with --smtp-host. Default: none."`

	LogLevel    Choice `group:"Logs and metrics" env:"RETINUE_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error. Default: ${default}."`
	LogFormat   Choice `group:"Logs and metrics" env:"RETINUE_LOG_FORMAT" default:"text" placeholder:"FORMAT" help:"text or json. Default: ${default}."`
	LogRequests Choice `group:"Logs and metrics" env:"RETINUE_LOG_REQUESTS" default:"errors" placeholder:"WHICH" help:"Requests to log: none, errors (answered with 5xx) or all. Default: ${default}."`

	MetricsListen    Address  `group:"Logs and metrics" env:"RETINUE_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Address of a listener of its own for /metrics, instead of --listen. Default: none."`
	MetricsAllow     Networks `group:"Logs and metrics" env:"RETINUE_METRICS_ALLOW" default:"127.0.0.0/8,::1/128" placeholder:"CIDR,…" help:"Networks that may read /metrics. Default: ${default}."`
	MetricsTokenFile string   `group:"Logs and metrics" env:"RETINUE_METRICS_TOKEN_FILE" placeholder:"FILE" help:"File with a bearer token that may read /metrics from anywhere. Default: none."`

	metricsToken Secret
}

// database is the database setting, or the SQLite file in the data directory.
func (s *Settings) database() string {
	if s.Database == "" {
		return filepath.Join(s.DataDir, "retinue.db")
	}
	return string(s.Database)
}

// limits are the ranges of settings whose type does not tell them.
func (s *Settings) limits() []limit {
	return []limit{
		inRange("db-max-conns", s.DBMaxConns, 2, 1000),
		within("shutdown-timeout", s.ShutdownTimeout, 0, 10*time.Minute),
		within("session-lifetime", s.SessionLifetime, 5*time.Minute, 8760*time.Hour),
		orZero(within("session-idle", s.SessionIdle, time.Minute, 8760*time.Hour), s.SessionIdle == 0),
		within("reset-lifetime", s.ResetLifetime, 5*time.Minute, 168*time.Hour),
		within("refusal-time", s.RefusalTime, 0, 10*time.Second),
		inRange("argon2-memory", s.Argon2Memory, 8192, 262144),
		inRange("argon2-iterations", s.Argon2Iterations, 1, 20),
		atMost("argon2-memory", "argon2-iterations", int(s.Argon2Memory)*int(s.Argon2Iterations), 1<<20),
		inRange("argon2-parallelism", s.Argon2Parallelism, 1, 16),
		inRange("argon2-concurrency", s.Argon2Concurrency, 0, 256),
		inRange("smtp-port", s.SMTPPort, 0, 65535),
		oneOf("smtp-tls", s.SMTPTLS, "starttls", "implicit", "none"),
		oneOf("log-level", s.LogLevel, "debug", "info", "warn", "error"),
		oneOf("log-format", s.LogFormat, "text", "json"),
		oneOf("log-requests", s.LogRequests, "none", "errors", "all"),
		together("tls-cert", s.TLSCert, "tls-key", s.TLSKey),
		needs("smtp-host", s.SMTPHost != "", "smtp-from", s.SMTPFrom.Address.Address != ""),
		needs("smtp-username", s.SMTPUsername != "", "smtp-host", s.SMTPHost != ""),
		notBoth("database", s.Database != "", "database-url-file", s.DatabaseURLFile != ""),
		notBoth("smtp-password", s.SMTPPassword != "", "smtp-password-file", s.SMTPPasswordFile != ""),
	}
}

// check says what is wrong with the settings, if anything is.
func (s *Settings) check() error {
	for _, l := range s.limits() {
		if l != nil {
			return l
		}
	}
	return nil
}
