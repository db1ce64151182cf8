package panels

import (
	"cmp"
	"encoding/json"

	"firedrill/pipeline/dashboards"
)

// describe is a panel before it was asked.
func describe(p dashboards.Panel, row string) Panel {
	d := p.FieldConfig.Defaults
	described := Panel{
		Title: p.Title, Type: p.Type, Row: row, Width: p.GridPos.W, Outcome: NothingToAsk,
		Unit: cmp.Or(d.Unit, p.Options.YAxis.Unit), Min: d.Min, Max: d.Max, Decimals: d.Decimals,
	}
	if p.ID != nil {
		described.ID = *p.ID
	}
	for _, m := range d.Mappings {
		var texts map[string]struct{ Text string }
		if m.Type != "value" || json.Unmarshal(m.Options, &texts) != nil {
			continue
		}
		described.Texts = map[string]string{}
		for value, t := range texts {
			described.Texts[value] = t.Text
		}
	}
	return described
}
