// Package logql looks at the structure of LogQL: its quotes, brackets and stream
// selectors. Only Loki knows the rest, and its parser cannot be had without all
// of Loki.
package logql

import (
	"errors"
	"fmt"
	"strings"
)

// pairs are the brackets by how they close.
var pairs = map[byte]byte{')': '(', ']': '[', '}': '{'}

// Selectors returns the stream selectors of an expression, each as it is
// written, such as {app="website"}. It refuses an expression whose quotes or
// brackets do not match, and one that selects no stream.
func Selectors(expr string) ([]string, error) {
	var open []int
	var found []string
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; c {
		case '"', '`', '\'':
			end := closing(expr, i)
			if end < 0 {
				return nil, fmt.Errorf("the quote at %s is not closed", place(expr, i))
			}
			i = end
		case '#': // a comment, to the end of the line
			if end := strings.IndexByte(expr[i:], '\n'); end >= 0 {
				i += end
			} else {
				i = len(expr)
			}
		case '(', '[', '{':
			open = append(open, i)
		case ')', ']', '}':
			if len(open) == 0 || expr[open[len(open)-1]] != pairs[c] {
				return nil, fmt.Errorf("the %c at %s closes nothing", c, place(expr, i))
			}
			start := open[len(open)-1]
			open = open[:len(open)-1]
			if c == '}' {
				found = append(found, expr[start:i+1])
			}
		}
	}
	if len(open) > 0 {
		at := open[len(open)-1]
		return nil, fmt.Errorf("the %c at %s is not closed", expr[at], place(expr, at))
	}
	if len(found) == 0 {
		return nil, errors.New(`it selects no stream, as {app="website"} does`)
	}
	return found, nil
}

// closing is where the quote that opens at i ends, -1 for nowhere. Backquotes
// know no escapes.
func closing(expr string, i int) int {
	for j := i + 1; j < len(expr); j++ {
		switch {
		case expr[j] == '\\' && expr[i] != '`':
			j++
		case expr[j] == expr[i]:
			return j
		}
	}
	return -1
}

// place is line and column, as Prometheus' parser tells them.
func place(expr string, i int) string {
	before := expr[:i]
	return fmt.Sprintf("%d:%d", strings.Count(before, "\n")+1, i-strings.LastIndexByte(before, '\n'))
}
