package caddymodule

import (
	"encoding/binary"
	"encoding/json"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/caddymodule/console"
	"github.com/candor-edge/candor/statusclient"
)

// Version implements console.Desk. Whatever is edited or fetched is merged, and so
// counts as one more; what begins and ceases to answer nobody does not.
func (d *desk) Version() uint64 {
	a, now := d.app, timeNow()
	h := xxhash.New()
	add := func(n uint64) { _, _ = h.Write(binary.LittleEndian.AppendUint64(nil, n)) }
	add(a.merges.Load())
	for i, svc := range a.services() {
		if since := svc.tally.FailingSince(now); !since.IsZero() {
			add(uint64(i))
			add(uint64(since.Unix()))
		}
		if a.drills.any() {
			if dr := a.drills.of(svc.name); dr != nil && now.Before(dr.Until) {
				add(uint64(dr.From.UnixNano()))
			}
		}
	}
	return h.Sum64()
}

// The ranks of services: what needs somebody comes first.
const (
	rankFault = iota
	rankIncident
	rankMaintenance
	rankSoon // something is planned or rehearsed
	rankQuiet
	ranks
)

func (a *App) rank(svc *service, sit *statusclient.Situation, now time.Time) int {
	switch state := sit.State(); {
	case state == statusclient.StateMaintenance:
		return rankMaintenance
	case !svc.tally.FailingSince(now).IsZero():
		return rankFault // known or not
	case state == statusclient.StateIncident:
		return rankIncident
	case len(sit.Maintenances) > 0, a.drills.of(svc.name) != nil:
		return rankSoon
	}
	return rankQuiet
}

// Services implements console.Desk.
func (d *desk) Services(sel console.Selection) console.Listing {
	a, now := d.app, timeNow()
	all := a.roster().byTitle
	words := strings.Fields(strings.ToLower(sel.Find))
	var out console.Listing
	var found [ranks][]*service // the first of each
	for _, svc := range all {
		if a.hidden(svc) || sel.May != nil && !sel.May(svc.name) {
			continue
		}
		rank := a.rank(svc, a.situation(svc), now)
		// One that nobody named is that of hosts that nobody claims: where others are,
		// it is of interest only when there is something to it.
		if svc.name == config.DefaultService && len(all) > 1 && rank == rankQuiet && svc.tally.Snapshot(now).Answers == 0 {
			continue
		}
		out.All++
		if rank <= rankIncident {
			out.Troubled++
		}
		if !containsAll(svc.sought, words) {
			continue
		}
		out.Found++
		if len(found[rank]) < sel.Most {
			found[rank] = append(found[rank], svc)
		}
	}
	know, inputs, views := a.knowledge.Load(), a.inputs(), []*situationView{}
	for _, list := range found {
		for _, svc := range list[:min(len(list), sel.Most-len(views))] {
			views = append(views, a.operatorJSON(svc, a.situation(svc), know, inputs, now))
		}
	}
	out.Body, _ = json.Marshal(views) // ours
	return out
}

func containsAll(s string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(s, w) {
			return false
		}
	}
	return true
}
