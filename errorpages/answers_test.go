package errorpages

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/candor-edge/candor/statusclient"
)

// one request per format, as the clients of that format send it.
var oneOfEach = map[Format]string{
	FormatHTML:    "Accept: " + chrome + "\nSec-Fetch-Dest: document\nSec-Fetch-Mode: navigate",
	FormatProblem: "Accept: " + axios,
	FormatText:    "Accept: */*",
	FormatNone:    "Sec-Fetch-Dest: image",
	FormatGRPC:    "Content-Type: application/grpc+proto",
	FormatUpgrade: "Connection: Upgrade\nUpgrade: websocket",

	FormatFragment: "HX-Request: true",
}

func TestAnswersAreOnTheWireAsTheyHaveAlwaysBeen(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	b := brand(t, campus())
	retry := func(p *Page) { p.RetryAfter = 119*time.Second + time.Millisecond }
	for name, p := range map[string]*Page{
		"incident":    page(b, incidents(registration(), signOn()), work(mail()), received(ReceivedUnknown), retry),
		"maintenance": page(b, hold(upgrade()), received(ReceivedNo), retry),
		"fault":       page(b, cause(CauseTimeout, 504), counted(22, 38), received(ReceivedUnknown), retry),
		"client":      page(b, cause(CauseClient, 404), incidents(registration())),
	} {
		for f, lines := range oneOfEach {
			res := serve(t, r, p, "POST", lines)
			var got bytes.Buffer
			got.WriteString(strconv.Itoa(res.Code) + "\n")
			_ = res.Header().WriteSubset(&got, map[string]bool{})
			got.WriteByte('\n')
			if f == FormatProblem {
				_ = json.Indent(&got, res.Body.Bytes(), "", "  ")
			} else if f != FormatHTML && f != FormatText { // those have golden files of their own
				got.Write(res.Body.Bytes())
			}
			text := regexp.MustCompile(`sha256-[^']*`).ReplaceAll(got.Bytes(), []byte("sha256-…"))
			text = regexp.MustCompile(`(Content-Length: )[1-9]\d*`).ReplaceAll(text, []byte("${1}…"))
			golden(t, filepath.Join("testdata", "answers", name+"-"+f.String()+".txt"), bytes.ReplaceAll(text, []byte("\r"), nil))
		}
	}
}

// What programs get in every language, one file each: pages and plain text have
// files of their own, and everything but the words is as in English.
func TestProgramsAreToldWhatTheyHaveAlwaysBeenInEveryLanguage(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	for _, l := range builtinPages(t).words.locales {
		cfg := campus()
		cfg.Languages = []string{l.tag.String()}
		b := brand(t, cfg)
		var got bytes.Buffer
		for _, p := range []namedPage{
			{"maintenance", page(b, hold(upgrade()), received(ReceivedNo))},
			{"incident", page(b, incidents(signOn()), received(ReceivedUnknown))},
			{"parts", page(b, parts(sso(statusclient.Degraded, true)))},
			{"fault", page(b, cause(CauseTimeout, 504), received(ReceivedUnknown))},
			{"client", page(b, cause(CauseClient, 404))},
		} {
			var problem struct{ Title, Detail string }
			check(t, json.Unmarshal(serve(t, r, p.Page, "POST", oneOfEach[FormatProblem]).Body.Bytes(), &problem))
			message, err := url.PathUnescape(serve(t, r, p.Page, "POST", oneOfEach[FormatGRPC]).Header().Get("Grpc-Message"))
			check(t, err)
			upgrade := serve(t, r, p.Page, "POST", oneOfEach[FormatUpgrade]).Body.String()
			fragment := serve(t, r, p.Page, "POST", oneOfEach[FormatFragment]).Body.String()
			fmt.Fprintf(&got, "== %s\njson     %s\n         %s\ngrpc     %s\nupgrade  %s%s\n", p.name, problem.Title, problem.Detail, message, upgrade, fragment)
		}
		golden(t, filepath.Join("testdata", "answers", "languages", l.tag.String()+".txt"), got.Bytes())
	}
}

func rendererOf(t testing.TB, cfg PagesConfig) *Renderer {
	t.Helper()
	r, err := NewRenderer(cfg, "/.candor", zerolog.New(zerolog.NewTestWriter(t)))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func serve(t testing.TB, r *Renderer, p *Page, method, lines string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	if _, err := r.Serve(w, request(method, lines), p); err != nil {
		t.Fatal(err)
	}
	return w
}

func show(h http.Header) string {
	var lines []string
	for key, values := range h {
		lines = append(lines, key+": "+strings.Join(values, "|"))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func gunzip(t testing.TB, b []byte) []byte {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func golden(t *testing.T, file string, got []byte) {
	t.Helper()
	if *update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want, err := os.ReadFile(file); err != nil || !bytes.Equal(got, want) {
		t.Errorf("%s differs (%v); if that is meant, run the test with -update and read the diff. Got:\n%s", file, err, got)
	}
}
