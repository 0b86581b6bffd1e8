package caddymodule

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cespare/xxhash/v2"
	"go.uber.org/zap"

	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

// drill is a rehearsal of one service. Whoever has opened its link gets the pages
// of a failure that there is not; for everybody else nothing changes.
type drill struct {
	Service string             `json:"service"`
	State   statusclient.State `json:"state"` // fault, incident or maintenance
	Cause   errorpages.Cause   `json:"cause"`
	From    time.Time          `json:"from"`
	Until   time.Time          `json:"until"`

	situation *statusclient.Situation
	passes    string    // under what name its passes are signed
	cookies   [2]string // over HTTP and over HTTPS
}

const (
	defaultDrill  = 10 * time.Minute
	shortestDrill = time.Minute
	longestDrill  = 24 * time.Hour

	drillRoot = "candor/drills"
)

// drillCauses are what can be rehearsed besides maintenance, and with which code.
var drillCauses = map[errorpages.Cause]int{
	errorpages.CauseUnreachable: http.StatusBadGateway,
	errorpages.CauseTimeout:     http.StatusGatewayTimeout,
	errorpages.CauseUpstream:    http.StatusInternalServerError,
	errorpages.CauseEdge:        http.StatusInternalServerError,
}

func (d *drill) code() int {
	if code, ok := drillCauses[d.Cause]; ok {
		return code
	}
	return http.StatusServiceUnavailable
}

// prepare makes up what the pages tell.
func (d *drill) prepare() {
	d.passes = drillPasses(d.Service)
	d.cookies = drillCookies(d.Service)
	d.situation = &statusclient.Situation{
		Service: d.Service,
		Version: xxhash.Sum64String(d.Service + " " + d.From.UTC().Format(time.RFC3339Nano) + " " + string(d.State)),
	}
	switch d.State {
	case statusclient.StateIncident:
		d.situation.Incidents = []statusclient.Incident{errorpages.SampleIncident(d.From)}
	case statusclient.StateMaintenance:
		work := errorpages.SampleWork(d.From, d.Until)
		d.situation.Hold = &work
	}
}

// show fills in what there is to show about f in the rehearsal.
func (d *drill) show(page *errorpages.Page, f *failure) {
	page.Situation, page.RetryAfter, page.Rehearsal = d.situation, retryAfter(f, d.situation, page.Time), d.Until
}

// drillPasses is no name that a service can have.
func drillPasses(service string) string { return "drill:" + service }

func drillCookies(service string) [2]string {
	const name = "candor_drill_"
	return [2]string{name + service, "__Host-" + name + service}
}

func drillKey(service string) string {
	return drillRoot + "/" + hex.EncodeToString([]byte(service)) + ".json"
}

// drills are the rehearsals that are on.
type drills struct {
	now  atomic.Pointer[map[string]*drill] // by service; nil: none; the map does not change
	edit sync.Mutex                        // held by who replaces it
}

func (ds *drills) any() bool { return ds.now.Load() != nil }

func (ds *drills) of(service string) *drill {
	if all := ds.now.Load(); all != nil {
		return (*all)[service]
	}
	return nil
}

// on is the rehearsal of service that is not over yet, nil if there is none.
func (ds *drills) on(service string, now time.Time) *drill {
	if d := ds.of(service); d != nil && now.Before(d.Until) {
		return d
	}
	return nil
}

// set puts d in the place of what there is for its service; nil is none.
func (ds *drills) set(service string, d *drill) {
	ds.edit.Lock()
	defer ds.edit.Unlock()
	next := make(map[string]*drill)
	if all := ds.now.Load(); all != nil {
		maps.Copy(next, *all)
	}
	if delete(next, service); d != nil {
		next[service] = d
	}
	ds.publish(next)
}

func (ds *drills) publish(all map[string]*drill) {
	if len(all) == 0 {
		ds.now.Store(nil)
		return
	}
	ds.now.Store(&all)
}

// loadDrills reads what is on, also at other edges on the same storage, and returns
// what is over, by key. What cannot be read is no rehearsal.
func (a *App) loadDrills(ctx context.Context) (over map[string]*drill) {
	ctx, cancel := context.WithTimeout(ctx, passTimeout)
	defer cancel()
	a.drills.edit.Lock()
	defer a.drills.edit.Unlock()
	names, err := a.storage.List(ctx, drillRoot, false)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil // what is known goes on until its end
	}
	all := make(map[string]*drill)
	over = make(map[string]*drill)
	for _, name := range names {
		name = strings.TrimPrefix(name, "/")
		d := a.loadDrill(ctx, name)
		switch {
		case d == nil:
		case timeNow().Before(d.Until):
			if old := a.drills.of(d.Service); old != nil && old.From.Equal(d.From) {
				d = old
			}
			all[d.Service] = d
		default:
			over[name] = d
		}
	}
	a.drills.publish(all)
	return over
}

// tidyDrills is loadDrills, and removes what is over.
func (a *App) tidyDrills(ctx context.Context) {
	over := a.loadDrills(ctx)
	ctx, cancel := context.WithTimeout(ctx, passTimeout)
	defer cancel()
	for key, d := range over {
		_ = a.storage.Delete(ctx, key) // it is over all the same
		_ = a.passes.Revoke(ctx, a.storage, d.passes)
		a.logger.Info("rehearsal is over", zap.String("service", d.Service))
	}
}

// loadDrill reads one; nil is one that is gone, or is none.
func (a *App) loadDrill(ctx context.Context, key string) *drill {
	b, err := a.storage.Load(ctx, key)
	d := new(drill)
	if err != nil || json.Unmarshal(b, d) != nil || drillKey(d.Service) != key || d.check() != nil {
		return nil
	}
	d.prepare()
	return d
}

// check finds what cannot be rehearsed.
func (d *drill) check() error {
	_, known := drillCauses[d.Cause]
	switch {
	case d.State == statusclient.StateMaintenance && d.Cause != errorpages.CauseMaintenance:
		return errors.New("cause does not go with the state maintenance")
	case d.State == statusclient.StateMaintenance:
	case d.State != statusclient.StateFault && d.State != statusclient.StateIncident:
		return errors.New("state has to be fault, incident or maintenance")
	case !known:
		var names []string
		for cause := range drillCauses {
			names = append(names, string(cause))
		}
		slices.Sort(names)
		return errors.New("cause has to be one of " + strings.Join(names, ", "))
	}
	if span := d.Until.Sub(d.From); span < shortestDrill || span > longestDrill {
		return fmt.Errorf("for has to be a duration from %s to %s, such as 10m or 2h", brief(shortestDrill), brief(longestDrill))
	}
	return nil
}
