package store_test

import (
	"testing"

	"github.com/retinue/retinue/internal/store/storetest"
)

func TestUsersElsewhere(t *testing.T) {
	for name, open := range storetest.Engines(t) {
		t.Run(name, func(t *testing.T) { storetest.Elsewhere(t, open) })
	}
}
