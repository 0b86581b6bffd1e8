package caddymodule

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/caddyserver/caddy/v2"

	"github.com/candor-edge/candor/caddymodule/command"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
)

func init() {
	command.Register(checkConfig, previewConfig)
}

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
	asked := askAll(ctx, app.conf.Backends)
	inputs := []statusclient.Input{app.pooled.board.Input()}
	for i := range asked {
		inputs = append(inputs, asked[i].input)
	}
	services := app.shown()
	abouts := make([]statusclient.Service, len(services))
	for i, svc := range services {
		abouts[i] = svc.about
	}
	know := statusclient.Merge(abouts, inputs, nil, timeNow())
	missing, slips := make(map[string][]string), make(map[string]bool)
	for _, u := range know.Unmatched(abouts) {
		missing[u.Service] = append(missing[u.Service], unmatched(u))
		slips[u.Component] = u.Several == 0
	}
	found := []command.Finding{checkBoard(inputs[0])}
	for i := range asked {
		found = append(found, asked[i].finding(named(abouts, asked[i].input.Name, slips)))
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
