package console

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"golang.org/x/text/language"

	"github.com/candor-edge/candor/caddymodule/config"
	"github.com/candor-edge/candor/errorpages"
	"github.com/candor-edge/candor/statusclient"
	"github.com/candor-edge/candor/statusclient/board"
)

// Desk is what a console works at: the app, as far as a console needs it.
type Desk interface {
	// Call makes one call of the admin API in the name of an authenticated user.
	// There is no other way to change anything: what a console does, commands and
	// scripts can do, under the same rules and with the same trace.
	Call(ctx context.Context, by User, c Call) Answer

	// Version changes with what pages of a console show, but for figures of traffic
	// and how old something is. It costs next to nothing.
	Version() uint64

	// Services are those that are chosen, as the admin API tells of them, what needs
	// somebody first.
	Services(sel Selection) Listing

	// Preview is the page that visitors would see. It is refused as the edit
	// would be.
	Preview(r *http.Request, d Draft) (Page, Answer)

	// File is one that the templates of pages bring along, by the path that pages
	// have below where they expect such files; nil if there is none.
	File(name string) http.Handler

	// Config is what the users configured, placeholders resolved.
	Config() *config.Config

	// Language and Words say what pages say, in the language of a request.
	Language(r *http.Request) language.Tag
	Words(lang language.Tag, now time.Time) *errorpages.Words
	LanguageName(lang language.Tag) string
	Brand() *errorpages.Brand
}

// Selection chooses services.
type Selection struct {
	May  func(service string) bool // whose they are; nil is all
	Find string                    // words that are in the title or the name; empty is any
	Most int                       // are told of; the others are counted
}

// Listing is what a Selection has found.
type Listing struct {
	Body     []byte // as JSON
	All      int    // that may be seen
	Found    int    // of these
	Troubled int    // of All: that fail, or have an incident
}

// User is who does something.
type User struct {
	Name    string // as Caddy's authentication says it
	Address string // where they are
}

// Call is one call of the admin API.
type Call struct {
	Method string
	Path   string // below /candor/
	Match  string // the ETag that an edit is based on; "*" none may be there, empty is any
	Body   any    // as JSON; nil is none
}

// Answer is what the admin API says.
type Answer struct {
	Code int
	Body []byte
	ETag string
}

// OK reports whether what was asked for was done.
func (a Answer) OK() bool { return a.Code >= 200 && a.Code < 300 }

// Problem is what is wrong, in the words of the API.
func (a Answer) Problem() string {
	var e struct {
		Error string `json:"error"`
	}
	if a.OK() || json.Unmarshal(a.Body, &e) != nil || e.Error == "" {
		return http.StatusText(a.Code)
	}
	return e.Error
}

// into reads the answer, and reports whether that worked.
func (a Answer) into(v any) bool { return a.OK() && json.Unmarshal(a.Body, v) == nil }

// asConflict reads what there is now, of an answer that somebody else was first.
func (a Answer) asConflict(v any) error { return json.Unmarshal(a.Body, v) }

// Draft is an edit that was not made yet: one of those that are pointers.
type Draft struct {
	Service string // whose visitors look at it
	Files   string // where the console has what File returns, escaped

	ID       string // of what is edited; empty for what is new
	Window   *board.Window
	Incident *board.Draft
	Update   *board.UpdateDraft

	Backend string // where Opened and Added are written
	Opened  *statusclient.Draft
	Added   *statusclient.UpdateDraft
}

// Page is a page of visitors, and what its own policy lets in by which directive.
type Page struct {
	HTML   string
	Policy map[string][]string
}
