package errorpages

import (
	"net/http"
	"time"

	"golang.org/x/text/language"
)

// Words says single texts of the pages, for who shows the same things elsewhere:
// in one language, one zone and at one moment.
type Words struct {
	// Lang and Dir are for <html lang> and <html dir>.
	Lang, Dir string

	voice *voice
}

// Words are those of a brand's pages.
func (r *Renderer) Words(b *Brand, lang language.Tag, now time.Time) *Words {
	l := r.words.locale(lang)
	voice := newVoice(l, &Page{Service: &Service{Brand: b}}, now)
	return &Words{Lang: lang.String(), Dir: direction(lang), voice: voice}
}

// Language is the one that a visitor gets pages of a brand in: the one they have
// chosen on a page, else what their browser asks for.
func (r *Renderer) Language(b *Brand, h http.Header) language.Tag {
	return b.languages[r.matcher(b).choose(h["Cookie"], h["Accept-Language"])]
}

// Text is a text that needs nothing filled in, such as "state.identified"; empty
// where there is none.
func (w *Words) Text(key string) string { return w.voice.say(key, fill{}) }

// Moment is for what has happened or is near: the date is left out for today.
func (w *Words) Moment(t time.Time) Moment { return w.voice.moment(t) }

// Isolate keeps what is filled into a sentence from changing its order.
func (w *Words) Isolate(s string) string { return w.voice.isolate(s) }

// LanguageName is what a language calls itself.
func (r *Renderer) LanguageName(lang language.Tag) string { return r.words.locale(lang).name() }

// Zone is where the times of a brand's pages are meant.
func (b *Brand) Zone() *time.Location { return b.zone }

// View is how a brand looks on a page. A logo that the edge would have to serve
// is left out.
func (b *Brand) View() BrandView {
	v := b.view("")
	v.Logo = b.logo.inline()
	return v
}
