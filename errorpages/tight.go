package errorpages

import (
	"path"
	"regexp"
)

var (
	indents    = regexp.MustCompile(`(?m)^[ \t]+|[ \t]+$`)
	comments   = regexp.MustCompile(`(?ms)^//.*?$|^/\*.*?\*/`) // that begin a line
	emptyLines = regexp.MustCompile(`\n{2,}`)
	aroundCSS  = regexp.MustCompile(`\s*([{};,])\s*`)
	afterColon = regexp.MustCompile(`: +`)
	lastInRule = regexp.MustCompile(`;}`)
)

// tight leaves out of a built-in style sheet or script what only its readers
// need. It knows no more of either language than those two files use: a line
// of the script ends where it ended, and in the style sheet no string holds
// braces, commas or colons.
func tight(name string, text []byte) []byte {
	ext := path.Ext(name)
	if ext != ".css" && ext != ".js" {
		return text
	}
	text = indents.ReplaceAll(text, nil)
	text = comments.ReplaceAll(text, nil)
	text = emptyLines.ReplaceAll(text, []byte("\n"))
	if ext == ".css" {
		text = aroundCSS.ReplaceAll(text, []byte("$1"))
		text = afterColon.ReplaceAll(text, []byte(":"))
		text = lastInRule.ReplaceAll(text, []byte("}"))
	}
	return text
}
