package errorpages

import (
	"crypto/sha256"
	"encoding/base64"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"
)

func TestPolicyVouchesForWhatTheTemplateWrote(t *testing.T) {
	r := rendererOf(t, PagesConfig{FrameAncestors: "self https://intranet.example.edu"})
	res := serve(t, r, page(brand(t, campus()), incidents(registration())), "GET", oneOfEach[FormatHTML])
	csp := res.Header().Get("Content-Security-Policy")
	for _, m := range regexp.MustCompile(`(?s)<(script|style)>(.*?)</`).FindAllSubmatch(res.Body.Bytes(), -1) {
		sum := sha256.Sum256(m[2])
		if want := string(m[1]) + "-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(csp, want) {
			t.Errorf("%s has no %s", csp, want)
		}
	}
	if !strings.HasSuffix(csp, "; frame-ancestors 'self' https://intranet.example.edu") || !strings.HasPrefix(csp, "default-src 'none'; script-src") {
		t.Error(csp)
	}

	evil := registration()
	evil.Updates[0].Text.HTML = "<SCRIPT>alert(1)</SCRIPT>"
	res = serve(t, r, page(brand(t, campus()), incidents(evil)), "GET", oneOfEach[FormatHTML])
	if csp := res.Header().Get("Content-Security-Policy"); strings.Contains(csp, "sha256") {
		t.Errorf("a text brought a script, and got %s", csp)
	}
	for _, list := range []string{"none self", "a;b", "a, b", "x\u00e4"} {
		if _, err := NewRenderer(PagesConfig{FrameAncestors: list}, "/.candor", zerolog.Nop()); err == nil {
			t.Errorf("%q was taken", list)
		}
	}
}
