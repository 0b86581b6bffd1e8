package errorpages

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheLanguageThatWasChosenGoesFirst(t *testing.T) {
	m := newMatcher(tags("en", "zh-Hans", "de"))
	for _, c := range []struct {
		cookies []string
		accept  string
		want    int
	}{
		{nil, "de-CH,de;q=0.9", 2},
		{[]string{"candor_lang=zh-Hans"}, "de", 1},
		{[]string{"sid=1; candor_lang=zh-hans; x=y"}, "de", 1},
		{[]string{"sid=1;candor_lang=en"}, "de", 0},
		{[]string{"sid=1", "candor_lang=en"}, "de", 0},
		{[]string{`candor_lang="en"`}, "de", 0},
		{[]string{"candor_lang=fr"}, "de", 2},
		{[]string{"candor_lang=; candor_lang=en"}, "de", 0},
		{[]string{"candor_lang=fr; candor_lang=en"}, "de", 0},
		{[]string{"candor_lang"}, "de", 2},
		{[]string{"xcandor_lang=en"}, "de", 2},
		{[]string{"x=candor_lang=en"}, "de", 2},
		{[]string{"x=y candor_lang=en"}, "de", 2},
		{[]string{"CANDOR_LANG=en"}, "de", 2},
		{[]string{"x=" + strings.Repeat("y", cookieLimit) + "; candor_lang=en"}, "de", 2},
	} {
		if got := m.choose(c.cookies, []string{c.accept}); got != c.want {
			t.Errorf("%.60q, %q: got %d, want %d", c.cookies, c.accept, got, c.want)
		}
	}
	if got := newMatcher(tags("de")).choose([]string{"candor_lang=en"}, nil); got != 0 {
		t.Errorf("with one language: %d", got)
	}
}

func TestLanguageCookieIsForLanguagesOfTheBrand(t *testing.T) {
	cfg := campus()
	cfg.Languages = []string{"en", "zh-Hans", "pt-BR"}
	b := brand(t, cfg)
	for tag, want := range map[string]string{
		"en": "en", "ZH-HANS": "zh-Hans", "pt-BR": "pt-BR", "pt": "", "zh": "", "": "", "de": "", "en; Path=/": "",
	} {
		c, ok := LanguageCookie(b, tag, true)
		if ok != (want != "") || ok && (c.Value != want || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Valid() != nil) {
			t.Errorf("%q: %v, %v", tag, c, ok)
		}
	}
	if _, ok := LanguageCookie(brand(t, campus()), "en", true); ok {
		t.Error("a brand with one language sets a cookie")
	}
}

func TestVaryNamesTheCookieWhereThereIsAChoice(t *testing.T) {
	r := rendererOf(t, PagesConfig{})
	cfg := campus()
	cfg.Languages = []string{"en", "zh-Hant"}
	for f, lines := range oneOfEach {
		one := serve(t, r, page(brand(t, campus())), "GET", lines+"\nCookie: candor_lang=zh-Hant").Header()
		two := serve(t, r, page(brand(t, cfg)), "GET", lines+"\nCookie: candor_lang=zh-Hant").Header()
		if hasToken(one["Vary"], "Cookie") || !hasToken(two["Vary"], "Cookie") {
			t.Errorf("%s: Vary is %q and %q", f, one["Vary"], two["Vary"])
		}
		if f != FormatNone && (one.Get("Content-Language") != "en" || two.Get("Content-Language") != "zh-Hant") {
			t.Errorf("%s: Content-Language is %q and %q", f, one["Content-Language"], two["Content-Language"])
		}
	}
}

func TestVisitorsGetTheLanguageTheyReadBest(t *testing.T) {
	all := tags("en", "ar", "de", "es", "fr", "it", "ja", "ko", "pt", "ru", "zh-Hans", "zh-Hant")
	m := newMatcher(all)
	for accept, want := range map[string]string{
		"zh-CN,zh;q=0.9": "zh-Hans", "zh": "zh-Hans", "zh-SG": "zh-Hans", "zh-Hans-CN": "zh-Hans",
		"zh-TW,zh;q=0.9": "zh-Hant", "zh-HK": "zh-Hant", "zh-MO": "zh-Hant", "zh-Hant-TW": "zh-Hant",
		"pt-BR,pt;q=0.9,en;q=0.8": "pt", "pt-PT": "pt", "de-CH": "de", "de-AT": "de", "fr-CA": "fr", "es-419": "es",
		"es-MX,en;q=0.5": "es", "ar-EG": "ar", "ja-JP": "ja", "ko-KR": "ko", "it-CH": "it", "ru-RU": "ru",
		"en-GB": "en", "nl,de;q=0.7": "de", "tr": "en", "*": "en", "": "en", "de;q=0": "en", ",;=": "en",
		"fr;q=0.3, ja;q=0.9": "ja", "DE": "de",
		"uk": "en", "fa": "en", "uk,en;q=0.8": "en", // related languages are not offered in place of one's own
	} {
		if got := all[m.choose(nil, []string{accept})].String(); got != want {
			t.Errorf("%q: got %s, want %s", accept, got, want)
		}
	}
}

func TestChoosingALanguageAllocatesNothing(t *testing.T) {
	m := newMatcher(tags("en", "zh-Hans", "de"))
	cookies, accept := []string{"sid=0123456789abcdef; theme=dark; candor_lang=zh-Hans; consent=1"}, []string{"de-CH,de;q=0.9,en;q=0.8"}
	m.choose(nil, accept)
	for _, c := range [][]string{nil, cookies} {
		if n := testing.AllocsPerRun(100, func() { m.choose(c, accept) }); n != 0 {
			t.Errorf("%q: %v allocations", c, n)
		}
	}
}

func BenchmarkChooseLanguage(b *testing.B) {
	m := newMatcher(tags("en", "zh-Hans", "de"))
	accept := []string{"de-CH,de;q=0.9,en;q=0.8"}
	for name, cookies := range map[string][]string{
		"none": nil, "other": {strings.Repeat("session=0123456789abcdef; ", 20)}, "ours": {"sid=0123456789abcdef; candor_lang=zh-Hans"},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				m.choose(cookies, accept)
			}
		})
	}
}

func FuzzLanguageCookie(f *testing.F) {
	f.Add("sid=1; candor_lang=de")
	f.Add(`candor_lang="zh-Hans";candor_lang=`)
	f.Add(" ;candor_lang=candor_lang=en;")
	f.Add("sid=1;\tcandor_lang=de")
	f.Add("sid=1; candor_lang=de\n")
	names := []string{"en", "zh-Hans", "de"}
	f.Fuzz(func(t *testing.T, line string) {
		i := chosen(names, []string{line})
		if i < -1 || i >= len(names) {
			t.Fatalf("language %d", i)
		}
		// What the standard library reads as this cookie is read here too.
		cookies, err := http.ParseCookie(line)
		if err != nil || len(line) > cookieLimit {
			return
		}
		for _, c := range cookies {
			if c.Name == languageCookie && indexFold(names, c.Value) >= 0 {
				if i < 0 {
					t.Errorf("%q is not read", line)
				}
				return
			}
		}
	})
}
