// Package content reads firedrill.yaml, which names what a run works with:
// images, releases, dashboards, smoketests. Users replace it by their own.
package content

import (
	"os"
	"path/filepath"

	"firedrill/pipeline/deploy"
	"firedrill/pipeline/drill"
	"firedrill/pipeline/strict"
)

// Content is firedrill.yaml. Load makes its folders and globs relative to the
// working folder instead of the file's; the paths inside releases stay as they
// are and start from Dir.
type Content struct {
	Cluster    Cluster          `yaml:"cluster,omitempty" json:"cluster,omitempty"`
	Images     string           `yaml:"images" json:"images" jsonschema_description:"Folder with one folder per image."`
	Releases   []deploy.Release `yaml:"releases" json:"releases" jsonschema:"minItems=1" jsonschema_description:"Helm releases; those that do not need each other are installed side by side."`
	Rules      []string         `yaml:"rules,omitempty" json:"rules,omitempty" jsonschema_description:"Globs of the Prometheus rule files that the releases ship; every drill names one of their rules."`
	Dashboards string           `yaml:"dashboards,omitempty" json:"dashboards,omitempty" jsonschema_description:"Folder of Grafana dashboards as JSON."`
	Smoketests string           `yaml:"smoketests,omitempty" json:"smoketests,omitempty" jsonschema_description:"Folder of drills."`
	Endpoints  drill.Endpoints  `yaml:"endpoints" json:"endpoints" jsonschema_description:"Services through which the servers are reached."`
	// Dir is the file's folder.
	Dir string `yaml:"-" json:"-"`
}

// Cluster is the shape of the cluster that a run creates.
type Cluster struct {
	Nodes int `yaml:"nodes,omitempty" json:"nodes,omitempty" jsonschema:"minimum=1,maximum=10,default=1" jsonschema_description:"Number of nodes; the first is the control plane and takes pods too."`
}

// maxNodes bounds what one machine is asked to carry.
const maxNodes = 10

// Load reads and checks the file. Every mistake is reported at once, each with
// file, line and what would be right.
func Load(path string) (*Content, error) {
	var c Content
	file, err := strict.Load(path, &c)
	if err != nil {
		return nil, err
	}
	if c.Cluster.Nodes == 0 {
		c.Cluster.Nodes = 1
	}
	c.resolve(filepath.Dir(path))
	c.check(file)
	deploy.Validate(file, "releases", c.Releases)
	if err := file.Err(); err != nil {
		return nil, err
	}
	return &c, nil
}

// resolve makes paths relative to the file's folder, not to where the program
// happens to run.
func (c *Content) resolve(dir string) {
	c.Dir = dir
	for _, p := range []*string{&c.Images, &c.Dashboards, &c.Smoketests} {
		*p = join(dir, *p)
	}
	for i := range c.Rules {
		c.Rules[i] = join(dir, c.Rules[i])
	}
}

func join(dir, path string) string {
	if filepath.IsAbs(path) || path == "" {
		return path
	}
	return filepath.Join(dir, path)
}

func (c *Content) check(file *strict.File) {
	if n := c.Cluster.Nodes; n < 1 || n > maxNodes {
		file.Errorf("cluster.nodes", "%d nodes: wanted 1 to %d", n, maxNodes)
	}
	checkFolder(file, "images", c.Images, true)
	checkFolder(file, "dashboards", c.Dashboards, false)
	checkFolder(file, "smoketests", c.Smoketests, false)
	if len(c.Releases) == 0 {
		file.Errorf("releases", "no release: name at least one chart to deploy")
	}
}

func checkFolder(file *strict.File, key, path string, required bool) {
	if path == "" {
		if required {
			file.Errorf(key, "missing: wanted a folder, relative to %s", file.Path)
		}
		return
	}
	if info, err := os.Stat(path); err != nil {
		file.Errorf(key, "no folder %s: %v", path, err)
	} else if !info.IsDir() {
		file.Errorf(key, "%s is a file: wanted a folder", path)
	}
}
