package statusclient

import (
	"github.com/hashicorp/go-retryablehttp"
	"github.com/rs/zerolog"
)

// quietLogger takes what retryablehttp says down to debug, without its key-value
// pairs, which hold URLs, and without its line per request.
type quietLogger struct{ log zerolog.Logger }

func (l quietLogger) Error(msg string, _ ...any) { l.log.Debug().Msg(msg) }
func (l quietLogger) Warn(msg string, _ ...any)  { l.log.Debug().Msg(msg) }
func (l quietLogger) Info(string, ...any)        {}
func (l quietLogger) Debug(string, ...any)       {}

// Interface guards
var _ retryablehttp.LeveledLogger = quietLogger{}
