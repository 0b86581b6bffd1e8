package statusclient

import (
	"slices"
	"testing"

	"github.com/rs/zerolog"
)

func TestWhatMonitorsSayIsMeasured(t *testing.T) {
	var got []string
	for _, typ := range Types() {
		if measured(typ, nil) {
			got = append(got, typ)
		}
	}
	if want := []string{"alertmanager", "better-stack", "gatus", "openstatus", "upptime", "uptime-kuma"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	b, err := New(BackendConfig{Name: "b", Type: "auto", URL: "https://status.example.edu"}, zerolog.Nop())
	if err != nil {
		t.Fatal(err)
	}
	if measured("auto", b) {
		t.Error("what nobody has found yet is a monitor")
	}
	for typ, want := range map[string]bool{"gatus": true, "statuspage": false} {
		b.(*auto).found.Store(&finding{typ: typ})
		if got := NewPoller(BackendConfig{Name: "b", Type: "auto"}, b, zerolog.Nop()).Input().Measured; got != want {
			t.Errorf("%s that was found is measured: %t", typ, got)
		}
	}
}
