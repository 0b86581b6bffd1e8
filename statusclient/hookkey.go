package statusclient

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// HookKey tells webhooks of a backend from anybody else's, by its hook_secret.
// Comparing takes as long whatever is right in what is compared.
type HookKey struct {
	sum  [sha256.Size]byte // of the secret
	keys [][]byte          // that sign: the secret, and what it is base64 of
}

// NewHookKey makes the key of a valid hook_secret.
func NewHookKey(secret string) *HookKey {
	k := &HookKey{sum: sha256.Sum256([]byte(secret)), keys: [][]byte{[]byte(secret)}}
	if b, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_")); err == nil && len(b) > 0 {
		k.keys = append(k.keys, b)
	}
	return k
}

// hookSecret is what fits into a path, a header and a Standard Webhooks secret.
var hookSecret = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]{16,200}$`)

func checkHookSecret(s string) error {
	if s != "" && !hookSecret.MatchString(s) {
		return errors.New("hook_secret must be 16 to 200 of A-Z a-z 0-9 - . _ ~ + / =; such as openssl rand -hex 16 makes")
	}
	return nil
}

// Is reports whether s is the secret.
func (k *HookKey) Is(s string) bool {
	sum := sha256.Sum256([]byte(s))
	return subtle.ConstantTimeCompare(sum[:], k.sum[:]) == 1
}

// bodySignatures are headers with an HMAC-SHA256 of the body in hexadecimal, and
// what stands before it: of Cachet 3, GitHub, and Instatus.
var bodySignatures = [][2]string{
	{"Signature", ""}, {"X-Hub-Signature-256", "sha256="}, {"X-Instatus-Webhook-Signature", ""},
}

// signedFor is how far the time in a Standard Webhooks signature may be off.
const signedFor = 5 * time.Minute

// MaySign reports whether a webhook with this header can be Signed at all, before
// its body is read.
func MaySign(h http.Header) bool {
	for _, s := range bodySignatures {
		if h.Get(s[0]) != "" {
			return true
		}
	}
	return h.Get("Authorization") != "" || h.Get("Webhook-Signature") != "" || h.Get("Svix-Signature") != ""
}

// Signed reports whether a webhook proves that its sender knows the secret: by a
// signature of one of several kinds, or as a bearer token.
func (k *HookKey) Signed(w *Webhook, now time.Time) bool {
	if scheme, token, ok := strings.Cut(w.Header.Get("Authorization"), " "); ok && strings.EqualFold(scheme, "Bearer") && k.Is(token) {
		return true
	}
	for _, h := range bodySignatures {
		if hexed, ok := strings.CutPrefix(w.Header.Get(h[0]), h[1]); ok && hexed != "" {
			if mac, err := hex.DecodeString(hexed); err == nil && hmac.Equal(mac, sign(k.keys[0], w.Body)) {
				return true
			}
		}
	}
	return k.standard(w, now)
}

// standard judges a signature of Standard Webhooks 1.0.
func (k *HookKey) standard(w *Webhook, now time.Time) bool {
	for _, prefix := range []string{"Webhook-", "Svix-"} {
		id, at := w.Header.Get(prefix+"Id"), w.Header.Get(prefix+"Timestamp")
		seconds, err := strconv.ParseInt(at, 10, 64)
		if id == "" || err != nil || now.Sub(time.Unix(seconds, 0)).Abs() > signedFor {
			continue
		}
		for one := range strings.FieldsSeq(w.Header.Get(prefix + "Signature")) {
			encoded, ok := strings.CutPrefix(one, "v1,")
			mac, err := base64.StdEncoding.DecodeString(encoded)
			if !ok || err != nil {
				continue
			}
			for _, key := range k.keys {
				if hmac.Equal(mac, sign(key, []byte(id), []byte("."), []byte(at), []byte("."), w.Body)) {
					return true
				}
			}
		}
	}
	return false
}

func sign(key []byte, parts ...[]byte) []byte {
	mac := hmac.New(sha256.New, key)
	for _, p := range parts {
		mac.Write(p)
	}
	return mac.Sum(nil)
}
