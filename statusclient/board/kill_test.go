package board

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

// killEnv names the folder in which a second process edits until it is killed.
const killEnv = "CANDOR_TEST_BOARD"

// TestEditUntilKilled is that second process. It says what it is about to do and
// what has been acknowledged.
func TestEditUntilKilled(t *testing.T) {
	folder := os.Getenv(killEnv)
	if folder == "" {
		t.Skip("runs as a part of TestNothingAcknowledgedIsLostByAKill")
	}
	store := fileStore(folder)
	b := opened(t, store)
	counter := must[Incident](t)(b.OpenIncident(t.Context(), store, Draft{Title: "0", Services: []string{"*"}}))
	fmt.Println("opened", counter.ID)
	for i := 1; ; i++ {
		w := must[Window](t)(b.CreateWindow(t.Context(), store, Window{Services: []string{"a"}}))
		fmt.Println("on", w.ID)
		must[Window](t)(b.EditWindow(t.Context(), store, w.ID, w.ETag, Window{Services: []string{"a"}, Message: "edited"}))
		fmt.Println("edited", w.ID)
		must[Incident](t)(b.UpdateIncident(t.Context(), store, counter.ID, "", UpdateDraft{Message: strconv.Itoa(i)}))
		fmt.Println("counted", counter.ID, i)
		if i%8 != 0 {
			fmt.Println("ending", w.ID)
			if _, _, err := b.EndWindow(t.Context(), store, w.ID, ""); err != nil {
				t.Fatal(err)
			}
			fmt.Println("ended", w.ID)
		}
	}
}

// acknowledged is the last that was heard of a window, or of an incident.
type acknowledged struct {
	word  string
	count int
}

// killsEnv says how many kills there are to be: .ci/long makes a thousand.
const killsEnv = "CANDOR_KILLS"

func TestNothingAcknowledgedIsLostByAKill(t *testing.T) {
	t.Parallel()
	kills := 50
	if n, err := strconv.Atoi(os.Getenv(killsEnv)); err == nil {
		kills = n
	}
	var folder string
	var heard map[string]acknowledged
	for i := range kills {
		if i%50 == 0 { // else the board is full one day
			folder, heard = t.TempDir(), make(map[string]acknowledged)
		}
		editUntilKilled(t, folder, heard)
		log, lines := logged()
		b := New(log)
		if err := b.Refresh(t.Context(), fileStore(folder)); err != nil {
			t.Fatal(err)
		}
		if lines.Len() > 0 {
			t.Errorf("damaged: %s", lines)
		}
		for id, last := range heard {
			check(t, b, id, last)
		}
		checkLog(t, b, logOf(t, b, fileStore(folder), Query{}), heard)
	}
	t.Logf("%d kills, at last of %d windows and incidents", kills, len(heard))
}

func check(t *testing.T, b *Board, id string, last acknowledged) {
	t.Helper()
	w, err := b.Window(id)
	switch last.word {
	case "on":
		if err != nil {
			t.Errorf("window %s is lost: %v", id, err)
		}
	case "edited":
		if err != nil || w.Message != "edited" {
			t.Errorf("the edit of window %s is lost: %+v, %v", id, w, err)
		}
	case "ended":
		if err == nil {
			t.Errorf("window %s is back", id)
		}
	case "opened", "counted":
		in, err := b.Incident(id)
		if err != nil || len(in.Updates) < min(last.count, maxPosts) {
			t.Errorf("update %d of incident %s is lost: %+v, %v", last.count, id, in, err)
		}
	}
}

// editUntilKilled runs the second process for some random time.
func editUntilKilled(t *testing.T, folder string, heard map[string]acknowledged) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestEditUntilKilled$")
	cmd.Env = append(os.Environ(), killEnv+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	killing := false
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 2 {
			t.Fatalf("the second process says %q", lines.Text())
		}
		a := acknowledged{word: f[0]}
		if len(f) == 3 {
			a.count, _ = strconv.Atoi(f[2])
		}
		heard[f[1]] = a
		if !killing {
			killing = true
			time.AfterFunc(rand.N(80*time.Millisecond), func() { _ = cmd.Process.Kill() })
		}
	}
	if err := cmd.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Errorf("the second process ended by itself: %v", err)
	}
}
