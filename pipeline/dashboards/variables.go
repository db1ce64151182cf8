package dashboards

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// reference is how Grafana finds variables in a text: $name, [[name:format]] and
// ${name.field:format}.
var reference = regexp.MustCompile(`\$(\w+)|\[\[(\w+)(?::(\w+))?\]\]|\$\{(\w+)(?:\.[^:}]+)?(?::([^}]+))?\}`)

// Expand replaces every reference to a variable in a text by what fill makes of
// it; whole is how the reference is written.
func Expand(text string, fill func(whole, name, format string) string) string {
	return reference.ReplaceAllStringFunc(text, func(whole string) string {
		m := reference.FindStringSubmatch(whole)
		return fill(whole, m[1]+m[2]+m[4], m[3]+m[5])
	})
}

// References lists the variables that a text refers to, but for Grafana's own,
// whose names start with two underscores, and the $1 of a regular expression.
func References(text string) []string {
	var names []string
	Expand(text, func(whole, name, _ string) string {
		if !strings.HasPrefix(name, "__") && (name[0] < '0' || name[0] > '9') {
			names = append(names, name)
		}
		return whole
	})
	return names
}

// variableName returns the name in a text that is a reference to a variable and
// nothing else.
func variableName(text string) (only string) {
	Expand(text, func(whole, name, _ string) string {
		if whole == text {
			only = name
		}
		return whole
	})
	return only
}

// variables checks a dashboard's variables and what refers to them.
type variables struct {
	*findings
	all map[string]Variable
}

func (v variables) check(c Content) {
	for i, one := range c.Templating.List {
		at := fmt.Sprintf("templating.list[%d]", i)
		if _, twice := v.all[one.Name]; twice {
			v.mistake(at+".name", "there are two variables $%s", one.Name)
		}
		if one.Name == "" {
			v.mistake(at, "the variable has no name")
		}
		v.all[one.Name] = one
	}
	for i, one := range c.Templating.List {
		at, name := fmt.Sprintf("templating.list[%d]", i), "variable $"+one.Name
		v.known(at+".query", one.Query, name)
		if one.Type != "query" {
			continue
		}
		v.source(at, one.Datasource, name)
		// Neither the value nor the choice is kept in git: it is Grafana that asks.
		if refresh, _ := one.Refresh.(float64); refresh != 1 && refresh != 2 {
			v.mistake(at+".refresh", "%s has refresh %v, so that it stays empty; give it 1, when the dashboard is opened, or 2, when the time changes", name, one.Refresh)
		}
	}
	for i, a := range c.Annotations.List {
		if _, uid := SourceOf(a.Datasource); uid != "-- Grafana --" && uid != "grafana" {
			v.source(fmt.Sprintf("annotations.list[%d]", i), a.Datasource, fmt.Sprintf("annotation %q", a.Name))
		}
	}
	v.links("links", c.Links, "a link")
}

// known makes sure that every variable which a value refers to is there.
func (v variables) known(at string, value any, who string) {
	switch value := value.(type) {
	case string:
		for _, name := range References(value) {
			if _, known := v.all[name]; !known {
				v.mistake(at, "%s uses the variable $%s, which the dashboard does not have%s", who, name, v.names())
			}
		}
	case []any:
		for i, item := range value {
			v.known(fmt.Sprintf("%s[%d]", at, i), item, who)
		}
	case map[string]any:
		for key, item := range value {
			if key != "datasource" { // has a message of its own
				v.known(at+"."+key, item, who)
			}
		}
	}
}

func (v variables) links(at string, links []any, who string) {
	for i, link := range links {
		if l, ok := link.(map[string]any); ok {
			here := fmt.Sprintf("%s[%d].url", at, i)
			v.known(here, l["url"], who)
		}
	}
}

func (v variables) names() string {
	if len(v.all) == 0 {
		return "; it has none"
	}
	return "; those it has: " + strings.Join(slices.Sorted(maps.Keys(v.all)), ", ")
}

// source makes sure that a data source is named by a variable: a fixed one is
// not to be found in another Grafana.
func (v variables) source(at string, reference any, who string) {
	kind, uid := SourceOf(reference)
	here, name := at+".datasource", variableName(uid)
	one, known := v.all[name]
	switch {
	case reference == nil || uid == "":
		v.mistake(here, "%s names no data source, and so takes whichever is the default; name it by a variable, such as ${metrics}", who)
	case name == "":
		v.mistake(here, "%s names the data source %q; name it by a variable of type datasource, such as ${metrics}", who, uid)
	case !known:
		v.mistake(here, "%s takes the data source from the variable $%s, which the dashboard does not have%s", who, name, v.names())
	case one.Type != "datasource":
		v.mistake(here, "%s takes the data source from the variable $%s, whose type is %s, not datasource", who, name, one.Type)
	case kind != "" && kind != one.Query:
		v.mistake(here, "%s wants a data source of type %s, but the variable $%s is one of type %v", who, kind, name, one.Query)
	}
}
