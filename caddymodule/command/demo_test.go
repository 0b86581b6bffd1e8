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
	"runtime"
	"strings"
	"syscall"
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
	case <-time.After(30 * time.Second):
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

func TestDemoShowsWhatItPromisesAndLeavesNothingBehind(t *testing.T) {
	d := startDemo(t)
	courses, mail := d.urls[1], d.urls[3]
	d.wants(d.urls[0], 200, "Publish the incident")
	d.wants(courses, 200, "<")

	d.press("/fault", url.Values{"app": {"courses"}, "fault": {"error-html"}})
	d.wants(courses, 500, "Sorry")
	d.press("/incident/open", url.Values{"title": {"The exam database is away"}, "message": {"We mend it."}, "services": {"courses"}})
	d.wants(courses, 500, "The exam database is away")
	if code, body := d.get(courses+"/api/exams", "application/json"); code != 500 || !strings.Contains(body, "The exam database is away") {
		t.Errorf("a program gets %d %s", code, body)
	}
	d.press("/fault", url.Values{"app": {"courses"}, "fault": {"ok"}})
	d.wants(courses, 200, "<")
	d.wants(mail, 200, "<")

	d.press("/maintenance/on", url.Values{"app": {"mail"}, "minutes": {"30"}, "message": {"We move the post."}})
	d.wants(mail, 503, "We move the post.")
	d.wants(d.urls[0], 200, "We move the post.")
	d.press("/maintenance/off", url.Values{"app": {"mail"}})
	d.wants(mail, 200, "<")

	candor := func(args ...string) {
		t.Helper()
		if out, err := exec.Command(d.cmd.Path, append(args, "--address", d.admin)...).CombinedOutput(); err != nil {
			t.Fatalf("candor %q: %v: %s", args, err, out)
		}
	}
	candor("maintenance", "on", "mail", "--for", "30m")
	d.wants(mail, 503, "")
	candor("maintenance", "off", "mail")

	// Not even an app that hangs keeps it from ending.
	d.press("/fault", url.Values{"app": {"library"}, "fault": {"hang"}})
	go func() {
		if resp, err := http.Get(d.urls[2]); err == nil {
			_ = resp.Body.Close()
		}
	}()
	time.Sleep(100 * time.Millisecond) // for the request to be there
	d.end(syscall.SIGINT)
}

func TestDemoEndsWithItsTerminal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no such signal")
	}
	addr, err := freeAddress()
	if err != nil {
		t.Fatal(err)
	}
	_, port, _ := net.SplitHostPort(addr)
	d := startDemo(t, "--listen", "localhost:"+port)
	if d.urls[0] != "http://127.0.0.1:"+port {
		t.Errorf("the control page is at %s", d.urls[0])
	}
	d.end(syscall.SIGTERM)
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
	case <-time.After(20 * time.Second):
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
