package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
)

// What each status system that is polled has.
const (
	polledComponents = 200
	polledIncidents  = 20
	polledUpdates    = 5 // of each incident
)

type (
	object = map[string]any
	array  = []any
)

// systems are the documents of status systems of several makes, by path. news is
// the latest word on the first incident.
var systems = map[string]func(news string) map[string]any{
	"statuspage": func(news string) map[string]any {
		return map[string]any{"/api/v2/summary.json": object{
			"page": object{"id": "p", "name": "Campus"},
			"components": each(polledComponents, func(i int) any {
				return object{"id": fmt.Sprint("c", i), "name": fmt.Sprint("Component ", i), "status": "operational"}
			}),
			"incidents": each(polledIncidents, func(i int) any {
				return object{
					"id": fmt.Sprint("i", i), "name": fmt.Sprint("Incident ", i), "status": "investigating", "impact": "major",
					"components": array{object{"id": fmt.Sprint("c", i)}}, "created_at": "2026-11-20T09:00:00Z",
					"incident_updates": said(i, news, func(j int, text, at string) any {
						return object{"id": fmt.Sprint(j), "status": "investigating", "body": text, "created_at": at}
					}),
				}
			}),
			"scheduled_maintenances": array{},
		}}
	},
	"cachet": func(news string) map[string]any {
		return map[string]any{
			"/api/v1/components/groups": object{"data": array{}},
			"/api/v1/schedules":         object{"data": array{}},
			"/api/v1/components": object{"data": each(polledComponents, func(i int) any {
				return object{"id": i + 1, "name": fmt.Sprint("Component ", i), "status": 1, "enabled": true}
			})},
			"/api/v1/incidents": object{"data": each(polledIncidents, func(i int) any {
				return object{
					"id": i + 1, "component_id": i + 1, "name": fmt.Sprint("Incident ", i), "status": 1, "visible": 1, "message": words,
					"occurred_at": "2026-11-20 08:00:00", "created_at": "2026-11-20 08:00:00", "updated_at": "2026-11-20 08:00:00",
					"updates": said(i, news, func(j int, text, at string) any {
						return object{"id": j, "status": 1, "message": text, "created_at": strings.NewReplacer("T", " ", "Z", "").Replace(at)}
					}),
				}
			})},
		}
	},
	"better-stack": func(news string) map[string]any {
		included := each(polledComponents, func(i int) any {
			return object{"id": fmt.Sprint(i), "type": "status_page_resource", "attributes": object{"public_name": fmt.Sprint("Component ", i), "status": "operational"}}
		})
		for i := range polledIncidents {
			refs := said(i, news, func(j int, text, at string) any {
				id := fmt.Sprint(i, "-", j)
				included = append(included, object{"id": id, "type": "status_update", "attributes": object{"message": text, "published_at": at}})
				return object{"id": id, "type": "status_update"}
			})
			included = append(included, object{
				"id": fmt.Sprint("r", i), "type": "status_report",
				"attributes":    object{"title": fmt.Sprint("Incident ", i), "aggregate_state": "downtime", "starts_at": "2026-11-20T08:00:00Z"},
				"relationships": object{"status_updates": object{"data": refs}},
			})
		}
		return map[string]any{"/index.json": object{"data": object{"type": "status_page"}, "included": included}}
	},
	"openstatus": func(news string) map[string]any {
		return map[string]any{
			"/api/status/summary.json": object{"page": object{"name": "Campus"}, "components": array{}},
			"/feed/json": object{
				"pageComponents": each(polledComponents, func(i int) any { return object{"id": i, "name": fmt.Sprint("Component ", i)} }),
				"maintenances":   array{},
				"statusReports": each(polledIncidents, func(i int) any {
					return object{
						"id": i, "title": fmt.Sprint("Incident ", i), "status": "identified", "pageComponents": array{i},
						"statusReportUpdates": said(i, news, func(j int, text, at string) any {
							return object{"id": j, "status": "identified", "message": text, "date": at}
						}),
					}
				}),
			},
		}
	},
	"google-cloud": func(news string) map[string]any {
		return map[string]any{
			"/products.json": object{"products": each(polledComponents, func(i int) any {
				return object{"id": fmt.Sprint("c", i), "title": fmt.Sprint("Component ", i)}
			})},
			"/incidents.json": each(polledIncidents, func(i int) any {
				return object{
					"id": fmt.Sprint("i", i), "begin": "2026-11-20T08:00:00+00:00", "external_desc": fmt.Sprint("Incident ", i), "status_impact": "SERVICE_OUTAGE",
					"affected_products": array{object{"id": fmt.Sprint("c", i)}},
					"updates":           said(i, news, func(_ int, text, at string) any { return object{"when": at, "text": text, "status": "SERVICE_OUTAGE"} }),
				}
			}),
		}
	},
	"uptime-kuma": func(news string) map[string]any {
		beats := object{}
		for i := range polledComponents {
			beats[fmt.Sprint(i+1)] = each(100, func(int) any {
				return object{"status": 1, "time": "2026-11-21 18:32:58.294", "msg": "", "ping": 19}
			})
		}
		return map[string]any{
			"/api/status-page/heartbeat/campus": object{"heartbeatList": beats},
			"/api/status-page/campus": object{
				"config": object{"slug": "campus"}, "maintenanceList": array{},
				"publicGroupList": array{object{"name": "All", "monitorList": each(polledComponents, func(i int) any {
					return object{"id": i + 1, "name": fmt.Sprint("Component ", i), "type": "http"}
				})}},
				"incidents": each(polledIncidents, func(i int) any {
					text := words
					if i == 0 {
						text = news
					}
					return object{"id": i, "style": "danger", "title": fmt.Sprint("Incident ", i), "content": text, "pin": true, "active": true, "createdDate": "2026-11-20 08:00:00"}
				}),
			},
		}
	},
	"alertmanager": func(news string) map[string]any {
		return map[string]any{
			"/api/v2/silences": array{},
			"/api/v2/alerts": each(polledComponents, func(i int) any {
				text := fmt.Sprint(words, i)
				if i == 0 {
					text = news
				}
				return object{
					"fingerprint": fmt.Sprint(i), "startsAt": "2026-11-20T08:00:00.000Z", "status": object{"state": "active"},
					"annotations": object{"summary": fmt.Sprint("Incident ", i%polledIncidents), "description": text},
					"labels":      object{"alertname": "SiteDown", "service": fmt.Sprint("s", i%polledIncidents), "instance": fmt.Sprint(i), "severity": "critical"},
				}
			}),
		}
	},
	"json": func(news string) map[string]any {
		return map[string]any{"": object{
			"components": each(polledComponents, func(i int) any {
				return object{"id": fmt.Sprint(i), "name": fmt.Sprint("Component ", i), "status": "operational"}
			}),
			"incidents": each(polledIncidents, func(i int) any {
				return object{
					"id": fmt.Sprint(i), "title": fmt.Sprint("Incident ", i), "state": "investigating", "components": array{fmt.Sprint(i)},
					"updates": said(i, news, func(_ int, text, at string) any { return object{"text": text, "at": at} }),
				}
			}),
		}}
	},
}

