package campus

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
)

// exam is one row of the course portal.
type exam struct {
	ID         string `json:"id"`
	Title      string `json:"title"`
	Day        string `json:"day"`
	Time       string `json:"time"`
	Room       string `json:"room"`
	Seats      int    `json:"seats"`
	Registered bool   `json:"registered"`
}

// courses is the course portal: one student, who registers for exams.
type courses struct {
	mu    sync.Mutex
	exams []exam
}

func newCourses() http.Handler {
	c := &courses{exams: []exam{
		{"MAT-201", "Linear Algebra II", "Mon 19 January", "09:00", "Main hall A", 42, true},
		{"INF-114", "Algorithms and Data Structures", "Wed 21 January", "14:00", "Main hall B", 17, false},
		{"PHY-130", "Electrodynamics", "Fri 23 January", "09:00", "HG F 7", 8, false},
		{"HIS-022", "Europe since 1945", "Mon 26 January", "10:30", "KO2 F 150", 63, false},
		{"LAW-310", "Media and Data Protection Law", "Thu 29 January", "13:00", "RAI G 41", 25, false},
	}}
	mux := http.NewServeMux()
	page(mux, "GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		exams := c.list()
		count := 0
		for _, e := range exams {
			if e.Registered {
				count++
			}
		}
		done := ""
		if i := slices.IndexFunc(exams, func(e exam) bool { return e.ID == r.FormValue("done") }); i >= 0 {
			done = exams[i].Title
		}
		return render(w, http.StatusOK, "courses.html", map[string]any{"Exams": exams, "Count": count, "Done": done})
	})
	page(mux, "POST /register", func(w http.ResponseWriter, r *http.Request) error {
		id := r.FormValue("exam")
		if !c.register(id) {
			http.Error(w, "there is no such exam", http.StatusBadRequest)
			return nil
		}
		http.Redirect(w, r, "/?done="+id, http.StatusSeeOther)
		return nil
	})
	page(mux, "GET /api/exams", func(w http.ResponseWriter, _ *http.Request) error {
		return sendJSON(w, map[string]any{"exams": c.list()})
	})
	page(mux, "GET /events", func(w http.ResponseWriter, r *http.Request) error {
		return stream(w, r, eventsEvery, c.seat)
	})
	return mux
}

func (c *courses) list() []exam {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.exams)
}

// register adds or withdraws the student.
func (c *courses) register(id string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for i := range c.exams {
		if e := &c.exams[i]; e.ID == id {
			e.Registered = !e.Registered
			return true
		}
	}
	return false
}

// seat is what others do meanwhile: one of them takes or leaves a seat.
func (c *courses) seat() any {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := &c.exams[rand.N(len(c.exams))]
	e.Seats = min(max(e.Seats+rand.N(3)-1, 1), 80)
	return map[string]any{"id": e.ID, "seats": e.Seats}
}
