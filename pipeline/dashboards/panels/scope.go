package panels

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"firedrill/pipeline/dashboards"
)

// value is what a variable stands for.
type value struct {
	values []string
	// several tells whether there can be more than one, which Grafana writes in
	// another way.
	several bool
	// all is the text that the author gave for "All", written as it is.
	all string
	err error
}

// scope holds the values of a dashboard's variables.
type scope struct {
	o         Options
	span      span
	variables map[string]dashboards.Variable
	values    map[string]value
}

// scope finds a value for every variable, as Grafana does when the dashboard is
// opened. A variable without one is a mistake of the panels that use it.
func (c *check) scope(ctx context.Context, at span) *scope {
	s := &scope{o: c.o, span: at, variables: map[string]dashboards.Variable{}, values: map[string]value{}}
	for _, v := range c.dashboard.Content.Templating.List {
		s.variables[v.Name] = v
	}
	for _, v := range c.dashboard.Content.Templating.List {
		s.resolve(ctx, v.Name)
	}
	return s
}

// resolve finds the values of a variable, after those of the ones that it uses.
func (s *scope) resolve(ctx context.Context, name string) {
	v, known := s.variables[name]
	if _, done := s.values[name]; done || !known {
		return
	}
	s.values[name] = value{err: fmt.Errorf("variable $%s needs itself", name)}
	for _, other := range needs(v) {
		s.resolve(ctx, other)
	}
	options, err := s.options(ctx, v)
	if err != nil {
		s.values[name] = value{err: fmt.Errorf("variable $%s: %w", name, err)}
		return
	}
	s.values[name] = s.choose(v, options)
}

// needs are the variables that a variable's options depend on.
func needs(v dashboards.Variable) []string {
	_, uid := dashboards.SourceOf(v.Datasource)
	return dashboards.References(strings.Join([]string{queryText(v.Query), uid, v.Regex}, " "))
}

// choose takes what was asked for, or else what the dashboard starts with, or
// else the first option, which is "All" where there is that.
func (s *scope) choose(v dashboards.Variable, options []string) value {
	chosen := value{several: v.Multi || v.IncludeAll}
	wanted := texts(v.Current.Value)
	if override, given := s.o.Variables[v.Name]; given {
		chosen.values = override
		if slices.Contains(override, all) { // as a link may say it
			chosen.values, chosen.all = options, v.AllValue
		}
		return chosen
	}
	free := v.Type == "textbox" || v.Type == "constant"
	for _, w := range wanted {
		if w != "" && w != all && (free || slices.Contains(options, w)) {
			chosen.values = append(chosen.values, w)
		}
	}
	switch {
	case len(chosen.values) > 0:
	case v.IncludeAll:
		chosen.values, chosen.all = options, v.AllValue
	case len(options) > 0:
		chosen.values = options[:1]
	}
	return chosen
}

// all is how Grafana keeps that all options are chosen.
const all = "$__all"

func texts(value any) []string {
	switch v := value.(type) {
	case string:
		return []string{v}
	case []any:
		var list []string
		for _, item := range v {
			list = append(list, texts(item)...)
		}
		return list
	}
	return nil
}

// kind is the type of a data source.
func (s *scope) kind(uid string) string {
	for _, source := range s.o.Sources {
		if source.UID == uid || source.Name == uid {
			return source.Type
		}
	}
	return ""
}

// only is the scope of the first of the panels that are made, one for each value
// of a variable.
func (s *scope) only(name string) *scope {
	one := *s
	one.values = maps.Clone(s.values)
	v := s.values[name]
	v.values, v.several, v.all = v.values[:min(1, len(v.values))], false, ""
	one.values[name] = v
	return &one
}

// unset says which of the variables that a panel uses have no value.
func (s *scope) unset(p dashboards.Panel) string {
	var names []string
	for _, t := range p.Targets {
		for _, name := range dashboards.References(fmt.Sprint(map[string]any(t))) {
			v := s.values[name]
			if len(v.values) == 0 && v.all == "" {
				names = append(names, "$"+name)
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return "no values: " + strings.Join(slices.Compact(names), ", ")
}
