package command_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	caddycmd "github.com/caddyserver/caddy/v2/cmd"
	_ "github.com/caddyserver/caddy/v2/modules/standard"
	"github.com/rogpeppe/go-internal/testscript"

	_ "github.com/candor-edge/candor/caddymodule"
	"github.com/candor-edge/candor/caddymodule/command"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"candor": command.Main,  // our binary
		"caddy":  caddycmd.Main, // somebody else's with Candor in it
	})
}

// TestCommands runs what people type against running instances. Each script has
// free addresses in ADMIN, SITE and NOBODY, a time of the week in UTC that is now
// in TODAY, a day of the week that is three days away in DAY and, written out, in
// WEEKDAY, a path for a socket in SOCKET, a status page in STATUS, one that can be
// written in CACHET, and a web server that is not Caddy in OTHER and OTHER_URL.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			page := httptest.NewServer(http.HandlerFunc(statusPage))
			other := httptest.NewServer(http.NotFoundHandler())
			e.Defer(page.Close)
			e.Defer(other.Close)
			for _, name := range []string{"ADMIN", "SITE", "ADMIN2", "SITE2", "NOBODY"} {
				addr, err := freeAddress()
				if err != nil {
					return err
				}
				e.Setenv(name, addr)
			}
			written := httptest.NewServer(newCachet())
			e.Defer(written.Close)
			e.Setenv("CACHET", written.URL)
			e.Setenv("OTHER_URL", other.URL)
			e.Setenv("STATUS", page.URL)
			e.Setenv("OTHER", strings.TrimPrefix(other.URL, "http://"))
			e.Setenv("TZ", "Europe/Zurich")
			now := time.Now().UTC()
			begun := now.Add(-12 * time.Hour)
			e.Setenv("TODAY", fmt.Sprintf("%s %02d:00-%02d:00", begun.Format("Mon"), begun.Hour(), (begun.Hour()+23)%24))
			e.Setenv("DAY", now.AddDate(0, 0, 3).Format("Mon"))
			e.Setenv("WEEKDAY", now.AddDate(0, 0, 3).Format("Monday"))
			sockets, err := os.MkdirTemp("/tmp", "candor") // a socket's path has to be short, wherever TMPDIR is
			if err != nil {
				return err
			}
			e.Defer(func() { _ = os.RemoveAll(sockets) })
			e.Setenv("SOCKET", filepath.Join(sockets, "admin"))
			e.Setenv("HOME", e.WorkDir)
			for _, name := range []string{"XDG_DATA_HOME", "XDG_CONFIG_HOME"} {
				e.Setenv(name, e.WorkDir+"/home")
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits, "ready": ready, "readyadmin": readyAdmin, "readysocket": readySocket, "known": known, "visit": visit, "visiteventually": visitEventually, "keepid": keepID, "keepline": keepLine, "tester": tester, "look": look,
		},
	})
}

// freeAddress finds one whose port is below those that outgoing connections get,
// which would take it before whoever is to listen does, and one after the other, so
// that nobody else gets the same. The ten thousand below them are for package
// caddymodule, whose tests run meanwhile.
func freeAddress() (string, error) {
	for range 1000 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+(firstPort+int(triedPorts.Add(1)))%10000)
		if l, err := net.Listen("tcp", addr); err == nil {
			return addr, l.Close()
		}
	}
	return "", errors.New("no free port")
}

var (
	firstPort  = rand.IntN(10000)
	triedPorts atomic.Int32
)

// statusPage is a Statuspage with one incident.
func statusPage(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/api/v2/summary.json" {
		http.NotFound(w, r)
		return
	}
	fmt.Fprint(w, `{
		"page": {"id": "p", "name": "Example", "url": "https://status.example.edu"},
		"components": [{"id": "c1", "name": "Student portal", "status": "major_outage"}],
		"incidents": [{
			"id": "i1", "name": "Disks are failing", "status": "identified", "impact": "major",
			"components": [{"id": "c1", "name": "Student portal"}],
			"incident_updates": [{"id": "u1", "status": "identified", "body": "Three of five.", "created_at": "2026-11-21T10:00:00Z"}],
			"started_at": "2026-11-21T10:00:00Z"
		}],
		"scheduled_maintenances": []
	}`)
}

