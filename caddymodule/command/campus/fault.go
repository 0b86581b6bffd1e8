package campus

import (
	"io"
	"net/http"
	"time"
)

// Fault is a way for an app to fail.
type Fault string

// The faults.
const (
	OK        Fault = "ok"
	ErrorHTML Fault = "error-html" // 500 with a page
	ErrorJSON Fault = "error-json" // 500 with JSON
	Refused   Fault = "refused"    // nobody listens
	Hang      Fault = "hang"       // never answers
	Drip      Fault = "drip"       // a 503 whose body never ends
	Slow      Fault = "slow"       // works, after three seconds
)

// slowness is how long a slow app takes.
const slowness = 3 * time.Second

// faultInfo is how the control page calls a fault.
type faultInfo struct {
	Fault Fault
	Label string // on the button
	State string // as the app's state
	About string
}

var faults = []faultInfo{
	{OK, "Works", "works", "Everything as it should be."},
	{ErrorHTML, "Crashes", "crashes: 500", "Answers 500 with its own error page, stack trace and all."},
	{ErrorJSON, "API error", "API error: 500", "Answers 500 with JSON. A program can read that, so it passes as it is."},
	{Refused, "Stopped", "stopped", "The process is gone: connections are refused."},
	{Hang, "Hangs", "hangs", "Takes every request and never answers."},
	{Drip, "Drips", "drips a 503", "Starts a 503 and sends it byte by byte, for ever."},
	{Slow, "Slow", "slow: 3 s", "Works, but takes three seconds."},
}

func (f Fault) valid() bool {
	for _, info := range faults {
		if info.Fault == f {
			return true
		}
	}
	return false
}

// Info is the fault as the control page shows it.
func (f Fault) Info() faultInfo {
	for _, info := range faults {
		if info.Fault == f {
			return info
		}
	}
	return faultInfo{Fault: f, Label: string(f), State: string(f)}
}

// serve answers as an app in its fault does.
func (a *App) serve(w http.ResponseWriter, r *http.Request) {
	fault, changed := a.state()
	for fault == Hang {
		select {
		case <-r.Context().Done():
			return
		case <-changed:
			fault, changed = a.state()
		}
	}
	switch fault {
	case ErrorHTML:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, crash)
	case ErrorJSON:
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, `{"error":"internal","message":"The database did not answer.","retry":true}`+"\n")
	case Drip:
		drip(w, r, changed)
	case Slow:
		select {
		case <-r.Context().Done():
			return
		case <-time.After(slowness):
		}
		a.handler.ServeHTTP(w, r)
	default:
		a.handler.ServeHTTP(w, r)
	}
}

// drip sends a 503 that does not end before the fault does.
func drip(w http.ResponseWriter, r *http.Request, changed <-chan struct{}) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	body := http.NewResponseController(w)
	for i := 0; ; i++ {
		if _, err := io.WriteString(w, crash[i%len(crash):i%len(crash)+1]); err != nil {
			return
		}
		if err := body.Flush(); err != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-changed:
			return
		case <-tick.C:
		}
	}
}

// crash is what visitors see of a failing app when nobody stands in front of it.
const crash = `<!doctype html>
<title>Server Error</title>
<h1>Server Error in '/' Application.</h1>
<p><b>java.sql.SQLTransientConnectionException</b>: HikariPool-1 - Connection is not available,
request timed out after 30001ms (total=10, active=10, idle=0, waiting=187)</p>
<pre>
	at com.zaxxer.hikari.pool.HikariPool.createTimeoutException(HikariPool.java:696)
	at com.zaxxer.hikari.pool.HikariPool.getConnection(HikariPool.java:181)
	at edu.example.campus.Repository.load(Repository.java:57) [db-prod-2.internal:5432]
	at edu.example.campus.web.Start.doGet(Start.java:31)
</pre>
<hr><address>Example Application Server at 10.20.4.17 Port 8080</address>
`
