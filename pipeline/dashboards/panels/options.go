package panels

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/dashboards"
)

// options lists what a variable can be.
func (s *scope) options(ctx context.Context, v dashboards.Variable) ([]string, error) {
	switch v.Type {
	case "datasource":
		return s.sources(v)
	case "custom", "interval":
		return splitCustom(queryText(v.Query)), nil
	case "constant", "textbox":
		return []string{queryText(v.Query)}, nil
	case "query":
		found, err := s.ask(ctx, v)
		if err != nil {
			return nil, err
		}
		return s.narrow(v, found)
	case "adhoc", "groupby", "system":
		return nil, nil
	}
	return nil, fmt.Errorf("type %q is not known", v.Type)
}

// sources are the data sources of the wanted type, the default one first. They
// are listed by uid.
func (s *scope) sources(v dashboards.Variable) ([]string, error) {
	filter, err := expression(v.Regex)
	if err != nil {
		return nil, err
	}
	var uids []string
	for _, source := range s.o.Sources {
		if source.Type != v.Query || filter != nil && !filter.MatchString(source.Name) {
			continue
		}
		if source.Default {
			uids = slices.Insert(uids, 0, source.UID)
			continue
		}
		uids = append(uids, source.UID)
	}
	if len(uids) == 0 {
		return nil, fmt.Errorf("there is no data source of type %v", v.Query)
	}
	return uids, nil
}

// queryText is the query of a variable, which some data sources keep in a key of
// an object.
func queryText(query any) string {
	switch q := query.(type) {
	case string:
		return q
	case map[string]any:
		if text, _ := q["query"].(string); text != "" {
			return text
		}
		// What Loki's editor writes.
		label, _ := q["label"].(string)
		if stream, _ := q["stream"].(string); label != "" && stream != "" {
			return fmt.Sprintf("label_values(%s, %s)", stream, label)
		}
		if label != "" {
			return fmt.Sprintf("label_values(%s)", label)
		}
	}
	return ""
}

// splitCustom takes "a, b, one : 1" apart; a comma in a value has a backslash.
func splitCustom(query string) []string {
	const comma = "\x00"
	var values []string
	for _, item := range strings.Split(strings.ReplaceAll(query, `\,`, comma), ",") {
		item = strings.TrimSpace(strings.ReplaceAll(item, comma, ","))
		if _, v, named := strings.Cut(item, " : "); named {
			item = strings.TrimSpace(v)
		}
		if item != "" {
			values = append(values, item)
		}
	}
	return values
}
