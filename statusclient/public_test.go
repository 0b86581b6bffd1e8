package statusclient

import (
	"testing"
	"time"
)

func TestOnlyPublicPagesAreLinkedFor(t *testing.T) {
	for link, want := range map[string]bool{
		"https://status.example.edu/": true, "https://STATUS.example.edu.:8443/x": true, "https://93.184.216.34/": true,
		"http://127.0.0.1:9093/": false, "http://10.1.2.3": false, "http://192.168.0.1": false, "http://[::1]:80": false,
		"http://[fe80::1]": false, "http://[fd00::1]": false, "http://0.0.0.0": false, "http://alertmanager:9093": false,
		"http://gatus.local": false, "http://x.internal.": false, "http://localhost": false, "": false,
	} {
		if got := public(link); (got != "") != want || want && got != link {
			t.Errorf("%q is linked as %q", link, got)
		}
	}
}

// TestIncidentsOfInternalSystemsHaveNoLink: the text is for visitors, where it
// was read is not.
func TestIncidentsOfInternalSystemsHaveNoLink(t *testing.T) {
	for url, want := range map[string]string{
		"http://kuma.local:3001/status/campus":   "",
		"https://kuma.example.edu/status/campus": "https://kuma.example.edu/status/campus",
	} {
		fake := newFakeKuma(false)
		fake.write("Down", "We look into it.")()
		hooking(t, BackendConfig{Type: "uptime-kuma", URL: url}, fake, func(h hooked) {
			h.poller.Start()
			after(time.Second)
			st := h.says(kumaBody(0, 1, time.Now()))
			if len(st.Incidents) != 2 || st.Incidents[0].URL != want || st.Incidents[1].URL != want {
				t.Errorf("%s: linked as %+v", url, st.Incidents)
			}
		})
	}
}
