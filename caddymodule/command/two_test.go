package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// process is a candor of its own, with a site of the service portal.
type process struct {
	t           testing.TB
	cmd         *exec.Cmd
	admin, site string
	log         string // name of the file
}

// startProcess runs candor with a storage, and waits until it answers.
func startProcess(t testing.TB, storage string) *process {
	t.Helper()
	p := &process{t: t}
	for _, addr := range []*string{&p.admin, &p.site} {
		var err error
		if *addr, err = freeAddress(); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	p.log = filepath.Join(dir, "log")
	config := filepath.Join(dir, "Caddyfile")
	text := fmt.Sprintf("{\n\tadmin %s\n\tauto_https off\n\tpersist_config off\n\tstorage file_system %s\n\tmetrics\n}\nhttp://%s {\n\tcandor portal\n\trespond works\n}\n",
		p.admin, storage, p.site)
	out, err := os.Create(p.log)
	if err == nil {
		err = os.WriteFile(config, []byte(text), 0o600)
	}
	self, err2 := os.Executable()
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	p.cmd = exec.CommandContext(t.Context(), self, "run", "--config", config)
	p.cmd.Args[0] = "candor" // as which it is what TestMain says
	p.cmd.Env = append(os.Environ(), "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
	p.cmd.Stdout, p.cmd.Stderr = out, out
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	p.wait("it answers", func() bool {
		resp, err := http.Get("http://" + p.site)
		if err != nil {
			return false
		}
		resp.Body.Close()
		return answers(http.DefaultClient, "http://"+p.admin+"/candor/services", "")
	})
	return p
}

// kill ends the process as nothing can prepare for.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

func (p *process) wait(what string, done func() bool) {
	p.t.Helper()
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			log, _ := os.ReadFile(p.log)
			p.t.Fatalf("never: %s\n%s", what, log)
		}
	}
}

