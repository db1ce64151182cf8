package render

import (
	"path"
	"regexp"
	"slices"
	"strings"

	"firedrill/pipeline/scan/finding"
)

// Dockerfile is the kind of what is not written in YAML.
const Dockerfile = "Dockerfile"

// isManifest tells files that may hold something to scan by their names.
func isManifest(file string) bool {
	return slices.Contains([]string{".yaml", ".yml"}, path.Ext(file)) || isJenkinsfile(file) || isDockerfile(file)
}

// isJenkinsfile tells Jenkinsfile, and Jenkinsfile.nightly.
func isJenkinsfile(file string) bool { return first(file) == "Jenkinsfile" }

// isDockerfile tells Dockerfile, Dockerfile.web and web.Dockerfile, and the same of
// Containerfile.
func isDockerfile(file string) bool {
	names := []string{"Dockerfile", "Containerfile"}
	return slices.Contains(names, first(file)) || slices.Contains(names, strings.TrimPrefix(path.Ext(file), "."))
}

// first is the name of a file up to its ending.
func first(file string) string {
	base := path.Base(file)
	return strings.TrimSuffix(base, path.Ext(base))
}

// documents are what there is to scan in a file.
func documents(file, text string) []Document {
	switch {
	case isJenkinsfile(file):
		return podTemplates(text)
	case isDockerfile(file):
		d := Document{Object: finding.Object{Kind: Dockerfile, Name: file}, text: text}
		for i := range splitLines(text) {
			d.lines = append(d.lines, i+1)
		}
		return []Document{d}
	}
	return split(text)
}

// quoted is a text of several lines in Groovy, with the name of what holds it.
var quoted = regexp.MustCompile(`(?s)(\w+)\s*=\s*'''\n(.*?)'''`)

// podTemplates are the manifests in texts of a Jenkinsfile. They have no names, so
// they get those of the variables.
func podTemplates(text string) []Document {
	var all []Document
	for _, at := range quoted.FindAllStringSubmatchIndex(text, -1) {
		before := strings.Count(text[:at[4]], "\n")
		for _, d := range split(text[at[4]:at[5]]) {
			for i := range d.lines {
				d.lines[i] += before
			}
			all = append(all, d.named(text[at[2]:at[3]]))
		}
	}
	return all
}

// named gives a document the name that it lacks: many checks say nothing of an
// object without one. Its lines stay those of the file.
func (d Document) named(name string) Document {
	if object, err := d.read(); err != nil || object.Name != "" {
		return d
	}
	lines := splitLines(d.text)
	for i, line := range lines {
		rest, found := strings.CutPrefix(line, "metadata:")
		if !found {
			continue
		}
		if inner, flow := strings.CutPrefix(strings.TrimSpace(rest), "{"); flow {
			lines[i] = "metadata: {name: " + name + ", " + inner
		} else {
			at := indentation(lines[i+1:])
			lines = slices.Insert(lines, i+1, at+"name: "+name)
			d.lines = slices.Insert(d.lines, i+1, d.lines[i])
		}
		d.text = strings.Join(lines, "\n") + "\n"
		return d
	}
	d.text += "\nmetadata: {name: " + name + "}\n"
	last := d.lines[len(d.lines)-1]
	d.lines = append(d.lines, last, last)
	return d
}

// indentation is that of the first line that says something.
func indentation(lines []string) string {
	for _, line := range lines {
		if text := strings.TrimLeft(line, " "); text != "" && !strings.HasPrefix(text, "#") {
			return line[:len(line)-len(text)]
		}
	}
	return "  "
}
