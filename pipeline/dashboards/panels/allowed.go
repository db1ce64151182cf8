package panels

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/strict"
)

// Policy is the file that lists the panels which may be empty.
type Policy struct {
	Empty []Allowance `yaml:"empty" jsonschema_description:"Panels that may show nothing, each with the reason."`
}

// Allowance lets a panel be empty.
type Allowance struct {
	Dashboard string `yaml:"dashboard" jsonschema:"minLength=1" jsonschema_description:"uid of the dashboard."`
	Panel     string `yaml:"panel" jsonschema:"minLength=1" jsonschema_description:"Title or id of the panel."`
	Reason    string `yaml:"reason" jsonschema:"minLength=1" jsonschema_description:"Why it shows nothing, and why that is right."`
}

// LoadAllowed reads the file and makes sure that it names panels of these
// dashboards, each once and with a reason.
func LoadAllowed(path string, found []dashboards.Dashboard) ([]Allowance, error) {
	var policy Policy
	file, err := strict.Load(path, &policy)
	if err != nil {
		return nil, err
	}
	panels := panelsOf(found)
	first := map[string]int{}
	for i, a := range policy.Empty {
		at := fmt.Sprintf("empty[%d]", i)
		known, ok := panels[a.Dashboard]
		matches := slices.DeleteFunc(slices.Clone(known), func(p Panel) bool { return !a.names(a.Dashboard, p) })
		switch {
		case !ok:
			file.Errorf(at+".dashboard", "no dashboard has the uid %q%s", a.Dashboard,
				strict.DidYouMean(a.Dashboard, slices.Sorted(maps.Keys(panels))))
		case len(matches) == 0:
			file.Errorf(at+".panel", "dashboard %q has no panel %q that asks anything", a.Dashboard, a.Panel)
		case len(matches) > 1:
			file.Errorf(at+".panel", "dashboard %q has %d panels %q; name the one by its id", a.Dashboard, len(matches), a.Panel)
		default:
			key := fmt.Sprintf("%s/%d", a.Dashboard, matches[0].ID)
			if other, twice := first[key]; twice {
				file.Errorf(at, "empty[%d] names the same panel", other)
			}
			first[key] = i
		}
		if a.Reason == "" {
			file.Errorf(at+".reason", "is missing; say why the panel shows nothing, and why that is right")
		}
	}
	return policy.Empty, file.Err()
}

func panelsOf(found []dashboards.Dashboard) map[string][]Panel {
	panels := map[string][]Panel{}
	for _, d := range found {
		c := check{}
		c.list(d.Content.Panels, "")
		panels[d.UID] = []Panel{}
		for i, p := range c.panels {
			if asks(p) {
				panels[d.UID] = append(panels[d.UID], c.result.Panels[i])
			}
		}
	}
	return panels
}

func (a Allowance) names(uid string, p Panel) bool {
	return a.Dashboard == uid && (a.Panel == p.Title || a.Panel == strconv.FormatInt(p.ID, 10))
}

// allow forgives a panel that is empty.
func (c *check) allow(p *Panel) {
	for _, a := range c.o.Allowed {
		if p.Outcome == Empty && a.names(c.dashboard.UID, *p) {
			p.Outcome, p.Reason = AllowedEmpty, a.Reason
		}
	}
}