const words = "We see errors for < 5% of requests.\n\n- mail\n- web\n\nMore at https://wiki.example.edu/x."

func each(n int, one func(i int) any) array {
	all := make(array, n)
	for i := range all {
		all[i] = one(i)
	}
	return all
}

// said is the timeline of incident i, newest first.
func said(i int, news string, one func(j int, text, at string) any) array {
	return each(polledUpdates, func(j int) any {
		text := fmt.Sprintf("%s (%d.%d)", words, i, j)
		if i == 0 && j == 0 {
			text = news
		}
		return one(j, text, fmt.Sprintf("2026-11-20T0%d:00:00Z", 8-j))
	})
}

// statusRole serves the systems on a loopback address, which it prints, below
// /still, where they always say the same, and below /news, where every poll finds
// another word on one incident. It ends with stdin.
func statusRole([]string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(l.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		_ = l.Close()
	}()
	still := make(map[string]map[string]any)
	for typ, document := range systems {
		still[typ] = document("Nothing new.")
	}
	var told atomic.Int64
	return http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// /still/3-statuspage/api/v2/summary.json
		part := strings.SplitN(strings.TrimPrefix(r.URL.Path, "/"), "/", 3)
		if len(part) < 2 {
			http.NotFound(w, r)
			return
		}
		_, typ, _ := strings.Cut(part[1], "-")
		documents := still[typ]
		if documents != nil && part[0] == "news" {
			documents = systems[typ](fmt.Sprint("Word ", told.Add(1), "."))
		}
		path := ""
		if len(part) == 3 {
			path = "/" + part[2]
		}
		if typ == "uptime-kuma" { // its page is the last part of the address
			path = strings.TrimPrefix(path, "/status/campus")
		}
		document, ok := documents[path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		body, _ := json.Marshal(document)
		w.Header().Set("Content-Type", "application/json")
		if slices.Contains([]string{"statuspage", "openstatus", "uptime-kuma"}, typ) { // as the real ones
			sum := fnv.New64a()
			_, _ = sum.Write(body)
			etag := fmt.Sprintf(`"%x"`, sum.Sum64())
			w.Header().Set("ETag", etag)
			if r.Header.Get("If-None-Match") == etag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
		_, _ = w.Write(body)
	}))
}
