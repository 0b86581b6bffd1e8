package caddymodule

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/caddymodule/flagfile"
	"github.com/candor-edge/candor/caddymodule/pass"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// What outlives a configuration: a reload neither forgets maintenance nor asks a
// backend again. Keyed by what the things are, so that a changed backend is
// another one. None of them holds a storage handle, which a reload may change.
var (
	pollers = caddy.NewUsagePool() // *pooledPoller by its resolved configuration
	flags   = caddy.NewUsagePool() // *pooledFlag by the name of the file
	boards  = caddy.NewUsagePool() // *pooledBoard by the storage it is kept in
)

type pooledPoller struct {
	*statusclient.Poller
	config statusclient.BackendConfig
	log    *innerLog
	hooks  hookCounts
}

// Destruct implements caddy.Destructor.
func (p *pooledPoller) Destruct() error {
	p.Stop()
	return nil
}

type pooledBoard struct {
	*board.Board
	log    *innerLog
	passes *pass.Ring // whose keys are kept in the same storage
}

// Destruct implements caddy.Destructor.
func (*pooledBoard) Destruct() error { return nil }

type pooledFlag struct {
	*flagfile.File
	log      *innerLog
	services []string // of this app
}

// Destruct implements caddy.Destructor.
func (f *pooledFlag) Destruct() error {
	f.Stop()
	return nil
}

// pooled is what an app holds of the pools.
type pooled struct {
	board    *pooledBoard
	boardKey string
	pollers  []*pooledPoller
	keys     []string
	flags    []*pooledFlag // copies, with the services of this app

	writers    map[string]statusclient.Writer // by backend
	writerKeys []string
}

func (a *App) acquire() error {
	a.pooled.boardKey = fmt.Sprintf("%T %v", a.storage, a.storage)
	v, _, err := boards.LoadOrNew(a.pooled.boardKey, func() (caddy.Destructor, error) {
		log := new(innerLog)
		log.use(a.logger)
		return &pooledBoard{board.New(log.logger()), log, pass.New()}, nil
	})
	if err != nil {
		return err
	}
	a.pooled.board = v.(*pooledBoard)
	a.passes = a.pooled.board.passes
	for _, cfg := range a.conf.Backends {
		if w := cfg.Warning(); w != "" {
			a.logger.Warn(w)
		}
		cfg = cfg.Reading() // what may write neither polls nor makes it another backend
		key := backendKey(cfg)
		v, _, err := pollers.LoadOrNew(key, func() (caddy.Destructor, error) {
			log := new(innerLog)
			log.use(a.logger)
			b, err := statusclient.New(cfg, log.logger())
			if err != nil {
				return nil, err
			}
			return &pooledPoller{Poller: statusclient.NewPoller(cfg, b, log.logger()), config: cfg, log: log}, nil
		})
		if err != nil {
			return err
		}
		a.pooled.pollers = append(a.pooled.pollers, v.(*pooledPoller))
		a.pooled.keys = append(a.pooled.keys, key)
	}
	a.kept.stored = make([]time.Time, len(a.pooled.pollers))
	return a.acquireFlags()
}

func (a *App) acquireFlags() error {
	byName := make(map[string]*pooledFlag)
	for i := range a.conf.Services {
		s := &a.conf.Services[i]
		if s.MaintenanceFile == "" {
			continue
		}
		if f := byName[s.MaintenanceFile]; f != nil {
			f.services = append(f.services, s.Name)
			continue
		}
		v, _, err := flags.LoadOrNew(s.MaintenanceFile, func() (caddy.Destructor, error) {
			log := new(innerLog)
			log.use(a.logger)
			return &pooledFlag{File: flagfile.New(s.MaintenanceFile, log.logger()), log: log}, nil
		})
		if err != nil {
			return err
		}
		mine := *v.(*pooledFlag)
		mine.services = []string{s.Name}
		byName[s.MaintenanceFile] = &mine
		a.pooled.flags = append(a.pooled.flags, &mine)
	}
	return nil
}

// release leaves a.pooled as it is: after a reload, what came before it still looks
// there.
func (a *App) release() error {
	errs := []error{a.releaseWriters()}
	for _, key := range a.pooled.keys {
		_, err := pollers.Delete(key)
		errs = append(errs, err)
	}
	for _, f := range a.pooled.flags {
		_, err := flags.Delete(f.Name())
		errs = append(errs, err)
	}
	if a.pooled.board != nil {
		_, err := boards.Delete(a.pooled.boardKey)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// backendKey is the same for the same configuration and tells nothing of it: it
// is also a name in storage, and configurations hold secrets.
func backendKey(cfg statusclient.BackendConfig) string {
	cfg.HookSecret = ""       // another one makes no other backend
	b, _ := json.Marshal(cfg) // strings, a number and a map of strings
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// flagInput is what the files say that turn maintenance mode on.
func flagInput(files []*pooledFlag) statusclient.Input {
	s := new(statusclient.Status)
	for _, f := range files {
		if m, on := f.Maintenance(); on {
			m.Services = f.services
			s.Maintenances = append(s.Maintenances, m)
		}
	}
	return statusclient.Input{Name: config.FlagName, Holds: true, Quiet: true, Fetched: timeNow(), Status: s}
}
