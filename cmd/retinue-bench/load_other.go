//go:build !linux

package main

import (
	"errors"
	"time"
)

// load needs epoll.
func load(string, []byte, int, time.Duration) (latencies, error) {
	return nil, errors.New("the load is driven with epoll, which only Linux has")
}
