package console

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"
)

// tokenLife is how long a form may stand open.
const tokenLife = 24 * time.Hour

// keyPath is where the key lies that forms are signed with. Edges that share a
// storage share it, and it outlives restarts.
const keyPath = "candor/console/key"

// signer makes and checks what proves that a form came from this console and was
// made for this user. There is no session, and nothing to bring into one.
type signer struct {
	storage certmagic.Storage

	mu     sync.Mutex
	key    []byte
	looked time.Time
}

var tokenEncoding = base64.RawURLEncoding.Strict()

// token is for the forms of one user.
func (s *signer) token(ctx context.Context, user string, now time.Time) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], uint64(now.Add(tokenLife).Unix()))
	return tokenEncoding.EncodeToString(append(b[:], mac(s.current(ctx, now, false), user, b[:])...))
}

// valid reports whether a token was made for a user, and is not too old.
func (s *signer) valid(ctx context.Context, token, user string, now time.Time) bool {
	if len(token) > 100 {
		return false
	}
	b, err := tokenEncoding.DecodeString(token)
	if err != nil || len(b) != 8+sha256.Size {
		return false
	}
	if until := int64(binary.BigEndian.Uint64(b)); until < now.Unix() || until > now.Add(2*tokenLife).Unix() {
		return false
	}
	if hmac.Equal(b[8:], mac(s.current(ctx, now, false), user, b[:8])) {
		return true
	}
	// Another edge may have made the key at the same moment.
	return hmac.Equal(b[8:], mac(s.current(ctx, now, true), user, b[:8]))
}

func mac(key []byte, user string, until []byte) []byte {
	h := hmac.New(sha256.New, key)
	h.Write(until)
	h.Write([]byte(user))
	return h.Sum(nil)
}

// storageTime is how long the storage may take to bring the key.
const storageTime = 5 * time.Second

// current is the key, made if there is none. again looks whether the storage has
// another one, at most once a second. Without storage it is one for this process:
// nobody could change anything anyway.
func (s *signer) current(ctx context.Context, now time.Time, again bool) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.key != nil && (!again || now.Sub(s.looked).Abs() < time.Second) {
		return s.key
	}
	s.looked = now
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), storageTime)
	defer cancel()
	key, err := s.storage.Load(ctx, keyPath)
	if errors.Is(err, fs.ErrNotExist) {
		fresh := make([]byte, sha256.Size)
		_, _ = rand.Read(fresh) // never fails
		if err = s.storage.Store(ctx, keyPath, fresh); err == nil {
			key, err = s.storage.Load(ctx, keyPath)
		}
	}
	switch {
	case err == nil && len(key) == sha256.Size:
		s.key = key
	case s.key == nil:
		s.key = make([]byte, sha256.Size)
		_, _ = rand.Read(s.key) // never fails
	}
	return s.key
}

// crossSite reports whether a browser says that a request was made by a page of
// another site, or of another origin of this one. Browsers before 2020 say only
// the origin; what says nothing is no browser, and the token has to do.
func crossSite(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "same-origin":
		return false
	case "":
	default: // "none" as well: nobody types a form into the address bar
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return false
	}
	u, err := url.Parse(origin)
	return err != nil || u.Host == "" || !strings.EqualFold(u.Host, r.Host)
}
