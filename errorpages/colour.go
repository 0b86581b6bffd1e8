package errorpages

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
)

// The colours that an accent has to be read on. templates/page.css names the
// same two as --paper.
var (
	paperLight = colour{0xff, 0xff, 0xff}
	paperDark  = colour{0x15, 0x18, 0x1c}
)

// minContrast is WCAG 2.2, 1.4.3, for text of any size. Bright colours on dark
// paper need more to look as calm, so what is made for it gets 1.4.6.
const (
	minContrast  = 4.5
	darkContrast = 7
)

// colour is an opaque sRGB colour.
type colour [3]uint8

// parseColour reads #rgb and #rrggbb.
func parseColour(s string) (colour, error) {
	hex := ""
	switch {
	case len(s) == 4 && s[0] == '#':
		hex = string([]byte{s[1], s[1], s[2], s[2], s[3], s[3]})
	case len(s) == 7 && s[0] == '#':
		hex = s[1:]
	}
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return colour{}, fmt.Errorf("%q is not a colour such as #1d4f91", s)
	}
	return colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, nil
}

func (c colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2]) }

// css is the colour for a style sheet. It is safe there: it holds nothing but a
// hash and six digits.
func (c colour) css() template.CSS { return template.CSS(c.String()) }

// luminance is the relative luminance of WCAG 2.2.
func (c colour) luminance() float64 {
	linear := func(v uint8) float64 {
		f := float64(v) / 255
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(c[0]) + 0.7152*linear(c[1]) + 0.0722*linear(c[2])
}

// contrast is the contrast ratio of WCAG 2.2, from 1 to 21.
func contrast(a, b colour) float64 {
	la, lb := a.luminance(), b.luminance()
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

// toward mixes c with another colour; part is 0 to 1.
func (c colour) toward(other colour, part float64) colour {
	var mixed colour
	for i := range c {
		mixed[i] = uint8(math.Round(float64(c[i]) + (float64(other[i])-float64(c[i]))*part))
	}
	return mixed
}

// readableOn is the colour nearest to c, on the way to pole, that has this
// contrast on paper: c itself where it does already.
func (c colour) readableOn(paper, pole colour, least float64) colour {
	const steps = 200
	for i := range steps {
		if near := c.toward(pole, float64(i)/steps); contrast(near, paper) >= least {
			return near
		}
	}
	return pole
}

// checkAccent reads an accent and returns it with the variant for dark mode,
// which is made to be readable. The light one is the brand's own choice, so one
// that cannot be read is refused instead of changed.
func checkAccent(s string) (light, dark colour, err error) {
	light, err = parseColour(s)
	if err != nil {
		return light, dark, err
	}
	if have := contrast(light, paperLight); have < minContrast {
		better := light.readableOn(paperLight, colour{0, 0, 0}, minContrast)
		// Cut, not rounded: 4.49 must not be reported as 4.5.
		return light, dark, fmt.Errorf("%s has a contrast of %.2f:1 on the page's background %s, and readable text needs %.1f:1; the nearest darker colour that has it is %s",
			s, math.Floor(have*100)/100, paperLight, minContrast, better)
	}
	return light, light.readableOn(paperDark, colour{0xff, 0xff, 0xff}, darkContrast), nil
}
