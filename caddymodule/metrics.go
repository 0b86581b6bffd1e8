package caddymodule

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/candor-edge/candor/errorpages"
)

// pageCounts counts the pages of one service, by reason and format. Caddy makes
// a new metrics registry for every configuration; counts go on.
type pageCounts struct {
	n [len(causes)][formats]atomic.Uint64
}

var (
	causes = [...]errorpages.Cause{
		errorpages.CauseMaintenance, errorpages.CauseUnreachable, errorpages.CauseTimeout, errorpages.CauseUpload,
		errorpages.CauseUpstream, errorpages.CauseEdge, errorpages.CauseClient,
	}
	allPageCounts sync.Map // *pageCounts by the name of a service: configurations bound them
)

const formats = int(errorpages.FormatFragment) + 1

func pageCountsOf(service string) *pageCounts {
	v, ok := allPageCounts.Load(service)
	if !ok {
		v, _ = allPageCounts.LoadOrStore(service, new(pageCounts))
	}
	return v.(*pageCounts)
}

func (c *pageCounts) count(cause errorpages.Cause, format errorpages.Format) {
	for i := range causes {
		if causes[i] == cause && int(format) < formats {
			c.n[i][format].Add(1)
		}
	}
}

var (
	pagesDesc = prometheus.NewDesc("candor_pages_total",
		"Pages sent in place of an answer.", []string{"service", "reason", "format"}, nil)
	heldDesc = prometheus.NewDesc("candor_maintenance",
		"Whether the service, or a part of it, is in maintenance mode.", []string{"service"}, nil)
	overdueDesc = prometheus.NewDesc("candor_maintenance_overdue",
		"Whether maintenance of the service goes on after the end that was promised.", []string{"service"}, nil)
	reminderDesc = prometheus.NewDesc("candor_maintenance_reminder",
		"Whether maintenance of the service, without an end, has gone on for long.", []string{"service"}, nil)
	upDesc = prometheus.NewDesc("candor_backend_up",
		"Whether the backend answered the last time it was asked.", []string{"backend"}, nil)
	ageDesc = prometheus.NewDesc("candor_backend_age_seconds",
		"How long ago the backend's word was last confirmed.", []string{"backend"}, nil)
	hooksDesc = prometheus.NewDesc("candor_webhooks_total",
		"Webhooks for the backend.", []string{"backend", "result"}, nil)
	incidentsDesc = prometheus.NewDesc("candor_backend_incidents",
		"Open incidents of the backend.", []string{"backend"}, nil)
)

// collector reads the figures of the app that serves, when somebody asks for them:
// after a reload that failed, the admin endpoint has the registry of a configuration
// that is gone.
type collector struct{}

func (a *App) registerMetrics() error {
	return a.ctx.GetMetricsRegistry().Register(collector{})
}

// Describe implements prometheus.Collector.
func (collector) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		pagesDesc, heldDesc, overdueDesc, reminderDesc, upDesc, ageDesc, hooksDesc, incidentsDesc,
	} {
		ch <- d
	}
}

// Collect implements prometheus.Collector.
func (collector) Collect(ch chan<- prometheus.Metric) {
	if app := running.last.Load(); app != nil {
		app.collect(ch)
	}
}

func (a *App) collect(ch chan<- prometheus.Metric) {
	gauge := func(d *prometheus.Desc, v float64, label string) {
		ch <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, label)
	}
	for _, svc := range a.shown() {
		held := 0.0
		if sit := a.situation(svc); sit.Hold != nil || len(sit.Parts) > 0 {
			held = 1
		}
		gauge(heldDesc, held, svc.name)
		overdue, reminder := 0.0, 0.0
		for m := range a.situation(svc).Holds() {
			if !m.Promised.IsZero() {
				overdue = 1
			}
			if m.Until.IsZero() && a.forgotten(m.From, time.Now()) {
				reminder = 1
			}
		}
		gauge(overdueDesc, overdue, svc.name)
		gauge(reminderDesc, reminder, svc.name)
		for i := range causes {
			for f := range formats {
				if n := svc.pages.n[i][f].Load(); n > 0 {
					ch <- prometheus.MustNewConstMetric(pagesDesc, prometheus.CounterValue, float64(n),
						svc.name, string(causes[i]), errorpages.Format(f).String())
				}
			}
		}
	}
	for _, p := range a.pooled.pollers {
		for result, n := range map[string]uint64{"taken": p.hooks.taken.Load(), "refused": p.hooks.refused.Load()} {
			if n > 0 {
				ch <- prometheus.MustNewConstMetric(hooksDesc, prometheus.CounterValue, float64(n), p.config.Name, result)
			}
		}
	}
	for _, input := range a.inputs() {
		if input.Quiet {
			continue
		}
		up := 1.0
		if input.Error != "" || input.Fetched.IsZero() {
			up = 0
		}
		gauge(upDesc, up, input.Name)
		if !input.Fetched.IsZero() {
			gauge(ageDesc, time.Since(input.Fetched).Seconds(), input.Name)
		}
		open := 0
		for i := range input.Status.Incidents {
			if input.Status.Incidents[i].State.Open() {
				open++
			}
		}
		gauge(incidentsDesc, float64(open), input.Name)
	}
}

// Interface guards
var _ prometheus.Collector = collector{}
