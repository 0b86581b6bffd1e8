package statusclient

import (
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestWhoKnowsTheSecret(t *testing.T) {
	now := time.Unix(1614265330, 0)
	const body = `{"test": 2432232314}`
	standard := func(at, signature string) http.Header {
		return http.Header{"Webhook-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Webhook-Timestamp": {at}, "Webhook-Signature": {signature}}
	}
	const whsec, good = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
	const plain = "0123456789abcdef"
	mac := hex.EncodeToString(sign([]byte(plain), []byte(body)))
	for name, tc := range map[string]struct {
		secret string
		header http.Header
		want   bool
	}{
		"nothing":                    {plain, nil, false},
		"standard":                   {whsec, standard("1614265330", good), true},
		"standard, svix's names":     {whsec, http.Header{"Svix-Id": {"msg_p5jXN8AQM9LWM0D4loKWxJek"}, "Svix-Timestamp": {"1614265330"}, "Svix-Signature": {good}}, true},
		"standard, one of several":   {whsec, standard("1614265330", "v1a,xx v1,bm9wZQ== "+good), true},
		"standard, without prefix":   {whsec[6:], standard("1614265330", good), true},
		"standard, another secret":   {plain, standard("1614265330", good), false},
		"standard, another time":     {whsec, standard("1614265331", good), false},
		"standard, too old":          {whsec, standard("1614264000", good), false},
		"standard, no id":            {whsec, http.Header{"Webhook-Timestamp": {"1614265330"}, "Webhook-Signature": {good}}, false},
		"standard, broken":           {whsec, standard("soon", "v1"), false},
		"standard, raw secret":       {plain + "!", standard("1614265330", "v1,"+base64.StdEncoding.EncodeToString(sign([]byte(plain+"!"), []byte("msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330."+body)))), true},
		"cachet":                     {plain, http.Header{"Signature": {mac}}, true},
		"cachet, upper case":         {plain, http.Header{"Signature": {strings.ToUpper(mac)}}, true},
		"cachet, another body":       {plain, http.Header{"Signature": {hex.EncodeToString(sign([]byte(plain), []byte(body+" ")))}}, false},
		"cachet, another secret":     {plain + "0", http.Header{"Signature": {mac}}, false},
		"cachet, empty":              {plain, http.Header{"Signature": {""}}, false},
		"cachet, half":               {plain, http.Header{"Signature": {mac[:32]}}, false},
		"github":                     {plain, http.Header{"X-Hub-Signature-256": {"sha256=" + mac}}, true},
		"github, without its prefix": {plain, http.Header{"X-Hub-Signature-256": {mac}}, false},
		"instatus":                   {plain, http.Header{"X-Instatus-Webhook-Signature": {mac}}, true},
		"bearer":                     {plain, http.Header{"Authorization": {"bearer " + plain}}, true},
		"bearer, another":            {plain, http.Header{"Authorization": {"Bearer " + plain + "0"}}, false},
		"basic":                      {plain, http.Header{"Authorization": {"Basic " + plain}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			if tc.want && !MaySign(tc.header) {
				t.Error("refused before its body is read")
			}
			if got := NewHookKey(tc.secret).Signed(&Webhook{Header: tc.header, Body: []byte(body)}, now); got != tc.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

// FuzzSignature looks for what opens without the secret.
func FuzzSignature(f *testing.F) {
	f.Add("Signature", "00", "1614265330", "v1,AAAA", []byte("{}"))
	f.Add("X-Hub-Signature-256", "sha256=zz", "-1", "v1, v1a,", []byte(""))
	f.Add("Authorization", "Bearer ", "99999999999999999999", " ", []byte("\xff"))
	k := NewHookKey("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	f.Fuzz(func(t *testing.T, name, value, at, signature string, body []byte) {
		h := http.Header{"Webhook-Id": {"x"}, "Webhook-Timestamp": {at}, "Webhook-Signature": {signature}}
		h.Set(name, value)
		if k.Signed(&Webhook{Header: h, Body: body}, time.Unix(1614265330, 0)) {
			t.Errorf("%s: %s, %s, %s opens", name, value, at, signature)
		}
	})
}
