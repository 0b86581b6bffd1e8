package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/caddyserver/caddy/v2"
	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/caddymodule/command"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

func init() {
	command.Register(checkConfig, previewConfig)
}

// checkTimeout bounds asking one backend.
const checkTimeout = 30 * time.Second

// checkConfig implements command.Checker. It is for processes that end soon after:
// what it provisions is only given back by that.
func checkConfig(ctx context.Context, cfg *caddy.Config) ([]command.Finding, error) {
	provisioned, err := caddy.ProvisionContext(cfg)
	if err != nil {
		return nil, err
	}
	v, err := provisioned.AppIfConfigured("candor")
	if err != nil {
		return nil, errors.New("nothing in it uses Candor: put the candor directive into a site block")
	}
	app := v.(*App)
	var found []command.Finding
	inputs := []statusclient.Input{app.pooled.board.Input()}
	found = append(found, checkBoard(inputs[0]))
	for i := range app.conf.Backends {
		input, finding := checkBackend(ctx, &app.conf.Backends[i])
		inputs = append(inputs, input)
		found = append(found, finding)
	}
	services := app.shown()
	abouts := make([]statusclient.Service, len(services))
	for i, svc := range services {
		abouts[i] = svc.about
	}
	know := statusclient.Merge(abouts, inputs, nil, timeNow())
	missing := make(map[string][]string)
	for _, u := range know.Unmatched(abouts) {
		missing[u.Service] = append(missing[u.Service], unmatched(u))
	}
	for _, svc := range services {
		finding := app.checkPages(svc, know)
		if finding.OK && !app.leads(svc) {
			finding.Result += "; no directive leads to it"
		}
		if lost := missing[svc.name]; finding.OK && len(lost) > 0 {
			finding.OK, finding.Result = false, strings.Join(lost, "; ")
		}
		found = append(found, finding)
	}
	return found, nil
}

func checkBoard(input statusclient.Input) command.Finding {
	f := command.Finding{Kind: "backend", Name: input.Name, OK: input.Error == "", Result: input.Error}
	if f.OK {
		f.Result = "ok: " + summary(input.Status)
	}
	return f
}

// checkBackend asks a backend as its poller would.
func checkBackend(ctx context.Context, cfg *statusclient.BackendConfig) (statusclient.Input, command.Finding) {
	input := statusclient.Input{Name: cfg.Name, Status: new(statusclient.Status)}
	f := command.Finding{Kind: "backend", Name: cfg.Name}
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	began := time.Now()
	b, err := statusclient.New(*cfg, zerolog.Nop())
	if err == nil {
		var st *statusclient.Status
		if st, err = b.Fetch(ctx); err == nil {
			st.Clean()
			input.Status, input.Fetched = st, timeNow()
			f.OK = true
			f.Result = fmt.Sprintf("ok: %s, in %s", summary(st), time.Since(began).Round(time.Millisecond))
			if finder, ok := b.(statusclient.Finder); ok {
				f.Result += "; it is " + finder.Found()
			}
			checkWriter(ctx, cfg, &f)
			return input, f
		}
	}
	f.Result = strings.TrimPrefix(err.Error(), "backend "+cfg.Name+": ")
	input.Failing, input.Error = timeNow(), f.Result
	return input, f
}

// checkWriter signs in where a backend can be written, and writes nothing.
func checkWriter(ctx context.Context, cfg *statusclient.BackendConfig, f *command.Finding) {
	w, err := statusclient.NewWriter(*cfg, zerolog.Nop())
	if w == nil && err == nil {
		return
	}
	var said string
	if err == nil {
		said, err = w.Check(ctx)
	}
	if err != nil {
		f.OK, f.Result = false, strings.TrimPrefix(f.Result, "ok: ")
		said = "cannot be written: " + strings.TrimPrefix(err.Error(), "backend "+cfg.Name+": ")
	}
	f.Result += "; " + said
}

func summary(st *statusclient.Status) string {
	open := 0
	for i := range st.Incidents {
		if st.Incidents[i].State.Open() {
			open++
		}
	}
	return fmt.Sprintf("components %d, open incidents %d, maintenances %d", len(st.Components), open, len(st.Maintenances))
}

// unmatched is the part of a warning that does not name the service again.
func unmatched(u statusclient.Unmatched) string {
	return strings.TrimPrefix(u.String(), "service "+u.Service+": ")
}

// checkPages renders every page of a service, with nothing known and with what
// is known now.
func (a *App) checkPages(svc *service, know *statusclient.Knowledge) command.Finding {
	f := command.Finding{Kind: "service", Name: svc.name}
	pages := 0
	for _, sit := range []*statusclient.Situation{{Service: svc.name}, know.Situations[svc.name]} {
		for i, cause := range causes {
			for _, received := range []errorpages.Received{errorpages.ReceivedUnsaid, errorpages.ReceivedNo, errorpages.ReceivedUnknown} {
				page := &errorpages.Page{
					Service: svc.page, Situation: sit, Inputs: know.Inputs, Cause: cause, Received: received,
					Code: causeCodes[i], Reference: strings.Repeat("0", errorpages.ReferenceLen), Time: timeNow(),
				}
				if err := a.renderer.Check(page); err != nil {
					f.Result = err.Error()
					return f
				}
				pages++
			}
		}
	}
	langs := make([]string, 0, 4)
	for _, l := range svc.page.Brand.Languages() {
		langs = append(langs, l.String())
	}
	f.OK = true
	f.Result = fmt.Sprintf("ok: %d pages in every format, in %s", pages, strings.Join(langs, ", "))
	return f
}

// causeCodes are status codes that go with causes.
var causeCodes = [len(causes)]int{503, 502, 504, 408, 500, 500, 404}
