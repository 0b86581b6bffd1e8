package caddymodule

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/errorpages"
)

// passCookies are the names of the cookie with a service's pass: over HTTP, and
// over HTTPS, where no other host and no plain answer can set it.
func passCookies(service string) [2]string {
	const name = "candor_pass_"
	return [2]string{name + service, "__Host-" + name + service}
}

func (svc *service) passCookie(r *http.Request) string {
	if r.TLS != nil {
		return svc.passes[1]
	}
	return svc.passes[0]
}

const (
	// maxPasses is how many cookies of the name are looked at: no more than one
	// of them is ours.
	maxPasses = 4

	// passTimeout bounds how long storage may take.
	passTimeout = 5 * time.Second

	// passesEvery is how often edges hear of each other's keys.
	passesEvery = time.Second
)

// hasPass reports whether a visitor has a pass for svc.
func (a *App) hasPass(r *http.Request, svc *service) bool {
	if a.passes.Empty() {
		return false
	}
	jar := cookies{name: svc.passCookie(r), lines: cookieLines(r)}
	for range maxPasses {
		value, ok := jar.next()
		if !ok {
			return false
		}
		if a.passes.Valid(svc.name, value, time.Now()) {
			return true
		}
	}
	return false
}

// linkOf reports whether what follows the public path is a link to a pass.
func linkOf(name string) bool { return name == "pass" || strings.HasPrefix(name, "pass/") }

// servePass opens a link: whoever does gets a pass of their own and is sent on, to
// a path of this very site.
func (h *Handler) servePass(w http.ResponseWriter, r *http.Request, svc *service, name string) {
	a := h.app
	keepLink(w.Header())
	ctx, cancel := context.WithTimeout(r.Context(), passTimeout)
	defer cancel()
	now := time.Now()
	link := strings.TrimPrefix(strings.TrimPrefix(name, "pass"), "/")
	value, until, err := a.passes.Open(ctx, a.storage, svc.name, link, now)
	if err != nil {
		h.refuseLink(w, r, svc, "/pass", err)
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: svc.passCookie(r), Value: value, Path: "/", MaxAge: int(until.Sub(now).Seconds()),
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
	a.sendOn(w, r)
	if r.Method == http.MethodGet {
		a.logger.Info("pass given", zap.String("service", svc.name), zap.Time("until", until.UTC()))
	}
}

// keepLink has nobody keep or pass on an address that lets people in.
func keepLink(header http.Header) {
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", "noindex")
}

// sendOn leads whoever has opened a link on to a path of this very site.
func (a *App) sendOn(w http.ResponseWriter, r *http.Request) {
	to := a.ownSite(r.URL.Query().Get("to"))
	w.Header()["Location"] = []string{cmp.Or(to, "/")}
	w.WriteHeader(http.StatusSeeOther)
}

// refuseLink sends the page for a link that does not open. What is in its address
// may open something yet, at another service.
func (h *Handler) refuseLink(w http.ResponseWriter, r *http.Request, svc *service, path string, err error) {
	bare := *r
	bare.URL = &url.URL{Path: h.app.conf.Public.Path + path}
	f := failure{cause: errorpages.CauseClient, code: http.StatusGone, link: true, err: err, address: clientAddress(r)}
	h.answer(w, &bare, svc, &f)
	h.logFailure(&bare, svc, &f, time.Now())
}

// loadPasses reads the keys of passes, and what other edges have made of them. What
// fails again and again is told of once.
func (a *App) loadPasses(ctx context.Context, failed bool) (ok bool) {
	timed, cancel := context.WithTimeout(ctx, passTimeout)
	defer cancel()
	err := a.passes.Refresh(timed, a.storage)
	if err != nil && !failed && ctx.Err() == nil {
		a.logger.Warn("keys of passes cannot be read; those that are known stay valid", zap.Error(err))
	}
	return err == nil
}

// followPasses does so while there is anything to get past.
func (a *App) followPasses(ctx context.Context) {
	tick := time.NewTicker(passesEvery)
	defer tick.Stop()
	for ok := true; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if a.anyHeld() || a.drills.any() {
				ok = a.loadPasses(ctx, !ok)
			}
		}
	}
}

// anyHeld reports whether any service, or a part of one, is in maintenance mode.
func (a *App) anyHeld() bool {
	for _, sit := range a.knowledge.Load().Situations {
		if sit.Hold != nil || len(sit.Parts) > 0 {
			return true
		}
	}
	return false
}
