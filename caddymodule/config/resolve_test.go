package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/candor-edge/candor/statusclient"
)

// replacer knows some placeholders, as Caddy's does.
func replacer(known map[string]string) func(string) (string, error) {
	return func(s string) (string, error) {
		var err error
		out := placeholder.ReplaceAllStringFunc(s, func(p string) string {
			v, ok := known[p]
			if !ok {
				err = errors.New("secret-default in " + s)
			}
			return v
		})
		return out, err
	}
}

func TestResolveReplacesEverywhereInACopy(t *testing.T) {
	c := loadFull(t)
	before, _ := json.Marshal(c)
	out, err := c.Resolve(replacer(map[string]string{
		"{env.CACHET_TOKEN}": "a{b}c", "{env.KEY}": "k1", "{env.PORTAL_KEY}": "k2",
	}))
	if err != nil {
		t.Fatal(err)
	}
	if after, _ := json.Marshal(c); string(before) != string(after) {
		t.Errorf("the original changed:\n%s\n%s", before, after)
	}
	if got := out.Backends[0].Headers["Authorization"]; got != "Bearer a{b}c" {
		t.Error(got)
	}
	if name, value := out.Maintenance.Header(); name != "X-Deploy-Key" || value != "k1" {
		t.Error(name, value)
	}
	if got := out.Services[0].Hosts; !reflect.DeepEqual(got, []string{
		"portal.example.edu", "*.portal.example.edu", "xn--hochschule-zrich-uzb.example",
	}) {
		t.Error(got)
	}
	if got := out.Public.CORSOrigins; !reflect.DeepEqual(got, []string{"https://app.example.edu", "http://localhost:3000"}) {
		t.Error(got)
	}
	if out.Services[0].BypassNetworks == nil {
		t.Error("an empty list of a service has become none")
	}
	out.Services[0].Brand.Contacts[0].Label = "changed"
	if c.Services[0].Brand.Contacts[0].Label == "changed" {
		t.Error("the copy shares with the original")
	}
}

func TestResolveReachesEveryString(t *testing.T) {
	c := loadFull(t)
	var mark func(v reflect.Value, s string) int
	mark = func(v reflect.Value, s string) (n int) {
		switch v.Kind() {
		case reflect.String:
			if s != "" {
				v.SetString(s)
			} else if v.String() == "{env.X}" {
				n++
			}
		case reflect.Struct:
			for _, f := range v.Fields() {
				n += mark(f, s)
			}
		case reflect.Slice:
			for i := range v.Len() {
				n += mark(v.Index(i), s)
			}
		case reflect.Map:
			for k, e := range v.Seq2() {
				if s != "" {
					v.SetMapIndex(k, reflect.ValueOf(s))
				} else if e.String() == "{env.X}" {
					n++
				}
			}
		}
		return n
	}
	mark(reflect.ValueOf(c).Elem(), "{env.X}")
	if problems := c.Validate(); problems.Err() != nil {
		t.Errorf("placeholders are judged too early: %v", problems)
	}
	r := resolver{replace: func(string) (string, error) { return "x", nil }}
	r.walk(reflect.ValueOf(c).Elem())
	if n := mark(reflect.ValueOf(c).Elem(), ""); n != 0 {
		t.Errorf("%d strings were not resolved", n)
	}
}

func TestResolveNamesWhatFailsButNoValue(t *testing.T) {
	c := loadFull(t)
	c.Backends[0].Headers["X-Both"] = "hush{env.KEY}{env.NONE:secret-default}"
	c.Services[0].Title = "{}"
	_, err := c.Resolve(replacer(map[string]string{"{env.CACHET_TOKEN}": "secret\n", "{env.KEY}": "secret"}))
	want := "backend[0].headers.X-Both: unknown or empty placeholder {env.NONE} (of campus)\n" +
		"service[0].bypass_header: unknown or empty placeholder {env.PORTAL_KEY} (of portal)\n" +
		"backend[0].headers.Authorization: the value of Authorization has characters that no header may have"
	if err == nil || !sameLines(err.Error(), want) {
		t.Errorf("got:\n%v\nwant:\n%s", err, want)
	}
}

func sameLines(a, b string) bool {
	count := map[string]int{}
	for line := range strings.Lines(a + "\n") {
		count[line]++
	}
	for line := range strings.Lines(b + "\n") {
		count[line]--
	}
	for _, n := range count {
		if n != 0 {
			return false
		}
	}
	return true
}

func TestResolveFillsInDefaults(t *testing.T) {
	c := &Config{Services: []Service{{Name: "portal"}}}
	out, err := c.Resolve(replacer(nil))
	if err != nil {
		t.Fatal(err)
	}
	if out.Public.Path != defaultPath || out.Services[0].Title != "portal" || c.Services[0].Title != "" {
		t.Errorf("%+v", out)
	}
}

func TestAJSONConfigurationIsJudgedInTheSameWords(t *testing.T) {
	c := &Config{
		Backends: []statusclient.BackendConfig{{Name: "a", Type: "statuspage", URL: "{env.URL}", Interval: statusclient.Duration(time.Second)}},
		Services: []Service{{Name: "a"}, {Name: "a", BypassHeader: noHeader}},
	}
	want := "backend[0].interval: is 1s, at least 5s is needed\nservice[1].name: a service \"a\" is already there"
	if got := c.Validate().Error(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	c.Backends[0].Interval, c.Services = 0, nil
	if _, err := c.Resolve(replacer(map[string]string{"{env.URL}": "ftp://user:hush@x"})); err == nil ||
		err.Error() != "backend[0].url: must start with http:// or https://" {
		t.Error(err)
	}
}

// tenants writes a candor.toml of n services.
func tenants(n int) string {
	var b strings.Builder
	b.WriteString("[[backend]]\nname = \"campus\"\ntype = \"statuspage\"\nurl = \"https://status.example.edu\"\n")
	for i := range n {
		fmt.Fprintf(&b, "[[service]]\nname = \"t%d\"\ntitle = \"Tenant %d\"\nhosts = [\"t%d.example.edu\", \"www.t%d.example.edu\"]\n"+
			"components = [\"campus/Tenant %d\"]\nupstream = \"10.0.0.1:%d\"\nbrand.accent = \"#8a15%02x\"\n", i, i, i, i, i, 1+i%65535, i%16)
	}
	return b.String()
}

func BenchmarkTenThousandServices(b *testing.B) {
	doc := tenants(10_000)
	b.Run("load", func(b *testing.B) {
		for b.Loop() {
			if _, problems := parse(doc, "candor.toml", "/"); problems != nil {
				b.Fatal(problems)
			}
		}
	})
	c, _ := parse(doc, "candor.toml", "/")
	b.Run("resolve", func(b *testing.B) {
		for b.Loop() {
			if _, err := c.Resolve(replacer(nil)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
