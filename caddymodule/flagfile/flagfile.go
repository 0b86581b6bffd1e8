// Package flagfile turns maintenance mode on while a file is there, for scripts
// that know nothing better than to write one.
package flagfile

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
)

const (
	interval   = 500 * time.Millisecond // between two looks
	maxMessage = 10_000                 // bytes
)

// File is one such file. It knows from the beginning whether the file is there,
// and after Start keeps looking. All methods may be called at any time from any
// goroutine; none but New and the looking itself waits for the disk.
type File struct {
	name string
	id   string
	log  zerolog.Logger
	seen atomic.Pointer[seen]

	subscribers statusclient.Subscribers

	mu      sync.Mutex
	stop    chan struct{} // nil before Start
	stopped bool
}

// seen is what a look found. It is never changed.
type seen struct {
	on      bool
	since   time.Time
	message string

	info    fs.FileInfo // of what the message was read from
	problem string      // that was logged
}

// New looks at the file.
func New(name string, log zerolog.Logger) *File {
	sum := sha256.Sum256([]byte(name))
	f := &File{name: name, id: "file-" + hex.EncodeToString(sum[:4]), log: log}
	f.seen.Store(f.look(new(seen)))
	return f
}

// Name is that of the file.
func (f *File) Name() string { return f.name }

// ID is that of the maintenance that the file says, the same for the same name.
func (f *File) ID() string { return f.id }

// Maintenance is what the file says, if it is there.
func (f *File) Maintenance() (m statusclient.Maintenance, on bool) {
	s := f.seen.Load()
	if !s.on {
		return m, false
	}
	m = statusclient.Maintenance{ID: f.id, State: statusclient.InProgress, From: s.since}
	if s.message != "" {
		m.Updates = []statusclient.Update{{Text: statusclient.Text{Source: s.message, Markup: statusclient.Plain}, At: s.since}}
	}
	said := statusclient.Status{Maintenances: []statusclient.Maintenance{m}}
	said.Clean()
	return said.Maintenances[0], true
}

// Subscribe has g called soon after Maintenance returns something else; it must
// not block.
func (f *File) Subscribe(g func()) (cancel func()) { return f.subscribers.Add(g) }

// Start begins to look. Further calls do nothing.
func (f *File) Start() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stop != nil || f.stopped {
		return
	}
	f.stop = make(chan struct{})
	go f.watch(f.stop)
}

// Stop ends what Start began, for good. A disk that hangs is not waited for.
func (f *File) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.stop != nil && !f.stopped {
		close(f.stop)
	}
	f.stopped = true
}

func (f *File) watch(stop <-chan struct{}) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-stop:
			return
		case <-tick.C:
		}
		before := f.seen.Load()
		now := f.look(before)
		f.seen.Store(now)
		if now.on == before.on && now.message == before.message {
			continue
		}
		f.subscribers.Tell()
	}
}

// look returns what is there now. What cannot be told is as it was before.
func (f *File) look(before *seen) *seen {
	info, err := os.Stat(f.name)
	switch {
	case errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR):
		return new(seen)
	case err != nil:
		return f.trouble(before, "maintenance file cannot be looked at; what it said stands", err)
	case !info.Mode().IsRegular():
		return f.trouble(&seen{problem: before.problem}, "maintenance file is not a file", errors.New(info.Mode().Type().String()))
	}
	if before.info != nil && before.problem == "" && os.SameFile(info, before.info) &&
		info.Size() == before.info.Size() && info.ModTime().Equal(before.info.ModTime()) {
		return before
	}
	now := &seen{on: true, since: before.since, info: info, problem: before.problem}
	if !before.on {
		if now.since = time.Now(); info.ModTime().Before(now.since) {
			now.since = info.ModTime()
		}
		now.since = now.since.UTC().Truncate(time.Second)
	}
	if now.message, err = read(f.name); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return new(seen)
		}
		return f.trouble(now, "maintenance file cannot be read; it counts, without a message", err)
	}
	now.problem = ""
	return now
}

// trouble says once what is wrong.
func (f *File) trouble(s *seen, text string, err error) *seen {
	c := *s
	if problem := fmt.Sprint(text, err); c.problem != problem {
		c.problem = problem
		f.log.Warn().Str("file", f.name).Err(err).Msg(text)
	}
	return &c
}

// read returns the text of a file, cut where it is too long. What is no file any
// more does not make it wait.
func read(name string) (string, error) {
	file, err := os.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return "", err
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || !info.Mode().IsRegular() {
		return "", errors.Join(err, errors.New("not a file any more"))
	}
	text, err := io.ReadAll(io.LimitReader(file, maxMessage+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxMessage {
		text = append(text[:maxMessage], "…"...)
	}
	return strings.TrimSpace(strings.ToValidUTF8(string(text), "")), nil
}
