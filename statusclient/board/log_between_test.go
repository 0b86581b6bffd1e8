package board

import (
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// betweenEnv names the folder in which TestKilledBetween works, and at what it is
// killed.
const betweenEnv = "CANDOR_TEST_BETWEEN"

// deadly is a store that ends the process when it is to store certain keys.
type deadly struct {
	fileStore
	at string
}

func (d deadly) Store(ctx context.Context, key string, value []byte) error {
	if strings.HasPrefix(key, d.at) {
		kill()
	}
	return d.fileStore.Store(ctx, key, value)
}

func kill() {
	self, _ := os.FindProcess(os.Getpid())
	_ = self.Kill()
	select {}
}

// TestKilledBetween is the process that is killed.
func TestKilledBetween(t *testing.T) {
	folder, at, ok := strings.Cut(os.Getenv(betweenEnv), "|")
	if !ok {
		t.Skip("runs as a part of TestAKillBetweenAnEditAndItsEntryLosesNeither")
	}
	store := deadly{fileStore(folder), at}
	b := opened(t, store)
	if at != "attempt" {
		must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
		return
	}
	_ = b.Attempt(t.Context(), store, Entry{Action: "backend.post"}, func(context.Context) error {
		kill()
		return nil
	})
}

func TestAKillBetweenAnEditAndItsEntryLosesNeither(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]struct {
		windows int
		log     string
	}{
		root:      {0, ""},
		logRoot:   {1, "maintenance.create"},
		"attempt": {0, "backend.post unknown"},
		"nothing": {1, "maintenance.create"},
	} {
		folder := t.TempDir()
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKilledBetween$")
		cmd.Env = append(os.Environ(), betweenEnv+"="+folder+"|"+at)
		if out, err := cmd.CombinedOutput(); (err == nil) != (at == "nothing") {
			t.Errorf("killed at %s: %v, %s", at, err, out)
		}
		store := fileStore(folder)
		b := opened(t, store)
		if got := strings.Join(actions(logOf(t, b, store, Query{})), ", "); got != want.log || len(b.Windows()) != want.windows {
			t.Errorf("killed at %s: %d windows, log %q; want %+v", at, len(b.Windows()), got, want)
		}
	}
}
