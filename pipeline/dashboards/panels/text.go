package panels

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"firedrill/pipeline/dashboards"
)

// text fills the variables into a text for a kind of data source. Those that
// Grafana's server fills in itself stay.
func (s *scope) text(in, kind string) (string, error) {
	var failed error
	out := dashboards.Expand(in, func(whole, name, format string) string {
		if text, known := s.builtin(name, kind); known {
			return text
		}
		v, known := s.values[name]
		if !known {
			return whole // $1 of a regular expression, or the server's own
		}
		if v.err != nil && failed == nil {
			failed = v.err
		}
		return v.text(format, kind)
	})
	return out, failed
}

// builtin are the variables that Grafana's pages fill in, not its server.
func (s *scope) builtin(name, kind string) (text string, known bool) {
	switch {
	case name == "__from":
		return milliseconds(s.span.from), true
	case name == "__to":
		return milliseconds(s.span.to), true
	case kind == "loki" && (name == "__auto" || name == "__rate_interval"):
		return fmt.Sprintf("%ds", max(s.span.interval()/time.Second, 1)), true
	}
	return "", false
}

// text writes a value in a format, or as the data source wants it.
func (v value) text(format, kind string) string {
	if v.all != "" && format != "text" && format != "percentencode" {
		return v.all
	}
	if format == "" {
		format = "glob"
		if kind == "prometheus" || kind == "loki" {
			format = "selector"
		}
	}
	write, known := formats[format]
	if !known {
		write = glob
	}
	return write(v)
}

// formats are those of Grafana, and selector, for what stands in quotes in PromQL
// and LogQL.
var formats = map[string]func(value) string{
	"selector": func(v value) string {
		if !v.several {
			return strings.ReplaceAll(strings.Join(v.values, ","), `\`, `\\`)
		}
		return alternatives(v.values, func(s string) string { return strings.ReplaceAll(regexp.QuoteMeta(s), `\`, `\\`) })
	},
	"regex":         func(v value) string { return alternatives(v.values, regexp.QuoteMeta) },
	"pipe":          func(v value) string { return strings.Join(v.values, "|") },
	"csv":           func(v value) string { return strings.Join(v.values, ",") },
	"raw":           func(v value) string { return strings.Join(v.values, ",") },
	"text":          func(v value) string { return strings.Join(v.values, " + ") },
	"doublequote":   func(v value) string { return quoted(v.values, `"`) },
	"singlequote":   func(v value) string { return quoted(v.values, `'`) },
	"sqlstring":     func(v value) string { return quoted(v.values, `'`) },
	"percentencode": func(v value) string { return url.QueryEscape(glob(v)) },
	"json": func(v value) string {
		text, err := json.Marshal(v.values)
		if err != nil {
			return ""
		}
		return string(text)
	},
	"glob": glob,
}

func glob(v value) string {
	if len(v.values) < 2 {
		return strings.Join(v.values, ",")
	}
	return "{" + strings.Join(v.values, ",") + "}"
}

func alternatives(values []string, escape func(string) string) string {
	escaped := make([]string, len(values))
	for i, v := range values {
		escaped[i] = escape(v)
	}
	if len(escaped) == 1 {
		return escaped[0]
	}
	return "(" + strings.Join(escaped, "|") + ")"
}

func quoted(values []string, quote string) string {
	marked := make([]string, len(values))
	for i, v := range values {
		marked[i] = quote + strings.ReplaceAll(v, quote, `\`+quote) + quote
	}
	return strings.Join(marked, ",")
}
