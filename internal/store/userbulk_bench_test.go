package store_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/retinue/retinue/internal/iam"
	"github.com/retinue/retinue/internal/people"
	"github.com/retinue/retinue/internal/store/storetest"
)

// BenchmarkInsertUsers measures imports, in calls of 5,000 users: the users a
// second, and the processor time of this process for one. An operation is one user.
func BenchmarkInsertUsers(b *testing.B) {
	for name, open := range storetest.Engines(b) {
		b.Run(name, func(b *testing.B) { benchInsertUsers(b, open(b)) })
	}
}

func benchInsertUsers(b *testing.B, db storetest.DB) {
	d := &benchDirectory{db: db, roles: map[string]iam.RoleID{}}
	d.fill(b, "bench", 0)
	gen := people.New(1)
	const batch = 5000
	var busy time.Duration
	b.ResetTimer()
	for first := 0; first < b.N; first += batch {
		b.StopTimer()
		var users []*iam.User
		for i := first; i < min(first+batch, b.N); i++ {
			users = append(users, d.user(gen.Person(i), i))
		}
		events := d.events(users)
		before := processorTime()
		b.StartTimer()
		if err := db.Write(b.Context(), func(tx iam.Tx) error { return tx.InsertUsers(b.Context(), d.tenant, users, events, alone) }); err != nil {
			b.Fatal(err)
		}
		busy += processorTime() - before
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "users/s")
	b.ReportMetric(float64(busy.Microseconds())/float64(b.N), "cpu-µs/user")
}

// processorTime is what this process has used of the processors so far.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func alone() error { return nil }
