//go:build !e2etest

package app

import (
	"net/http"

	"github.com/retinue/retinue/internal/clock"
)

// NewClock returns the clock that the program lives by: the machine's.
func NewClock() clock.Clock { return clock.System{} }

// testingRoutes are routes that only the binary of the browser tests has.
func (*server) testingRoutes() map[string]http.HandlerFunc { return nil }
