package spec

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

var (
	mode        = regexp.MustCompile(`^0?[0-7]{3,4}$`)
	suiteName   = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
	packageName = regexp.MustCompile(`^[a-z0-9][a-z0-9+.-]+$`)
)

// variants are those of mmdebstrap.
const variants = "extract custom essential apt required minbase buildd important debootstrap standard"

func (c *checker) program(at string, p Program) {
	c.absolute(at+".to", p.To)
	c.goPackage(at, p.Module, p.Package)
	for key := range p.Env {
		if strings.HasPrefix(key, "GOCACHE") || strings.HasPrefix(key, "GOMODCACHE") {
			c.file.Errorf(at+".env."+key, "the caches are the image store's own and cannot be moved")
		}
		if key == "CGO_ENABLED" {
			c.file.Errorf(at+".env."+key, "a program with C code says so by the key 'cgo: true'")
		}
	}
	c.patches(at, p)
}

func (c *checker) goPackage(at, module, pkg string) {
	if pkg == "" || strings.Contains(pkg, "...") || strings.Contains(pkg, "@") {
		c.file.Errorf(at+".package", "%q is not one package; give an import path without version, such as example.com/mod/cmd/tool", pkg)
	}
	c.module(at+".module", module)
}

func (c *checker) module(at, module string) {
	if filepath.IsAbs(module) {
		c.file.Errorf(at, "%q is absolute; give the folder relative to %s", module, c.file.Path)
		return
	}
	if info, err := os.Stat(filepath.Join(c.spec.Path(module), "go.mod")); err != nil || !info.Mode().IsRegular() {
		c.file.Errorf(at, "no go.mod in the folder %q; 'module' is the folder, relative to image.yaml, of the go.mod that pins the package", path.Join(module, "."))
	}
}

func (c *checker) debian(at string, d Debian) {
	if !suiteName.MatchString(d.Suite) {
		c.file.Errorf(at+".suite", "%q is not the code name of a Debian release, such as bookworm", d.Suite)
	}
	if d.Variant != "" && !contains(variants, d.Variant) {
		c.file.Errorf(at+".variant", "mmdebstrap has no variant %q; it has: %s", d.Variant, variants)
	}
	for i, p := range d.Packages {
		if !packageName.MatchString(p) {
			c.file.Errorf(fmt.Sprintf("%s.packages[%d]", at, i), "%q is not the name of a Debian package", p)
		}
	}
	c.globs(at+".remove", d.Remove)
	c.globs(at+".keep", d.Keep)
}

func (c *checker) globs(at string, globs []string) {
	for i, g := range globs {
		at := fmt.Sprintf("%s[%d]", at, i)
		c.absolute(at, g)
		if _, err := path.Match(g, "/"); err != nil {
			c.file.Errorf(at, "%q is not a glob: a bracket is not closed", g)
		}
	}
}

func (c *checker) files(at string, f File) {
	c.absolute(at+".to", f.To)
	if f.Mode != "" && !mode.MatchString(f.Mode) {
		c.file.Errorf(at+".mode", "%q is not an octal mode, such as \"0644\"", f.Mode)
	}
	kinds := f.kinds()
	if len(kinds) != 1 {
		c.file.Errorf(at, "a file is exactly one of content, from, source, link, output, dir; this one has %s", list(kinds))
		return
	}
	if (f.From == "") != (f.Of == "") {
		c.file.Errorf(at, "'from' (a path inside a Go module) and 'of' (the module's path) go together")
	}
	switch kinds[0] {
	case "from":
		c.inside(at+".from", f.From)
		c.module(at+".module", f.Module)
	case "source":
		c.source(at+".source", f.Source)
	case "output":
		c.goPackage(at+".output", f.Output.Module, f.Output.Package)
	}
}

// source checks a path beside image.yaml.
func (c *checker) source(at, s string) {
	if !c.inside(at, s) {
		return
	}
	if _, err := os.Stat(c.spec.Path(s)); err != nil {
		c.file.Errorf(at, "no file or folder %q beside %s", s, c.file.Path)
	}
}

// absolute checks a path in the image.
func (c *checker) absolute(at, s string) {
	if !path.IsAbs(s) || path.Clean(s) != s || s == "/" {
		c.file.Errorf(at, "%q is not a path in the image; it starts with /, is not / itself, and has no . or .. or trailing slash", s)
	}
}

// inside checks a path that must not leave its folder.
func (c *checker) inside(at, s string) bool {
	if !filepath.IsLocal(filepath.FromSlash(s)) {
		c.file.Errorf(at, "%q leaves its folder; give a relative path without ..", s)
		return false
	}
	return true
}

func contains(words, word string) bool {
	for w := range strings.FieldsSeq(words) {
		if w == word {
			return true
		}
	}
	return false
}
