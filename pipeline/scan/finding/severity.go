package finding

import (
	"fmt"
	"strings"
)

// Severity is how grave a weakness is.
type Severity int

// The severities, the least grave first.
const (
	Low Severity = iota
	Medium
	High
	Critical
)

// Severities are all of them, the gravest first.
var Severities = []Severity{Critical, High, Medium, Low}

// String is such as "high".
func (s Severity) String() string {
	if s < Low || s > Critical {
		return fmt.Sprintf("severity %d", int(s))
	}
	return [...]string{"low", "medium", "high", "critical"}[s]
}

// ParseSeverity reads a scanner's word for it.
func ParseSeverity(word string) (Severity, error) {
	switch strings.ToLower(word) {
	case "critical":
		return Critical, nil
	case "high", "error":
		return High, nil
	case "medium", "warning", "warn":
		return Medium, nil
	case "low", "info", "unknown", "negligible", "":
		return Low, nil
	}
	return Low, fmt.Errorf("severity %q: wanted critical, high, medium or low", word)
}

// MarshalText writes the word.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads the word.
func (s *Severity) UnmarshalText(text []byte) (err error) {
	*s, err = ParseSeverity(string(text))
	return err
}
