package campus

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"
)

// asking bounds one conversation with the edge.
const asking = 10 * time.Second

// Links say where the apps are reached through the edge: by name, each as
// http://host:port without a path.
type Links map[string]string

// control is the page that breaks apps and tells people about it.
type control struct {
	campus *Campus
	edge   Edge
	links  Links
	client *http.Client
}

// Control is the page that whoever tries the product steers everything from. It
// is meant for listeners on this machine: what it offers needs no password. It
// works without script, and refuses what another site's page sends.
func (c *Campus) Control(edge Edge, links Links) http.Handler {
	ctl := &control{campus: c, edge: edge, links: links, client: newClient()}
	mux := http.NewServeMux()
	page(mux, "GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		return ctl.show(w, r, http.StatusOK, said[r.FormValue("done")], "")
	})
	page(mux, "GET /answer/{app}", ctl.answer)
	for path, action := range map[string]func(context.Context, *http.Request) (string, error){
		"/fault":           ctl.setFault,
		"/repair":          ctl.repair,
		"/maintenance/on":  ctl.maintenanceOn,
		"/maintenance/off": ctl.maintenanceOff,
		"/incident/open":   ctl.openIncident,
		"/incident/update": ctl.updateIncident,
	} {
		page(mux, "POST "+path, ctl.act(action))
	}
	return http.NewCrossOriginProtection().Handler(withHeaders(mux))
}

// withHeaders keeps the page out of frames and caches.
func withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

// view is what the control page shows.
type view struct {
	Done, Failed string // what became of the last action
	Cards        []card
	Broken       int
	Faults       []faultInfo
	Incidents    []Incident
	States       []string
	EdgeFailed   string // why the edge cannot be asked
}

// card is one app on the page.
type card struct {
	*App
	Now         faultInfo
	Link        string
	Maintenance *Maintenance
	Incidents   int
}

func (c *control) show(w http.ResponseWriter, r *http.Request, code int, done, failed string) error {
	ctx, cancel := context.WithTimeout(r.Context(), asking)
	defer cancel()
	v := view{Done: done, Failed: failed, Faults: faults, States: states}
	var err error
	var windows []Maintenance
	if windows, err = c.edge.Maintenances(ctx); err == nil {
		v.Incidents, err = c.edge.Incidents(ctx)
	}
	if err != nil {
		v.EdgeFailed = err.Error()
	}
	for _, app := range c.campus.Apps() {
		one := card{App: app, Now: app.Fault().Info(), Link: c.links[app.Name]}
		if one.Now.Fault != OK {
			v.Broken++
		}
		for i := range windows {
			if concerns(windows[i].Services, app.Name) {
				one.Maintenance = &windows[i]
			}
		}
		for _, incident := range v.Incidents {
			if len(incident.Services) == 0 || concerns(incident.Services, app.Name) {
				one.Incidents++
			}
		}
		v.Cards = append(v.Cards, one)
	}
	return render(w, code, "control.html", v)
}

func concerns(services []string, name string) bool {
	return slices.Contains(services, name) || slices.Contains(services, "*")
}

// act does what a form asks for and goes back to the page, which says what was
// done: a reload does not do it again.
func (c *control) act(action func(context.Context, *http.Request) (string, error)) func(http.ResponseWriter, *http.Request) error {
	return func(w http.ResponseWriter, r *http.Request) error {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		if err := r.ParseForm(); err != nil {
			return c.show(w, r, http.StatusBadRequest, "", "The form could not be read.")
		}
		ctx, cancel := context.WithTimeout(r.Context(), asking)
		defer cancel()
		done, err := action(ctx, r)
		if err != nil {
			return c.show(w, r, http.StatusUnprocessableEntity, "", sentence(err.Error()))
		}
		to := "/?done=" + done
		if name := r.PostForm.Get("app"); c.campus.App(name) != nil {
			to += "#" + name
		}
		http.Redirect(w, r, to, http.StatusSeeOther)
		return nil
	}
}

// sentence writes an error as one.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
