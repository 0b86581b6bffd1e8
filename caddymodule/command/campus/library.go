package campus

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// book is one title of the catalogue.
type book struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Author   string `json:"author"`
	Year     int    `json:"year"`
	Shelf    string `json:"shelf"`
	Copies   int    `json:"copies"`
	Reserved bool   `json:"reserved"`
	Hue      int    `json:"-"` // of its cover
}

// library is the catalogue, searched by title and author.
type library struct {
	mu    sync.Mutex
	books []book
}

func newLibrary() http.Handler {
	l := &library{books: []book{
		{"b1", "The Structure of Scientific Revolutions", "Thomas S. Kuhn", 1962, "Q 175 .K95", 3, false, 12},
		{"b2", "A Room of One's Own", "Virginia Woolf", 1929, "PR 6045 .O72", 2, false, 330},
		{"b3", "Gödel, Escher, Bach", "Douglas R. Hofstadter", 1979, "QA 9.8 .H63", 1, false, 205},
		{"b4", "Silent Spring", "Rachel Carson", 1962, "QH 545 .P4", 4, false, 140},
		{"b5", "The Death and Life of Great American Cities", "Jane Jacobs", 1961, "NA 9108 .J3", 0, false, 35},
		{"b6", "On the Origin of Species", "Charles Darwin", 1859, "QH 365 .O2", 5, true, 95},
		{"b7", "The Art of Computer Programming", "Donald E. Knuth", 1968, "QA 76.6 .K64", 1, false, 260},
		{"b8", "Thinking, Fast and Slow", "Daniel Kahneman", 2011, "BF 441 .K238", 2, false, 48},
	}}
	mux := http.NewServeMux()
	page(mux, "GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		query := r.FormValue("q")
		return render(w, http.StatusOK, "library.html", map[string]any{"Query": query, "Books": l.find(query)})
	})
	page(mux, "POST /reserve", func(w http.ResponseWriter, r *http.Request) error {
		id := r.FormValue("book")
		if !l.reserve(id) {
			http.Error(w, "there is no such book", http.StatusBadRequest)
			return nil
		}
		http.Redirect(w, r, "/#"+id, http.StatusSeeOther)
		return nil
	})
	page(mux, "GET /api/books", func(w http.ResponseWriter, r *http.Request) error {
		return sendJSON(w, map[string]any{"books": l.find(r.FormValue("q"))})
	})
	page(mux, "GET /events", func(w http.ResponseWriter, r *http.Request) error {
		return stream(w, r, eventsEvery, func() any { return map[string]int{"readers": 180 + rand.N(40)} })
	})
	return mux
}

// find returns what holds every word of the query.
func (l *library) find(query string) []book {
	l.mu.Lock()
	defer l.mu.Unlock()
	words := strings.Fields(strings.ToLower(query))
	found := []book{}
	for _, b := range l.books {
		text := strings.ToLower(b.Title + " " + b.Author)
		if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) }) {
			found = append(found, b)
		}
	}
	return found
}

// reserve reserves a copy, or gives it back.
func (l *library) reserve(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for i := range l.books {
		if b := &l.books[i]; b.ID == id {
			b.Reserved = !b.Reserved
			return true
		}
	}
	return false
}
