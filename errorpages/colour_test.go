package errorpages

import (
	"math"
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestContrastIsThatOfWCAG(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000", "#fff", 21}, {"#fff", "#fff", 1}, {"#767676", "#ffffff", 4.54}, {"#777777", "#fff", 4.48}, {"#8a1538", "#fff", 9.35},
	} {
		a, errA := parseColour(c.a)
		b, errB := parseColour(c.b)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if got := contrast(a, b); math.Abs(got-c.want) > 0.006 || contrast(b, a) != got {
			t.Errorf("contrast(%s, %s) = %.3f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestAccentIsReadableOnBothPapers(t *testing.T) {
	for _, s := range []string{"#8a1538", "#000", "#1d4f91", "#767676", "#0b6e4f", "#6b21a8", "#b45309"} {
		light, dark, err := checkAccent(s)
		if err != nil {
			t.Errorf("%s: %v", s, err)
			continue
		}
		if got := contrast(light, paperLight); got < minContrast {
			t.Errorf("%s on light paper: %.2f", s, got)
		}
		if got := contrast(dark, paperDark); got < darkContrast {
			t.Errorf("%s becomes %s, on dark paper %.2f", s, dark, got)
		}
	}
}

func TestAccentThatCannotBeReadIsRefusedWithOneThatCan(t *testing.T) {
	for _, s := range []string{"#777", "#ffcc00", "#ffffff", "#00aaff", "#e0e0e0"} {
		_, _, err := checkAccent(s)
		if err == nil {
			t.Errorf("%s is accepted", s)
			continue
		}
		suggested := regexp.MustCompile(`#[0-9a-f]{6}$`).FindString(err.Error())
		if _, _, again := checkAccent(suggested); again != nil {
			t.Errorf("%s: the suggestion of %q is refused too: %v", s, err, again)
		}
		if !regexp.MustCompile(`\d\.\d\d:1`).MatchString(err.Error()) {
			t.Errorf("%s: %q names no figure", s, err)
		}
	}
	for _, s := range []string{"", "red", "8a1538", "#8a153", "#8a15388", "#gggggg", "#+12345", "rgb(0,0,0)"} {
		if _, _, err := checkAccent(s); err == nil {
			t.Errorf("%q is accepted as a colour", s)
		}
	}
}

// The colours that are not the brand's are written in the style sheet.
func TestBuiltInPaletteIsReadable(t *testing.T) {
	css, err := os.ReadFile("templates/page.css")
	check(t, err)
	light, dark, found := strings.Cut(string(css), "prefers-color-scheme: dark")
	if !found {
		t.Fatal("the style sheet has no dark mode")
	}
	dark, _, _ = strings.Cut(dark, "}")
	for name, sheet := range map[string]string{"light": light, "dark": dark} {
		vars := map[string]colour{}
		for _, m := range regexp.MustCompile(`--(\w+): (#[0-9a-f]{6})`).FindAllStringSubmatch(sheet, -1) {
			vars[m[1]], err = parseColour(m[2])
			check(t, err)
		}
		want := paperLight
		if name == "dark" {
			want = paperDark
		}
		if vars["paper"] != want {
			t.Errorf("%s paper is %s in the style sheet and %s in the check of accents", name, vars["paper"], want)
		}
		for _, ink := range []string{"ink", "soft"} {
			if got := contrast(vars[ink], vars["paper"]); got < minContrast {
				t.Errorf("%s %s on its paper: %.2f", name, ink, got)
			}
		}
	}
}
