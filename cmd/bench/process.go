package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// process is one that the benchmark has started. None of them outlives it.
type process struct {
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stderr *tail
	ended  chan struct{}
}

// spawn starts a program on a core of the machine, where cores can be chosen.
// It is sent SIGTERM when the run is over, and SIGKILL if that does not help.
func (b *bench) spawn(core int, stdout io.Writer, name string, args ...string) (*process, error) {
	if b.taskset != "" {
		args = append([]string{"-c", fmt.Sprint(core), name}, args...)
		name = b.taskset // it becomes the program: the process id stays
	}
	p := &process{stderr: new(tail), ended: make(chan struct{})}
	p.cmd = exec.CommandContext(b.ctx, name, args...)
	p.cmd.Cancel = func() error { return p.cmd.Process.Signal(syscall.SIGTERM) }
	p.cmd.WaitDelay = killAfter
	p.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+b.dir, "XDG_DATA_HOME="+b.dir, "HOME="+b.dir)
	p.cmd.Dir = b.dir
	p.cmd.Stdout, p.cmd.Stderr = stdout, p.stderr
	var err error
	if p.stdin, err = p.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	b.running[p] = true
	go func() {
		_ = p.cmd.Wait()
		close(p.ended)
	}()
	return p, nil
}

const killAfter = 3 * time.Second

// stop ends a process and waits until it has gone.
func (b *bench) stop(p *process) {
	if !b.running[p] {
		return
	}
	delete(b.running, p)
	_ = p.stdin.Close()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.ended:
	case <-time.After(killAfter):
		_ = p.cmd.Process.Kill()
		<-p.ended
	}
}

// failed says how a process that should still run has ended.
func (p *process) failed() error {
	return fmt.Errorf("%s ended: %s", strings.Join(p.cmd.Args, " "), p.stderr)
}

// startUpstream starts the app behind the servers and returns its address.
func (b *bench) startUpstream() (addr string, err error) { return b.startRole("upstream") }

// startRole starts a role that serves, and returns its address.
func (b *bench) startRole(role string) (addr string, err error) {
	r, w := io.Pipe()
	p, err := b.spawn(loadCore, w, b.self, role)
	if err != nil {
		return "", err
	}
	go func() {
		<-p.ended
		_ = w.CloseWithError(p.failed())
	}()
	line, err := bufio.NewReader(r).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the %s did not start: %w", role, err)
	}
	return strings.TrimSpace(line), nil
}

// build makes the binary that is measured.
func (b *bench) build() (string, error) {
	path := filepath.Join(b.dir, "candor")
	cmd := exec.CommandContext(b.ctx, "go", "build", "-o", path, "github.com/candor-edge/candor/cmd/candor")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("go build: %w\n%s", err, out)
	}
	return path, nil
}

// tail keeps the end of what a process says, for when it fails. It is read after
// the process has ended.
type tail struct{ b bytes.Buffer }

func (t *tail) Write(p []byte) (int, error) {
	if t.b.Len() > 16<<10 {
		t.b.Reset()
	}
	return t.b.Write(p)
}

func (t *tail) String() string { return t.b.String() }
