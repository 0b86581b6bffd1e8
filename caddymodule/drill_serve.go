package caddymodule

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/candor-edge/candor/errorpages"
)

// rehearsing is the rehearsal that a visitor of svc takes part in, nil if there is
// none. While nobody rehearses anything it costs one atomic load.
func (a *App) rehearsing(r *http.Request, svc *service) *drill {
	d := a.drills.of(svc.name)
	if d == nil {
		return nil
	}
	now := time.Now()
	if !now.Before(d.Until) {
		return nil
	}
	jar := cookies{name: cookieFor(r, d.cookies), lines: cookieLines(r)}
	for range maxPasses {
		value, ok := jar.next()
		if !ok {
			return nil
		}
		if a.passes.Valid(d.passes, value, now) {
			return d
		}
	}
	return nil
}

func cookieFor(r *http.Request, names [2]string) string {
	if r.TLS != nil {
		return names[1]
	}
	return names[0]
}

// hasRehearsed reports whether a visitor has a cookie of a rehearsal of svc. If they
// do not rehearse, that one is over.
func (a *App) hasRehearsed(r *http.Request, svc *service) bool {
	lines := cookieLines(r)
	if len(lines) == 0 {
		return false
	}
	jar := cookies{name: cookieFor(r, drillCookies(svc.name)), lines: lines}
	_, ok := jar.next()
	return ok
}

// serveDrill answers as if the service had failed. Nothing is counted, and the
// upstream is not asked.
func (h *Handler) serveDrill(w http.ResponseWriter, r *http.Request, svc *service, d *drill) {
	f := failure{cause: d.Cause, code: d.code(), drill: d}
	if !safeMethod(r.Method) {
		f.received = errorpages.ReceivedUnknown
		if d.Cause == errorpages.CauseMaintenance || d.Cause == errorpages.CauseUnreachable {
			f.received = errorpages.ReceivedNo
		}
	}
	h.answerUnasked(w, r, svc, &f)
}

// serveDrillStatus answers the page of a visitor who rehearses, or has rehearsed
// until now, and reports whether there is anything to answer. Such a page does not
// wait for the service.
func (h *Handler) serveDrillStatus(w http.ResponseWriter, r *http.Request, svc *service) bool {
	const next = "15"
	if part, _ := waitsFor(r); h.app.closed(svc, part) != nil {
		return false // that is no rehearsal
	}
	d := h.app.rehearsing(r, svc)
	switch {
	case d != nil:
		s := publicStatus{
			situationView: situationJSON(svc, d.situation, h.app.knowledge.Load()),
			Version:       errorpages.VersionOf(d.situation), Answering: new(false), Rehearsal: true,
		}
		s.State = d.State
		w.Header().Set("Candor-Next", next)
		h.serveStatus(w, r, s)
		return true
	case h.app.hasRehearsed(r, svc):
		h.app.leaveDrill(w, r, svc)
		basis := h.app.basisOf(svc, "", nil)
		s := basis.status(svc, h.app.knowledge.Load())
		s.Answering = new(true) // back to whatever there is
		w.Header().Set("Candor-Next", next)
		w.Header().Set("Candor-Spread", "0")
		h.serveStatus(w, r, s)
		return true
	}
	return false
}

// drillLinkOf reports whether what follows the public path is about rehearsals.
func drillLinkOf(name string) bool { return name == "drill" || strings.HasPrefix(name, "drill/") }

// lateCookie is how much longer than the rehearsal its cookie is there, for pages
// that are still open to find out that it is over.
const lateCookie = 5 * time.Minute

// serveDrillLink has whoever opens the link take part, or leave, and sends them on
// to a path of this very site.
func (h *Handler) serveDrillLink(w http.ResponseWriter, r *http.Request, svc *service, name string) {
	a := h.app
	keepLink(w.Header())
	if name == "drill" && r.URL.RawQuery == "leave" {
		a.leaveDrill(w, r, svc)
		w.Header()["Location"] = []string{a.wayBack(r, "")}
		w.WriteHeader(http.StatusSeeOther)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), passTimeout)
	defer cancel()
	now := time.Now()
	link := strings.TrimPrefix(strings.TrimPrefix(name, "drill"), "/")
	value, _, err := a.passes.Open(ctx, a.storage, drillPasses(svc.name), link, now)
	d := a.drills.of(svc.name)
	if err == nil && (d == nil || !now.Before(d.Until)) {
		a.loadDrills(ctx) // another edge may have begun it
		d = a.drills.of(svc.name)
	}
	if err != nil || d == nil {
		h.refuseLink(w, r, svc, "/drill", cmp.Or(err, errDrillOver))
		return
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieFor(r, d.cookies), Value: value, Path: "/", MaxAge: int((d.Until.Sub(now) + lateCookie).Seconds()),
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
	a.sendOn(w, r)
	if r.Method == http.MethodGet {
		a.logger.Info("rehearsal joined", zap.String("service", svc.name), zap.Time("until", d.Until.UTC()))
	}
}

var errDrillOver = errors.New("the rehearsal is over")

// leaveDrill takes the cookie of a rehearsal back.
func (*App) leaveDrill(w http.ResponseWriter, r *http.Request, svc *service) {
	http.SetCookie(w, &http.Cookie{
		Name: cookieFor(r, drillCookies(svc.name)), Path: "/", MaxAge: -1,
		HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteLaxMode,
	})
}