// exits runs a command and checks its exit code: exits CODE COMMAND [ARG…].
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [arg...]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	var failed *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &failed):
		got = failed.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// ready waits until Candor answers at an admin endpoint: ready ADDRESS.
func ready(ts *testscript.TestScript, _ bool, args []string) {
	await(ts, args[0], func() bool { return answers(http.DefaultClient, "http://"+args[0]+"/candor/services", "") })
}

// readyAdmin waits until any Caddy answers at an admin endpoint.
func readyAdmin(ts *testscript.TestScript, _ bool, args []string) {
	await(ts, args[0], func() bool { return answers(http.DefaultClient, "http://"+args[0]+"/config/", "") })
}

// readySocket is ready for an admin endpoint at a Unix socket.
func readySocket(ts *testscript.TestScript, _ bool, args []string) {
	client := &http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", args[0])
		},
	}}
	await(ts, args[0], func() bool { return answers(client, "http://127.0.0.1/candor/services", "") })
}

// known waits until an instance knows something, or knows it no more: known ADDRESS
// TEXT.
func known(ts *testscript.TestScript, neg bool, args []string) {
	await(ts, args[1], func() bool {
		return answers(http.DefaultClient, "http://"+args[0]+"/candor/services", args[1]) != neg
	})
}

func await(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(time.Minute); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s: nothing in a minute", what)
		}
	}
}

func answers(client *http.Client, url, text string) bool {
	resp, err := client.Get(url)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return err == nil && resp.StatusCode == http.StatusOK && strings.Contains(string(body), text)
}

// visit checks what a visitor gets: visit CODE URL [TEXT].
func visit(ts *testscript.TestScript, _ bool, args []string) {
	resp, err := http.Get(args[1])
	ts.Check(err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if strconv.Itoa(resp.StatusCode) != args[0] {
		ts.Fatalf("%s: status code %d, want %s", args[1], resp.StatusCode, args[0])
	}
	if len(args) > 2 && !strings.Contains(string(body), args[2]) {
		ts.Fatalf("%s does not say %q: %s", args[1], args[2], body)
	}
}

// look waits until a web page is there: look ADDRESS TEXT.
func look(ts *testscript.TestScript, _ bool, args []string) {
	await(ts, args[0], func() bool { return answers(http.DefaultClient, "http://"+args[0]+"/", args[1]) })
}

// visitEventually is visit for what takes a moment: visiteventually CODE URL.
func visitEventually(ts *testscript.TestScript, _ bool, args []string) {
	await(ts, strings.Join(args, " "), func() bool {
		resp, err := http.Get(args[1])
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		return strconv.Itoa(resp.StatusCode) == args[0]
	})
}

// keepID puts the id in what a command printed with --json into a variable.
func keepID(ts *testscript.TestScript, _ bool, args []string) {
	var v struct{ ID string }
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &v))
	ts.Setenv(args[0], v.ID)
}

// keepLine puts the first line that a command printed into a variable.
func keepLine(ts *testscript.TestScript, _ bool, args []string) {
	line, _, _ := strings.Cut(ts.ReadFile("stdout"), "\n")
	ts.Setenv(args[0], line)
}

// tester is visit for somebody who keeps cookies, as long as the same name is
// given, and is sent on at most once: tester CODE URL TEXT [NAME]. What another
// edge has to hear of first may take a moment.
func tester(ts *testscript.TestScript, _ bool, args []string) {
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	if len(args) > 3 {
		kept, _ := testers.LoadOrStore(ts.Getenv("WORK")+args[3], jar)
		jar = kept.(*cookiejar.Jar)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(_ *http.Request, via []*http.Request) error {
		if len(via) > 1 {
			return errors.New("sent on twice")
		}
		return nil
	}}
	await(ts, strings.Join(args, " "), func() bool {
		resp, err := client.Get(args[1])
		ts.Check(err)
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		ts.Check(err)
		return strconv.Itoa(resp.StatusCode) == args[0] && strings.Contains(string(body), args[2])
	})
}

var testers sync.Map // *cookiejar.Jar by script and name
