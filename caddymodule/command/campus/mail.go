package campus

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// message is one mail of the inbox.
type message struct {
	From    string `json:"from"`
	Subject string `json:"subject"`
	Text    string `json:"text"`
	When    string `json:"when"`
	Unread  bool   `json:"unread"`
	Sent    bool   `json:"sent"`
}

// Initial is what stands in for the sender's picture.
func (m message) Initial() string { return string([]rune(m.From + "?")[:1]) }

// What is kept of the mails that visitors of the sample write.
const (
	maxMessages = 30
	maxText     = 2000
)

// mail is the inbox. Mails go nowhere: they come back as sent ones.
type mail struct {
	mu       sync.Mutex
	messages []message
}

func newMail() http.Handler {
	m := &mail{messages: []message{
		{"Registrar", "Exam registration closes on Friday", "Please check your registrations in the course portal before noon.", "09:12", true, false},
		{"Lena Fischer", "Slides for Thursday", "Here is my part. I am not happy with page 7 yet, could you have a look?", "08:47", true, false},
		{"University Library", "Your reservation is ready", "The copy waits for you at the front desk until Saturday.", "Yesterday", false, false},
		{"Prof. A. Okafor", "Re: Thesis outline", "This is a good start. Let us talk about chapter 3 in my office hour.", "Yesterday", false, false},
		{"Choir", "Rehearsal moved to room 204", "The hall is taken for the open day. Bring the green folder.", "Mon", false, false},
		{"IT help desk", "Maintenance window on Sunday", "Network switches in the main building are replaced from 6 to 8.", "Mon", false, false},
	}}
	mux := http.NewServeMux()
	page(mux, "GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		messages := m.list()
		unread := 0
		for _, one := range messages {
			if one.Unread {
				unread++
			}
		}
		return render(w, http.StatusOK, "mail.html", map[string]any{
			"Messages": messages, "Unread": unread, "Sent": r.URL.Query().Has("sent"),
		})
	})
	page(mux, "POST /send", func(w http.ResponseWriter, r *http.Request) error {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		to, subject := strings.TrimSpace(r.FormValue("to")), strings.TrimSpace(r.FormValue("subject"))
		if to == "" || subject == "" {
			http.Error(w, "a mail needs somebody to go to and a subject", http.StatusBadRequest)
			return nil
		}
		m.send(message{From: "To: " + cut(to, 100), Subject: cut(subject, 200), Text: cut(r.FormValue("text"), maxText)})
		http.Redirect(w, r, "/?sent", http.StatusSeeOther)
		return nil
	})
	page(mux, "GET /api/messages", func(w http.ResponseWriter, _ *http.Request) error {
		return sendJSON(w, map[string]any{"messages": m.list()})
	})
	page(mux, "GET /events", func(w http.ResponseWriter, r *http.Request) error {
		return stream(w, r, eventsEvery, func() any { return map[string]int{"online": 1200 + rand.N(300)} })
	})
	return mux
}

func (m *mail) list() []message {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.messages)
}

func (m *mail) send(one message) {
	m.mu.Lock()
	defer m.mu.Unlock()
	one.When, one.Sent = time.Now().Format("15:04"), true
	m.messages = slices.Insert(m.messages, 0, one)
	m.messages = m.messages[:min(len(m.messages), maxMessages)]
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
