package console

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// glance is how old figures of traffic may be in a page that keeps itself up to
// date, and what it says of how old something is.
const glance = 15 * time.Second

// version is the same as long as a page shows the same, as far as that is known
// without making it.
func (v *visit) version() string {
	sum := xxhash.Sum64String(fmt.Sprintf("%x %x %x %q %q %q %q %q %q", v.desk.Version(), v.born.UnixNano(), v.at.Unix()/int64(glance/time.Second),
		v.user.Name, v.lang, v.desk.Language(v.r), v.base, v.r.URL.RequestURI(), frontedBy(v.w)))
	return strconv.FormatUint(sum, 36)
}

// known answers who has the page already, before it is made.
func (v *visit) known() bool {
	v.stamp = v.version()
	stamp, _, ok := readETag(v.r.Header.Get("If-None-Match"))
	if !ok || stamp != v.stamp {
		return false
	}
	v.protect(nil)
	v.w.Header().Set("Etag", v.r.Header.Get("If-None-Match"))
	v.w.WriteHeader(http.StatusNotModified)
	return true
}

// unchanged reports whether who asks has this very page, whatever has changed
// besides; if so, it has told them. Both halves of an ETag may say that.
func (v *visit) unchanged(html []byte) bool {
	sum := strconv.FormatUint(xxhash.Sum64(html), 36)
	v.w.Header().Set("Etag", `"`+v.stamp+"."+sum+`"`)
	if _, had, ok := readETag(v.r.Header.Get("If-None-Match")); !ok || had != sum {
		return false
	}
	v.w.WriteHeader(http.StatusNotModified)
	return true
}

func readETag(s string) (stamp, sum string, ok bool) {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return "", "", false
	}
	return strings.Cut(s[1:len(s)-1], ".")
}
