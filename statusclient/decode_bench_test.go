package statusclient

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// The benchmarks below decode and clean 200 components and 20 open incidents, as
// far as the system has either.

const benchComponents, benchIncidents = 200, 20

// repeat joins n pieces of JSON or XML, in which %d is the number of each.
func repeat(n int, sep, piece string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(piece, "%d", fmt.Sprint(i))
	}
	return strings.Join(all, sep)
}

func benchmarkDecoder(b *testing.B, body string, decode func(body []byte) *Status) {
	b.Helper()
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		st := decode([]byte(body))
		st.Clean()
		if len(st.Components)+len(st.Incidents) < benchIncidents {
			b.Fatalf("read %d components and %d incidents", len(st.Components), len(st.Incidents))
		}
	}
}

func BenchmarkFeed(b *testing.B) {
	paragraph := `&lt;p&gt;&lt;small&gt;Nov &lt;var data-var='date'&gt;21&lt;/var&gt;, &lt;var data-var='time'&gt;09:0%d&lt;/var&gt; UTC&lt;/small&gt;&lt;br&gt;&lt;strong&gt;Identified&lt;/strong&gt; - A cache is full.&lt;/p&gt;`
	entry := `<entry><id>tag:%d</id><published>2026-11-21T09:09:00Z</published><updated>2026-11-21T09:09:00Z</updated><title>Down</title><content type="html">CONTENT</content></entry>`
	body := `<feed xmlns="http://www.w3.org/2005/Atom">` + strings.ReplaceAll(repeat(benchIncidents, "", entry), "CONTENT", repeat(10, "", paragraph)) + `</feed>`
	at, _ := url.Parse("https://status.example.edu/history.atom")
	benchmarkDecoder(b, body, func(body []byte) *Status {
		st, _ := readFeed(must(decodeXML(body, "")), at, time.Unix(1795287600, 0))
		return st
	})
}

func BenchmarkKuma(b *testing.B) {
	page := `{"config":{},"incidents":[` + repeat(benchIncidents, ",", `{"id":%d,"style":"danger","title":"Down","content":"We **look**.","pin":true,"active":true,"createdDate":"2026-11-21 18:32:58"}`) +
		`],"publicGroupList":[{"name":"All","monitorList":[` + repeat(benchComponents, ",", `{"id":%d,"name":"Monitor %d","type":"http"}`) + `]}]}`
	beats := `{"heartbeatList":{` + repeat(benchComponents, ",", `"%d":[`+repeat(100, ",", `{"status":1,"time":"2026-11-21 18:32:58.294","msg":"","ping":19}`)+`]`) + `}}`
	benchmarkDecoder(b, page+"\n"+beats, func(body []byte) *Status {
		first, second, _ := strings.Cut(string(body), "\n")
		var p kumaPage
		var k kumaBeats
		if json.Unmarshal([]byte(first), &p) != nil || json.Unmarshal([]byte(second), &k) != nil {
			b.Fatal("cannot be read")
		}
		return p.status(k.last(), "https://status.example.edu", time.Unix(1795287600, 0))
	})
}

func BenchmarkGatus(b *testing.B) {
	config := `{"announcements":[` + repeat(benchIncidents, ",", `{"timestamp":"2026-11-%d1T08:15:00Z","type":"outage","message":"**Login** fails."}`) + `]}`
	endpoints := `[` + repeat(benchComponents, ",", `{"name":"E%d","group":"core","key":"core_e%d","results":[{"status":200,"hostname":"x","duration":7,"conditionResults":[{"condition":"[STATUS] == 200","success":true}],"success":true,"timestamp":"2026-11-21T18:44:05Z"}]}`) + `]`
	benchmarkDecoder(b, config+"\n"+endpoints, func(body []byte) *Status {
		first, second, _ := strings.Cut(string(body), "\n")
		var c gatusConfig
		var all []gatusEndpoint
		if json.Unmarshal([]byte(first), &c) != nil || json.Unmarshal([]byte(second), &all) != nil {
			b.Fatal("cannot be read")
		}
		st := &Status{Incidents: gatusNews(c.Announcements.items, "https://status.example.edu")}
		for i := range all {
			st.Components = append(st.Components, all[i].component())
		}
		return st
	})
}

func BenchmarkCstate(b *testing.B) {
	issue := `{"title":"Down","createdAt":"2026-11-21 09:43:40 +0000 UTC","permalink":"https://status.example.edu/issues/%d/","severity":"down","affected":["S1"],"filename":"%d.md"}`
	body := `{"is":"index","systems":[` + repeat(benchComponents, ",", `{"name":"S%d","category":"Core","status":"ok","unresolvedIssues":[]}`) +
		`,{"name":"Last","status":"down","unresolvedIssues":[` + repeat(benchIncidents, ",", issue) + `]}]}`
	benchmarkDecoder(b, body, func(body []byte) *Status {
		var h cstateHome
		if unmarshalCstate(body, &h) != nil {
			b.Fatal("cannot be read")
		}
		issues := h.issues()
		for _, n := range issues {
			n.Body = strings.Repeat("<p><em>Identified</em> - A cache is full. <span class=\"faded\">(10:20 — Nov 21)</span></p>\n", 10)
		}
		return h.status(issues, time.Unix(1795287600, 0))
	})
}

func BenchmarkUpptime(b *testing.B) {
	sites := `[` + repeat(benchComponents, ",", `{"name":"Site %d","url":"https://x","slug":"site-%d","status":"up","uptime":"99.41%","dailyMinutesDown":{"2025-12-30":42}}`) + `]`
	issues := `[` + repeat(benchIncidents, ",", `{"number":%d,"title":"🛑 Site is down","state":"open","body":"We **look**.","labels":[{"name":"status"},{"name":"site-%d"}],"created_at":"2026-11-21T09:00:00Z"}`) + `]`
	benchmarkDecoder(b, sites+"\n"+issues, func(body []byte) *Status {
		first, second, _ := strings.Cut(string(body), "\n")
		var s []upptimeSite
		var n []githubIssue
		if json.Unmarshal([]byte(first), &s) != nil || json.Unmarshal([]byte(second), &n) != nil {
			b.Fatal("cannot be read")
		}
		return upptimeStatus(s, n, nil, time.Unix(1795287600, 0))
	})
}
