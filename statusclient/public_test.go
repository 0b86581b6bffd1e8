package statusclient

import "testing"

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
