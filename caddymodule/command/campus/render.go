package campus

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"time"
)

//go:embed templates
var files embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"clock": func(t time.Time) string { return t.Local().Format("15:04") },
}).ParseFS(files, "templates/*"))

// render sends a page, or an error before any of it.
func render(w http.ResponseWriter, code int, name string, data any) error {
	var b bytes.Buffer
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(code)
	_, _ = b.WriteTo(w) // whoever asked may be gone
	return nil
}

// sendJSON answers a program.
func sendJSON(w http.ResponseWriter, v any) error {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(data, '\n'))
	return nil
}

// stream sends an event now and then until the visitor leaves or the app ends.
func stream(w http.ResponseWriter, r *http.Request, every time.Duration, next func() any) error {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	body := http.NewResponseController(w)
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		data, err := json.Marshal(next())
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w, "data: %s\n\n", data); err != nil {
			return nil
		}
		if err := body.Flush(); err != nil {
			return nil
		}
		select {
		case <-r.Context().Done():
			return nil
		case <-tick.C:
		}
	}
}

// eventsEvery is the time between two events of a sample app.
const eventsEvery = 2 * time.Second
