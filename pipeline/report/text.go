package report

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"
	"github.com/dustin/go-humanize"
)

// clean makes text from elsewhere safe to print: no escape sequences, no
// control characters other than the end of a line, nothing that turns the
// direction of writing round. Log lines of a pod may hold all of these.
func clean(text string) string {
	return scrub(strings.ReplaceAll(ansi.Strip(text), "\r\n", "\n"))
}

// scrub replaces single characters that are not for showing.
func scrub(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case r == '\t':
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return '�'
		}
		return r
	}, text)
}

// cleanLine is clean text on one line.
func cleanLine(text string) string {
	return strings.Join(strings.FieldsFunc(clean(text), func(r rune) bool { return r == '\n' }), " ")
}

// firstLine is the first line of clean text.
func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(clean(text)), "\n")
	return line
}

// span is a duration for people: 6.3 s, 5 min 12 s, 1 h 02 min.
func span(seconds float64) string {
	switch whole := int(seconds + 0.5); {
	case seconds < 99.95:
		return fmt.Sprintf("%.1f s", seconds)
	case whole < 3600:
		return fmt.Sprintf("%d min %02d s", whole/60, whole%60)
	default:
		return fmt.Sprintf("%d h %02d min", whole/3600, whole%3600/60)
	}
}

var timesApart = regexp.MustCompile(`(\d) (s|min|h)\b`)

// together keeps a number and its unit on one line.
func together(text string) string {
	return timesApart.ReplaceAllString(text, "$1\u00a0$2")
}

// clock is a running time: 0:07, 12:40, 1:02:07.
func clock(seconds float64) string {
	s := int(seconds)
	if s < 3600 {
		return fmt.Sprintf("%d:%02d", s/60, s%60)
	}
	return fmt.Sprintf("%d:%02d:%02d", s/3600, s%3600/60, s%60)
}

// size is a number of bytes for people.
func size(bytes int64) string {
	return humanize.Bytes(uint64(max(bytes, 0)))
}

// plural is "1 image" or "3 images".
func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
