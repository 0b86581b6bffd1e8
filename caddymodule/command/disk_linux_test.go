package command_test

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestADiskThatIsFullOrReadOnlyIsAnErrorThatSaysSo needs a disk of its own.
func TestADiskThatIsFullOrReadOnlyIsAnErrorThatSaysSo(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("candor", disk, "tmpfs", 0, "size=256k"); err != nil {
		t.Skipf("no disk can be mounted here: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(disk, syscall.MNT_DETACH) })
	p := startProcess(t, filepath.Join(disk, "storage"))
	if out, err := p.candor("maintenance", "on", "portal", "--message", "New disks."); err != nil {
		t.Fatal(out, err)
	}
	refused := func(says string) {
		t.Helper()
		for _, args := range [][]string{
			{"maintenance", "off", "portal"}, {"maintenance", "on", "portal", "--message", "Other words."},
			{"maintenance", "on", "portal", "--at", "2126-01-01T00:00:00Z"}, {"incident", "open", "portal", "--title", "x"},
		} {
			out, err := p.candor(args...)
			if err == nil || err.Error() != "exit status 1" || !strings.Contains(out, says) || !strings.Contains(out, "nothing was changed") {
				t.Errorf("%v: %v, %s", args, err, out)
			}
		}
		var list []maintenanceJSON
		p.call("GET", "/candor/maintenance", nil, &list, "")
		if code := p.visit(); code != 503 || len(list) != 1 || list[0].Message != "New disks." {
			t.Errorf("a visitor gets %d; there is %+v", code, list)
		}
	}

	full := filepath.Join(disk, "full")
	if err := os.WriteFile(full, make([]byte, 1<<20), 0o600); err == nil {
		t.Fatal("the disk is not full")
	}
	refused("the storage is full")
	if err := os.Remove(full); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("candor", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	refused("read-only")
	if err := syscall.Mount("candor", disk, "tmpfs", syscall.MS_REMOUNT, ""); err != nil {
		t.Fatal(err)
	}
	if out, err := p.candor("maintenance", "off", "portal"); err != nil || p.visit() != 200 {
		t.Errorf("with room again: %v %s", err, out)
	}
	p.kill()
	if code := startProcess(t, filepath.Join(disk, "storage")).visit(); code != 200 {
		t.Errorf("after a restart a visitor gets %d", code)
	}
}
