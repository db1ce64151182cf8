package panels

import "fmt"

// Coverage counts the panels that have queries by what these gave.
type Coverage struct {
	// Asked is the sum of the others.
	Asked    int `json:"asked"`
	WithData int `json:"with_data"`
	Allowed  int `json:"allowed_empty"`
	Empty    int `json:"empty"`
	Failed   int `json:"failed"`
}

// Count counts the panels of all dashboards.
func Count(found []Dashboard) (c Coverage) {
	for _, d := range found {
		for _, p := range d.Panels {
			switch p.Outcome {
			case WithData:
				c.WithData++
			case AllowedEmpty:
				c.Allowed++
			case Empty:
				c.Empty++
			case Failed:
				c.Failed++
			case NothingToAsk:
				continue
			}
			c.Asked++
		}
	}
	return c
}

// String is such as "41 of 43 panels have data, 2 may be empty".
func (c Coverage) String() string {
	text := fmt.Sprintf("%d of %d panels have data", c.WithData, c.Asked)
	for _, part := range []struct {
		n    int
		what string
	}{{c.Allowed, "may be empty"}, {c.Empty, "are empty"}, {c.Failed, "failed"}} {
		if part.n > 0 {
			text += fmt.Sprintf(", %d %s", part.n, part.what)
		}
	}
	return text
}