// call asks the admin endpoint, and reads the answer into out, if it is one.
func (p *process) call(method, path string, in, out any, etag string) (code int) {
	p.t.Helper()
	code, err := p.ask(method, path, in, out, etag)
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

// tryCall is call where the process may be killed meanwhile.
func (p *process) tryCall(method, path string, in, out any) error {
	code, err := p.ask(method, path, in, out, "")
	if err == nil && code >= 300 {
		p.t.Fatalf("%s %s: %d", method, path, code)
	}
	return err
}

func (p *process) ask(method, path string, in, out any, etag string) (code int, err error) {
	var body io.Reader
	if in != nil {
		b, err := json.Marshal(in)
		if err != nil {
			return 0, err
		}
		body = bytes.NewReader(b)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.admin+path, body)
	if err != nil {
		return 0, err
	}
	req.Header.Set("Content-Type", "application/json")
	if etag != "" {
		req.Header.Set("If-Match", `"`+etag+`"`)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && out != nil {
		err = json.Unmarshal(answer, out)
	}
	return resp.StatusCode, err
}

// visit is the status code that a visitor gets.
func (p *process) visit() int {
	p.t.Helper()
	resp, err := http.Get("http://" + p.site)
	if err != nil {
		p.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

type maintenanceJSON struct {
	ID       string   `json:"id,omitempty"`
	ETag     string   `json:"etag,omitempty"`
	Services []string `json:"services"`
	Message  string   `json:"message"`
}

func TestTwoCandorsOnOneStorageAgree(t *testing.T) {
	storage := filepath.Join(t.TempDir(), "shared")
	a, b := startProcess(t, storage), startProcess(t, storage)

	t.Run("a toggle on one is in force on the other", func(t *testing.T) {
		var slowest time.Duration
		for i := range 4 {
			here, there := a, b
			if i%2 == 1 {
				here, there = b, a
			}
			var w maintenanceJSON
			here.call("POST", "/candor/maintenance", maintenanceJSON{Services: []string{"portal"}}, &w, "")
			begun := time.Now()
			there.wait("closed there", func() bool { return there.visit() == 503 })
			slowest = max(slowest, time.Since(begun))
			here.call("DELETE", "/candor/maintenance/"+w.ID, nil, nil, "")
			begun = time.Now()
			there.wait("open there", func() bool { return there.visit() == 200 })
			slowest = max(slowest, time.Since(begun))
		}
		t.Logf("after %v at the latest", slowest)
	})

	var w maintenanceJSON
	a.call("POST", "/candor/maintenance", maintenanceJSON{Services: []string{"portal"}, Message: "first"}, &w, "")
	path := "/candor/maintenance/" + w.ID

	t.Run("who has seen an older one is told what there is now", func(t *testing.T) {
		var second, third struct {
			maintenanceJSON
			Current maintenanceJSON `json:"current"`
		}
		if code := b.call("PUT", path, maintenanceJSON{Services: w.Services, Message: "second"}, &second, w.ETag); code != 200 {
			t.Fatalf("%d", code)
		}
		// At once: the other one has not been told yet.
		if code := a.call("PUT", path, maintenanceJSON{Services: w.Services, Message: "third"}, &third, w.ETag); code != 412 ||
			third.Current.Message != "second" || third.Current.ETag != second.ETag {
			t.Errorf("%d %+v", code, third)
		}
		if code := a.call("DELETE", path, nil, nil, w.ETag); code != 412 {
			t.Errorf("%d", code)
		}
	})

	t.Run("of two edits that cross, both see the same one", func(t *testing.T) {
		crossed := 0
		for i := range 20 {
			var now maintenanceJSON
			a.wait("both see the same", func() bool {
				var there maintenanceJSON
				a.call("GET", path, nil, &now, "")
				b.call("GET", path, nil, &there, "")
				return now.ETag == there.ETag
			})
			var codes [2]int
			var wg sync.WaitGroup
			for n, p := range []*process{a, b} {
				wg.Go(func() {
					codes[n] = p.call("PUT", path, maintenanceJSON{Services: w.Services, Message: fmt.Sprintf("%d by %d", i, n)}, nil, now.ETag)
				})
			}
			wg.Wait()
			switch codes {
			case [2]int{200, 200}:
				crossed++
			case [2]int{200, 412}, [2]int{412, 200}:
			default:
				t.Fatalf("%v", codes)
			}
			var seen [2]maintenanceJSON
			a.wait("both see one of them", func() bool {
				a.call("GET", path, nil, &seen[0], "")
				b.call("GET", path, nil, &seen[1], "")
				return seen[0].Message == seen[1].Message && strings.HasPrefix(seen[0].Message, fmt.Sprintf("%d by", i))
			})
			var entries []struct {
				New     map[string]string `json:"new"`
				Outcome string            `json:"outcome"`
			}
			a.call("GET", "/candor/log?limit=10", nil, &entries, "")
			for n, code := range codes {
				said := ""
				for _, e := range entries {
					if e.New["message"] == fmt.Sprintf("%d by %d", i, n) {
						said = "made" + e.Outcome
					}
				}
				want := "made"
				if code != 200 {
					want = ""
				} else if seen[0].Message != fmt.Sprintf("%d by %d", i, n) {
					want = "madelost"
				}
				if said != want {
					t.Errorf("edit %d by %d answered %d: the log says %q, want %q", i, n, code, said, want)
				}
			}
		}
		t.Logf("%d of 20 crossed", crossed)
	})

	t.Run("a storage that cannot be reached changes nothing, and is said", func(t *testing.T) {
		if err := os.Rename(storage, storage+".away"); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(storage, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, p := range []*process{a, b} {
			p.wait("it is said", func() bool {
				return answers(http.DefaultClient, "http://"+p.admin+"/candor/backends", "the board's storage cannot be read") &&
					answers(http.DefaultClient, "http://"+p.admin+"/metrics", `candor_backend_up{backend="board"} 0`)
			})
			if code := p.visit(); code != 503 {
				t.Errorf("what was known is forgotten: %d", code)
			}
			if code := p.call("DELETE", path, nil, nil, ""); code != 500 {
				t.Errorf("an edit without a storage: %d", code)
			}
		}
		if err := os.Remove(storage); err != nil {
			t.Fatal(err)
		}
		if err := os.Rename(storage+".away", storage); err != nil {
			t.Fatal(err)
		}
		for _, p := range []*process{a, b} {
			p.wait("it can be read again", func() bool {
				return answers(http.DefaultClient, "http://"+p.admin+"/metrics", `candor_backend_up{backend="board"} 1`)
			})
			log, err := os.ReadFile(p.log)
			if n := strings.Count(string(log), "storage cannot be read"); err != nil || n != 1 {
				t.Errorf("said %d times, %v", n, err)
			}
		}
		a.call("DELETE", path, nil, nil, "")
		b.wait("open there", func() bool { return b.visit() == 200 })
	})
}
