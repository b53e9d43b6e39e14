package main

import (
	"os"
	"testing"
	"time"
)

func TestParseMemory(t *testing.T) {
	m, err := parseMemory("Name:\tretinue\nVmHWM:\t   204800 kB\nVmRSS:\t    1024 kB\nThreads:\t9\n")
	if err != nil || m != (memory{now: 1 << 20, peak: 200 << 20}) {
		t.Fatalf("got %+v, %v", m, err)
	}
	if _, err := parseMemory("Name:\tretinue\n"); err == nil {
		t.Error("a status without memory is taken")
	}
}

func TestParseCPU(t *testing.T) {
	// A process may call itself what it likes.
	got, err := parseCPU([]byte("42 (a) b) c) S 1 42 42 0 -1 4194560 1 2 3 4 150 50 0 0 20 0"))
	if err != nil || got != 2*time.Second {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := parseCPU([]byte("42 (x) S 1")); err == nil {
		t.Error("a line that is too short is taken")
	}
}

func TestOwnProcess(t *testing.T) {
	m, err := memoryOf(os.Getpid())
	if err != nil || m.now <= 0 || m.peak < m.now/2 {
		t.Errorf("memory %+v, %v", m, err)
	}
	if _, err := cpuOf(os.Getpid()); err != nil {
		t.Error(err)
	}
}
