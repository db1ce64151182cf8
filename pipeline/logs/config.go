package logs

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"firedrill/pipeline/server"
	"firedrill/pipeline/strict"
)

// Config is what firedrill.yaml says under `logs`.
type Config struct {
	Loki    server.Endpoint   `yaml:"loki" json:"loki" jsonschema_description:"Loki, in which the line is looked for."`
	Website Website           `yaml:"website" json:"website" jsonschema_description:"The website that logs the line."`
	Labels  map[string]string `yaml:"labels" json:"labels" jsonschema:"minProperties=1" jsonschema_description:"Labels of the website's lines in Loki. The label pod is checked besides: it must name a pod of the website's Service."`
}

// Website is a Service that logs what it is asked, with the whole query or at
// least its token.
type Website struct {
	server.Endpoint `yaml:",inline"`
	Path            string `yaml:"path" json:"path" jsonschema:"pattern=^/[^?#]*$" jsonschema_description:"Path that is asked for, with ?token= and a text that nobody has used before."`
}

var (
	labelForm = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9_]*$`)
	pathForm  = regexp.MustCompile(`^/[^?#]*$`)
)

// Check records every mistake in the part of file that stands at that place,
// but those in its two endpoints, which are checked like all others.
func Check(file *strict.File, at string, c Config) {
	if !pathForm.MatchString(c.Website.Path) {
		file.Errorf(at+".website.path", "%q is not a path; give one such as / without ? and #, the token is put behind it", c.Website.Path)
	}
	if len(c.Labels) == 0 {
		file.Errorf(at+".labels", "is missing; give labels by which the website's lines are found, such as {namespace: demo, app: website}")
	}
	for _, name := range slices.Sorted(maps.Keys(c.Labels)) {
		here := at + ".labels." + name
		switch {
		case name == podLabel:
			file.Errorf(here, "cannot be given: a pod has another name in every run, and that it is one of the website's is checked anyway")
		case !labelForm.MatchString(name):
			file.Errorf(here, "%q cannot be the name of a label: use letters, digits and _", name)
		case strings.TrimSpace(c.Labels[name]) == "":
			file.Errorf(here, "is empty; give the value that the website's lines have")
		}
	}
}
