package main

// row is one line of the table.
type row struct {
	id     string
	label  string
	target string
	peers  string // what the best of four comparable servers does
}

// table is a group of rows with one unit.
type table struct {
	title string
	unit  string
	rows  []row
}

const listTarget = "≤ 5 / 25"

// tables are all rows, in the order in which they are shown.
var tables = []table{
	{"List of 50 users", "Milliseconds over HTTP on one connection: median / 99th percentile / slowest.", []row{
		{"list.all", "everything: random search × status × type × role × sort, first and deep pages", listTarget, ""},
		{"list.first", "newest first, no filter", listTarget, "2.3 / 4.8 at 100k, 1.8 / 3.6 at 1M (no count)"},
		{"list.name", "by name, no filter", listTarget, "32 / 45 at 100k, 334 / 386 at 1M"},
		{"list.deep", "by name, at 90 % of the list, next and previous", listTarget, "4.2 / 7.5 at 100k, 148 / 160 at 1M"},
		{"list.fragment", "part of a name, three letters and more", listTarget, "3.9 / 6.7 at 100k, 4.4 / 7.5 at 1M (no count), 397 with"},
		{"list.email", "part of an e-mail address", listTarget, "48 / 63 at 100k, 419 / 527 at 1M"},
		{"list.status", "status and search", listTarget, "30 / 38 at 100k, 327 / 385 at 1M"},
		{"list.common", "common term, by name", listTarget, ""},
		{"list.signin", "common term, by last sign-in", listTarget, ""},
		{"list.three", "role, type and status, by name", listTarget, ""},
		{"list.rare", "rare term", listTarget, ""},
		{"list.absent", "term that nobody has", listTarget, ""},
		{"list.short", "one or two letters", listTarget, ""},
		{"list.words", "two words", listTarget, ""},
		{"list.script", "other scripts", listTarget, ""},
		{"list.far", "far into filtered lists, next and previous", listTarget, ""},
	}},
	{"Client organizations", "The people belong to 2,000 organizations in a tree of four levels. Milliseconds over HTTP on one connection: median / 99th percentile / slowest.", []row{
		{"org.list", "list of 50 organizations", "≤ 5 (median)", ""},
		{"org.search", "search in the tree", "≤ 5 (median)", ""},
		{"org.all", "the whole tree at once", "", ""},
		{"org.users", "50 users of an organization", "≤ 5 (median)", ""},
		{"org.below", "50 users of an organization and those below it", "≤ 5 (median)", ""},
		{"org.find", "the same, with a search", "≤ 5 (median)", ""},
	}},
	{"Numbers and single changes", "Milliseconds over HTTP on one connection: median / 99th percentile / slowest. After every change list, search, counters and audit log are looked at, and must show it.", []row{
		{"stats", "stat cards", "≤ 1 (median)", ""},
		{"write.create", "create a user", "≤ 5 (median)", ""},
		{"write.edit", "edit a user", "≤ 5 (median)", ""},
		{"write.suspend", "suspend a user", "≤ 5 (median)", ""},
		{"write.delete", "delete a user", "", ""},
	}},
	{"Import of all users, with password hashes, roles and last sign-ins", "By the command line, audit events sealed and index complete at its end.", []row{
		{"import.rate", "users a second", "≥ 10,000", "2,234"},
		{"import.check", "rows a second of the dry run before", "", ""},
		{"import.memory", "resident memory at most", "≤ 300 MB", ""},
	}},
	{"Signing in", "Argon2id, 19 MiB, 2 passes; beside it bare argon2id of golang.org/x/crypto on as many cores, in turns in the same run.", []row{
		{"signin.8", "sign-ins a second, 8 at once (share of bare argon2id)", "≥ 90 %", "35.5 (bcrypt 10), 5.0 (argon2id, 64 MiB)"},
		{"signin.32", "sign-ins a second, 32 at once", "≥ 90 %", ""},
		{"signin.keys", "keys a second of the server's own argon2id, bare", "", ""},
		{"signin.memory", "resident memory at most under 200 sign-ins at once", "bounded", "2.6 GB under 8 at once (argon2id, 64 MiB)"},
	}},
	{"Who is calling: authenticated GET /api/v1/session", "Beside it /healthz, which answers “ok” and does nothing, in turns in the same run.", []row{
		{"session.1", "requests a second, 1 connection (share of the empty handler)", "≥ 50 %", "7,484"},
		{"session.1.latency", "median / 99th percentile, ms", "", "0.13 / 2.0"},
		{"session.32", "requests a second, 32 connections", "≥ 50 %", "24,166"},
		{"session.32.latency", "median / 99th percentile, ms", "", "1.2 / 9.3"},
		{"session.cpu", "server CPU a request at 32 connections, µs", "", "61 to 106"},
	}},
	{"Start and size", "On the existing database.", []row{
		{"start.ready", "process start to /readyz, ms (median of 7)", "≤ 150", "36"},
		{"start.memory", "resident memory, idle after the start", "≤ 60 MB", "22 MB"},
		{"start.after", "resident memory, idle for 40 s after all lists above", "≤ 60 MB", ""},
		{"size.binary", "binary", "≤ 45 MB", "24 MB"},
		{"size.console", "console: JavaScript before first paint, gzipped", "≤ 260 kB", ""},
	}},
}
