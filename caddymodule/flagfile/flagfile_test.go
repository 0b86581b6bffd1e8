package flagfile

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"
)

// watched is a file that does not exist yet, and looked at.
func watched(t *testing.T, name string) (f *File, log *bytes.Buffer, changes *atomic.Int32) {
	t.Helper()
	log, changes = new(bytes.Buffer), new(atomic.Int32)
	f = New(name, zerolog.New(log))
	t.Cleanup(f.Stop)
	f.Subscribe(func() { changes.Add(1) })
	f.Start()
	f.Start()
	return f, log, changes
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// says is the text of the file, "-" if it is not there.
func says(f *File) string {
	m, on := f.Maintenance()
	switch {
	case !on:
		return "-"
	case len(m.Updates) == 0:
		return ""
	}
	return m.Updates[0].Text.Plain
}

func TestAFileIsNoticedWithinASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		name := filepath.Join(t.TempDir(), "MAINTENANCE")
		f, log, changes := watched(t, name)
		defer f.Stop()
		step := func(what, want string, times int) {
			t.Helper()
			time.Sleep(time.Second)
			synctest.Wait()
			if got := says(f); got != want || int(changes.Load()) != times {
				t.Errorf("%s: says %q after %d changes, want %q after %d", what, got, changes.Load(), want, times)
			}
		}
		step("not there", "-", 0)
		write(t, name, "")
		step("empty", "", 1)
		m, _ := f.Maintenance()
		write(t, name, "  New disks.\nBack soon. \n")
		step("with a text", "New disks.\nBack soon.", 2)
		if again, _ := f.Maintenance(); !again.From.Equal(m.From) || again.ID != m.ID {
			t.Errorf("another text is another maintenance: %+v, %+v", m, again)
		}
		step("as before", "New disks.\nBack soon.", 2)
		write(t, name+".new", "By rename.")
		if err := os.Rename(name+".new", name); err != nil {
			t.Fatal(err)
		}
		step("replaced", "By rename.", 3)
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
		step("gone", "-", 4)
		if log.Len() > 0 {
			t.Errorf("logged: %s", log)
		}
	})
}

func TestAFileIsKnownBeforeAnybodyLooks(t *testing.T) {
	name := filepath.Join(t.TempDir(), "MAINTENANCE")
	write(t, name, "From before.")
	tomorrow := time.Now().Add(24 * time.Hour)
	if err := os.Chtimes(name, tomorrow, tomorrow); err != nil {
		t.Fatal(err)
	}
	f := New(name, zerolog.Nop())
	if m, on := f.Maintenance(); !on || says(f) != "From before." || m.From.After(time.Now()) {
		t.Errorf("%+v, %v", m, on)
	}
}

func TestWhatIsInAFileIsNotTrusted(t *testing.T) {
	name := filepath.Join(t.TempDir(), "MAINTENANCE")
	for give, want := range map[string]string{
		"<script>alert(1)</script>":         "<script>alert(1)</script>",
		"a\x00b\x1b[31mc\xff":               "",
		strings.Repeat("ü", maxMessage):     "",
		strings.Repeat("x", 5<<20) + "tail": "",
	} {
		write(t, name, give)
		f := New(name, zerolog.Nop())
		m, on := f.Maintenance()
		if !on || len(m.Updates) != 1 {
			t.Fatalf("%.20q: %+v", give, m)
		}
		text := m.Updates[0].Text
		if want != "" && text.Plain != want || len(text.Plain) > maxMessage+10 || !utf8.ValidString(text.Plain) ||
			strings.ContainsAny(text.Plain, "\x00\x1b") || strings.Contains(string(text.HTML), "<script") || strings.HasSuffix(text.Plain, "tail") {
			t.Errorf("%.20q becomes %.60q", give, text.Plain)
		}
	}
}

func TestWhatIsNoFileIsSaidOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		folder, pipe, below := filepath.Join(dir, "folder"), filepath.Join(dir, "pipe"), filepath.Join(dir, "file", "MAINTENANCE")
		if err := errors.Join(os.Mkdir(folder, 0o700), syscall.Mkfifo(pipe, 0o600), os.WriteFile(filepath.Join(dir, "file"), nil, 0o600)); err != nil {
			t.Fatal(err)
		}
		for name, lines := range map[string]int{folder: 1, pipe: 1, below: 0, filepath.Join(dir, "no", "such"): 0} {
			f, log, _ := watched(t, name)
			time.Sleep(5 * time.Second)
			synctest.Wait()
			if got := strings.Count(log.String(), "\n"); says(f) != "-" || got != lines {
				t.Errorf("%s: %q, %d lines: %s", name, says(f), got, log)
			}
			f.Stop()
		}
	})
}

func TestAFileThatCannotBeLookedAtIsAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		name := filepath.Join(dir, "MAINTENANCE")
		write(t, name, "On.")
		f, log, changes := watched(t, name)
		defer f.Stop()
		// A loop of links cannot be followed, whoever looks.
		if err := errors.Join(os.Rename(name, name+".old"), os.Symlink(name, name)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if says(f) != "On." || changes.Load() != 0 || strings.Count(log.String(), "\n") != 1 {
			t.Errorf("%q after %d changes: %s", says(f), changes.Load(), log)
		}
		if err := errors.Join(os.Remove(name), os.Rename(name+".old", name)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if says(f) != "On." || changes.Load() != 0 {
			t.Errorf("it can be read again: %q after %d changes", says(f), changes.Load())
		}
	})
}
