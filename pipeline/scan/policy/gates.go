// Package policy says which findings a run may have: policies/gates.yaml how
// many and how grave, policies/exceptions.yaml which of them all the same.
package policy

import (
	"fmt"
	"slices"
	"strings"

	"firedrill/pipeline/scan/finding"
	"firedrill/pipeline/strict"
)

// The scans that there are.
const (
	Manifests = "manifests"
	Images    = "images"
	Cluster   = "cluster"
	RBAC      = "rbac"
)

// Gates is policies/gates.yaml.
type Gates struct {
	Manifests Most        `yaml:"manifests,omitempty" jsonschema_description:"Findings in charts and manifests that are allowed, by severity."`
	Images    ImageGate   `yaml:"images,omitempty" jsonschema_description:"Findings in images that are allowed."`
	Cluster   ClusterGate `yaml:"cluster,omitempty" jsonschema_description:"Findings in the running cluster that are allowed, and scores that it must reach."`
	path      string      `yaml:"-"`
}

// Most says how many findings there may be besides the exceptions.
type Most struct {
	Critical *int `yaml:"critical,omitempty" jsonschema:"minimum=0" jsonschema_description:"At most that many critical findings; without a number any."`
	High     *int `yaml:"high,omitempty" jsonschema:"minimum=0" jsonschema_description:"At most that many high findings; without a number any."`
	Medium   *int `yaml:"medium,omitempty" jsonschema:"minimum=0" jsonschema_description:"At most that many medium findings; without a number any."`
	Low      *int `yaml:"low,omitempty" jsonschema:"minimum=0" jsonschema_description:"At most that many low findings; without a number any."`
}

// ImageGate is the gate of images.
type ImageGate struct {
	Most     Most `yaml:"most,omitempty" jsonschema_description:"Findings that are allowed, by severity."`
	MustLook bool `yaml:"must_look,omitempty" jsonschema_description:"Fail when vulnerabilities were not looked for, because no database was given."`
}

// ClusterGate is the gate of the cluster.
type ClusterGate struct {
	Most    Most               `yaml:"most,omitempty" jsonschema_description:"Findings that are allowed, by severity."`
	Scores  map[string]float64 `yaml:"scores,omitempty" jsonschema_description:"Least score in percent, by framework: NSA, MITRE, cis-v1.23-t1.0.1; that of the controls that could be looked at."`
	Hygiene *int               `yaml:"hygiene,omitempty" jsonschema:"minimum=0,maximum=100" jsonschema_description:"Least score of Popeye."`
}

// LoadGates reads the file. Without one nothing is gated.
func LoadGates(path string, frameworks []string) (Gates, error) {
	g := Gates{path: path}
	file, err := strict.LoadIfThere(path, &g)
	if file == nil {
		return g, err
	}
	for at, most := range map[string]Most{"manifests": g.Manifests, "images.most": g.Images.Most, "cluster.most": g.Cluster.Most} {
		for _, severity := range finding.Severities {
			if n := most.of(severity); n != nil && *n < 0 {
				file.Errorf(at+"."+severity.String(), "%d is no number of findings; write 0 or more", *n)
			}
		}
	}
	for name, least := range g.Cluster.Scores {
		at := "cluster.scores." + name
		if !slices.Contains(frameworks, name) {
			file.Errorf(at, "there is no framework %s; there are: %s%s", name, strings.Join(frameworks, ", "), strict.DidYouMean(name, frameworks))
		}
		if least < 0 || least > 100 {
			file.Errorf(at, "%v is no score in percent; write 0 to 100", least)
		}
	}
	return g, file.Err()
}

func (m Most) of(s finding.Severity) *int {
	return map[finding.Severity]*int{finding.Critical: m.Critical, finding.High: m.High, finding.Medium: m.Medium, finding.Low: m.Low}[s]
}

// Verdict is what became of one gate.
type Verdict struct {
	// Gate says what is wanted: "manifests: at most 0 high".
	Gate string `json:"gate"`
	// Found says what there is.
	Found string `json:"found"`
	// Outcome is passed, failed or "not checked".
	Outcome Outcome `json:"outcome"`
}

// Outcome of a gate.
type Outcome string

// The outcomes. What was not looked at has not passed.
const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	NotChecked Outcome = "not checked"
)

// Facts are what the gates judge.
type Facts struct {
	// Done are the scans that came to their end.
	Done     []string
	Findings []finding.Finding
	Scores   map[string]Score
	Hygiene  *int
	// Looked says that vulnerabilities of images were looked for.
	Looked bool
}

// Judge gives a verdict on each gate of the scans that were wanted. Those that
// did not come to their end have not been checked.
func (g Gates) Judge(wanted []string, f Facts) []Verdict {
	var all []Verdict
	for _, scan := range wanted {
		done := slices.Contains(f.Done, scan)
		switch scan {
		case Manifests:
			all = append(all, g.Manifests.judge(scan, done, f.Findings)...)
		case Images:
			all = append(all, g.Images.Most.judge(scan, done, f.Findings)...)
			all = append(all, g.Images.looked(f.Looked))
		case Cluster:
			all = append(all, g.Cluster.Most.judge(scan, done, f.Findings)...)
			all = append(all, g.Cluster.scores(f)...)
		}
	}
	return all
}

func (m Most) judge(scan string, done bool, findings []finding.Finding) []Verdict {
	var all []Verdict
	for _, severity := range finding.Severities {
		most := m.of(severity)
		if most == nil {
			continue
		}
		n := 0
		for _, f := range findings {
			if f.Severity == severity && f.Exception == "" && slices.Contains(f.Scans, scan) {
				n++
			}
		}
		v := Verdict{Gate: fmt.Sprintf("%s: at most %d %s", scan, *most, severity), Found: fmt.Sprint(n), Outcome: Passed}
		switch {
		case !done:
			v.Found, v.Outcome = "the scan did not come to its end", NotChecked
		case n > *most:
			v.Outcome = Failed
		}
		all = append(all, v)
	}
	return all
}

func (g ImageGate) looked(looked bool) Verdict {
	v := Verdict{Gate: "images: looked for vulnerabilities", Found: "yes", Outcome: Passed}
	if !looked {
		v.Found, v.Outcome = "no database of vulnerabilities: name one with --vuln-db", NotChecked
		if g.MustLook {
			v.Outcome = Failed
		}
	}
	return v
}

func (g ClusterGate) scores(f Facts) []Verdict {
	var all []Verdict
	add := func(name string, least float64, found Score, known bool) {
		v := Verdict{Gate: fmt.Sprintf("cluster: %s at least %g", name, least), Found: found.String(), Outcome: Passed}
		switch {
		case !known:
			v.Found, v.Outcome = "no score", NotChecked
		case found.Percent < least:
			v.Outcome = Failed
		}
		all = append(all, v)
	}
	for _, name := range sortedKeys(g.Scores) {
		found, known := f.Scores[name]
		add(name, g.Scores[name], found, known && found.Looked > 0)
	}
	if g.Hygiene != nil {
		found := Score{}
		if f.Hygiene != nil {
			found.Percent, found.Plain = float64(*f.Hygiene), float64(*f.Hygiene)
		}
		add("Popeye", float64(*g.Hygiene), found, f.Hygiene != nil)
	}
	return all
}
