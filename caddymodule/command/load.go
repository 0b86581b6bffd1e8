package command

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/caddyserver/caddy/v2"
	"github.com/caddyserver/caddy/v2/caddyconfig"
	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	"github.com/spf13/cobra"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// load reads a configuration as Caddy's own commands do, but has people told of
// what is wrong with it in words, not in lines of a log.
func load(cmd *cobra.Command, file, adapter string) ([]byte, error) {
	// Only so can Caddy's own logger be replaced before there is a configuration.
	_, _, _ = caddy.BufferedLog()
	caddy.UnbufferDefaultLogger(zap.New(spoken{zapcore.WarnLevel, cmd.ErrOrStderr()}))
	if filepath.Ext(file) == ".toml" && adapter == "" {
		return nil, usage("%s is no configuration by itself: give the Caddyfile that names it", file)
	}
	b, _, _, err := caddycmd.LoadConfig(file, adapter)
	if err != nil {
		// What it was doing helps nobody: the rest names the file and the line.
		said := err.Error()
		for _, doing := range []string{"adapting config using caddyfile: ", "parsing caddyfile tokens for 'candor': "} {
			said = strings.TrimPrefix(said, doing)
		}
		return nil, errors.New(said)
	}
	return b, nil
}

// spoken is a log for people.
type spoken struct {
	zapcore.LevelEnabler
	to io.Writer
}

// With implements zapcore.Core.
func (s spoken) With([]zapcore.Field) zapcore.Core { return s }

// Check implements zapcore.Core.
func (s spoken) Check(e zapcore.Entry, ce *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if s.Enabled(e.Level) {
		return ce.AddCore(e, s)
	}
	return ce
}

// Write implements zapcore.Core.
func (s spoken) Write(e zapcore.Entry, fields []zapcore.Field) error {
	said := zapcore.NewMapObjectEncoder()
	for _, f := range fields {
		f.AddTo(said)
	}
	where := ""
	if file, ok := said.Fields["file"]; ok {
		where = fmt.Sprintf("%v:%v: ", file, said.Fields["line"])
	}
	_, err := fmt.Fprintf(s.to, "Warning: %s\n", harmless(where+e.Message))
	return err
}

// Sync implements zapcore.Core.
func (s spoken) Sync() error { return nil }

// ours are the loggers of modules whose warnings are about the configuration.
var ours = []string{"candor", "http.handlers.candor", "http.handlers.candor_console", "http.handlers.candor_hooks"}

// quiet has a configuration that is only tried log errors, and what Candor warns of,
// as a person reads them.
func quiet(config *caddy.Config) {
	if config.Logging == nil {
		config.Logging = new(caddy.Logging)
	}
	if config.Logging.Logs == nil {
		config.Logging.Logs = make(map[string]*caddy.CustomLog)
	}
	readable := func(level string) caddy.BaseLog {
		return caddy.BaseLog{
			Level:      level,
			WriterRaw:  caddyconfig.JSON(map[string]string{"output": "stderr"}, nil),
			EncoderRaw: caddyconfig.JSON(map[string]string{"format": "console", "time_key": "", "level_format": "upper"}, nil),
		}
	}
	config.Logging.Logs[caddy.DefaultLoggerName] = &caddy.CustomLog{BaseLog: readable("ERROR"), Exclude: ours}
	config.Logging.Logs["candor"] = &caddy.CustomLog{BaseLog: readable("WARN"), Include: ours}
}

// Interface guards
var _ zapcore.Core = spoken{}
