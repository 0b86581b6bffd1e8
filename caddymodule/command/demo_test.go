package command_test

import (
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

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
