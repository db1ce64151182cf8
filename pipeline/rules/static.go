package rules

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"firedrill/pipeline/dashboards"
	"firedrill/pipeline/drill"
)

// Files are what can be looked at without a cluster.
type Files struct {
	Rules []drill.Rule
	// Recorded are what recording rules record, by the metric.
	Recorded map[string][]string
	Drills   []drill.Drill
	// Dir is the folder of firedrill.yaml, below which the runbooks are.
	Dir string
	// Dashboards are those in git; nil: links are not checked.
	Dashboards []dashboards.Dashboard
	Coverage   CoveragePolicy
}

// Static finds rules without a drill, drills without a rule, runbooks that are
// missing or say nothing, links to dashboards, panels or variables that are not in git, and to
// panels that show nothing of what the rule reads.
func Static(f Files) Report {
	r := Report{Rules: len(f.Rules), Drills: len(f.Drills), Unasked: []string{}, Findings: []Finding{}}
	for _, rule := range f.Rules {
		r.add(rule, CheckDrill, f.drilled(rule))
		r.add(rule, CheckRunbook, f.runbook(rule))
		if f.Dashboards != nil {
			r.add(rule, CheckDashboard, f.linked(rule))
		}
	}
	if err := drill.Validate(f.Drills, f.Rules); err != nil {
		for line := range strings.SplitSeq(err.Error(), "\n") {
			r.Findings = append(r.Findings, placed(line))
		}
	}
	r.sort()
	return r
}

func (r *Report) add(rule drill.Rule, check, problem string) {
	if problem != "" {
		r.Findings = append(r.Findings, Finding{File: rule.File, Line: rule.Line, Name: rule.Name, Check: check, Problem: problem})
	}
}

// mistake is a message about a drill file: "path:line:column: what".
var mistake = regexp.MustCompile(`^(.*?):(\d+):\d+: (.*)$`)

func placed(message string) Finding {
	m := mistake.FindStringSubmatch(message)
	if m == nil {
		return Finding{Check: CheckDrill, Problem: message}
	}
	line, _ := strconv.Atoi(m[2]) // digits, by the expression
	name := strings.TrimSuffix(filepath.Base(m[1]), filepath.Ext(m[1]))
	return Finding{File: m[1], Line: line, Name: name, Check: CheckDrill, Problem: m[3]}
}

func (f Files) drilled(rule drill.Rule) string {
	if f.Coverage.reason(rule.Name) != "" || slices.ContainsFunc(f.Drills, func(d drill.Drill) bool { return d.Rule == rule.Name }) {
		return ""
	}
	return "no drill proves it; add one with rule: " + rule.Name
}

// inTemplate are the parts of an annotation that Prometheus fills in.
var inTemplate = regexp.MustCompile(`\{\{.*?\}\}`)

// linked follows a rule's dashboard_url to a file in git, as far as that goes
// without an alarm.
func (f Files) linked(rule drill.Rule) string {
	link := rule.Annotations["dashboard_url"]
	if link == "" {
		return "it has no dashboard_url; link to the panel that shows the cause"
	}
	u, err := url.Parse(inTemplate.ReplaceAllString(link, "x"))
	if err != nil {
		return fmt.Sprintf("dashboard_url is no URL: %v", err)
	}
	_, path, isDashboard := strings.Cut("/"+strings.TrimPrefix(u.Path, "/"), "/d/")
	if !isDashboard {
		return fmt.Sprintf("dashboard_url %s leads to no dashboard, which is d/<uid>/<slug>", link)
	}
	uid, _, _ := strings.Cut(path, "/")
	i := slices.IndexFunc(f.Dashboards, func(d dashboards.Dashboard) bool { return d.UID == uid })
	if i < 0 {
		return fmt.Sprintf("dashboard_url leads to dashboard %q, which is not in git", uid)
	}
	return f.pointsAt(rule, f.Dashboards[i], u.Query())
}

// pointsAt wants the panel and the variables of a link in the dashboard, and in
// the panel what the rule reads.
func (f Files) pointsAt(rule drill.Rule, d dashboards.Dashboard, query url.Values) string {
	id := strings.TrimPrefix(query.Get("viewPanel"), "panel-")
	panel := panelOf(d.Content.Panels, id)
	if panel == nil {
		return fmt.Sprintf("dashboard_url leads to panel %q, which %s does not have", id, d.File)
	}
	for key := range query {
		name, isVariable := strings.CutPrefix(key, "var-")
		if isVariable && !slices.ContainsFunc(d.Content.Templating.List, func(v dashboards.Variable) bool { return v.Name == name }) {
			return fmt.Sprintf("dashboard_url sets variable %s, which %s does not have", name, d.File)
		}
	}
	return explains(rule, f.Recorded, *panel)
}

// panelOf is the panel of that id, also one inside a row, nil for none.
func panelOf(panels []dashboards.Panel, id string) *dashboards.Panel {
	for i, p := range panels {
		if p.ID != nil && p.Type != "row" && strconv.FormatInt(*p.ID, 10) == id {
			return &panels[i]
		}
		if inside := panelOf(p.Panels, id); inside != nil {
			return inside
		}
	}
	return nil
}
