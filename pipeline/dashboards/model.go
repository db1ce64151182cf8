package dashboards

import (
	"encoding/json"
	"errors"
	"fmt"
)

// Content is a dashboard as far as it is looked at.
type Content struct {
	UID        string          `json:"uid"`
	Title      string          `json:"title"`
	Inputs     json.RawMessage `json:"__inputs"`
	Panels     []Panel         `json:"panels"`
	Time       Range           `json:"time"`
	Templating struct {
		List []Variable `json:"list"`
	} `json:"templating"`
	Annotations struct {
		List []Annotation `json:"list"`
	} `json:"annotations"`
	Links []any `json:"links"`
}

// Range is what a dashboard shows when it is opened, such as now-1h to now.
type Range struct {
	From string `json:"from"`
	To   string `json:"to"`
}

// Panel is a panel, or a row that holds panels of its own.
type Panel struct {
	ID           *int64          `json:"id"`
	Title        string          `json:"title"`
	Type         string          `json:"type"`
	Description  string          `json:"description"`
	Datasource   any             `json:"datasource"`
	Targets      []Target        `json:"targets"`
	Panels       []Panel         `json:"panels"`
	Repeat       string          `json:"repeat"`
	Interval     string          `json:"interval"`
	TimeFrom     string          `json:"timeFrom"`
	LibraryPanel json.RawMessage `json:"libraryPanel"`
	Links        []any           `json:"links"`
	GridPos      struct {
		W int `json:"w"`
	} `json:"gridPos"`
	FieldConfig struct {
		Defaults struct {
			Unit     string    `json:"unit"`
			Links    []any     `json:"links"`
			Min      *float64  `json:"min"`
			Max      *float64  `json:"max"`
			Decimals *int      `json:"decimals"`
			Mappings []Mapping `json:"mappings"`
		} `json:"defaults"`
	} `json:"fieldConfig"`
	Options struct {
		YAxis struct {
			Unit string `json:"unit"`
		} `json:"yAxis"`
	} `json:"options"`
}

// Mapping shows texts instead of values. The options of type value have the
// value for a key.
type Mapping struct {
	Type    string          `json:"type"`
	Options json.RawMessage `json:"options"`
}

// Target is a query of a panel. Each kind of data source has keys of its own.
type Target map[string]any

// RefID is the query's name within its panel, A, B and so on.
func (t Target) RefID() string { id, _ := t["refId"].(string); return id }

// Variable is a template variable of a dashboard.
type Variable struct {
	Name       string `json:"name"`
	Type       string `json:"type"`
	Query      any    `json:"query"`
	Datasource any    `json:"datasource"`
	Regex      string `json:"regex"`
	AllValue   string `json:"allValue"`
	Multi      bool   `json:"multi"`
	IncludeAll bool   `json:"includeAll"`
	Refresh    any    `json:"refresh"`
	Sort       int    `json:"sort"`
	Auto       bool   `json:"auto"`
	AutoCount  int    `json:"auto_count"`
	Current    struct {
		Value any `json:"value"`
	} `json:"current"`
}

// Annotation draws events over the panels.
type Annotation struct {
	Name       string `json:"name"`
	Datasource any    `json:"datasource"`
}

// SourceOf takes a reference to a data source apart, as panels, queries and
// variables hold it. One that names a data source by its title has only a uid.
func SourceOf(reference any) (kind, uid string) {
	switch r := reference.(type) {
	case string:
		return "", r
	case map[string]any:
		kind, _ = r["type"].(string)
		uid, _ = r["uid"].(string)
	}
	return kind, uid
}

// SourceOf is the data source that a query of the panel asks: its own, else the panel's.
func (p Panel) SourceOf(t Target) (kind, uid string) {
	if own := t["datasource"]; own != nil {
		return SourceOf(own)
	}
	return SourceOf(p.Datasource)
}

// read decodes the text; what is wrong with the JSON itself comes back with
// its line.
func read(path string, text []byte) (Content, error) {
	var c Content
	err := json.Unmarshal(text, &c)
	var syntax *json.SyntaxError
	var wrongType *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		return c, fmt.Errorf("%s:%s: not JSON: %w", path, place(text, syntax.Offset-1), err)
	case errors.As(err, &wrongType):
		return c, fmt.Errorf("%s:%s: %s must be a %s, not a %s", path, place(text, wrongType.Offset-1),
			wrongType.Field, wrongType.Type, wrongType.Value)
	case err != nil:
		return c, fmt.Errorf("%s: %w", path, err)
	}
	return c, nil
}
