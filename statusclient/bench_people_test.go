package statusclient

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
)

// objects are n of what one makes.
func objects(n int, one func(i int) object) array {
	all := make(array, n)
	for i := range all {
		all[i] = one(i)
	}
	return all
}

// canned answers requests by their paths, from memory.
type canned map[string][]byte

func (c canned) RoundTrip(r *http.Request) (*http.Response, error) {
	body, ok := c[r.URL.Path]
	code := http.StatusOK
	if !ok {
		code = http.StatusNotFound
	}
	return &http.Response{
		StatusCode: code, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(body)), Request: r,
	}, nil
}

// benchmarkCachet fetches: what Cachet says is put together while it is read.
func benchmarkCachet(b *testing.B, server canned) {
	a := must(build(BackendConfig{Name: "campus", Type: "cachet", URL: "https://status.example.edu"}, zerolog.Nop(), server)).(*cachet)
	size := 0
	for _, body := range server {
		size += len(body)
	}
	b.SetBytes(int64(size))
	b.ReportAllocs()
	for b.Loop() {
		a.client.last = [32]byte{}
		st, err := a.Fetch(b.Context())
		if err != nil || len(st.Components) < benchComponents || len(st.Incidents) < benchIncidents {
			b.Fatal(st, err)
		}
		st.Clean()
	}
}

func BenchmarkCachet2(b *testing.B) {
	data := func(list array) []byte { return must(json.Marshal(object{"data": list})) }
	benchmarkCachet(b, canned{
		"/api/v1/components/groups": data(array{object{"id": 1, "name": "Core", "visible": 1}}),
		"/api/v1/components": data(objects(benchComponents, func(i int) object {
			return object{"id": i + 1, "name": fmt.Sprint("Component ", i), "status": 1, "group_id": 1, "enabled": true}
		})),
		"/api/v1/incidents": data(objects(benchIncidents, func(i int) object {
			return object{
				"id": i + 1, "component_id": 4, "name": "Incident", "status": 1, "visible": 1, "message": benchText,
				"occurred_at": "2026-11-20 09:00:00", "created_at": "2026-11-20 09:00:00", "updated_at": "2026-11-20 09:00:00",
				"updates": objects(9, func(j int) object {
					return object{"id": 10*i + j, "status": 2, "message": benchText, "created_at": fmt.Sprintf("2026-11-20 1%d:00:00", j)}
				}),
			}
		})),
		"/api/v1/schedules": data(nil),
	})
}

func BenchmarkCachet3(b *testing.B) {
	at := func(s string) object { return object{"human": "a while ago", "string": s} }
	status := func(n int) object { return object{"human": "?", "value": n} }
	one := func(id int, typ string, attributes object) object {
		return object{"id": fmt.Sprint(id), "type": typ, "attributes": attributes}
	}
	var updates array
	incidents := objects(benchIncidents, func(i int) object {
		n := one(i+1, "incidents", object{
			"name": "Incident", "message": benchText, "visible": 1, "status": status(1),
			"occurred": at("2026-11-20 09:00:00"), "created": at("2026-11-20 09:00:00"),
		})
		own := objects(9, func(j int) object { return object{"type": "updates", "id": fmt.Sprint(10*i + j)} })
		for j := range own {
			updates = append(updates, one(10*i+j, "updates", object{"message": benchText, "status": status(2), "created": at(fmt.Sprintf("2026-11-20 1%d:00:00", j))}))
		}
		n["relationships"] = object{"updates": object{"data": own}, "components": object{"data": array{object{"type": "components", "id": "4"}}}}
		return n
	})
	benchmarkCachet(b, canned{
		"/api/incidents": must(json.Marshal(object{"data": incidents, "included": updates})),
		"/api/components": must(json.Marshal(object{"data": objects(benchComponents, func(i int) object {
			return one(i+1, "components", object{"name": fmt.Sprint("Component ", i), "status": status(1), "enabled": true})
		})})),
		"/api/schedules": []byte(`{"data":[]}`),
	})
}

