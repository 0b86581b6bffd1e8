package errorpages

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"io"
	"os/exec"
	"strings"
	"testing"
	"time"
)

var marks = [slotKinds]string{markReference, markTime, markStamp, markRetryAfter}

// visitors differ in everything that a slot can hold.
func visitors() []*slotValues {
	all := []*slotValues{new(slotValues), new(slotValues), new(slotValues)}
	all[0].fill("abc123xyz", time.Date(2026, 11, 21, 14, 2, 5, 0, time.FixedZone("", 3600)), 120)
	all[1].fill("zzzzzzzzz", time.Date(2030, 1, 2, 3, 4, 5, 6, time.UTC), 0)
	all[2].fill("000000000", time.Time{}, maxRetryAfter)
	return all
}

func TestSlotsAreFilledInBothForms(t *testing.T) {
	word := strings.Repeat("the same words again and again ", 50)
	for name, give := range map[string]string{
		"no slot":            word,
		"a slot alone":       markReference,
		"slots side by side": markTime + markReference + markStamp + markRetryAfter + markReference,
		"at both ends":       markReference + word + markRetryAfter,
		"far apart":          markTime + strings.Repeat(word, 100) + markTime + word,
		"empty":              "",
		"bytes that are no text": "\xff\xff\xff\xff\xff\xff" + markReference + "\xff\xff\xff\xff\xff\xff" +
			markReference + "\xff\xff\xff\xff\xff\xff\xff\xff\xff",
	} {
		checkForms(t, name, []byte(give))
	}
}

func TestValuesAreWrittenAsPromised(t *testing.T) {
	page := markReference + "|" + markTime + "|" + markStamp + "|" + markRetryAfter + "|"
	f := newForm([]byte(page))
	want := []string{
		"abc123xyz|2026-11-21 14:02:05 +01:00|2026-11-21T14:02:05+01:00|    120|",
		"zzzzzzzzz|2030-01-02 03:04:05 +00:00|2030-01-02T03:04:05+00:00|   null|",
		"000000000|0001-01-01 00:00:00 +00:00|0001-01-01T00:00:00+00:00|9999999|",
	}
	for i, v := range visitors() {
		if got := string(f.appendTo(nil, v)); got != want[i] {
			t.Errorf("got  %s\nwant %s", got, want[i])
		}
	}
}

func TestValuesAreSafeWhateverTheCallerGives(t *testing.T) {
	f := newForm([]byte(markReference + "|" + markTime + "|" + markRetryAfter))
	for _, ref := range []string{"", "a", "<script>x", "ABCDEFGHI", "abcdefghijklmnop", "\r\nX-Y: z"} {
		var v slotValues
		v.fill(ref, time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC), -5)
		got := string(f.appendTo(nil, &v))
		if len(got) != len(f.body) || strings.ContainsAny(got, "<>\r\nXABC") || !strings.HasSuffix(got, "|   null") {
			t.Errorf("%q: got %q", ref, got)
		}
	}
}

func TestMarkersSurviveEveryEscaping(t *testing.T) {
	for _, m := range marks {
		if len(m) != markerLen || strings.Trim(m, "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("marker %q", m)
		}
	}
	if strings.Trim(markRetryAfter, "0123456789") != "" || markRetryAfter[0] == '0' {
		t.Errorf("%q is no JSON number", markRetryAfter)
	}
}

func TestShiftMovesAChecksumPastWhatFollows(t *testing.T) {
	a, b := []byte("what was"), bytes.Repeat([]byte("and what follows "), 5000)
	for _, n := range []int{0, 1, 2, 255, 256, 65_535, len(b)} {
		got := multiply(crc32.ChecksumIEEE(a), shift(n)) ^ crc32.ChecksumIEEE(b[:n])
		if want := crc32.ChecksumIEEE(append(bytes.Clone(a), b[:n]...)); got != want {
			t.Errorf("%d bytes: got %08x, want %08x", n, got, want)
		}
	}
}

// TestOtherDecodersReadTheGzipForm asks zlib, by way of Python, and gzip itself.
func TestOtherDecodersReadTheGzipForm(t *testing.T) {
	page := strings.Repeat("<p>Some of what is known.</p>", 40) + markTime +
		strings.Repeat("<p>Some of what is not known.</p>", 40) + markReference + "</html>" + markReference
	plain := newForm([]byte(page))
	squeezed := compress(&plain)
	for _, v := range visitors() {
		want := plain.appendTo(nil, v)
		for _, argv := range [][]string{
			{"gzip", "-dc"},
			{"python3", "-c", "import sys,zlib;sys.stdout.buffer.write(zlib.decompress(sys.stdin.buffer.read(),31))"},
		} {
			if _, err := exec.LookPath(argv[0]); err != nil {
				t.Logf("%s is not installed", argv[0])
				continue
			}
			cmd := exec.CommandContext(t.Context(), argv[0], argv[1:]...)
			cmd.Stdin = bytes.NewReader(squeezed.appendTo(nil, v))
			if got, err := cmd.Output(); err != nil || !bytes.Equal(got, want) {
				t.Errorf("%s: %v, %d bytes, want %d", argv[0], err, len(got), len(want))
			}
		}
	}
}

// FuzzForms places markers where the input has bytes below the number of kinds.
func FuzzForms(f *testing.F) {
	f.Add([]byte("a page \x00 and \x01\x02\x03 more of the page \x00"))
	f.Add(bytes.Repeat([]byte("0123456789\x01abcdefgh\xff\xff\xff\xff\xff"), 3000))
	f.Fuzz(func(t *testing.T, data []byte) {
		var page []byte
		for _, c := range data {
			if c < byte(slotKinds) {
				page = append(page, marks[c]...)
			} else {
				page = append(page, c)
			}
		}
		checkForms(t, "fuzz", page)
	})
}

func checkForms(t *testing.T, name string, page []byte) {
	t.Helper()
	plain := newForm(page)
	squeezed := compress(&plain)
	for _, v := range visitors() {
		want := bytes.ToValidUTF8(page, []byte("\uFFFD"))
		for k, m := range marks {
			want = bytes.ReplaceAll(want, []byte(m), v.of(slotKind(k)))
		}
		if got := plain.appendTo(nil, v); !bytes.Equal(got, want) {
			t.Errorf("%s: plain: got %q, want %q", name, got, want)
		}
		zipped := squeezed.appendTo(nil, v)
		if len(zipped) != len(squeezed.body) {
			t.Errorf("%s: the length differs from visitor to visitor", name)
		}
		z, err := gzip.NewReader(bytes.NewReader(zipped))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got, err := io.ReadAll(z); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s: gzip: %v: got %q, want %q", name, err, got, want)
		}
	}
}
