package errorpages

import (
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// voice says texts about one service, in one language, zone and moment.
type voice struct {
	*locale
	service string // as sentences speak of it
	common  bool   // service begins with a word that is not its name
	org     string
	zone    *time.Location
	now     time.Time
}

func newVoice(l *locale, p *Page, now time.Time) *voice {
	b := p.Service.Brand
	a := &voice{locale: l, zone: b.zone, now: now.In(b.zone)}
	a.org = a.isolate(oneLine(b.name))
	if title := oneLine(p.Service.Title); title != "" {
		a.service = a.isolate(title)
		a.service = a.say("name.service", fill{})
		a.common = !strings.HasPrefix(a.service, title)
	} else {
		a.service, a.common = a.say("name.site", fill{}), true
	}
	return a
}

func (a *voice) lookup(key string, f fill) (string, error) {
	f.Service, f.Org = a.service, a.org
	s, err := a.locale.lookup(key, f)
	if a.common {
		s = a.capitalise(s)
	}
	return s, err
}

// capitalise writes "This site" where "this site" begins a sentence.
func (a *voice) capitalise(s string) string {
	first, size := utf8.DecodeRuneInString(a.service)
	begins := string(unicode.ToTitle(first)) + a.service[size:]
	if rest, ok := strings.CutPrefix(s, a.service); ok {
		s = begins + rest
	}
	return strings.ReplaceAll(s, ". "+a.service, ". "+begins)
}

// say is lookup for the keys of this package, which a test knows to exist.
func (a *voice) say(key string, f fill) string {
	s, _ := a.lookup(key, f)
	return s
}

// Placeholders for what is marked up. oneLine takes them out of all that comes
// from elsewhere.
const (
	placeTime = "\uE000"
	placeFrom = "\uE001"
	placeAge  = "\uE002"
)

// phrase says a sentence in both shapes. t and from may be the zero Moment.
func (a *voice) phrase(key string, f fill, t, from Moment) Phrase {
	f.Time, f.From = a.isolate(t.Text), a.isolate(from.Text)
	p := Phrase{Text: a.say(key, f)}
	age := f.Age
	f.Time, f.From = placeTime, placeFrom
	if age != "" {
		f.Age = placeAge
	}
	s := template.HTMLEscapeString(a.say(key, f))
	p.HTML = template.HTML(strings.NewReplacer(
		placeTime, string(t.HTML()), placeFrom, string(from.HTML()),
		placeAge, `<span class="ago">`+template.HTMLEscapeString(age)+`</span>`, // for the script that keeps it true
	).Replace(s))
	return p
}

// plain is a phrase with nothing filled in, and timed one with a moment.
func (a *voice) plain(key string) Phrase { return a.phrase(key, fill{}, Moment{}, Moment{}) }

func (a *voice) timed(key string, t Moment) Phrase { return a.phrase(key, fill{}, t, Moment{}) }

// HTML is the moment as an element, which the page's script adds the visitor's
// own time to.
func (m Moment) HTML() template.HTML {
	if m.ISO == "" {
		return template.HTML(template.HTMLEscapeString(m.Text))
	}
	return template.HTML(`<time datetime="` + m.ISO + `">` + template.HTMLEscapeString(m.Text) + `</time>`)
}

// moment is for what has happened or is near: the date is left out for today.
func (a *voice) moment(t time.Time) Moment {
	if t.IsZero() {
		return Moment{}
	}
	t = t.In(a.zone)
	f := a.fill(t)
	m := Moment{ISO: t.Format(time.RFC3339), Age: a.age(t)}
	if y, d := t.Year(), t.YearDay(); y == a.now.Year() && d == a.now.YearDay() {
		m.Text = a.say("time.zoned", f)
	} else {
		m.Text = a.say("time.short", f)
	}
	return m
}

// date is for what people plan by: day, date and time with zone.
func (a *voice) date(t time.Time) Moment {
	t = t.In(a.zone)
	return Moment{ISO: t.Format(time.RFC3339), Text: a.say("time.full", a.fill(t))}
}

// fill is what texts of the section time are made of.
func (a *voice) fill(t time.Time) fill {
	f := fill{
		Hour:    t.Format("15"),
		Hour12:  (t.Hour()+11)%12 + 1,
		PM:      t.Hour() >= 12,
		Minute:  t.Format("04"),
		Weekday: a.say(fmt.Sprintf("weekday.d%d", t.Weekday()), fill{}),
		Month:   a.say(fmt.Sprintf("month.m%d", t.Month()), fill{}),
		Day:     t.Day(),
		Year:    t.Year(),
		Offset:  offset(t),
	}
	if f.Zone, _ = t.Zone(); f.Zone == "" || f.Zone[0] == '+' || f.Zone[0] == '-' {
		f.Zone = f.Offset
	}
	f.Zone = a.say("time.zone", f)
	f.Clock = a.say("time.clock", f)
	f.Date = a.say("time.date", f)
	return f
}

// age is in whole minutes, hours or days: it changes once a minute at most.
func (a *voice) age(t time.Time) string {
	switch d := a.now.Sub(t); {
	case d < 0:
		return ""
	case d < time.Minute:
		return a.say("time.just_now", fill{})
	case d < time.Hour:
		return a.say("age.minutes", fill{Count: int(d / time.Minute)})
	case d < 48*time.Hour:
		return a.say("age.hours", fill{Count: int(d / time.Hour)})
	default:
		return a.say("age.days", fill{Count: int(d / (24 * time.Hour))})
	}
}

// offset is a zone as everybody understands it: "UTC+1", "UTC-3:30".
func offset(t time.Time) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "UTC"
	}
	sign, minutes := "+", seconds/60
	if minutes < 0 {
		sign, minutes = "-", -minutes
	}
	s := "UTC" + sign + strconv.Itoa(minutes/60)
	if minutes%60 != 0 {
		s += fmt.Sprintf(":%02d", minutes%60)
	}
	return s
}

// halfDays reports whether a language counts the hours of a day to twelve.
func (a *voice) halfDays() bool {
	s := a.say("time.clock", fill{Hour: "14", Hour12: 2, PM: true, Minute: "00"})
	return !strings.Contains(s, "14")
}
