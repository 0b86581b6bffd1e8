package caddymodule

import (
	"encoding/json"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/rs/zerolog"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// innerLog carries what the packages that know nothing of Caddy log, by zerolog,
// into Caddy's own log, so that operators see one stream under their settings.
// Pooled things outlive configurations: use swaps the logger under them.
type innerLog struct{ to atomic.Pointer[zap.Logger] }

func newInnerLog(to *zap.Logger) zerolog.Logger {
	l := new(innerLog)
	l.use(to)
	return l.logger()
}

func (l *innerLog) use(to *zap.Logger) { l.to.Store(to) }

func (l *innerLog) logger() zerolog.Logger { return zerolog.New(l) }

var zapLevels = map[zerolog.Level]zapcore.Level{
	zerolog.TraceLevel: zapcore.DebugLevel,
	zerolog.DebugLevel: zapcore.DebugLevel,
	zerolog.InfoLevel:  zapcore.InfoLevel,
	zerolog.WarnLevel:  zapcore.WarnLevel,
	zerolog.ErrorLevel: zapcore.ErrorLevel,
}

// Write implements io.Writer for lines without a level.
func (l *innerLog) Write(p []byte) (int, error) { return l.WriteLevel(zerolog.InfoLevel, p) }

// WriteLevel implements zerolog.LevelWriter.
func (l *innerLog) WriteLevel(level zerolog.Level, p []byte) (int, error) {
	to, ok := zapLevels[level]
	if !ok {
		to = zapcore.ErrorLevel // fatal and panic: not for a library to decide
	}
	logger := l.to.Load()
	if logger == nil || !logger.Core().Enabled(to) {
		return len(p), nil
	}
	var line map[string]any
	if err := json.Unmarshal(p, &line); err != nil {
		logger.Log(to, string(p))
		return len(p), nil
	}
	message, _ := line[zerolog.MessageFieldName].(string)
	delete(line, zerolog.MessageFieldName)
	delete(line, zerolog.LevelFieldName)
	fields := make([]zap.Field, 0, len(line))
	for _, k := range slices.Sorted(maps.Keys(line)) {
		fields = append(fields, zap.Any(k, line[k]))
	}
	logger.Log(to, message, fields...)
	return len(p), nil
}

// timeNow is the clock on the wall, without the monotonic part: windows open and
// close by it.
func timeNow() time.Time { return time.Now().Round(0) }

// Interface guards
var _ zerolog.LevelWriter = (*innerLog)(nil)