func BenchmarkStaytus(b *testing.B) {
	body := must(json.Marshal(object{
		"services": objects(benchComponents, func(i int) object {
			return object{"name": fmt.Sprint("Component ", i), "permalink": fmt.Sprint("c", i), "status": object{"permalink": "operational", "status_type": "ok"}}
		}),
		"issues": objects(benchIncidents, func(i int) object {
			return object{
				"id": i, "title": "Incident", "state": "identified", "identifier": fmt.Sprint("n", i), "created_at": "2026-11-20T09:00:00Z",
				"service_status": object{"permalink": "major-outage"},
				"updates": objects(10, func(j int) object {
					return object{"id": j, "state": "identified", "text": benchText, "created_at": fmt.Sprintf("2026-11-20T1%d:00:00Z", j)}
				}),
			}
		}),
	}))
	benchDecoder(b, body, func(body []byte) *Status {
		var all struct {
			Services []staytusService
			Issues   []staytusIssue
		}
		if json.Unmarshal(body, &all) != nil {
			return nil
		}
		return staytusStatus(all.Services, all.Issues, "https://status.example.edu")
	})
}

func BenchmarkSorry(b *testing.B) {
	body := must(json.Marshal(object{
		"components": objects(benchComponents, func(i int) object {
			return object{"id": i + 1, "name": fmt.Sprint("Component ", i), "state": "operational"}
		}),
		"notices": objects(benchIncidents, func(i int) object {
			return object{
				"id": i + 1, "type": "unplanned", "timeline_state": "present", "state": "investigating", "subject": "Incident",
				"began_at": "2026-11-20T09:00:00Z", "updated_at": "2026-11-20T09:00:00Z", "components": array{object{"id": 4}},
				"updates": objects(10, func(j int) object {
					return object{"state": "investigating", "content": benchText, "created_at": fmt.Sprintf("2026-11-20T1%d:00:00Z", j)}
				}),
			}
		}),
	}))
	benchDecoder(b, body, func(body []byte) *Status {
		var all struct {
			Components []sorryComponent
			Notices    []sorryNotice
		}
		if json.Unmarshal(body, &all) != nil {
			return nil
		}
		return sorryStatus(all.Components, all.Notices)
	})
}

func BenchmarkJayfk(b *testing.B) {
	label := func(i int) object { return object{"name": fmt.Sprint("System ", i), "color": jayfkSystem} }
	said := must(json.Marshal(objects(9, func(j int) object {
		return object{"body": benchText, "author_association": "OWNER", "created_at": fmt.Sprintf("2026-11-20T1%d:00:00Z", j)}
	})))
	body := must(json.Marshal(object{
		"labels": objects(benchComponents, label),
		"issues": objects(benchIncidents, func(i int) object {
			return object{
				"number": i + 1, "title": "Incident", "state": "open", "body": benchText, "author_association": "OWNER",
				"labels": array{label(i), object{"name": "major outage", "color": jayfkMajor}}, "created_at": "2026-11-20T09:00:00Z",
			}
		}),
	}))
	benchDecoder(b, body, func(body []byte) *Status {
		var all struct {
			Labels []githubLabel
			Issues []githubIssue
		}
		if json.Unmarshal(body, &all) != nil {
			return nil
		}
		comments := make(map[int64][]githubComment)
		for _, n := range all.Issues { // each has some of its own
			var own []githubComment
			if json.Unmarshal(said, &own) != nil {
				return nil
			}
			comments[n.Number] = own
		}
		return jayfkStatus(all.Issues, all.Labels, comments)
	})
}

func BenchmarkStatuskit(b *testing.B) {
	config := "[params]\nsystems = [" + repeat(benchComponents, ",", `"System %d"`) + "]\n"
	part := benchText + "\n\n{{< track \"2026-11-20 1%d:00:00\" >}}\n\n"
	file := "---\ntitle: Incident\ndate: 2026-11-20T09:00:00Z\nseverity: major-outage\naffectedsystems:\n- System 4\nresolved: false\n---\n" +
		strings.ReplaceAll(repeat(10, "", "PART"), "PART", part)
	body := config + "\x00" + strings.Repeat(file+"\x00", benchIncidents)
	benchDecoder(b, []byte(body), func(body []byte) *Status {
		files := strings.Split(strings.TrimSuffix(string(body), "\x00"), "\x00")
		var incidents []statuskitIncident
		for i, f := range files[1:] {
			n := readStatuskit(fmt.Sprint("n", i), f)
			if !n.public(time.Unix(1795287600, 0)) {
				return nil
			}
			incidents = append(incidents, n)
		}
		return statuskitStatus(statuskitSystems(files[0]), incidents)
	})
}
