package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain is candor itself where a test asks for that.
func TestMain(m *testing.M) {
	if os.Getenv("CANDOR_IS_THIS") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// TestANewcomerFollowsREADME types what stands under "Set it up". Sockets take the
// place of ports, so that nothing else on the machine is in the way.
func TestANewcomerFollowsREADME(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "candor") // a socket's path has to be short, wherever TMPDIR is
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	site, admin := filepath.Join(dir, "site"), filepath.Join(dir, "admin")
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	candor := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(ctx, os.Args[0], args...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "CANDOR_IS_THIS=1", "HOME="+dir, "XDG_DATA_HOME="+dir, "XDG_CONFIG_HOME="+dir)
		return cmd
	}
	var caddyfile string
	var typed [][]string
	for _, m := range fences.FindAllStringSubmatch(section(t, "## Set it up"), -1) {
		if m[1] == "caddyfile" && caddyfile == "" {
			caddyfile = m[2]
		}
		for line := range strings.Lines(m[2]) {
			if rest, ok := strings.CutPrefix(line, "./candor "); ok && m[1] == "sh" {
				typed = append(typed, words(rest))
			}
		}
	}
	if len(typed) < 3 || typed[0][0] != "run" {
		t.Fatalf("README has a newcomer type %q", typed)
	}
	caddyfile = "{\n\tadmin unix/" + admin + "\n}\n" + strings.NewReplacer(
		"\tcandor", "\tbind unix/"+site+"\n\tcandor", "127.0.0.1:8080", "unix/"+filepath.Join(dir, "app"),
	).Replace(caddyfile)
	if err := os.WriteFile(filepath.Join(dir, "Caddyfile"), []byte(caddyfile), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	run := candor(typed[0]...)
	run.Stderr = &log
	run.Cancel = func() error { return run.Process.Signal(syscall.SIGTERM) }
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cancel()
		_ = run.Wait()
		if t.Failed() {
			t.Log(log.String())
		}
	})
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", site)
	}}}
	for _, args := range append([][]string{nil}, typed[1:]...) {
		if args != nil {
			out, err := candor(append(args, "--address", "unix/"+admin)...).CombinedOutput()
			t.Logf("candor %s\n%s", strings.Join(args, " "), out)
			if err != nil {
				t.Fatal(err)
			}
		}
		want := http.StatusBadGateway // no app listens
		if len(args) > 1 && args[1] == "on" {
			want = http.StatusServiceUnavailable
		}
		if got := codeOf(ctx, client); got != want {
			t.Errorf("visitors get %d after %q, not %d", got, args, want)
		}
	}
}

// codeOf asks until somebody answers.
func codeOf(ctx context.Context, client *http.Client) int {
	for ctx.Err() == nil {
		req, _ := http.NewRequestWithContext(ctx, http.MethodGet, "http://localhost:8000/", nil)
		if resp, err := client.Do(req); err == nil {
			_ = resp.Body.Close()
			return resp.StatusCode
		}
		time.Sleep(20 * time.Millisecond)
	}
	return 0
}

// words splits what is typed as a shell does, where it has quotes and nothing else.
func words(line string) []string {
	var out []string
	for i, part := range strings.Split(strings.TrimSpace(line), `"`) {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}
