package command_test

import (
	"bufio"
	"errors"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// demoRun is a demo as a person has it in a terminal.
type demoRun struct {
	t     *testing.T
	cmd   *exec.Cmd
	exit  chan error
	home  string
	urls  []string // control page, then the apps
	admin string
	said  chan string // what it printed, when it has ended
}

var (
	printedURL   = regexp.MustCompile(`^  \S.* (http://\S+)$`)
	printedAdmin = regexp.MustCompile(`--address (\S+)$`)
)

func startDemo(t *testing.T, args ...string) *demoRun {
	t.Helper()
	candor, err := exec.LookPath("candor")
	if err != nil {
		t.Fatal(err)
	}
	d := &demoRun{t: t, home: t.TempDir(), exit: make(chan error, 1), said: make(chan string, 1)}
	d.cmd = exec.Command(candor, append([]string{"demo"}, args...)...)
	d.cmd.Env = append(os.Environ(), "HOME="+d.home, "TMPDIR="+d.home, "XDG_DATA_HOME=", "XDG_CONFIG_HOME=")
	out, err := d.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var failed strings.Builder
	d.cmd.Stderr = &failed
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make(chan bool)
	go func() {
		var all strings.Builder
		for lines := bufio.NewScanner(out); lines.Scan(); {
			line := lines.Text()
			all.WriteString(line + "\n")
			if m := printedURL.FindStringSubmatch(line); m != nil && len(d.urls) < 4 {
				d.urls = append(d.urls, m[1])
			}
			if m := printedAdmin.FindStringSubmatch(line); m != nil {
				d.admin = m[1]
			}
			if strings.Contains(line, "Ctrl-C") {
				close(ready)
			}
		}
		d.said <- all.String()
		d.exit <- d.cmd.Wait()
	}()
	t.Cleanup(func() { _ = d.cmd.Process.Kill() })
	select {
	case <-ready:
	case err := <-d.exit:
		t.Fatalf("demo ended: %v: %s", err, failed.String())
	case <-time.After(2 * time.Minute):
		t.Fatal("demo does not start")
	}
	if len(d.urls) != 4 || d.admin == "" {
		t.Fatalf("demo says to open %q, admin endpoint %q", d.urls, d.admin)
	}
	return d
}

// get returns what somebody who accepts that type gets.
func (d *demoRun) get(url, accept string) (int, string) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Accept", accept)
	return d.do(req)
}

// press sends a form of the control page.
func (d *demoRun) press(path string, form url.Values) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodPost, d.urls[0]+path, strings.NewReader(form.Encode()))
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if code, body := d.do(req); code != http.StatusOK {
		d.t.Fatalf("%s: status code %d: %s", path, code, body)
	}
}

func (d *demoRun) do(req *http.Request) (int, string) {
	d.t.Helper()
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// wants checks what a person sees at an app.
func (d *demoRun) wants(app string, code int, text string) {
	d.t.Helper()
	if got, body := d.get(app, "text/html"); got != code || !strings.Contains(body, text) {
		d.t.Errorf("%s: status code %d, want %d with %q: %s", app, got, code, text, body)
	}
}

// end sends a signal, and looks for what is left.
func (d *demoRun) end(sig os.Signal) {
	d.t.Helper()
	if err := d.cmd.Process.Signal(sig); err != nil {
		d.t.Fatal(err)
	}
	select {
	case said := <-d.said:
		if !strings.Contains(said, "The campus closes.") {
			d.t.Errorf("it said %s", said)
		}
	case <-time.After(2 * time.Minute):
		d.t.Fatal("demo does not end")
	}
	if err := <-d.exit; err != nil {
		d.t.Errorf("demo failed: %v", err)
	}
	for _, u := range d.urls {
		addr := strings.TrimPrefix(u, "http://")
		ln, err := net.Listen("tcp", addr)
		if err != nil {
			d.t.Errorf("%s is still in use", addr)
			continue
		}
		_ = ln.Close()
	}
	err := filepath.WalkDir(d.home, func(path string, _ fs.DirEntry, err error) error {
		if path != d.home {
			d.t.Errorf("left behind: %s", path)
		}
		return err
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		d.t.Error(err)
	}
}
