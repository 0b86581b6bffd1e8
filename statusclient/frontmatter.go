package statusclient

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/BurntSushi/toml"
	"go.yaml.in/yaml/v3"
)

// maxFrontMatter is far more than people write before a text.
const maxFrontMatter = 64 << 10

// frontMatter splits a file as Hugo and Jekyll have them: what is said about the
// text, in TOML, YAML or JSON, and the text. Keys are in lower case. A file that
// says nothing, or nothing that can be read, has no fields.
func frontMatter(file string) (fields map[string]any, text string) {
	file = strings.TrimLeft(strings.TrimPrefix(cleanLines(file), "\ufeff"), " \t\n")
	head := make(map[string]any)
	switch {
	case strings.HasPrefix(file, "+++\n"):
		raw, rest, ok := cutFence(file, "+++")
		if !ok || decodeTOML(raw, &head) != nil {
			return nil, rest
		}
		text = rest
	case strings.HasPrefix(file, "---\n"):
		raw, rest, ok := cutFence(file, "---")
		if !ok || yaml.Unmarshal([]byte(raw), &head) != nil {
			return nil, rest
		}
		text = rest
	case strings.HasPrefix(file, "{"):
		d := json.NewDecoder(strings.NewReader(file))
		if d.Decode(&head) != nil {
			return nil, ""
		}
		text = file[d.InputOffset():]
	default:
		return nil, file
	}
	fields = make(map[string]any, len(head))
	for k, v := range head {
		fields[strings.ToLower(k)] = v
	}
	return fields, text
}

// cutFence splits what stands between two lines of a fence from what follows.
func cutFence(file, fence string) (raw, rest string, ok bool) {
	raw, rest, ok = strings.Cut(file[len(fence):], "\n"+fence)
	if !ok || len(raw) > maxFrontMatter {
		return "", "", false
	}
	_, rest, _ = strings.Cut(rest, "\n")
	return raw, rest, true
}

func decodeTOML(s string, v any) error {
	_, err := toml.Decode(s, v)
	return err
}

// fieldString, fieldStrings and fieldTime read a field of whatever form as what
// it should be, or nothing.
func fieldString(v any) string {
	s, _ := v.(string)
	return s
}

func fieldStrings(v any) []string {
	if s, ok := v.(string); ok && s != "" {
		return []string{s}
	}
	list, _ := v.([]any)
	var out []string
	for _, e := range list {
		if s, ok := e.(string); ok && s != "" {
			out = append(out, s)
		}
	}
	return out
}

// fieldTime takes a time without a zone as UTC, as Hugo does.
func fieldTime(v any) time.Time {
	switch v := v.(type) {
	case string:
		return looseTime(v)
	case time.Time:
		if name := v.Location().String(); strings.HasSuffix(name, "-local") { // how TOML says that there is none
			return time.Date(v.Year(), v.Month(), v.Day(), v.Hour(), v.Minute(), v.Second(), v.Nanosecond(), time.UTC)
		}
		return v.UTC()
	}
	return time.Time{}
}

// looseTime also reads what people write by hand: an hour of one digit, a date
// alone.
func looseTime(s string) time.Time {
	s = strings.TrimSpace(s)
	for _, layout := range []string{"2006-1-2T15:4:5Z07:00", "2006-1-2 15:4:5Z07:00", "2006-1-2 15:4:5 Z0700", "2006-1-2T15:4:5", "2006-1-2 15:4:5", "2006-1-2"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC()
		}
	}
	return time.Time{}
}
