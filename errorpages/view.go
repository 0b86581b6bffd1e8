package errorpages

import (
	"fmt"
	"html/template"

	"github.com/candor-edge/candor/statusclient"
)

// View is what a template sees: everything that a page says, in the visitor's
// language, checked and bounded. It is a contract: fields are added, never
// changed or removed. What there is nothing true to say about is empty, and the
// page then leaves the block out.
//
// Strings are plain text without control characters. Fields of type Phrase have
// the same sentence twice. The reference and the time of the answer are filled
// in after a page has been rendered: a template can place them anywhere in text,
// attributes and links, but not look into them.
type View struct {
	Lang string // BCP 47, for <html lang>
	Dir  string // "ltr" or "rtl", for <html dir>

	State statusclient.State // maintenance, incident or fault; for scripts and style, not for people
	Cause Cause              // why this page is shown; of client_error only Headline, Lead, Advice and below hold
	Code  int                // the status code

	Service string    // the service's title
	Brand   BrandView // whose page it is

	Title    string        // of the window: headline and organisation
	Headline string        // the heading: what is the matter, naming the service
	Lead     string        // one or two sentences below it
	LeadHTML template.HTML // the same with its times marked up

	Rehearsal *RehearsalView // nil: this is no rehearsal

	Work       []WorkView      // planned work in force, the one that keeps visitors out first
	Incidents  []IncidentView  // open incidents, newest first
	Components []ComponentView // of the service that do not do well, and that no incident tells of
	Planned    []WorkView      // work that has not begun
	Stale      []Phrase        // how old this knowledge is, where it is older than it should be

	JustMe   Phrase   // is it just me?
	Evidence []Phrase // what the edge counted: since when nobody gets through, who else met it
	Sent     []Phrase // what happened to what the visitor sent; empty for safe methods
	Advice   []Phrase // wait or report, and what else can be done

	Retry        string            // the label of the link to try again; empty: do not offer it
	Instead      string            // what the alternatives are: "Until it works again, you can use:"
	Alternatives []AlternativeView // in the operator's order

	Ask       string        // what the contacts are for: "If it does not go away, tell:"
	Contacts  []ContactView // in the operator's order
	StatusURL string        // the public status page, http or https

	Check *CheckView // whether it is the visitor's connection; nil: it is not
	Stay  *StayView  // how the page keeps itself true; nil: it does not

	Reference string // finds this answer in the log
	Time      string // of this answer
	Stamp     string // the same for <time datetime>
	YourTime  string // "{} your time", for the script that adds it
	HalfDays  bool   // the script writes times as 2:02 PM, not as 14:02

	Languages []LanguageView // to choose from; empty where there is no choice, or where following a link loses what was sent
	Mixed     bool           // what people wrote may be in another language than the page: that of the brand's first pages

	words  *voice // for T and N
	assets *assets
}

// BrandView is the organisation on a page.
type BrandView struct {
	Name string // may be empty

	Logo       template.URL // may be empty
	LogoWidth  int          // in pixels at the height of LogoHeight; 0: unknown
	LogoHeight int
	LogoAdapts bool // the image itself changes in dark mode

	Accent     template.CSS // colour for light pages: at least 4.5:1 on #ffffff
	AccentDark template.CSS // colour for dark pages: at least 7:1 on #15181c
}

// Phrase is a sentence in both shapes: Text for terminals and attributes, HTML
// with times and links marked up.
type Phrase struct {
	Text string
	HTML template.HTML
}

// LanguageView is a language that the page can be read in.
type LanguageView struct {
	Lang string // BCP 47, for lang and hreflang
	Dir  string // "ltr" or "rtl"
	Name string // in that language
	URL  string // brings the visitor back to the page in that language; empty: it is this one
}

// Moment is a point in time as people read it.
type Moment struct {
	ISO  string // for <time datetime>, with the offset of the page's zone
	Text string // "14:02 CET", with the date where it is not today
	Age  string // "12 minutes ago"; empty for times ahead
}

// IncidentView is one incident.
type IncidentView struct {
	Title    string
	Impact   string // in words: "Major disruption"; may be empty
	State    string // in words: "Cause found"; may be empty
	Began    Phrase // "Since 13:40 CET (22 minutes ago)"
	Latest   *UpdateView
	Next     Phrase // the promised next update, or that it is late
	Late     bool   // the promise was not kept
	Affected string // "Affected: Exam registration, Sign-in"
	Earlier  []UpdateView
	URL      string // where more is, http or https; may be empty
}

// ComponentView is a component of a status system that the service stands on.
type ComponentView struct {
	Name   string
	Status string // in words: "Partly not working"
	Since  Phrase // when somebody said so; may be empty
}

// WorkView is planned work.
type WorkView struct {
	Title  string // may be empty
	State  string // in words; may be empty
	When   Phrase // day, date and time with zone
	Latest *UpdateView
	URL    string
}

// UpdateView is one entry of a timeline.
type UpdateView struct {
	State string        // in words; may be empty
	Text  string        // plain, on one or more lines
	HTML  template.HTML // safe, of block elements
	At    Moment        // ISO is empty when the time is unknown
	Cut   bool          // there is more at the URL
}

// ContactView is one way to reach people.
type ContactView struct {
	Label  string
	URL    template.URL // https, http, mailto or tel; a mailto has the reference in its subject; may be empty
	Text   string       // the address or number itself; empty when Label says it
	Direct bool         // Text is a number or an e-mail address, not a web address
	Hours  string
}

// AlternativeView is another way to get done what the service is for.
type AlternativeView struct {
	Label  string
	URL    template.URL // https, http, mailto or tel; may be empty
	Text   string       // the address or number itself; empty when Label says it
	Direct bool         // Text is a number or an e-mail address, not a web address
}

// T is a text of the message files that needs nothing filled in, such as
// "label.known". A key that does not exist fails the template.
func (v *View) T(key string) (string, error) { return v.words.lookup(key, fill{}) }

// Pair is a name and what it stands for: "Code: 502".
func (v *View) Pair(name string, value any) string {
	return v.words.say("label.pair", fill{Name: name, Text: v.words.isolate(fmt.Sprint(value))})
}

// Asset is the URL of a file in the folder assets of the templates. A file that
// is not there fails the template.
func (v *View) Asset(name string) (string, error) { return v.assets.url(name) }

// N is a text with a number in it, in the plural form of the language.
func (v *View) N(key string, n int) (string, error) { return v.words.lookup(key, fill{Count: n}) }
