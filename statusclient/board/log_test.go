package board

import (
	"testing"

	"github.com/rs/zerolog"
)

// newLog logs to the test's own output.
func newLog(t *testing.T) zerolog.Logger { return zerolog.New(zerolog.NewTestWriter(t)) }
