package errorpages

import (
	"net/http"
	"sync"
	"time"

	"github.com/patrickmn/go-cache"
	"github.com/rs/zerolog"
)

// Renderer turns Pages into answers. It is safe for concurrent use, and lives as
// long as one configuration.
type Renderer struct {
	layouts   []layout // tried in order: the operator's templates, then the built-in ones
	words     *catalog // of the first
	assets    *assets  // of the operator's templates
	ancestors string   // for frame-ancestors

	log      zerolog.Logger
	failures []string   // texts of those that were logged
	failing  sync.Mutex // guards failures

	shelves  *cache.Cache // *shelf by service name
	opening  sync.Mutex   // held while a shelf is put up
	matchers sync.Map     // *matcher by *Brand; there are as many as the configuration has
}

// shelfLife bounds how old the ages are that a page states.
const shelfLife = 10 * time.Second

func newRenderer(ancestors string, log zerolog.Logger, layouts ...layout) *Renderer {
	return &Renderer{
		layouts:   layouts,
		ancestors: ancestors,
		log:       log,
		shelves:   cache.New(shelfLife, shelfLife),
	}
}

// Serve writes the one answer to a request and returns its format. It fails only
// when the client cannot be written to; whatever is wrong with templates, texts
// or p, there is an answer.
//
// The caller has removed the upstream's own headers from w.Header(). What is
// left is sent too; a Retry-After among it goes before p's, and the values of
// Vary and Proxy-Status are kept beside ours. Range and conditional headers of
// the request are ignored. p is not kept.
func (r *Renderer) Serve(w http.ResponseWriter, req *http.Request, p *Page) (Format, error) {
	format := Negotiate(req)
	s := r.shelf(p.Service)
	return format, s.write(w, req, format, r.answer(s, format, req, p, s.answer), p)
}

// ServeAsked is Serve for a page that whoever asks has described: what it shows is
// not what has happened to this request, and may be anything. New ones are rendered
// only so often, and nothing that others are shown makes room for them. It reports
// whether there was one; if not, nothing has been written.
func (r *Renderer) ServeAsked(w http.ResponseWriter, req *http.Request, p *Page) (bool, error) {
	format := Negotiate(req)
	s := r.shelf(p.Service)
	a := r.answer(s, format, req, p, s.asked)
	if a == nil {
		return false, nil
	}
	return true, s.write(w, req, format, a, p)
}

func (s *shelf) write(w http.ResponseWriter, req *http.Request, format Format, a *answer, p *Page) error {
	e := a.in(acceptsGzip(req.Header["Accept-Encoding"]))
	retryAfter := e.set(w.Header(), p)
	if format == FormatGRPC {
		w.Header()["Content-Type"] = grpcType(first(req.Header["Content-Type"]))
	}
	w.WriteHeader(a.code)
	if len(e.body) == 0 || req.Method == http.MethodHead {
		return nil
	}

	out := scratches.Get().(*scratch)
	out.values.fill(p.Reference, p.Time.In(s.zone), retryAfter)
	out.body = e.appendTo(out.body[:0], &out.values)
	_, err := w.Write(out.body)
	scratches.Put(out)
	return err
}

// answer is the rendering of p that suits a request, as find finds it on the shelf.
// It is apart from Serve so that little is on the stack when net/http begins to
// write: goroutines that serve grow theirs otherwise, and the collector shrinks it
// again.
func (r *Renderer) answer(s *shelf, format Format, req *http.Request, p *Page, find func(*Renderer, variant, *Page) *answer) *answer {
	return find(r, variant{
		version:  p.Situation.Version,
		code:     p.Code,
		upstream: p.Upstream,
		cause:    p.Cause,
		received: p.Received,
		evidence: p.evidenceKey(format),
		lang:     s.langs.choose(req.Header["Cookie"], req.Header["Accept-Language"]),
		format:   format,

		rehearsed: p.rehearsed(),
		link:      p.Link,
	}, p)
}

// scratch is where one answer is put together.
type scratch struct {
	values slotValues
	body   []byte
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}
